/* sieve_path_neon.c - the hot loops for NEON, which every 64-bit Arm processor has. */
#define FAN_PATH_TABLE fan_sieve_path_neon
#define FAN_PATH_NAME  "neon"
#include "lambda_kernel/sieve_path_tables.h"

#ifdef FAN_PATH_ARM64
#define FAN_PATH_NEON
#include "lambda_kernel/sieve_path.inc"
#endif
