/* sieve_sight.c - see sieve_sight.h. */
#include "lambda_kernel/sieve_sight.h"

/* A turn of 2 p in the units of a sight. The cubic term may be CUBIC_MAX; roundings are
 * 16 for the slope, which is multiplied by 32, and 6 for the others. */
#define TURN      65536.0
#define CUBIC_MAX 32.0
#define SLACK     56.0
#define BEND_MAX  (127.0 / (FAN_WHEEL * FAN_WHEEL))

bool fan_sight_of(uint64_t low, uint32_t span, uint64_t first,
                  struct fan_path_sight *sight)
{
    const uint64_t centre = first + FAN_SIGHT_REACH;
    const double reach = (double)FAN_SIGHT_REACH, inverse = 1 / (double)centre;
    if (span > first) return false;
    double slope = (double)low / 2 * inverse * inverse * TURN, bend = slope * inverse;
    if (bend > BEND_MAX || bend * inverse * reach * reach * reach > CUBIC_MAX)
        return false;
    double rest = (double)(low % (2 * centre)) / 2 * inverse * TURN;
    /* the least prime's is greater by a part of 1920 / 2^22 */
    double within = (double)span / 2 * inverse * TURN * (1 + 1.0 / 2048);
    *sight = (struct fan_path_sight){
        .at = TURN / 2 + SLACK - rest,
        .slope = slope,
        .bend = bend,
        .within = (uint16_t)(within + 2 * SLACK + 1),
    };
    return true;
}
