/* sieve_path_avx512.c - the hot loops for AVX-512 as Ice Lake and Zen 4 have it.
 * Compiled with the options in cmake/sieve_paths.cmake. */
#define FAN_PATH_TABLE fan_sieve_path_avx512
#define FAN_PATH_NAME  "avx512"
#include "lambda_kernel/sieve_path_tables.h"

#ifdef FAN_PATH_X86
#include "lambda_kernel/sieve_path.inc"
#endif
