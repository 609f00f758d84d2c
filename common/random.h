/* random.h - a small seeded generator: equal seeds give equal runs on every machine. */
#ifndef FAN_COMMON_RANDOM_H
#define FAN_COMMON_RANDOM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_random {
    uint64_t state;
};

/**
 * Start a stream; different (seed, stream) pairs give unrelated sequences.
 * Source: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
 */
void fan_random_init(struct fan_random *random, uint64_t seed, uint64_t stream);

uint64_t fan_random_u64(struct fan_random *random);

/* Uniform in [0, 1) with 53 random bits. */
double fan_random_unit(struct fan_random *random);

/* Uniform in [0, n) without bias (Lemire's rejection); n >= 1 (asserted). */
uint64_t fan_random_below(struct fan_random *random, uint64_t n);

/* Fill with bytes of the operating system's generator; aborts if there is none. For keys
 * and identifiers that must not be guessed or repeated. */
void fan_random_system(void *bytes, uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
