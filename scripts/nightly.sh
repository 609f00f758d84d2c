#!/bin/bash
# The long tests: the sieve on 10,000 random ranges, with each instruction set of this machine.
# Usage: scripts/nightly.sh [BUILD FOLDER, build/release unless told otherwise]
set -eu
build=${1:-$(dirname "$0")/../build/release}
FAN_RANDOM_RANGES=10000 exec "$build"/tests/lambda_kernel_test --gtest_filter='*RandomRanges*'
