/* faults.c - see faults.h. */
#include "local_lambda/faults.h"

#include "common/number.h"

#include <string.h>

#define SLOW_MS_DEFAULT 1000
#define SLOW_MS_MAX     900000 /* no function runs longer either */

static const char *const names[FAN_FAULT_COUNT] = {
    [FAN_FAULT_NONE] = "",       [FAN_FAULT_THROTTLE] = "throttle",
    [FAN_FAULT_ERROR] = "error", [FAN_FAULT_DROP] = "drop",
    [FAN_FAULT_CUT] = "cut",     [FAN_FAULT_SLOW] = "slow",
    [FAN_FAULT_KILL] = "kill",
};

static int fault_named(const char *name)
{
    for (int i = FAN_FAULT_NONE + 1; i < FAN_FAULT_COUNT; i++)
        if (strcmp(names[i], name) == 0) return i;
    return FAN_FAULT_NONE;
}

/* one "name=value" */
static enum fan_status parse_part(struct fan_faults *faults, char *part,
                                  struct fan_err *err)
{
    char *value = strchr(part, '=');
    if (!value)
        return fan_fail(err, FAN_EINVAL,
                        "cannot read fault '%s': expected NAME=RATE or slow_ms=NUMBER",
                        part);
    *value++ = '\0';
    if (strcmp(part, "slow_ms") == 0) {
        uint64_t ms = 0;
        if (fan_number_u64(value, 0, SLOW_MS_MAX, &ms, err))
            return fan_err_prefix(err, "cannot read fault 'slow_ms': ");
        faults->slow_ms = (uint32_t)ms;
        return FAN_OK;
    }
    int fault = fault_named(part);
    if (fault == FAN_FAULT_NONE)
        return fan_fail(err, FAN_EINVAL,
                        "unknown fault '%s': expected throttle, error, drop, cut, slow, "
                        "kill or slow_ms",
                        part);
    if (fan_number_double(value, 0, 1, &faults->rate[fault], err))
        return fan_err_prefix(err, "cannot read the rate of fault '%s': ", part);
    return FAN_OK;
}

enum fan_status fan_faults_parse(struct fan_faults *faults, const char *text,
                                 uint64_t seed, struct fan_err *err)
{
    struct fan_faults parsed = { .slow_ms = SLOW_MS_DEFAULT };
    for (const char *at = text; *at;) {
        char part[64];
        size_t n = strcspn(at, ",");
        if (n >= sizeof part)
            return fan_fail(err, FAN_EINVAL,
                            "cannot read fault '%.32s...': expected NAME=RATE", at);
        memcpy(part, at, n);
        part[n] = '\0';
        enum fan_status st = parse_part(&parsed, part, err);
        if (st) return st;
        at += n;
        if (*at) at++;
    }
    double sum = 0;
    for (int i = FAN_FAULT_NONE + 1; i < FAN_FAULT_COUNT; i++)
        sum += parsed.rate[i];
    if (sum > 1 + 1e-9)
        return fan_fail(err, FAN_EINVAL,
                        "the rates of faults '%.200s' add up to %g: expected at most 1",
                        text, sum);
    fan_random_init(&parsed.random, seed, 0x6661756c7473 /* "faults" */);
    *faults = parsed;
    return FAN_OK;
}

enum fan_fault fan_faults_draw(struct fan_faults *faults)
{
    double u = fan_random_unit(&faults->random), edge = 0;
    for (int i = FAN_FAULT_NONE + 1; i < FAN_FAULT_COUNT; i++) {
        edge += faults->rate[i];
        if (u < edge) return (enum fan_fault)i;
    }
    return FAN_FAULT_NONE;
}
