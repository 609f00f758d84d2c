/* Rank tests against the examples of R's documentation. */
#include "analysis/rank_tests.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/reference_sets.h"
#include "common/random.h"

namespace
{

using Values = std::vector<double>;

Values Sorted(Values values)
{
    std::sort(values.begin(), values.end());
    return values;
}

fan_two_samples Compare(const Values &x, const Values &y)
{
    const Values a = Sorted(x), b = Sorted(y);
    return fan_rank_mann_whitney(a.data(), a.size(), b.data(), b.size(), .95);
}

fan_k_samples Kruskal(const std::vector<Values> &groups)
{
    std::vector<fan_sample> samples;
    for (const Values &group : groups)
        samples.push_back({ group.data(), group.size() });
    return fan_rank_kruskal_wallis(samples.data(), samples.size());
}

const Values kX = { .80, .83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, .73, 1.46 };
const Values kY = { 1.15, .88, .90, .74, 1.21 };

} // namespace

TEST(RankMannWhitney, MatchesThePublishedExample)
{
    const fan_two_samples r = Compare(kX, kY);
    EXPECT_TRUE(r.exact);
    EXPECT_DOUBLE_EQ(r.u, 35);
    EXPECT_NEAR(r.p_greater, .1272061, 5e-8);
    EXPECT_NEAR(r.p, .2544123, 5e-8);
    EXPECT_NEAR(r.delta, .4, 1e-12);
    EXPECT_NEAR(r.shift, .305, 1e-12);
    EXPECT_NEAR(r.shift_ci.lower, -.15, 1e-12);
    EXPECT_NEAR(r.shift_ci.upper, .76, 1e-12);
}

TEST(RankMannWhitney, TheNormalLawMatchesThePublishedExample)
{
    double greater, less;
    fan_rank_u_normal(35, 10, 5, fan_rank_u_sd(10, 5, 0), 0.5, &greater, &less);
    EXPECT_NEAR(2 * greater, .2446236, 5e-8);
    fan_rank_u_normal(35, 10, 5, fan_rank_u_sd(10, 5, 0), 0, &greater, &less);
    EXPECT_NEAR(2 * greater, .2206714, 5e-8);
    EXPECT_NEAR(greater + less, 1, 1e-15);
}

TEST(RankMannWhitney, CorrectsForTies)
{
    const auto months = reference_sets::OzoneByMonth();
    const fan_two_samples r = Compare(months[0], months[3]);
    EXPECT_FALSE(r.exact);
    EXPECT_DOUBLE_EQ(r.u, 127.5);
    EXPECT_NEAR(r.p, 1.208078e-4, 5e-10);
}

TEST(RankMannWhitney, SwappedSamplesMirror)
{
    const fan_two_samples a = Compare(kX, kY), b = Compare(kY, kX);
    EXPECT_DOUBLE_EQ(a.u + b.u, 50);
    EXPECT_NEAR(a.p, b.p, 1e-12);
    EXPECT_NEAR(a.shift, -b.shift, 1e-12);
    EXPECT_NEAR(a.shift_ci.lower, -b.shift_ci.upper, 1e-12);
    EXPECT_DOUBLE_EQ(a.delta, -b.delta);
}

TEST(RankMannWhitney, ShiftIsTheMedianOfAllDifferences)
{
    fan_random random;
    fan_random_init(&random, 11, 0);
    for (int turn = 0; turn < 20; turn++) {
        Values x(1 + fan_random_below(&random, 90)), y(1 + fan_random_below(&random, 90));
        for (double &v : x)
            v = std::floor(200 * fan_random_unit(&random)) / 8;
        for (double &v : y)
            v = 7 + std::floor(150 * fan_random_unit(&random)) / 8;
        Values all;
        for (double a : x)
            for (double b : y)
                all.push_back(a - b);
        all = Sorted(all);
        EXPECT_NEAR(Compare(x, y).shift, fan_stats_quantile(all.data(), all.size(), .5),
                    1e-9);
    }
}

TEST(RankMannWhitney, EqualAndEmptySamplesSayNothing)
{
    EXPECT_DOUBLE_EQ(Compare({ 2, 2, 2 }, { 2, 2, 2, 2 }).p, 1);
    EXPECT_DOUBLE_EQ(Compare({ 2, 2, 2 }, { 2, 2 }).shift, 0);
    EXPECT_TRUE(std::isnan(Compare({}, { 1 }).p));
    EXPECT_TRUE(std::isnan(Compare({ 1 }, { 2 }).shift_ci.lower));
}

TEST(RankCounts, AreTheKnownOrders)
{
    double counts[10];
    fan_rank_counts(3, 3, counts);
    EXPECT_EQ(Values(counts, counts + 10), (Values{ 1, 1, 2, 3, 3, 3, 3, 2, 1, 1 }));
}

