#!/bin/bash
# The sieve's tests as a program for arm64, run under qemu's user-mode emulation.
# Usage: scripts/arm64_sieve_test.sh [GoogleTest options]
# Needs gcc-aarch64-linux-gnu, g++-aarch64-linux-gnu, qemu-user and libgtest-dev (its sources).
set -eu
cd "$(dirname "$0")/.."
gtest=/usr/src/googletest/googletest
out=build/arm64-sieve
mkdir -p $out
compile() { # COMPILER OPTIONS SOURCE...
  local compiler=$1 options=$2 source object; shift 2
  for source; do
    object=$out/$(basename "$source").o
    [ "$object" -nt "$source" ] || echo "$compiler $options -O2 -I. -c $source -o $object"
  done
}
headers=$(ls -t lambda_kernel/*.h lambda_kernel/*.inc tests/lambda_kernel/*.h | head -1)
[ -z "$(find $out -name '*.o' ! -newer "$headers" | head -1)" ] || rm -f $out/*.o
{
  compile aarch64-linux-gnu-gcc "-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror" \
    $(ls lambda_kernel/sieve*.c | grep -v _main) lambda_kernel/isprime.c common/{buf,err,random,clock}.c
  compile aarch64-linux-gnu-g++ "-std=c++17" tests/lambda_kernel/sieve*_test.cc
  compile aarch64-linux-gnu-g++ "-std=c++17 -I$gtest" $gtest/src/gtest-all.cc $gtest/src/gtest_main.cc
} | xargs -P 2 -I{} sh -c '{}'
aarch64-linux-gnu-g++ -static $out/*.o -lm -o $out/sieve_test
exec qemu-aarch64 $out/sieve_test "$@"
