/* sieve_cost.c - see sieve_cost.h.  The constants and their fit: docs/partition.md. */
#include "partition/sieve_cost.h"

#include <assert.h>
#include <math.h>

/* Cost of a number at a height, in ns; linear in ln(height) between the knots. */
static const struct {
    double height, ns;
} knots[] = { { 1e9, 0.057 },  { 1e10, 0.066 }, { 1e11, 0.078 }, { 1e12, 0.093 },
              { 1e13, 0.120 }, { 1e14, 0.158 }, { 1e15, 0.190 }, { 1e16, 0.256 },
              { 1e17, 0.314 }, { 1e18, 0.433 }, { 1.8e19, 0.874 } };
enum { KNOTS = sizeof knots / sizeof *knots };

static const double CALL_S = 0.0005;       /* fixed work of a call */
static const double BASE_PRIME_S = 2.0e-9; /* start-up work of a base prime */

/* Fewer numbers than this to a part: their cost is start-up, so equal width is fair. */
static const uint64_t WIDTH_MIN = 256;

/* Start-up may be at most this share of a call when the number of calls is chosen. */
static const double STARTUP_SHARE_MAX = 0.2;

/* Legendre's estimate of the number of primes up to sqrt(x) */
static double base_primes(double x)
{
    double root = sqrt(x);
    return root < 17 ? 6 : root / (log(root) - 1.08366);
}

static double startup_s(uint64_t end)
{
    return CALL_S + BASE_PRIME_S * base_primes((double)end);
}

/* Mean of ln x over [a, a + width): exact, and stable where width is tiny against a. */
static double mean_log(double a, double width)
{
    double u = width / a;
    if (u < 1e-4) return log(a) + u / 2 - u * u / 6;
    return log(a) + (1 + 1 / u) * log1p(u) - 1;
}

/* Seconds of the numbers in [begin, end), both between the heights of two knots (or below
 * the first, or above the last). */
static double piece_s(uint64_t begin, uint64_t end, int knot)
{
    double width = (double)(end - begin), ns;
    if (knot == 0)
        ns = knots[0].ns;
    else {
        double low = log(knots[knot - 1].height), high = log(knots[knot].height);
        double at = (mean_log((double)begin, width) - low) / (high - low);
        ns = knots[knot - 1].ns + at * (knots[knot].ns - knots[knot - 1].ns);
    }
    return width * ns * 1e-9;
}

/* Seconds of the numbers alone, without start-up. */
static double numbers_s(struct fan_range range)
{
    double sum = 0;
    uint64_t from = range.begin;
    for (int k = 0; k < KNOTS && from < range.end; k++) {
        uint64_t height = (uint64_t)knots[k].height;
        /* the last piece goes on beyond the last knot */
        uint64_t to = height < range.end && k + 1 < KNOTS ? height : range.end;
        if (to <= from) continue;
        sum += piece_s(from, to, k);
        from = to;
    }
    return sum;
}

double fan_sieve_cost_s(struct fan_range range)
{
    assert(range.begin <= range.end);
    return startup_s(range.end) + numbers_s(range);
}

/* The smallest x in the range whose numbers below it cost at least `share` of all. */
static uint64_t cut(struct fan_range range, double share)
{
    double goal = share * numbers_s(range);
    uint64_t low = range.begin, high = range.end;
    while (low < high) {
        uint64_t mid = low + (high - low) / 2;
        if (numbers_s((struct fan_range){ range.begin, mid }) < goal)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct fan_range fan_sieve_cost_part(struct fan_range range, uint32_t parts,
                                     uint32_t index)
{
    assert(range.begin <= range.end && parts >= 1 && index < parts);
    uint64_t n = range.end - range.begin;
    struct fan_range part = fan_range_block(n, parts, index);
    part.begin += range.begin;
    part.end += range.begin;
    if (n / parts < WIDTH_MIN) return part;
    if (index > 0) part.begin = cut(range, (double)index / parts);
    part.end = range.end;
    if (index + 1 < parts) part.end = cut(range, (double)(index + 1) / parts);
    return part;
}

uint32_t fan_sieve_cost_parts(struct fan_range range, uint32_t parallelism,
                              double target_s, uint32_t parts_max)
{
    double startup = startup_s(range.end), least = startup / STARTUP_SHARE_MAX;
    if (target_s < least) target_s = least;
    double wanted = numbers_s(range) / (target_s - startup);
    double places = 4.0 * parallelism;
    if (wanted < places) wanted = places;
    uint64_t n = range.end - range.begin;
    if (wanted > (double)n) wanted = (double)n;
    if (wanted > parts_max) wanted = parts_max;
    return wanted < 1 ? 1 : (uint32_t)ceil(wanted);
}
