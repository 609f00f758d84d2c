/* sieve_path_avx2.c - the hot loops for AVX2 and BMI2.
 * Compiled with the options in cmake/sieve_paths.cmake. */
#define FAN_PATH_TABLE fan_sieve_path_avx2
#define FAN_PATH_NAME  "avx2"
#include "lambda_kernel/sieve_path_tables.h"

#ifdef FAN_PATH_X86
#include "lambda_kernel/sieve_path.inc"
#endif
