#!/bin/bash
# Builds the functions' packages for Lambda (runtime provided.al2023): function-ARCH.zip (sieve,
# eratosthenes, isprime: one static program) and authorizer-ARCH.zip (a program with its libraries), for
# x86_64 and arm64. Equal sources and packages of the distribution give equal zips, byte for byte.
# Usage: deploy/package.sh [OUT_DIR] [ARCH ...]     Default: build/package, both.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
usage() { sed -n '2,5s/^# //p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; esac
out=${1:-$root/build/package}
[ $# -eq 0 ] || shift
machine=$(uname -m)
machine=${machine/aarch64/arm64}

for arch in "${@:-x86_64 arm64}"; do
  for name in $arch; do
    case $name in x86_64 | arm64) ;; *) usage >&2; exit 2 ;; esac
  done
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
unset CFLAGS CPPFLAGS CXXFLAGS LDFLAGS # they would change the programs
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# build ARCH [CMAKE OPTION ...]
build() {
  local arch=$1 folder=$root/build/package-$1
  shift
  echo "== $arch: build" >&2
  { cmake -S "$root" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DFAN_FUNCTIONS_ONLY=ON \
      -DBUILD_TESTING=OFF "$@" && cmake --build "$folder"; } >"$log" 2>&1 ||
    { tail -n 40 "$log" >&2; echo "$0: the build for $arch failed; its last lines stand above" >&2; exit 1; }
  for name in function authorizer; do
    cp "$folder/share/lambda-fanout/$name.zip" "$out/$name-$arch.zip"
    echo "$out/$name-$arch.zip"
  done
}

for arch in ${@:-x86_64 arm64}; do
  if [ "$arch" = "$machine" ]; then
    "$root/scripts/dependencies.sh" package
    build "$arch"
  elif [ "$arch" = arm64 ] && "$root/scripts/dependencies.sh" arm64; then
    build "$arch" -DCMAKE_TOOLCHAIN_FILE="$root/cmake/aarch64.cmake"
  else
    echo "$0: cannot build for $arch on $machine: no compiler and libraries for it here" >&2
    [ $# -eq 0 ] || exit 1 # asked for by name
  fi
done
