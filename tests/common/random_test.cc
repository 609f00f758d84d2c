#include "common/random.h"

#include <gtest/gtest.h>
#include <set>

TEST(Random, EqualSeedsGiveEqualStreams)
{
    fan_random a, b, c;
    fan_random_init(&a, 7, 1);
    fan_random_init(&b, 7, 1);
    fan_random_init(&c, 7, 2);
    int same = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t x = fan_random_u64(&a);
        EXPECT_EQ(x, fan_random_u64(&b));
        same += x == fan_random_u64(&c);
    }
    EXPECT_EQ(0, same);
}

TEST(Random, UnitAndBelowStayInRangeAndSpread)
{
    fan_random r;
    fan_random_init(&r, 1, 0);
    double sum = 0;
    int count[7] = {};
    for (int i = 0; i < 70000; i++) {
        double u = fan_random_unit(&r);
        ASSERT_GE(u, 0.0);
        ASSERT_LT(u, 1.0);
        sum += u;
        count[fan_random_below(&r, 7)]++;
    }
    EXPECT_NEAR(0.5, sum / 70000, 0.005); /* 4.6 standard errors */
    for (int n : count)
        EXPECT_NEAR(10000, n, 450); /* 4.9 standard deviations */
    EXPECT_EQ(0u, fan_random_below(&r, 1));
}

TEST(Random, SystemBytesDiffer)
{
    std::set<uint64_t> seen;
    for (int i = 0; i < 100; i++) {
        uint64_t x = 0;
        fan_random_system(&x, sizeof x);
        seen.insert(x);
    }
    EXPECT_EQ(100u, seen.size());
}
