/* fake_clock.h - a clock that moves only when told. */
#ifndef FAN_TESTS_SUPPORT_FAKE_CLOCK_H
#define FAN_TESTS_SUPPORT_FAKE_CLOCK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fake_clock {
    int64_t now_ns;
};

/* Both fit struct fan_fanout_clock; context is the clock. Sleeping takes no time. */
int64_t fake_clock_now_ns(void *context);
void fake_clock_sleep_ns(void *context, int64_t ns);

#ifdef __cplusplus
}
#endif
#endif
