/* sieve_path_portable.c - the hot loops with the compiler's own vectors, for any machine. */
#define FAN_PATH_TABLE fan_sieve_path_portable
#define FAN_PATH_NAME  "portable"
#include "lambda_kernel/sieve_path_tables.h"

#include "lambda_kernel/sieve_path.inc"
