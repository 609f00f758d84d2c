/* sketch.c - see sketch.h. */
#include "record/sketch.h"

#include <math.h>

#define ACCURACY 0.01
#define GAMMA    ((1.0 + ACCURACY) / (1.0 - ACCURACY))

int fan_sketch_index(double value)
{
    return (int)ceil(log(value) / log(GAMMA));
}

double fan_sketch_value(int index)
{
    return 2.0 * pow(GAMMA, index) / (GAMMA + 1.0);
}

void fan_sketch_add(struct fan_sketch *sketch, double us)
{
    const int index = us > 1.0 ? fan_sketch_index(us) : 0;
    sketch->bin[index < FAN_SKETCH_BINS ? index : FAN_SKETCH_BINS - 1]++;
}

uint64_t fan_sketch_count(const struct fan_sketch *sketch)
{
    uint64_t n = 0;
    for (size_t i = 0; i < FAN_SKETCH_BINS; i++)
        n += sketch->bin[i];
    return n;
}

double fan_sketch_quantile_us(const struct fan_sketch *sketch, double q)
{
    const uint64_t n = fan_sketch_count(sketch);
    if (n == 0) return 0.0;
    const uint64_t rank = (uint64_t)(q * (double)(n - 1));
    uint64_t seen = 0;
    int i = 0;
    while ((seen += sketch->bin[i]) <= rank)
        i++;
    return fan_sketch_value(i);
}
