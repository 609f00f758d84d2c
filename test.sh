#!/bin/bash
# Install what is needed, build and run all tests: with warnings as errors, then under ASan + UBSan.
# Usage: ./test.sh [ci|asan|arm64 ...]    Default: ci and asan. arm64 builds the functions for arm64 and
# runs their tests under emulation.
set -eu
cd "$(dirname "$0")"
scripts/dependencies.sh test
. scripts/mpi_env.sh
if ! command -v aws >/dev/null; then # see scripts/dependencies.sh
  [ -x build/aws/bin/aws ] || { python3 -m venv build/aws && build/aws/bin/pip install -q awscli; }
  export PATH="$PATH:$PWD/build/aws/bin"
fi
jobs=$(($(nproc) + 1)) # many tests wait: for calls that are held, for time to pass
# Open MPI leaks by design at exit; leaks of our own code are found by the tests without MPI.
export UBSAN_OPTIONS=print_stacktrace=1
for preset in "${@:-ci asan}"; do
  for name in $preset; do
    [ "$name" != arm64 ] || scripts/dependencies.sh arm64
    echo "== $name: build" >&2
    log=$(mktemp)
    { cmake --preset "$name" && cmake --build --preset "$name"; } >"$log" 2>&1 ||
      { grep -E 'error|warning|FAILED' -A 8 "$log" | head -n 80 >&2; tail -n 5 "$log" >&2; rm -f "$log"; exit 1; }
    rm -f "$log"
    echo "== $name: test" >&2
    ctest --test-dir "build/$name" --output-on-failure --no-tests=error -j "$jobs"
  done
done
