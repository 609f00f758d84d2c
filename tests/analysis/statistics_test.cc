/* Published values and properties of the statistics. */
#include "analysis/statistics.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/reference_sets.h"
#include "common/random.h"

namespace
{

std::vector<double> Sorted(std::vector<double> values)
{
    fan_stats_sort(values.data(), values.size());
    return values;
}

fan_description Describe(std::vector<double> values)
{
    const std::vector<double> sorted = Sorted(std::move(values));
    return fan_stats_describe(sorted.data(), sorted.size());
}

} // namespace

TEST(StatisticsDescribe, MatchesTheExampleOfTheGslManual)
{
    const fan_description d = Describe({ 17.2, 18.1, 16.5, 18.3, 12.6 });
    EXPECT_EQ(d.n, 5u);
    EXPECT_NEAR(d.mean, 16.54, 1e-12);
    EXPECT_NEAR(d.sd, 2.317973253, 1e-9);
    EXPECT_DOUBLE_EQ(d.median, 17.2);
    EXPECT_DOUBLE_EQ(d.q1, 16.5);
    EXPECT_DOUBLE_EQ(d.q3, 18.1);
    EXPECT_NEAR(d.p95, 18.26, 1e-12);
    EXPECT_DOUBLE_EQ(d.min, 12.6);
    EXPECT_DOUBLE_EQ(d.max, 18.3);
}

TEST(StatisticsDescribe, MatchesTenPublishedLambdaRuns)
{
    const fan_description d =
        Describe({ 17.9, 17.1, 14.8, 16.6, 16.1, 16.5, 16.5, 15.1, 15.1, 15.4 });
    EXPECT_NEAR(d.mean, 16.11, 1e-12);
    EXPECT_NEAR(d.sd, 0.9993887, 1e-7);
    EXPECT_NEAR(d.cv, 0.0620353, 1e-7);
}

TEST(StatisticsDescribe, KnowsWhatTooFewValuesCannotTell)
{
    const fan_description none = Describe({});
    EXPECT_EQ(none.n, 0u);
    EXPECT_TRUE(std::isnan(none.mean) && std::isnan(none.median) && std::isnan(none.max));
    EXPECT_TRUE(std::isnan(none.median_ci.lower) && std::isnan(none.mean_ci.upper));

    const fan_description one = Describe({ 7 });
    EXPECT_DOUBLE_EQ(one.mean, 7);
    EXPECT_DOUBLE_EQ(one.p99, 7);
    EXPECT_TRUE(std::isnan(one.sd) && std::isnan(one.cv));
    EXPECT_TRUE(std::isnan(one.mean_ci.lower) && std::isnan(one.median_ci.lower));
}

TEST(StatisticsQuantile, MatchesTypeSevenOfPowersOfTwo)
{
    std::vector<double> z;
    for (int i = 0; i < 10; i++)
        z.push_back(1 << i);
    EXPECT_DOUBLE_EQ(fan_stats_quantile(z.data(), z.size(), 0.5), 24);
    EXPECT_NEAR(fan_stats_quantile(z.data(), z.size(), 0.9), 281.6, 1e-9);
    EXPECT_NEAR(fan_stats_quantile(z.data(), z.size(), 0.95), 396.8, 1e-9);
    EXPECT_NEAR(fan_stats_quantile(z.data(), z.size(), 0.99), 488.96, 1e-9);
    EXPECT_DOUBLE_EQ(fan_stats_quantile(z.data(), z.size(), 0), 1);
    EXPECT_DOUBLE_EQ(fan_stats_quantile(z.data(), z.size(), 1), 512);
}

TEST(StatisticsRanks, MatchPublishedMedianRanks)
{
    const struct {
        size_t n, lower, upper;
        double coverage;
    } known[] = { { 6, 1, 6, .96875 },       { 9, 2, 8, .9609375 },
                  { 10, 2, 9, .978515625 },  { 20, 6, 15, .9586105 },
                  { 30, 10, 21, .9572261 },  { 50, 18, 33, -1 },
                  { 100, 40, 61, .9647998 }, { 1000, 469, 532, -1 } };
    for (const auto &row : known) {
        size_t lower, upper;
        const double coverage =
            fan_stats_quantile_ranks(row.n, 0.5, 0.95, &lower, &upper);
        EXPECT_EQ(lower, row.lower) << row.n;
        EXPECT_EQ(upper, row.upper) << row.n;
        if (row.coverage > 0) {
            EXPECT_NEAR(coverage, row.coverage, 1e-7) << row.n;
        }
    }
}

