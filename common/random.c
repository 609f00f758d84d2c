/* random.c - see random.h. */
#define _DEFAULT_SOURCE /* getentropy */
#include "common/random.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void fan_random_init(struct fan_random *random, uint64_t seed, uint64_t stream)
{
    random->state = mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^
                    mix(stream * UINT64_C(0xd1342543de82ef95) + 1);
}

uint64_t fan_random_u64(struct fan_random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(random->state);
}

double fan_random_unit(struct fan_random *random)
{
    return (double)(fan_random_u64(random) >> 11) * 0x1p-53;
}

uint64_t fan_random_below(struct fan_random *random, uint64_t n)
{
    assert(n >= 1);
    uint64_t reject_below = (UINT64_MAX - n + 1) % n, x;
    do
        x = fan_random_u64(random);
    while (x < reject_below);
    return x % n;
}

void fan_random_system(void *bytes, uint64_t n)
{
    const uint64_t most = 256; /* of one call */
    char *p = bytes;
    for (uint64_t part; n > 0; p += part, n -= part) {
        part = n < most ? n : most;
        if (getentropy(p, part)) {
            fprintf(stderr, "cannot get random bytes: %s\n", strerror(errno));
            abort();
        }
    }
}
