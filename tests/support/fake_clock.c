/* fake_clock.c - see fake_clock.h. */
#include "tests/support/fake_clock.h"

int64_t fake_clock_now_ns(void *context)
{
    return ((struct fake_clock *)context)->now_ns;
}

void fake_clock_sleep_ns(void *context, int64_t ns)
{
    if (ns > 0) ((struct fake_clock *)context)->now_ns += ns;
}