TEST(StatisticsRanks, MatchPublishedTailRanks)
{
    size_t lower, upper;
    EXPECT_NEAR(fan_stats_quantile_ranks(100, 0.95, 0.95, &lower, &upper), .9826071,
                1e-7);
    EXPECT_EQ(lower, 90u);
    EXPECT_EQ(upper, 100u);
    fan_stats_quantile_ranks(300, 0.95, 0.95, &lower, &upper);
    EXPECT_EQ(lower, 277u);
    EXPECT_EQ(upper, 293u);
    fan_stats_quantile_ranks(1000, 0.95, 0.95, &lower, &upper);
    EXPECT_EQ(lower, 936u);
    EXPECT_EQ(upper, 964u);
    fan_stats_quantile_ranks(300, 0.99, 0.95, &lower, &upper);
    EXPECT_EQ(lower, 293u);
    EXPECT_EQ(upper, 301u); /* none above */
    fan_stats_quantile_ranks(1000, 0.99, 0.95, &lower, &upper);
    EXPECT_EQ(lower, 983u);
    EXPECT_EQ(upper, 997u);
}

TEST(StatisticsRanks, AlwaysCoverWhatTheyPromise)
{
    for (size_t n = 1; n <= 400; n++)
        for (double p : { 0.5, 0.95, 0.99 }) {
            size_t lower, upper;
            const double coverage = fan_stats_quantile_ranks(n, p, 0.95, &lower, &upper);
            EXPECT_GE(coverage, 0.95 - 1e-12) << n << " " << p;
            EXPECT_LT(lower, upper);
            EXPECT_LE(upper, n + 1);
        }
}

TEST(StatisticsRanks, MissingSideIsUnknown)
{
    const std::vector<double> five = { 1, 2, 3, 4, 5 };
    const fan_interval median =
        fan_stats_quantile_interval(five.data(), five.size(), 0.5, 0.95);
    EXPECT_TRUE(std::isnan(median.lower) && std::isnan(median.upper));
}

TEST(StatisticsMeanInterval, MatchesStudentsT)
{
    /* n = 10, sd = 1: t(.975, 9) = 2.262157163 (tables) */
    const fan_interval ci = fan_stats_mean_interval(0, 1, 10, 0.95);
    EXPECT_NEAR(ci.upper, 2.262157163 / std::sqrt(10.0), 1e-9);
    EXPECT_NEAR(ci.lower, -ci.upper, 1e-15);
}

TEST(StatisticsProportion, MatchesPublishedClopperPearson)
{
    const fan_interval none = fan_stats_proportion_interval(0, 100, 0.95);
    EXPECT_EQ(none.lower, 0);
    EXPECT_NEAR(none.upper, .0362167, 1e-7);
    const fan_interval three = fan_stats_proportion_interval(3, 100, 0.95);
    EXPECT_NEAR(three.lower, .0062300, 1e-7);
    EXPECT_NEAR(three.upper, .0851761, 1e-7);
    const fan_interval twelve = fan_stats_proportion_interval(12, 200, 0.95);
    EXPECT_NEAR(twelve.lower, .0313840, 1e-7);
    EXPECT_NEAR(twelve.upper, .1024618, 1e-7);
    EXPECT_EQ(fan_stats_proportion_interval(5, 5, 0.95).upper, 1);
    EXPECT_TRUE(std::isnan(fan_stats_proportion_interval(0, 0, 0.95).lower));
}

/* The inverse that GSL has did not converge at 49 of 787 and aborted the program. */
TEST(StatisticsProportion, EveryPairHasAnInterval)
{
    for (uint64_t n : { 10u, 787u, 935u, 972u, 2000u, 5999u })
        for (uint64_t k = 0; k <= n; k += 1 + n / 200) {
            const fan_interval ci = fan_stats_proportion_interval(k, n, 0.95);
            const double share = static_cast<double>(k) / static_cast<double>(n);
            EXPECT_LE(ci.lower, share) << k << " of " << n;
            EXPECT_GE(ci.upper, share) << k << " of " << n;
            EXPECT_LT(ci.upper - ci.lower, 2.3 / std::sqrt(static_cast<double>(n))) << k << " of " << n;
        }
}

