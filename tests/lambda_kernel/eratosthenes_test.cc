#include "lambda_kernel/eratosthenes.h"

#include <gtest/gtest.h>

#include "tests/lambda_kernel/plain_sieve.h"

namespace
{
bool never(void *)
{
    return false;
}
bool at_once(void *)
{
    return true;
}
bool countdown(void *left)
{
    return --*static_cast<int *>(left) == 0;
}
} // namespace

TEST(EratosthenesRun, CountsInclusivelyAndNamesTheHighestThree)
{
    for (uint64_t max : { 0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 10U, 100U, 9409U, 65536U }) {
        fan_eratosthenes found;
        ASSERT_EQ(fan_eratosthenes_run(max, 1, never, nullptr, &found, nullptr), FAN_OK);
        auto composite = plain_composites(0, max + 1);
        fan_primes expected = plain_primes_of(composite, 0, 0, max + 1);
        EXPECT_EQ(found.count, expected.count) << max;
        EXPECT_EQ(found.highest[0], expected.last) << max;
        uint64_t named = 0;
        for (uint64_t n = max + 1; n-- > 0 && named < 3;) {
            if (composite[n]) continue;
            EXPECT_EQ(found.highest[named++], n) << max;
        }
        for (; named < 3; named++)
            EXPECT_EQ(found.highest[named], 0U) << max;
    }
}

TEST(EratosthenesRun, GivesThePublishedCountAtOneMillion)
{
    fan_eratosthenes found;
    ASSERT_EQ(fan_eratosthenes_run(1000000, 3, never, nullptr, &found, nullptr), FAN_OK);
    EXPECT_EQ(found.count, 78498U);
    EXPECT_EQ(found.highest[0], 999983U);
    EXPECT_EQ(found.highest[1], 999979U);
    EXPECT_EQ(found.highest[2], 999961U);
}

TEST(EratosthenesRun, StopsWhenToldInAnyLoop)
{
    fan_eratosthenes found = { 7, { 7, 7, 7 } };
    fan_err err = {};
    EXPECT_EQ(fan_eratosthenes_run(1000, 1, at_once, nullptr, &found, &err),
              FAN_EINTERRUPTED);
    EXPECT_EQ(found.count, 7U); /* untouched */
    for (int asks : { 2, 10, 100 }) {
        int left = asks;
        EXPECT_EQ(fan_eratosthenes_run(3000000, 1000, countdown, &left, &found, nullptr),
                  FAN_EINTERRUPTED);
        EXPECT_EQ(left, 0);
    }
}

TEST(EratosthenesRun, ChecksItsBounds)
{
    fan_eratosthenes found;
    fan_err err = {};
    EXPECT_EQ(
        fan_eratosthenes_run(FAN_ERATOSTHENES_MAX + 1, 1, never, nullptr, &found, &err),
        FAN_EINVAL);
    EXPECT_EQ(fan_eratosthenes_run(10, 0, never, nullptr, &found, nullptr), FAN_EINVAL);
}
