/* sieve_path_tables.h - the paths there are; sieve_path.c chooses among them. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PATH_TABLES_H
#define FAN_LAMBDA_KERNEL_SIEVE_PATH_TABLES_H

#include "lambda_kernel/sieve_path.h"

#if defined(__x86_64__)
#define FAN_PATH_X86
extern const struct fan_sieve_path fan_sieve_path_avx512, fan_sieve_path_avx2;
#elif defined(__aarch64__)
#define FAN_PATH_ARM64
extern const struct fan_sieve_path fan_sieve_path_neon;
#endif
extern const struct fan_sieve_path fan_sieve_path_portable;

#endif
