/* pareto.c - see pareto.h. Choices are few: every pair is looked at. */
#include "analysis/pareto.h"

#include <math.h>

static bool is_known(const struct fan_choice *c)
{
    return isfinite(c->time.lower + c->time.upper + c->usd.lower + c->usd.upper);
}

static bool beats(const struct fan_choice *a, const struct fan_choice *b)
{
    const bool not_worse = a->time.upper <= b->time.lower && a->usd.upper <= b->usd.lower;
    const bool better = a->time.upper < b->time.lower || a->usd.upper < b->usd.lower;
    return not_worse && better;
}

void fan_pareto_front(const struct fan_choice *choices, size_t n, bool *on_front)
{
    for (size_t i = 0; i < n; i++) {
        on_front[i] = is_known(&choices[i]);
        for (size_t j = 0; j < n && on_front[i]; j++)
            if (is_known(&choices[j]) && beats(&choices[j], &choices[i]))
                on_front[i] = false;
    }
}
