/* little_law.c - see little_law.h. */
#include "analysis/little_law.h"

#include <assert.h>

#include "analysis/statistics.h"

struct fan_little fan_little_law(const struct fan_span *spans, size_t n, int64_t from_ns,
                                 int64_t to_ns)
{
    assert(from_ns < to_ns);
    const double window = (double)(to_ns - from_ns);
    double area = 0.0, latency = 0.0;
    for (size_t i = 0; i < n; i++) {
        const int64_t start = spans[i].start_ns < from_ns ? from_ns : spans[i].start_ns;
        const int64_t end = spans[i].end_ns > to_ns ? to_ns : spans[i].end_ns;
        if (end > start) area += (double)(end - start);
        latency += (double)(spans[i].end_ns - spans[i].start_ns);
    }
    const struct fan_little law = { area / window, latency / window };
    return law;
}

void fan_little_closed_loop_add(const struct fan_span *spans, size_t n,
                                double *explained_ns, double *span_ns)
{
    for (size_t first = 0, next; first < n; first = next) {
        int64_t end_ns = spans[first].end_ns;
        *explained_ns += (double)(spans[first].end_ns - spans[first].start_ns);
        for (next = first + 1; next < n && spans[next].place == spans[first].place;
             next++) {
            *explained_ns += (double)(spans[next].end_ns - spans[next].start_ns) +
                             (double)spans[next].wait_ns;
            if (spans[next].end_ns > end_ns) end_ns = spans[next].end_ns;
        }
        *span_ns += (double)(end_ns - spans[first].start_ns);
    }
}

double fan_little_closed_loop(const struct fan_span *spans, size_t n)
{
    double explained_ns = 0.0, span_ns = 0.0;
    fan_little_closed_loop_add(spans, n, &explained_ns, &span_ns);
    return span_ns > 0.0 ? explained_ns / span_ns : FAN_UNKNOWN;
}
