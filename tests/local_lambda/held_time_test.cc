#include "local_lambda/held_time.h"

#include <gtest/gtest.h>

TEST(HeldTime, ComputingIsStretched)
{
    struct fan_measured measured = { 100, 100, 0, 800, 3000, 1 };
    struct fan_held held = fan_held_time(&measured);
    EXPECT_DOUBLE_EQ(held.duration_ms, 800);
    EXPECT_FALSE(held.timed_out);
    EXPECT_FALSE(held.host_limited);
}

TEST(HeldTime, WaitingIsNot)
{
    struct fan_measured measured = { 500, 10, 0, 80, 3000, 1 };
    EXPECT_DOUBLE_EQ(fan_held_time(&measured).duration_ms, 570);
}

TEST(HeldTime, AHostThatIsShortOfCpuIsForgivenWithinTheShare)
{
    /* 100 ms of CPU took 300 ms here, but the share gives 800 ms anyway */
    struct fan_measured measured = { 300, 100, 200, 800, 3000, 1 };
    struct fan_held held = fan_held_time(&measured);
    EXPECT_DOUBLE_EQ(held.duration_ms, 800);
    EXPECT_FALSE(held.host_limited);
}

TEST(HeldTime, AHostThatIsTooSlowIsTold)
{
    struct fan_measured measured = { 300, 100, 200, 100, 3000, 1 };
    struct fan_held held = fan_held_time(&measured);
    EXPECT_DOUBLE_EQ(held.duration_ms, 300);
    EXPECT_TRUE(held.host_limited);
}

TEST(HeldTime, SlackIsTwoMillisecondsOrFivePercent)
{
    struct fan_measured shorter = { 11.9, 10, 1.9, 10, 3000, 1 };
    EXPECT_FALSE(fan_held_time(&shorter).host_limited);
    shorter = { 12.1, 10, 2.1, 10, 3000, 1 };
    EXPECT_TRUE(fan_held_time(&shorter).host_limited);
    struct fan_measured longer = { 1049, 1000, 49, 1000, 3000, 1 };
    EXPECT_FALSE(fan_held_time(&longer).host_limited);
    longer = { 1051, 1000, 51, 1000, 3000, 1 };
    EXPECT_TRUE(fan_held_time(&longer).host_limited);
}

TEST(HeldLate, HasTheSameSlack)
{
    EXPECT_FALSE(fan_held_late(1.9, 10));
    EXPECT_TRUE(fan_held_late(2.1, 10));
    EXPECT_FALSE(fan_held_late(49, 1000));
    EXPECT_TRUE(fan_held_late(51, 1000));
    EXPECT_FALSE(fan_held_late(-5, 0));
}

TEST(HeldTime, StretchingEndsAtTheTimeOut)
{
    struct fan_measured measured = { 500, 500, 0, 4000, 3000, 1 };
    struct fan_held held = fan_held_time(&measured);
    EXPECT_DOUBLE_EQ(held.duration_ms, 3000);
    EXPECT_TRUE(held.timed_out);
}

TEST(HeldTime, ParallelThreadsNeverWaitNegatively)
{
    struct fan_measured measured = { 100, 180, 0, 180, 3000, 1 };
    EXPECT_DOUBLE_EQ(fan_held_time(&measured).duration_ms, 180);
}

TEST(HeldTime, ThreadsShareTheStretchedTimeAmongTheirVcpus)
{
    // two threads, two vCPUs: as long as it took; with one vCPU, one after the other
    struct fan_measured measured = { 100, 200, 0, 200, 3000, 2 };
    EXPECT_DOUBLE_EQ(fan_held_time(&measured).duration_ms, 100);
    measured.vcpus = 1;
    EXPECT_DOUBLE_EQ(fan_held_time(&measured).duration_ms, 200);
    // four threads on a larger host than the function has vCPUs
    measured = { 50, 200, 0, 200, 3000, 2 };
    EXPECT_DOUBLE_EQ(fan_held_time(&measured).duration_ms, 100);
    // on a host with one core they queue: it took twice as long as they need
    measured = { 200, 200, 200, 200, 3000, 2 };
    const struct fan_held held = fan_held_time(&measured);
    EXPECT_DOUBLE_EQ(held.duration_ms, 200);
    EXPECT_TRUE(held.host_limited);
}

TEST(HeldTime, AThreadThatRunsAloneNeedsAllItsTime)
{
    struct fan_measured measured = { 300, 100, 0, 100, 3000, 4 };
    EXPECT_DOUBLE_EQ(fan_held_time(&measured).duration_ms, 300); // it waited for 200
    measured = { 0, 0, 0, 0, 3000, 4 };
    EXPECT_DOUBLE_EQ(fan_held_time(&measured).duration_ms, 0);
}
