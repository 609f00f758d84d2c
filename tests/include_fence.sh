#!/bin/bash
# The arrows between rooms and the places of foreign libraries (docs/architecture.md), by grep.
set -u
status=0
complain() { echo "include fence: $1"; status=1; }

# room -> rooms it may include
allow() {
  local room=$1; shift
  local bad
  bad=$(grep -nE '#include "[a-z_]+/' "$room"/*.[ch] 2>/dev/null |
    grep -vE "#include \"($room$(printf '|%s' "$@"))/")
  [ -z "$bad" ] || complain "$room may include only: $* -- $bad"
}
allow common common
allow record common
allow partition common
allow runtime common
allow lambda_kernel common runtime
allow token common
allow authorizer common runtime token
allow invoke common record
allow analysis common record
allow local_lambda common
allow mpi_driver common record partition lambda_kernel invoke analysis

# header -> files that may include it
fence() {
  local header=$1 files=$2 bad
  bad=$(grep -lE "#include <$header" */*.[ch] 2>/dev/null | grep -vE "^($files)$")
  [ -z "$bad" ] || complain "<$header> belongs in $files -- $bad"
}
fence 'mpi\.h' 'mpi_driver/comm_mpi\.c'
fence 'curl/' 'invoke/http_connection\.c'
fence 'msgpack' 'record/[a-z_]+\.c'
fence 'zlib\.h' 'record/[a-z_]+\.c'
fence 'openssl/' 'invoke/sigv4\.c|local_lambda/[a-z_0-9]+\.c'
fence '(rhonabwy\.h|orcania\.h|gnutls/)' 'token/[a-z_0-9]+\.c'
fence 'gsl/' 'analysis/[a-z_]+\.[ch]'
fence 'cyaml/' 'mpi_driver/job_schema\.c'
fence 'yaml\.h' 'mpi_driver/job_yaml\.c'
fence 'event2?/http' 'local_lambda/http_server\.c'
fence 'event2?/' 'local_lambda/(event_loop|http_server)\.c'
fence 'zip\.h' 'local_lambda/package\.c'
fence 'jansson\.h' '[a-z_]+/[a-z_]+\.c'

names=$(ls */*.c */*.h | xargs -n1 basename | sort | uniq -d)
[ -z "$names" ] || complain "base names are not unique: $names"
exit $status
