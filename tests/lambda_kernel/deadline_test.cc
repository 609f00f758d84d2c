#include "lambda_kernel/deadline.h"

#include <gtest/gtest.h>

#include "common/clock.h"

static const int64_t MS = 1000000;

TEST(DeadlineShare, IsProportional)
{
    EXPECT_DOUBLE_EQ(fan_deadline_share(1769), 1);
    EXPECT_DOUBLE_EQ(fan_deadline_share(3538), 2);
    EXPECT_DOUBLE_EQ(fan_deadline_share(0), 1);
    EXPECT_DOUBLE_EQ(fan_deadline_share(128), 128.0 / 1769);
}

TEST(DeadlineLimit, KeepsAMarginAndNeverAllOfAShortTime)
{
    const int64_t now = 1700000000000 * MS;
    EXPECT_EQ(fan_deadline_limit_ns(1700000003000, now), 2950 * MS);
    EXPECT_EQ(fan_deadline_limit_ns(1700000000100, now), 80 * MS);
    EXPECT_EQ(fan_deadline_limit_ns(1700000000000, now), 0);
    EXPECT_EQ(fan_deadline_limit_ns(1699999999000, now), 0);
    EXPECT_EQ(fan_deadline_limit_ns(0, now), INT64_MAX);
    EXPECT_EQ(fan_deadline_limit_ns(INT64_MAX, now), INT64_MAX);
}

TEST(DeadlineThreads, AreTheWholeCpus)
{
    const struct {
        uint64_t memory_mb;
        unsigned threads;
    } sizes[] = { { 0, 1 },    { 128, 1 },  { 1769, 1 }, { 2600, 1 }, { 2700, 2 },
                  { 3538, 2 }, { 7076, 4 }, { 10240, 6 }, { UINT32_MAX, 6 } };
    for (const auto &size : sizes)
        EXPECT_EQ(fan_deadline_threads(size.memory_mb), size.threads) << size.memory_mb;
}

TEST(DeadlineElapsed, CountsTheTimeThatTheShareWouldTake)
{
    EXPECT_EQ(fan_deadline_elapsed_ns(100 * MS, 20 * MS, 1), 100 * MS);
    EXPECT_EQ(fan_deadline_elapsed_ns(100 * MS, 100 * MS, 0.5), 200 * MS);
    EXPECT_EQ(fan_deadline_elapsed_ns(100 * MS, 20 * MS, 0.5), 100 * MS);
}

TEST(DeadlineNear, IsTrueOnlyBehindTheLimit)
{
    fan_deadline deadline;
    fan_deadline_start(&deadline, 0, 128);
    EXPECT_FALSE(fan_deadline_near(&deadline));
    fan_deadline_start(&deadline, fan_clock_wall_ns() / MS + 3600000, 128);
    EXPECT_FALSE(fan_deadline_near(&deadline));
    deadline.start_cpu_ns -= INT64_C(300000) * MS; /* 300 s of CPU at a share of 1/13.8 */
    EXPECT_TRUE(fan_deadline_near(&deadline));
    fan_deadline_start(&deadline, 1, 128);
    EXPECT_TRUE(fan_deadline_near(&deadline));
}
