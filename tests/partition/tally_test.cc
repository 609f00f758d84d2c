#include "partition/tally.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

using Tally = std::unique_ptr<fan_tally, decltype(&fan_tally_free)>;

static const fan_range parts[] = { { 0, 10 }, { 10, 20 }, { 20, 29 }, { 29, 30 } };
static const fan_sieve_result answers[] = { { { 0, 10 }, 4, 17, 2, 7, 0, 0, 0 },
                                            { { 10, 20 }, 4, 60, 11, 19, 0, 0, 0 },
                                            { { 20, 29 }, 1, 23, 23, 23, 0, 0, 0 },
                                            { { 29, 30 }, 1, 29, 29, 29, 0, 0, 0 } };

static Tally tally_of(uint32_t n)
{
    return Tally(fan_tally_new({ 0, 30 }, n), fan_tally_free);
}

TEST(Tally, SumsPartitionsInAnyOrder)
{
    Tally tally = tally_of(4);
    for (uint32_t i : { 2u, 0u, 3u, 1u }) {
        bool added = false;
        EXPECT_FALSE(fan_tally_has(tally.get(), i));
        ASSERT_EQ(fan_tally_add(tally.get(), i, parts[i], &answers[i], &added, nullptr),
                  FAN_OK);
        EXPECT_TRUE(added);
        EXPECT_TRUE(fan_tally_has(tally.get(), i));
    }
    fan_sieve_result total = fan_tally_total(tally.get());
    EXPECT_EQ(fan_tally_done(tally.get()), 4u);
    EXPECT_EQ(total.count, 10u);
    EXPECT_EQ(total.checksum, 129u);
    EXPECT_EQ(total.first, 2u);
    EXPECT_EQ(total.last, 29u);
    EXPECT_EQ(total.range.end, 30u);
}

TEST(Tally, ASecondAnswerForAPartitionIsNotAdded)
{
    Tally tally = tally_of(4);
    bool added = true;
    ASSERT_EQ(fan_tally_add(tally.get(), 0, parts[0], &answers[0], nullptr, nullptr),
              FAN_OK);
    ASSERT_EQ(fan_tally_add(tally.get(), 0, parts[0], &answers[0], &added, nullptr),
              FAN_OK);
    EXPECT_FALSE(added);
    EXPECT_EQ(fan_tally_done(tally.get()), 1u);
    EXPECT_EQ(fan_tally_total(tally.get()).count, 4u);
}

TEST(Tally, TwoAnswersThatDifferAreAnError)
{
    Tally tally = tally_of(4);
    fan_sieve_result other = answers[0];
    other.checksum = 18;
    ASSERT_EQ(fan_tally_add(tally.get(), 0, parts[0], &answers[0], nullptr, nullptr),
              FAN_OK);
    fan_err err = {};
    EXPECT_EQ(fan_tally_add(tally.get(), 0, parts[0], &other, nullptr, &err), FAN_EINVAL);
    EXPECT_NE(std::string(err.text).find("partition 0: two answers differ"),
              std::string::npos)
        << err.text;
    EXPECT_EQ(fan_tally_total(tally.get()).checksum, 17u);
}

