#include "partition/sieve_cost.h"

#include <gtest/gtest.h>

#include <algorithm>

static const uint64_t E6 = 1000000, E9 = 1000000000, E12 = E6 * E6, E15 = E12 * 1000,
                      E18 = E15 * 1000;

TEST(SieveCost, GrowsWithWidthAndHeight)
{
    double last = 0;
    for (uint64_t lo : { uint64_t(0), E9, E12, E15, E18 - E9 }) {
        double narrow = fan_sieve_cost_s({ lo, lo + E6 });
        double wide = fan_sieve_cost_s({ lo, lo + E9 });
        EXPECT_GT(wide, narrow);
        EXPECT_GT(wide, last) << lo;
        last = wide;
    }
}

TEST(SieveCost, AnEmptyRangeCostsItsStartUpOnly)
{
    EXPECT_GT(fan_sieve_cost_s({ 5, 5 }), 0);
    EXPECT_LT(fan_sieve_cost_s({ 5, 5 }), 0.01);
    EXPECT_GT(fan_sieve_cost_s({ E18, E18 }), fan_sieve_cost_s({ E12, E12 }));
}

TEST(SieveCost, NumbersAddUpHoweverTheyAreCut)
{
    for (fan_range r : { fan_range{ 0, 1000 * E9 }, fan_range{ E18 - E9, E18 },
                         fan_range{ E15, E15 + 3 * E12 } }) {
        double whole = fan_sieve_cost_s(r) - fan_sieve_cost_s({ r.end, r.end });
        double sum = 0;
        for (uint32_t i = 0; i < 100; i++) {
            fan_range b = fan_range_block(r.end - r.begin, 100, i);
            fan_range part = { r.begin + b.begin, r.begin + b.end };
            sum += fan_sieve_cost_s(part) - fan_sieve_cost_s({ part.end, part.end });
        }
        EXPECT_NEAR(sum, whole, whole * 1e-9);
    }
}

static void expect_cover(fan_range range, uint32_t parts)
{
    uint64_t next = range.begin;
    for (uint32_t i = 0; i < parts; i++) {
        fan_range p = fan_sieve_cost_part(range, parts, i);
        ASSERT_EQ(p.begin, next) << parts << " parts, part " << i;
        ASSERT_LE(p.begin, p.end);
        bool enough = range.end - range.begin >= parts;
        ASSERT_TRUE(!enough || p.begin < p.end) << "part " << i << " is empty";
        next = p.end;
    }
    EXPECT_EQ(next, range.end);
}

TEST(SieveCostPart, PartsCoverTheRangeInOrderWithoutGaps)
{
    const fan_range ranges[] = { { 0, 0 },          { 0, 1 },
                                 { 7, 20 },         { 0, 1000 },
                                 { 0, 10 * E9 },    { 0, E18 },
                                 { E12, E12 + 1 },  { E18 - 1000, E18 },
                                 { E18 - E9, E18 }, { 99 * E6, 101 * E6 } };
    for (fan_range r : ranges)
        for (uint32_t parts : { 1u, 2u, 3u, 7u, 64u, 500u })
            expect_cover(r, parts);
}

TEST(SieveCostPart, PartsAroundTheSmallestWidthLeaveNoneEmpty)
{
    for (uint64_t n = 100 * 250; n < 100 * 262; n += 37)
        for (uint64_t lo : { uint64_t(0), E9 * 10 - 12000, E18 - n })
            expect_cover({ lo, lo + n }, 100);
}

TEST(SieveCostPart, PartsCostTheSameWithinTwoPercentBesidesStartUp)
{
    for (fan_range r : { fan_range{ 0, 10 * E9 }, fan_range{ 0, 1000 * E9 },
                         fan_range{ E12, E12 + 10 * E9 }, fan_range{ E18 - E9, E18 } })
        for (uint32_t parts : { 2u, 16u, 256u }) {
            double least = 1e300, most = 0;
            for (uint32_t i = 0; i < parts; i++) {
                fan_range p = fan_sieve_cost_part(r, parts, i);
                double cost = fan_sieve_cost_s(p) - fan_sieve_cost_s({ p.end, p.end });
                least = std::min(least, cost);
                most = std::max(most, cost);
            }
            EXPECT_LT(most / least, 1.02) << parts;
        }
}

TEST(SieveCostPart, LatePartsAreNarrower)
{
    fan_range all = { 0, 1000 * E9 };
    fan_range first = fan_sieve_cost_part(all, 64, 0);
    fan_range last = fan_sieve_cost_part(all, 64, 63);
    EXPECT_GT(first.end - first.begin, last.end - last.begin);
}

TEST(SieveCostParts, AtLeastFourPerPlace)
{
    EXPECT_EQ(fan_sieve_cost_parts({ 0, E9 }, 64, 1.0, 100000), 256u);
}

TEST(SieveCostParts, CallsTakeAboutTheTarget)
{
    fan_range r = { 0, 10000 * E9 };
    uint32_t parts = fan_sieve_cost_parts(r, 4, 2.0, 1000000);
    double call = fan_sieve_cost_s(fan_sieve_cost_part(r, parts, parts / 2));
    EXPECT_NEAR(call, 2.0, 0.1);
}

TEST(SieveCostParts, StartUpStaysAFifthOfACall)
{
    fan_range r = { E18 - 100 * E9, E18 };
    uint32_t parts = fan_sieve_cost_parts(r, 1, 0.01, 1000000);
    double call = fan_sieve_cost_s(fan_sieve_cost_part(r, parts, 0));
    EXPECT_LE(fan_sieve_cost_s({ E18, E18 }) / call, 0.21);
}

TEST(SieveCostParts, KeepsItsBounds)
{
    EXPECT_EQ(fan_sieve_cost_parts({ 0, E15 }, 64, 1.0, 100), 100u);
    EXPECT_EQ(fan_sieve_cost_parts({ 10, 15 }, 64, 1.0, 100), 5u);
    EXPECT_EQ(fan_sieve_cost_parts({ 10, 10 }, 64, 1.0, 100), 1u);
}
