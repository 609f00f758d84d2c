#!/bin/bash
# Every header compiles alone, as C11 and as C++17. Usage: headers.sh CC CXX (from the root)
set -eu
cc=$1 cxx=$2 status=0
foreign=$(pkg-config --cflags msgpack jansson 2>/dev/null || true)
for header in */*.h; do
  for as in "$cc -x c -std=c11" "$cxx -x c++ -std=c++17"; do
    $as -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -Wno-pragma-once-outside-header \
      -fsyntax-only -I. $foreign - <<<"#include \"$header\"" || { echo "not alone: $header"; status=1; }
  done
done
exit $status
