/* histogram.c - see histogram.h. */
#include "record/histogram.h"

#include <assert.h>

#define HALF_BITS 10 /* 2^10 bins per power of two */
#define HALF      ((uint64_t)1 << HALF_BITS)

static unsigned bit_length(uint64_t value)
{
    unsigned bits = 0;
    for (; value; value >>= 1)
        bits++;
    return bits;
}

size_t fan_histogram_index(uint64_t value_us)
{
    if (value_us > UINT32_MAX) value_us = UINT32_MAX;
    unsigned shift = bit_length(value_us | (2 * HALF - 1)) - (HALF_BITS + 1);
    return (size_t)(((uint64_t)shift + 1) * HALF + (value_us >> shift) - HALF);
}

/* log2 of the width of a bin */
static unsigned bin_shift(size_t index)
{
    return index < 2 * HALF ? 0 : (unsigned)(index >> HALF_BITS) - 1;
}

uint64_t fan_histogram_lower_us(size_t index)
{
    assert(index < FAN_HISTOGRAM_BINS);
    unsigned shift = bin_shift(index);
    return (index - shift * HALF) << shift;
}

uint64_t fan_histogram_upper_us(size_t index)
{
    return fan_histogram_lower_us(index) + ((uint64_t)1 << bin_shift(index)) - 1;
}

void fan_histogram_add(struct fan_histogram *histogram, uint64_t value_us)
{
    histogram->bin[fan_histogram_index(value_us)]++;
}

void fan_histogram_add_corrected(struct fan_histogram *histogram, uint64_t value_us,
                                 uint64_t interval_us)
{
    fan_histogram_add(histogram, value_us);
    if (interval_us == 0) return;
    if (value_us > UINT32_MAX) value_us = UINT32_MAX;
    while (value_us >= 2 * interval_us) {
        value_us -= interval_us;
        fan_histogram_add(histogram, value_us);
    }
}

void fan_histogram_merge(struct fan_histogram *histogram,
                         const struct fan_histogram *other)
{
    for (size_t i = 0; i < FAN_HISTOGRAM_BINS; i++)
        histogram->bin[i] += other->bin[i];
}

uint64_t fan_histogram_count(const struct fan_histogram *histogram)
{
    uint64_t n = 0;
    for (size_t i = 0; i < FAN_HISTOGRAM_BINS; i++)
        n += histogram->bin[i];
    return n;
}

uint64_t fan_histogram_percentile_us(const struct fan_histogram *histogram,
                                     double percent)
{
    uint64_t n = fan_histogram_count(histogram), seen = 0;
    if (n == 0) return 0;
    if (!(percent > 0)) percent = 0;
    if (percent > 100) percent = 100;
    uint64_t wanted = (uint64_t)(percent / 100 * (double)n + 0.5);
    if (wanted < 1) wanted = 1;
    if (wanted > n) wanted = n;
    size_t i = 0;
    while ((seen += histogram->bin[i]) < wanted)
        i++;
    return percent > 0 ? fan_histogram_upper_us(i) : fan_histogram_lower_us(i);
}