TEST(StatisticsProportion, AndRanksWorkForAHundredMillionTrials)
{
    const uint64_t n = 100000000;
    const fan_interval ci = fan_stats_proportion_interval(n / 4, n, 0.95);
    EXPECT_NEAR(ci.upper - ci.lower, 2 * 1.959964 * std::sqrt(.25 * .75 / 1e8), 1e-8);
    const fan_interval small = fan_stats_proportion_interval(250000, 1000000, 0.95);
    EXPECT_NEAR(small.upper - small.lower, 2 * 1.959964 * std::sqrt(.25 * .75 / 1e6),
                2e-6);
    size_t lower, upper;
    EXPECT_NEAR(fan_stats_quantile_ranks(n, 0.5, 0.95, &lower, &upper), 0.95, 1e-3);
    EXPECT_NEAR(static_cast<double>(upper - lower), 2 * 1.959964 * 5000, 3);
}

TEST(StatisticsDkw, MatchesPublishedHalfWidths)
{
    EXPECT_NEAR(fan_stats_dkw(100, 0.95), .1358, 5e-5);
    EXPECT_NEAR(fan_stats_dkw(1000, 0.95), .0429, 5e-5);
}

TEST(StatisticsMedianRatio, HoldsTheTrueRatioAboutAsOftenAsItSays)
{
    fan_random random;
    fan_random_init(&random, 5, 5);
    int held = 0;
    const int trials = 200;
    for (int t = 0; t < trials; t++) {
        std::vector<double> a(40), b(40);
        for (double &x : a)
            x = 2.0 * (1.0 + fan_random_unit(&random));
        for (double &x : b)
            x = 1.0 + fan_random_unit(&random);
        a = Sorted(a);
        b = Sorted(b);
        const fan_interval ci = fan_stats_median_ratio_interval(
            a.data(), a.size(), b.data(), b.size(), 0.95, static_cast<uint64_t>(t));
        held += ci.lower <= 2.0 && 2.0 <= ci.upper;
    }
    EXPECT_GE(held, trials * 90 / 100);
    EXPECT_LE(held, trials);
}

TEST(StatisticsMedianRatio, IsReproducibleAndRefusesSmallSamples)
{
    std::vector<double> a = { 4, 5, 6, 7, 8, 9, 10 }, b = { 1, 2, 3, 4, 5, 6, 7 };
    const fan_interval one =
        fan_stats_median_ratio_interval(a.data(), 7, b.data(), 7, 0.95, 3);
    const fan_interval two =
        fan_stats_median_ratio_interval(a.data(), 7, b.data(), 7, 0.95, 3);
    EXPECT_EQ(one.lower, two.lower);
    EXPECT_EQ(one.upper, two.upper);
    EXPECT_LE(one.lower, 7.0 / 4.0);
    EXPECT_GE(one.upper, 7.0 / 4.0);
    EXPECT_TRUE(std::isnan(
        fan_stats_median_ratio_interval(a.data(), 5, b.data(), 7, 0.95, 3).lower));
}

TEST(StatisticsDescribe, MatchesTheSpeedOfLight)
{
    const std::vector<double> speed = Sorted(reference_sets::Morley());
    const fan_description d = fan_stats_describe(speed.data(), speed.size());
    EXPECT_NEAR(fan_stats_quantile(speed.data(), speed.size(), .05), 739, 1e-9);
    EXPECT_NEAR(d.q1, 807.5, 1e-9);
    EXPECT_NEAR(d.median, 850, 1e-9);
    EXPECT_NEAR(d.q3, 892.5, 1e-9);
    EXPECT_NEAR(d.p95, 980, 1e-9);
    EXPECT_NEAR(d.p99, 1000.7, 1e-9);
    const fan_interval student = fan_stats_mean_interval(d.mean, d.sd, d.n, .95);
    EXPECT_NEAR(student.lower, 836.7225932, 5e-8);
    EXPECT_NEAR(student.upper, 868.0774068, 5e-8);
}

/* A one-sided upper bound at 95 % is the upper side of a two-sided one at 90 %. */
TEST(StatisticsRanks, KnowTheLeastSampleThatBoundsATail)
{
    const struct {
        double p;
        size_t n;
    } known[] = { { .95, 59 }, { .99, 299 }, { .999, 2995 } };
    for (const auto &row : known) {
        size_t lower, upper;
        fan_stats_quantile_ranks(row.n, row.p, .9, &lower, &upper);
        EXPECT_LE(upper, row.n);
        fan_stats_quantile_ranks(row.n - 1, row.p, .9, &lower, &upper);
        EXPECT_GT(upper, row.n - 1);
    }
}
