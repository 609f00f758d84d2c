/* sieve_sight.c - see sieve_sight.h. */
#include "lambda_kernel/sieve_sight.h"

/* A turn of 2 p in the units of a sight, and what its terms, rounded, and the cubic one
 * may be wrong by. */
#define TURN      4294967296.0
#define SLACK     (TURN / 1024)
#define CUBIC_MAX (TURN / 2048)

struct fan_path_sight fan_sight_of(uint64_t low, uint32_t span, uint64_t first)
{
    const struct fan_path_sight all = { .within = 1 };
    const uint64_t centre = first + FAN_SIGHT_REACH;
    const double reach = (double)FAN_SIGHT_REACH, inverse = 1 / (double)centre;
    if (span > first) return all;
    double slope = (double)low / 2 * inverse * inverse * TURN, bend = slope * inverse;
    if (bend * inverse * reach * reach * reach > CUBIC_MAX) return all;
    double rest = (double)(low % (2 * centre)) / 2 * inverse * TURN;
    double within = (double)span / 2 * inverse * TURN; /* the least prime's is greater */
    return (struct fan_path_sight){
        .centre = (uint32_t)centre,
        .at = (uint32_t)(TURN / 2 + SLACK) - (uint32_t)rest,
        .slope = (uint32_t)(uint64_t)(slope + 0.5),
        .bend = (uint32_t)(uint64_t)(bend + 0.5),
        .within = (uint32_t)((within + 3 * SLACK) / 2),
    };
}
