/* Choosing a memory size: power tuning's strategies and the Pareto front. */
#include <vector>

#include <gtest/gtest.h>

#include "analysis/pareto.h"
#include "analysis/power_tuning.h"

namespace
{

using Sizes = std::vector<fan_tuning_size>;

uint32_t Balanced(const Sizes &sizes, double weight)
{
    return sizes[fan_tuning_balanced(sizes.data(), sizes.size(), weight)].memory_mb;
}

/* The published sweep of 1,000 runs, priced as the tool prices it. */
Sizes Published()
{
    Sizes sizes;
    const double ms[] = { 11722.965, 6678.945, 3194.954, 1465.984 };
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t memory = 128u << i;
        sizes.push_back({ memory, ms[i], fan_tuning_usd(&ms[i], 1, .2, 2.1e-9, memory) });
    }
    return sizes;
}

std::vector<bool> Front(const std::vector<fan_choice> &choices)
{
    bool marks[8];
    fan_pareto_front(choices.data(), choices.size(), marks);
    return std::vector<bool>(marks, marks + choices.size());
}

fan_choice Point(double time, double usd)
{
    return { { time, time }, { usd, usd } };
}

} // namespace

TEST(TuningTrimmedMean, MatchesTheToolsTests)
{
    const double values[] = { 1, 2, 3, 4, 2000 };
    EXPECT_DOUBLE_EQ(fan_tuning_trimmed_mean(values, 5, .2), 3);
    EXPECT_DOUBLE_EQ(fan_tuning_trimmed_mean(values, 5, 0), 402);
    EXPECT_DOUBLE_EQ(fan_tuning_trimmed_mean(values, 5, 9), 3); /* clamped to 0.4 */
}

TEST(TuningBalanced, MatchesTheToolsTests)
{
    const Sizes even = { { 128, 300, 101 }, { 256, 200, 200 }, { 512, 101, 300 } };
    EXPECT_EQ(Balanced(even, .5), 256u);
    const Sizes four = {
        { 128, 300, 100 }, { 256, 200, 200 }, { 512, 100, 300 }, { 1024, 50, 1000 }
    };
    EXPECT_EQ(Balanced(four, .3), 512u);
}

TEST(TuningStrategies, ChooseAsPublishedForTheSieve)
{
    const Sizes sizes = Published();
    const double usd[] = { 2.46183e-5, 2.80518e-5, 2.6838e-5, 2.46288e-5 };
    for (size_t i = 0; i < 4; i++)
        EXPECT_NEAR(sizes[i].average_usd, usd[i], 1e-12);
    EXPECT_EQ(sizes[fan_tuning_cheapest(sizes.data(), 4)].memory_mb, 128u);
    EXPECT_EQ(sizes[fan_tuning_fastest(sizes.data(), 4)].memory_mb, 1024u);
    EXPECT_EQ(Balanced(sizes, .5), 1024u);
    EXPECT_EQ(Balanced(sizes, 1), 128u);
    /* Why: at equal weights 1,024 MB has .501514; by cost alone the two are this close.
     */
    const double most = sizes[1].average_usd;
    EXPECT_NEAR(sizes[0].average_usd / most, .877601, 5e-7);
    EXPECT_NEAR(sizes[3].average_usd / most, .877976, 5e-7);
    EXPECT_NEAR(.5 * sizes[3].average_usd / most +
                    .5 * sizes[3].average_ms / sizes[0].average_ms,
                .501514, 5e-7);
    EXPECT_EQ(Balanced(sizes, 7), 128u); /* clamped to 1 */
    EXPECT_EQ(Balanced(sizes, 0), 1024u);
}

TEST(TuningStrategies, BreakTiesByTheOtherSide)
{
    const Sizes tied = { { 128, 300, 100 }, { 256, 200, 100 }, { 512, 200, 90 } };
    EXPECT_EQ(tied[fan_tuning_cheapest(tied.data(), 2)].memory_mb, 256u);
    EXPECT_EQ(tied[fan_tuning_fastest(tied.data(), 3)].memory_mb, 512u);
}

TEST(ParetoFront, HoldsTheEndsOfThePublishedSweep)
{
    std::vector<fan_choice> choices;
    for (const fan_tuning_size &size : Published())
        choices.push_back(Point(size.average_ms, size.average_usd));
    EXPECT_EQ(Front(choices), (std::vector<bool>{ true, false, false, true }));
}

TEST(ParetoFront, EqualCostAndLongerTimeIsOff)
{
    EXPECT_EQ(Front({ Point(1, 5), Point(2, 5), Point(3, 4) }),
              (std::vector<bool>{ true, false, true }));
}

TEST(ParetoFront, OverlappingIntervalsBeatNobody)
{
    const fan_choice sure = { { 1, 2 }, { 1, 2 } };
    const fan_choice unclear = { { 1.5, 3 }, { 5, 6 } };
    const fan_choice worse = { { 2.5, 3 }, { 2.5, 3 } };
    const fan_choice unknown = { { FAN_UNKNOWN, 1 }, { 0, 1 } };
    EXPECT_EQ(Front({ sure, unclear, worse, unknown }),
              (std::vector<bool>{ true, true, false, false }));
}
