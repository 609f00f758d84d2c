/*
 * calibrate.h - do the intervals and tests of a report keep what they promise? Each check
 * repeats a made-up measurement whose truth is known and counts how often it is kept.
 */
#ifndef FAN_BENCH_CALIBRATE_H
#define FAN_BENCH_CALIBRATE_H

#include "bench/noise_model.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_TRIAL_NONE (-1) /* nothing was asserted: counts neither way */
#define FAN_TRIAL_BITS 16   /* checks that one trial may answer at once */

struct fan_check;

/* One repetition. error: how far off an estimate was, per bit, where there is one. */
struct fan_trial {
    const struct fan_check *check;
    struct fan_noise_stream stream;
    uint64_t seed;
    double error[FAN_TRIAL_BITS];
};

/* A promise: how often bit `bit` of what `trial` says must lie in [least, most]. Checks
 * next to each other that differ in bit, name and bounds only share their trials. */
struct fan_check {
    const char *part, *name;
    const struct fan_noise *noise;
    size_t n;       /* values per sample */
    double setting; /* of the trial: a quantile, a share, a likeness */
    double nominal; /* what is promised; 0: `promise` says */
    double least, most;
    int (*trial)(struct fan_trial *trial);
    double (*promise)(const struct fan_check *check);
    const char *remark; /* printed beside it; NULL: none */
    unsigned bit;
};

struct fan_kept {
    const struct fan_check *check;
    size_t trials, hits;
    double nominal, share, lower, upper; /* 95 % interval of the share */
    double error_median, error_p95;      /* of the errors; NaN without any */
    bool ok;                             /* share within [least, most] */
};

/* The parts, in the order of the table. */
extern const struct fan_check fan_checks_intervals[], fan_checks_tests[],
    fan_checks_course[], fan_checks_limits[], fan_checks_studies[];
extern const size_t fan_checks_intervals_n, fan_checks_tests_n, fan_checks_course_n,
    fan_checks_limits_n, fan_checks_studies_n;

/* How many of the n checks from `checks` on share their trials: at least 1. */
size_t fan_calibrate_group(const struct fan_check *checks, size_t n);

/* Repeat the trial of a group of checks; equal seeds give equal results. kept: one per
 * check. */
void fan_calibrate(const struct fan_check *checks, size_t n, size_t repetitions,
                   uint64_t seed, struct fan_kept *kept);

/* Fill values with n factors of the check's noise times `level`, ascending. */
void fan_trial_sample(struct fan_trial *trial, double level, double *values, size_t n);

#ifdef __cplusplus
}
#endif
#endif
