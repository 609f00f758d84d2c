#!/bin/bash
# Install what is needed, build, and run the quickstart experiment on the local endpoint.
# Usage: ./run.sh [JOB.yaml [arguments of "mpi_driver run"]]    RANKS=4 sets the number of ranks.
set -eu
cd "$(dirname "$0")"
scripts/dependencies.sh run
echo "Building ..." >&2
log=$(mktemp)
{ cmake --preset release -DBUILD_TESTING=OFF && cmake --build --preset release; } >"$log" 2>&1 ||
  { tail -n 40 "$log" >&2; rm -f "$log"; exit 1; }
rm -f "$log"
export PATH="$PWD/build/release/bin:$PATH"
job=${1:-jobs/quickstart.yaml}
[ $# -eq 0 ] || shift
echo "+ mpirun -np ${RANKS:-4} mpi_driver run $job $*" >&2
exec scripts/mpirun.sh -np "${RANKS:-4}" mpi_driver run "$job" "$@"