/* Rounding once made the upper tail negative. */
TEST(RankCounts, RiseToTheMiddleAndAddUpToTheBinomial)
{
    Values counts(50 * 50 + 1);
    fan_rank_counts(50, 50, counts.data());
    double sum = 0;
    for (size_t i = 0; i < counts.size(); i++) {
        sum += counts[i];
        EXPECT_GE(counts[i], 1) << i;
        EXPECT_DOUBLE_EQ(counts[i], counts[counts.size() - 1 - i]) << i;
        if (i > 1 && i <= 1250) {
            EXPECT_GT(counts[i], counts[i - 1] * .999999) << i;
        }
    }
    EXPECT_NEAR(sum / 1.00891344545564193e29, 1, 1e-12);
}

TEST(RankMidranks, ShareTheRanksOfTies)
{
    const Values v = { 3, 1, 3, 2, 3 };
    double *rank = fan_rank_midranks(v.data(), v.size());
    EXPECT_EQ(Values(rank, rank + 5), (Values{ 4, 1, 4, 2, 4 }));
    free(rank);
}

TEST(RankEffect, HasItsThresholds)
{
    EXPECT_STREQ(fan_rank_effect(.1), "a negligible");
    EXPECT_STREQ(fan_rank_effect(-.2), "a small");
    EXPECT_STREQ(fan_rank_effect(.4), "a medium");
    EXPECT_STREQ(fan_rank_effect(-.5), "a large");
}

TEST(RankKruskalWallis, MatchesPublishedSets)
{
    const fan_k_samples ozone = Kruskal(reference_sets::OzoneByMonth());
    EXPECT_NEAR(ozone.h, 29.26657631, 5e-9);
    EXPECT_EQ(ozone.df, 4u);
    EXPECT_NEAR(ozone.p, 6.900714e-6, 5e-12);

    const fan_k_samples lungs = Kruskal(
        { { 2.9, 3, 2.5, 2.6, 3.2 }, { 3.8, 2.7, 4, 2.4 }, { 2.8, 3.4, 3.7, 2.2, 2 } });
    EXPECT_NEAR(lungs.h, .7714285714, 1e-10);
    EXPECT_NEAR(lungs.p, .6799648, 5e-8);

    EXPECT_NEAR(Kruskal(reference_sets::InsectsBySpray()).h, 54.69134462, 5e-9);

    const Values speed = reference_sets::Morley();
    std::vector<Values> experiments;
    for (size_t e = 0; e < 5; e++)
        experiments.emplace_back(speed.begin() + static_cast<long>(20 * e),
                                 speed.begin() + static_cast<long>(20 * e + 20));
    EXPECT_NEAR(Kruskal(experiments).h, 15.02212466, 5e-9);
    EXPECT_NEAR(Kruskal(experiments).p, .004655548, 5e-10);
}

TEST(RankKruskalWallis, OneGroupOrOneValueSaysNothing)
{
    EXPECT_TRUE(std::isnan(Kruskal({ { 1, 2 }, {} }).h));
    EXPECT_DOUBLE_EQ(Kruskal({ { 4, 4 }, { 4 } }).p, 1);
}

TEST(RankHolm, MatchesThePublishedExample)
{
    Values p = { .001, .008, .039, .041, .042, .06 };
    fan_rank_holm(p.data(), p.size());
    const Values known = { .006, .04, .156, .156, .156, .156 };
    for (size_t i = 0; i < p.size(); i++)
        EXPECT_NEAR(p[i], known[i], 1e-12);
    Values with_unknown = { .01, FAN_UNKNOWN, .9 };
    fan_rank_holm(with_unknown.data(), 3);
    EXPECT_NEAR(with_unknown[0], .02, 1e-15);
    EXPECT_TRUE(std::isnan(with_unknown[1]));
    EXPECT_NEAR(with_unknown[2], .9, 1e-15);
}

TEST(RankSigned, MatchesThePublishedExample)
{
    const Values x = { 1.83, .5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3 };
    const Values y = { .878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29 };
    Values d;
    for (size_t i = 0; i < x.size(); i++)
        d.push_back(x[i] - y[i]);
    const fan_paired r = fan_rank_signed(d.data(), d.size());
    EXPECT_DOUBLE_EQ(r.v, 40);
    EXPECT_NEAR(r.p_greater, .01953125, 1e-12);
    EXPECT_NEAR(r.p, .0390625, 1e-12);
}

TEST(RankSigned, LargeSamplesAgreeWithTheNormalLaw)
{
    Values d;
    for (int i = 1; i <= 60; i++)
        d.push_back(i % 2 ? i : -i);
    const fan_paired r = fan_rank_signed(d.data(), d.size());
    EXPECT_GT(r.p, .8);
    for (double &v : d)
        v = std::fabs(v);
    EXPECT_LT(fan_rank_signed(d.data(), d.size()).p, 1e-10);
    EXPECT_TRUE(std::isnan(fan_rank_signed(Values{ 0, 0 }.data(), 2).p));
}
