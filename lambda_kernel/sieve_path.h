/* sieve_path.h - the hot loops of the sieve, once per instruction set.
 *
 * sieve_path.inc brings them together, from a file for each kind; sieve_path_*.c compile
 * it for AVX-512, AVX2, NEON and any machine. Which to take is decided while running. All
 * loops are pure: no allocation, no state. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_PATH_H
#define FAN_LAMBDA_KERNEL_SIEVE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Primes are handled in groups of this many: lists are padded to it. */
#define FAN_PATH_GROUP 16
/* Classes that fan_sieve_path.collect looks ahead. */
#define FAN_PATH_AHEAD 8
/* Primes below it may be `small`, and those below the lesser limit hit a cache line more
 * than once. Class arrays need so many bytes of room behind them and before them: up to
 * eight hits of such a prime. */
#define FAN_PATH_SMALL_MAX 12288
#define FAN_PATH_DENSE_MAX 512
#define FAN_PATH_ROOM      FAN_PATH_SMALL_MAX
#define FAN_PATH_FRONT     FAN_PATH_DENSE_MAX

/* Bits that repeat every `period` bytes; 64 more bytes follow, which repeat the first. */
struct fan_path_pattern {
    const uint8_t *bytes;
    uint32_t period;  /* at least 64; a multiple of the product */
    uint32_t product; /* of the primes in the pattern */
    uint32_t inverse; /* of 8 * modulus, modulo the product */
};
#define FAN_PATH_PATTERNS 4

#define FAN_PATH_STREAM 1280

/* Primes below it may be asked for the only multiple that they have in a narrow span. */
#define FAN_PATH_SINGLE_MAX (UINT32_C(1) << 30)

/* Multiples low + offset[i] = prime[i] * q with q coprime to 30, one per prime, and the
 * eight gaps up to the next such q, four bits each, the first one lowest. */
struct fan_path_multiples {
    uint32_t prime[FAN_PATH_STREAM + FAN_PATH_GROUP];
    uint32_t offset[FAN_PATH_STREAM + FAN_PATH_GROUP];
    uint32_t gaps[FAN_PATH_STREAM + FAN_PATH_GROUP];
};

/* Words of unpack together stand for at most so many primes. */
#define FAN_PATH_WORD_PRIMES 512

/* Tells for p = centre + d whether it has an odd multiple in some span from `low` on:
 * when the distance to the first one, at + d (slope - d bend) mod 1, is less than
 * `within`. In units of 2^-16 turns of 2 p. 900 bend < 128. */
struct fan_path_sight {
    double at, slope, bend;
    uint16_t within;
};
/* Words of each class that are looked at together; their middle is the centre. */
#define FAN_PATH_SIGHT_WORDS 2

/* A class array, or a chunk of it: bit k stands for number + modulus k; a set bit is a
 * composite. */
struct fan_path_chunk {
    uint64_t *words;
    uint32_t bits, modulus;
    uint64_t number;
    bool last; /* of its class: where primes hit behind it need not be told */
    bool far;  /* as in fan_sieve_path.apply_far; for cross_medium only */
};

/* Primes on their way through the chunks of a class, n of them, whole groups. */
struct fan_path_primes {
    const uint32_t *prime, *step; /* ascending; 2 / modulus mod prime */
    uint32_t *at;  /* first multiple in the class that comes next, in bits */
    uint32_t *now; /* the same in the chunk that comes next */
    size_t n;
    size_t ahead; /* primes so far on are asked for, as it takes long until they come */
};

struct fan_sieve_path {
    const char *name;

    /* Primes that hit a chunk so often are small, the others are medium: fewer where
     * packing a vector is slow. */
    uint32_t small_hits;

    /* Primes up to so many chunks are looked at in each chunk, rather than crossed off
     * over a class that L1 has no room for: more where packing a vector is quick. */
    uint32_t reach;

    /* step[i] = 2 / modulus mod prime[i], where inverse[r] = -1 / r mod modulus for all r
     * coprime to it. Primes do not divide it, and are below 60,000,000. */
    void (*turn)(const uint32_t *prime, uint32_t *step, size_t n, uint32_t modulus,
                 const uint16_t *inverse);

    /* at[i] = first k >= 0 for which prime[i] divides modulus * (base + k) + 1, where
     * step[i] = 2 / modulus mod prime[i]. n is a multiple of FAN_PATH_GROUP, base < 2^60,
     * primes are odd and from 7 to 60,000,000. */
    void (*start)(const uint32_t *prime, const uint32_t *step, uint32_t *at, size_t n,
                  uint64_t base);

    /* Set the bits of FAN_PATH_PATTERNS patterns in blocks of 64 bytes, from byte at[i]
     * of pattern i on. */
    void (*overlay)(uint64_t *words, size_t blocks,
                    const struct fan_path_pattern *pattern, uint32_t *at);

