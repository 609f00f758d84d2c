/*
 * noise_model.h - times of calls as a cloud gives them, with a known truth. Pure, seeded.
 *
 * A time is a level times a factor: a lognormal body, of which a share is lengthened by a
 * Pareto value (the slow calls), and another share runs on a slower CPU. Neighbours may
 * resemble each other (the body's logarithm is a first-order autoregression).
 */
#ifndef FAN_BENCH_NOISE_MODEL_H
#define FAN_BENCH_NOISE_MODEL_H

#include "common/random.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_noise {
    const char *name;
    double spread;     /* standard deviation of the body's logarithm */
    double tail_share; /* of the values that a Pareto factor >= 1 lengthens */
    double tail_index; /* of the Pareto law: the smaller, the heavier the tail */
    double tail_most;  /* the factor ends here: a time-out */
    double slow_share, slow_factor; /* values on the slower CPU, and its factor */
    double likeness;                /* autocorrelation of the body's logarithm, [0, 1) */
};

/* No tail and one CPU; as measured on the service; so heavy that no mean settles soon. */
extern const struct fan_noise fan_noise_quiet, fan_noise_cloud, fan_noise_heavy;

/* A stream of factors. last: the body before, in standard deviations. */
struct fan_noise_stream {
    struct fan_random random;
    double last;
};

void fan_noise_start(struct fan_noise_stream *stream, uint64_t seed, uint64_t number);
double fan_noise_next(struct fan_noise_stream *stream, const struct fan_noise *noise);

/* A standard normal value. */
double fan_noise_normal(struct fan_random *random);

/* The truth: mean and quantile p in (0, 1) of the factor. Below the tail's end the
 * quantile is exact (an exponentially modified normal law in the logarithm). */
double fan_noise_mean(const struct fan_noise *noise);
double fan_noise_quantile(const struct fan_noise *noise, double p);

#ifdef __cplusplus
}
#endif
#endif
