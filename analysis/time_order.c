/* time_order.c - see time_order.h. */
#include "analysis/time_order.h"

#include <stdlib.h>

static int compare_times(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left;
    const int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int compare_changes(const void *left, const void *right)
{
    const struct fan_change *a = left;
    const struct fan_change *b = right;
    if (a->at_ns != b->at_ns) return a->at_ns < b->at_ns ? -1 : 1;
    return a->by - b->by;
}

static int compare_sent(const void *left, const void *right)
{
    const struct fan_attempt *a = left;
    const struct fan_attempt *b = right;
    return (a->sent_ns > b->sent_ns) - (a->sent_ns < b->sent_ns);
}

void fan_times_sort(int64_t *times_ns, size_t n)
{
    qsort(times_ns, n, sizeof *times_ns, compare_times);
}

void fan_changes_sort(struct fan_change *changes, size_t n)
{
    qsort(changes, n, sizeof *changes, compare_changes);
}

void fan_attempts_sort(struct fan_attempt *attempts, size_t n)
{
    qsort(attempts, n, sizeof *attempts, compare_sent);
}
