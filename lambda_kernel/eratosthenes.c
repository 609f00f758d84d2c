/* eratosthenes.c - see eratosthenes.h. */
#include "lambda_kernel/eratosthenes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_PER_CHECK UINT64_C(1000000)

struct run {
    uint8_t *prime; /* one byte per number 0..max */
    uint64_t max;
    fan_eratosthenes_stop_fn *stop;
    void *context;
    uint64_t steps_left; /* until stop is asked again */
};

/* Charge steps; true when it is time to stop. */
static bool spend(struct run *run, uint64_t steps)
{
    if (steps < run->steps_left) {
        run->steps_left -= steps;
        return false;
    }
    run->steps_left = STEPS_PER_CHECK;
    return run->stop(run->context);
}

static bool mark_all_prime(struct run *run)
{
    for (uint64_t at = 0; at <= run->max; at += STEPS_PER_CHECK) {
        uint64_t left = run->max + 1 - at;
        uint64_t n = left < STEPS_PER_CHECK ? left : STEPS_PER_CHECK;
        if (spend(run, n)) return false;
        memset(run->prime + at, 1, n);
    }
    for (uint64_t n = 0; n < 2 && n <= run->max; n++)
        run->prime[n] = 0;
    return true;
}

static bool cross_off(struct run *run, uint64_t p)
{
    for (uint64_t m = p * p; m <= run->max;) {
        uint64_t end = m + STEPS_PER_CHECK * p;
        if (end > run->max + 1) end = run->max + 1;
        if (spend(run, (end - m) / p + 1)) return false;
        for (; m < end; m += p)
            run->prime[m] = 0;
    }
    return true;
}

static bool count(struct run *run, struct fan_eratosthenes *found)
{
    *found = (struct fan_eratosthenes){ 0, { 0, 0, 0 } };
    for (uint64_t at = 0; at <= run->max; at += STEPS_PER_CHECK) {
        uint64_t left = run->max + 1 - at;
        uint64_t n = left < STEPS_PER_CHECK ? left : STEPS_PER_CHECK;
        if (spend(run, n)) return false;
        for (uint64_t i = 0; i < n; i++)
            found->count += run->prime[at + i];
    }
    uint64_t named = 0;
    for (uint64_t n = run->max + 1; n-- > 0 && named < 3;)
        if (run->prime[n]) found->highest[named++] = n;
    return true;
}

static bool sieve_once(struct run *run, struct fan_eratosthenes *found)
{
    if (!mark_all_prime(run)) return false;
    for (uint64_t p = 2; p * p <= run->max; p++)
        if (run->prime[p] && !cross_off(run, p)) return false;
    return count(run, found);
}

enum fan_status fan_eratosthenes_run(uint64_t max, uint64_t loops,
                                     fan_eratosthenes_stop_fn *stop, void *context,
                                     struct fan_eratosthenes *found, struct fan_err *err)
{
    if (max > FAN_ERATOSTHENES_MAX || loops < 1 || loops > FAN_ERATOSTHENES_LOOPS_MAX)
        return fan_fail(err, FAN_EINVAL,
                        "cannot sieve to %" PRIu64 " in %" PRIu64
                        " loops: expected max <= %" PRIu64 " and 1 <= loops <= %" PRIu64,
                        max, loops, FAN_ERATOSTHENES_MAX, FAN_ERATOSTHENES_LOOPS_MAX);
    struct run run = { malloc(max + 1), max, stop, context, STEPS_PER_CHECK };
    if (!run.prime)
        return fan_fail(err, FAN_ELIMIT, "cannot allocate %" PRIu64 " bytes", max + 1);
    struct fan_eratosthenes last = { 0, { 0, 0, 0 } };
    bool going = true;
    for (uint64_t i = 0; i < loops && going; i++)
        going = !stop(context) && sieve_once(&run, &last);
    free(run.prime);
    if (!going)
        return fan_fail(err, FAN_EINTERRUPTED, "stopped sieving to %" PRIu64, max);
    *found = last;
    return FAN_OK;
}
