#!/bin/bash
# mpirun for mpi_driver: sets what Open MPI needs to start anywhere, and makes Ctrl-C end a run in order.
# Usage: scripts/mpirun.sh -np 4 mpi_driver run JOB.yaml ...
#
# mpirun itself answers SIGINT and SIGTERM by killing the ranks a second later, and exits with 1. Here it
# runs in a process group of its own, out of the terminal's reach, and gets SIGUSR1 instead, which it
# passes on: the ranks stop launching, wait for what is in flight, write the report, and the exit status
# is 130. A second Ctrl-C drops what is in flight, a third ends mpirun.
set -u
. "$(dirname "$0")/mpi_env.sh"
for word in "$@"; do
  if [ "$word" = mpi_driver ] && ! command -v mpi_driver >/dev/null; then
    echo "mpirun.sh: mpi_driver is not on the PATH; after ./run.sh: export PATH=\"\$PWD/build/release/bin:\$PATH\"" >&2
    exit 127
  fi
done
asked=0
ask() {
  asked=$((asked + 1))
  if [ "$asked" -le 2 ]; then kill -USR1 "$mpirun"; else kill -TERM "$mpirun"; fi
}
set -m # background jobs get a process group each
mpirun "$@" </dev/null &
mpirun=$!
trap ask INT TERM HUP
while :; do
  wait "$mpirun" # a trapped signal ends the wait too
  status=$?
  kill -0 "$mpirun" 2>/dev/null || break
done
[ "$asked" -ne 0 ] || [ "$status" -le 128 ] ||
  echo "mpirun.sh: a rank was killed (status $status); its journal is intact: go on with 'mpi_driver run --resume DIR'" >&2
[ "$asked" -eq 0 ] || [ "$status" -le 3 ] || status=130
exit "$status"