    /* Cross off primes below FAN_PATH_SMALL_MAX. Bits up to FAN_PATH_FRONT bytes before
     * and FAN_PATH_ROOM behind the chunk are set as well, always true multiples.
     * Of these three: rise > 0 tells the first chunk of a class, where positions are
     * those of at[], and at[] goes on to the class that is greater by 2 * rise. They are
     * those of now[] in the other chunks. now[] goes on to the next chunk. */
    void (*cross_small)(const struct fan_path_chunk *chunk,
                        const struct fan_path_primes *primes, unsigned rise);

    /* The same for any ascending primes, within the chunk alone. */
    void (*cross_medium)(const struct fan_path_chunk *chunk,
                         const struct fan_path_primes *primes, unsigned rise);

    /* The same for primes of at least bits, which have one hit in the chunk or none. */
    void (*cross_once)(const struct fan_path_chunk *chunk,
                       const struct fan_path_primes *primes, unsigned rise);

    /* For primes above bits, which hit a class once or not at all: list the hits of the
     * next FAN_PATH_AHEAD classes, rise[c] apart, in hits[] behind the counts[] that are
     * there (with room for n and a group), and move at[] to the class behind them. far:
     * the lists are too long for L2, and their lines are asked for before. */
    void (*collect)(const uint32_t *prime, const uint32_t *step, uint32_t *at, size_t n,
                    uint32_t bits, const uint8_t *rise, uint32_t *const *hits,
                    size_t *counts, bool far);

    /* Cross off a list of positions; _far: in an array that L1 has no room for, with a
     * word before it that may be written to. It is quick where most bits are set. */
    void (*apply)(uint64_t *words, const uint32_t *hits, size_t n);
    void (*apply_far)(uint64_t *words, const uint32_t *hits, size_t n);
    void (*apply_short)(uint64_t *words, const uint16_t *hits, size_t n);

    /* Write zero + 30 k + r for each clear bit k of word w of the class of each residue r
     * modulo 30. out has room for FAN_PATH_WORD_PRIMES and 4 groups. Gives their number.
     */
    size_t (*unpack)(uint64_t *const *words, size_t w, uint32_t zero, uint32_t *out);

    /* The same for FAN_PATH_SIGHT_WORDS words from w on and those primes that are in
     * sight. out has room for so many times FAN_PATH_WORD_PRIMES and 4 groups. */
    size_t (*look)(uint64_t *const *words, size_t w, uint32_t zero,
                   const struct fan_path_sight *sight, uint32_t *out);

    /* Write zero + 30 i + the c-th residue for each set bit 8 i + c, ascending. out has
     * room for 64. Gives their number. */
    size_t (*unpack_turns)(uint64_t turns, uint32_t zero, uint32_t *out);

    /* Of n primes (at most FAN_PATH_STREAM, a multiple of FAN_PATH_GROUP; between 2^22
     * and 2^32) find the first multiples p * q >= low with q coprime to 30. Gives how
     * many of them are below low + span, or at most 112 beyond. span <= 2^30. */
    size_t (*first_multiples)(const uint32_t *prime, size_t n, uint64_t low,
                              uint32_t span, struct fan_path_multiples *out);

    /* Go on from n multiples to the next ones, as far as they are below low + span or at
     * most 112 beyond. Gives their number. */
    size_t (*next_multiples)(struct fan_path_multiples *at, size_t n, uint32_t span);

    /* The same for primes from 2^22 to FAN_PATH_SINGLE_MAX, which have one odd multiple
     * there at most, since span is at most 3/2 of each: write all multiples low +
     * offset[i] = p * q < low + span with q coprime to 30. low and span are multiples of
     * 30. offset has room for n and a group. Gives their number. */
    size_t (*only_multiples)(const uint32_t *prime, size_t n, uint64_t low, uint32_t span,
                             uint32_t *offset);

    /* The same, but only for those that sift keeps, and list k for multiples low + 30 k +
     * r, where r is the c-th residue mod 30, in hits[c] behind the counts[c] that are
     * there. Each list has room for n and a group. */
    void (*list_multiples)(const uint32_t *prime, size_t n, uint64_t low, uint32_t span,
                           uint32_t *const *hits, size_t *counts);

    /* Keep those of n distances up to 2^30 + 112 whose numbers, low + offset[i], have no
     * factor from 7 to 19. out, which may be offset, has room for n and a group. Gives
     * their number. */
    size_t (*sift)(const uint32_t *offset, size_t n, uint64_t low, uint32_t *out);

    /* Count the clear bits of n words, and sum their positions. */
    void (*count)(const uint64_t *words, size_t n, uint64_t *count, uint64_t *places);
};

/* The fastest path that this processor can take. Asks the processor once. */
const struct fan_sieve_path *fan_sieve_path_best(void);

/* The path of that name, or NULL if there is none or this processor cannot take it. */
const struct fan_sieve_path *fan_sieve_path_find(const char *name);

/* Bytes of this processor's first data cache, of one core; a cautious guess where it does
 * not say. */
size_t fan_sieve_path_l1_bytes(void);

#ifdef __cplusplus
}
#endif
#endif