TEST(Tally, RefusesAnswersThatCannotBeTrue)
{
    const struct {
        const char *why;
        uint32_t index;
        fan_sieve_result result;
    } cases[] = {
        { "index", 4, answers[0] },
        { "range", 0, { { 0, 11 }, 4, 17, 2, 7, 0, 0, 0 } },
        { "too many", 0, { { 0, 10 }, 6, 17, 2, 7, 0, 0, 0 } },
        { "first below", 1, { { 10, 20 }, 4, 60, 7, 19, 0, 0, 0 } },
        { "last beyond", 1, { { 10, 20 }, 4, 60, 11, 20, 0, 0, 0 } },
        { "one prime, two ends", 2, { { 20, 29 }, 1, 23, 23, 25, 0, 0, 0 } },
        { "two primes, one end", 2, { { 20, 29 }, 2, 46, 23, 23, 0, 0, 0 } },
        { "none, yet a first", 2, { { 20, 29 }, 0, 0, 23, 0, 0, 0, 0 } },
        { "none, yet a sum", 2, { { 20, 29 }, 0, 23, 0, 0, 0, 0, 0 } },
        { "wrong sum of one", 2, { { 20, 29 }, 1, 24, 23, 23, 0, 0, 0 } },
        { "more twins than primes", 0, { { 0, 10 }, 4, 17, 2, 7, 5, 0, 0 } },
        { "gap of one prime", 2, { { 20, 29 }, 1, 23, 23, 23, 0, 2, 23 } },
        { "gap from before", 1, { { 10, 20 }, 4, 60, 11, 19, 0, 4, 7 } },
        { "gap beyond the last", 1, { { 10, 20 }, 4, 60, 11, 19, 0, 6, 17 } },
        { "no gap, yet a start", 1, { { 10, 20 }, 4, 60, 11, 19, 0, 0, 13 } },
        { "first is 1", 0, { { 0, 10 }, 4, 17, 1, 7, 0, 0, 0 } },
    };
    for (const auto &c : cases) {
        Tally tally = tally_of(4);
        fan_err err = {};
        EXPECT_EQ(fan_tally_add(tally.get(), c.index, parts[c.index % 4], &c.result,
                                nullptr, &err),
                  FAN_EINVAL)
            << c.why;
        EXPECT_EQ(std::string(err.text).find("partition"), 0u) << err.text;
        EXPECT_EQ(fan_tally_done(tally.get()), 0u);
    }
}

/* primes 2 3 5 7 | 11 13 17 19 | 23 | 29: the greatest gap lies between the last two */
TEST(Tally, AddsTwinsAndFindsGapsAcrossPartitions)
{
    fan_sieve_result with[4];
    std::copy(answers, answers + 4, with);
    const uint64_t extras[4][3] = { { 2, 2, 3 }, { 2, 4, 13 }, { 0, 0, 0 }, { 1, 0, 0 } };
    for (int i = 0; i < 4; i++) {
        with[i].twins = extras[i][0];
        with[i].gap = extras[i][1];
        with[i].gap_start = extras[i][2];
    }
    Tally tally = tally_of(4);
    for (uint32_t i : { 3u, 0u, 1u })
        ASSERT_EQ(fan_tally_add(tally.get(), i, parts[i], &with[i], nullptr, nullptr),
                  FAN_OK);
    fan_sieve_result total = fan_tally_total(tally.get()); /* 23 may or may not be prime */
    EXPECT_EQ(total.twins, 5u);
    EXPECT_EQ(total.gap, 4u);
    EXPECT_EQ(total.gap_start, 7u);
    ASSERT_EQ(fan_tally_add(tally.get(), 2, parts[2], &with[2], nullptr, nullptr), FAN_OK);
    total = fan_tally_total(tally.get());
    EXPECT_EQ(total.twins, 5u);
    EXPECT_EQ(total.gap, 6u);
    EXPECT_EQ(total.gap_start, 23u);
}

TEST(Tally, EmptyPartitionsCountNothing)
{
    Tally tally = tally_of(2);
    fan_sieve_result none = { { 24, 29 }, 0, 0, 0, 0, 0, 0, 0 };
    ASSERT_EQ(fan_tally_add(tally.get(), 1, { 24, 29 }, &none, nullptr, nullptr), FAN_OK);
    fan_sieve_result total = fan_tally_total(tally.get());
    EXPECT_EQ(total.count, 0u);
    EXPECT_EQ(total.first, 0u);
    EXPECT_EQ(fan_tally_done(tally.get()), 1u);
}

TEST(TallyKnownCount, HasThePublishedCounts)
{
    EXPECT_EQ(fan_tally_known_count(1), 0u);
    EXPECT_EQ(fan_tally_known_count(10), 4u);
    EXPECT_EQ(fan_tally_known_count(10000000000), 455052511u);
    EXPECT_EQ(fan_tally_known_count(1000000000000000000), 24739954287740860u);
    EXPECT_EQ(fan_tally_known_count(0), UINT64_MAX);
    EXPECT_EQ(fan_tally_known_count(20), UINT64_MAX);
}
