/* sieve_sight.h - which huge primes have a multiple in a tile, told for many at once from
 * where they are.   Pure.
 *
 * Far above a narrow range most huge primes miss it, and a quotient for each would be
 * most of the work. Primes that are near each other have quotients that are near each
 * other too, so one division serves a few thousand numbers. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_SIGHT_H
#define FAN_LAMBDA_KERNEL_SIEVE_SIGHT_H

#include "lambda_kernel/sieve_base.h"
#include "lambda_kernel/sieve_path.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A sight is for the primes of [first, first + 2 FAN_SIGHT_REACH). */
#define FAN_SIGHT_REACH (FAN_PATH_SIGHT_WORDS * FAN_BASE_WORD_SPAN / 2)

/**
 * How the primes p from `first` on, 2^22 <= first < 2^32, see [low, low + span). All that
 * have an odd multiple there are in sight, and few others: about one in 400 of the rest.
 * False: take all of them, since most have a multiple there anyway, or since the
 * expansion about their centre,
 *
 *     1/2 - low / (2 p) = 1/2 - x + (x / centre) d - (x / centre^2) d^2 + ...
 *
 * with x = low / (2 centre) and p = centre + d, does not end there.
 */
bool fan_sight_of(uint64_t low, uint32_t span, uint64_t first,
                  struct fan_path_sight *sight);

#ifdef __cplusplus
}
#endif
#endif
