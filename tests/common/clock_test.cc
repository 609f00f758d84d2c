#include "common/clock.h"

#include <gtest/gtest.h>

TEST(ClockIso, WritesUtcWithMilliseconds)
{
    char text[FAN_TIME_ISO_MAX];
    fan_clock_iso(0, text);
    EXPECT_STREQ("1970-01-01T00:00:00.000Z", text);
    fan_clock_iso(INT64_C(1769853600123456789), text);
    EXPECT_STREQ("2026-01-31T10:00:00.123Z", text);
}

TEST(ClockMono, NeverGoesBackAndSleepLasts)
{
    int64_t t0 = fan_clock_mono_ns();
    fan_clock_sleep_ns(2000000);
    EXPECT_GE(fan_clock_mono_ns() - t0, 2000000);
    fan_clock_sleep_ns(-5);
    EXPECT_GT(fan_clock_wall_ns(), INT64_C(1700000000000000000));
    EXPECT_GE(fan_clock_cpu_ns(), 0);
}
