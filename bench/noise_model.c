/* noise_model.c - see noise_model.h. */
#include "bench/noise_model.h"

#include <math.h>

#define PI         3.14159265358979323846
#define BISECTIONS 80

const struct fan_noise fan_noise_quiet = { "quiet", .03, 0, 2, 1, 0, 1, 0 };
const struct fan_noise fan_noise_cloud = { "cloud", .06, .02, 2.5, 5, .3, 1.12, 0 };
const struct fan_noise fan_noise_heavy = { "heavy", .25, .05, 1.6, 50, 0, 1, 0 };

void fan_noise_start(struct fan_noise_stream *stream, uint64_t seed, uint64_t number)
{
    fan_random_init(&stream->random, seed, number);
    stream->last = fan_noise_normal(&stream->random);
}

double fan_noise_normal(struct fan_random *random)
{
    const double u = 1.0 - fan_random_unit(random), v = fan_random_unit(random);
    return sqrt(-2.0 * log(u)) * cos(2.0 * PI * v);
}

double fan_noise_next(struct fan_noise_stream *stream, const struct fan_noise *noise)
{
    const double fresh = fan_noise_normal(&stream->random);
    const double r = noise->likeness;
    stream->last = r > 0.0 ? r * stream->last + sqrt(1.0 - r * r) * fresh : fresh;
    double factor = exp(noise->spread * stream->last);
    if (fan_random_unit(&stream->random) < noise->tail_share) {
        const double u = 1.0 - fan_random_unit(&stream->random);
        factor *= fmin(pow(u, -1.0 / noise->tail_index), noise->tail_most);
    }
    if (fan_random_unit(&stream->random) < noise->slow_share)
        factor *= noise->slow_factor;
    return factor;
}

double fan_noise_mean(const struct fan_noise *noise)
{
    const double a = noise->tail_index;
    const double tail = 1.0 + (1.0 - pow(noise->tail_most, 1.0 - a)) / (a - 1.0);
    return exp(noise->spread * noise->spread / 2.0) *
           (1.0 + noise->tail_share * (tail - 1.0)) *
           (1.0 + noise->slow_share * (noise->slow_factor - 1.0));
}

static double normal_below(double z)
{
    return 0.5 * erfc(-z / sqrt(2.0));
}

/* Share of the factors on one CPU whose logarithm is below x. */
static double share_below(const struct fan_noise *noise, double x)
{
    const double s = noise->spread, a = noise->tail_index;
    const double body = normal_below(x / s);
    const double tail =
        body - exp(-a * x + a * a * s * s / 2.0) * normal_below(x / s - a * s);
    return (1.0 - noise->tail_share) * body + noise->tail_share * tail;
}

double fan_noise_quantile(const struct fan_noise *noise, double p)
{
    double low = -10.0 * noise->spread, high = log(noise->tail_most) + 1.0;
    for (int i = 0; i < BISECTIONS; i++) {
        const double x = (low + high) / 2.0;
        const double below =
            (1.0 - noise->slow_share) * share_below(noise, x) +
            noise->slow_share * share_below(noise, x - log(noise->slow_factor));
        if (below < p)
            low = x;
        else
            high = x;
    }
    return exp((low + high) / 2.0);
}
