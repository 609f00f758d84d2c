/* sieve_answer.h - the JSON answer of the sieve function, read.  Pure. */
#ifndef FAN_MPI_DRIVER_SIEVE_ANSWER_H
#define FAN_MPI_DRIVER_SIEVE_ANSWER_H

#include "common/err.h"
#include "partition/tally.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read {"lo","hi","count","checksum","first","last"}, and "twins", or "gap" and
 * "gapStart", where they are wanted: integers, or decimal strings where
 * a value may pass 2^63. Whether it can be true is for fan_tally_add to say. Errors:
 * FAN_EFORMAT naming the key that is missing or wrong.
 */
enum fan_status fan_sieve_answer_parse(const char *body, size_t n,
                                       struct fan_sieve_wanted wanted,
                                       struct fan_sieve_result *result,
                                       struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
