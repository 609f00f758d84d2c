/* Trend, autocorrelation and change points against the Nile's published values. */
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/change_point.h"
#include "analysis/moments.h"
#include "analysis/reference_sets.h"
#include "analysis/trend.h"
#include "common/random.h"

namespace
{

using Values = std::vector<double>;

std::vector<size_t> Cuts(const Values &values, double penalty, size_t shortest)
{
    std::vector<size_t> cuts(values.size());
    cuts.resize(
        fan_change_pelt(values.data(), values.size(), penalty, shortest, cuts.data()));
    return cuts;
}

} // namespace

TEST(TrendOf, MatchesTheNile)
{
    const Values nile = reference_sets::Nile();
    const fan_trend t = fan_trend_of(nile.data(), nile.size(), .95);
    EXPECT_DOUBLE_EQ(t.s, -1387);
    EXPECT_NEAR(t.variance, 112728.3333, 5e-5);
    EXPECT_NEAR(t.z, -4.128066523, 5e-10);
    EXPECT_NEAR(t.p, 3.658263e-5, 5e-12);
    EXPECT_NEAR(t.tau, -.2807413, 5e-8);
    EXPECT_NEAR(t.slope, -2.6, 1e-12);
    EXPECT_NEAR(t.slope_ci.lower, -3.627907, 5e-7);
    EXPECT_NEAR(t.slope_ci.upper, -1.428571, 5e-7);
}

TEST(TrendOf, FindsLinesAndNothingInConstants)
{
    Values line;
    for (int i = 0; i < 40; i++)
        line.push_back(3 + .5 * i);
    EXPECT_NEAR(fan_trend_of(line.data(), line.size(), .95).slope, .5, 1e-12);
    EXPECT_NEAR(fan_trend_of(line.data(), line.size(), .95).tau, 1, 1e-12);
    const Values flat(40, 7.0);
    EXPECT_DOUBLE_EQ(fan_trend_of(flat.data(), flat.size(), .95).p, 1);
    EXPECT_TRUE(std::isnan(fan_trend_of(flat.data(), 3, .95).p));
}

TEST(TrendAutocorrelation, NeedsMoreValuesThanItsLag)
{
    const Values one = { 1, 3, 2 };
    EXPECT_NEAR(fan_trend_autocorrelation(one.data(), 3, 1), -.5, 1e-12);
    EXPECT_TRUE(std::isnan(fan_trend_autocorrelation(one.data(), 3, 3)));
}

TEST(TrendLjungBox, MatchesTheNile)
{
    const Values nile = reference_sets::Nile();
    EXPECT_NEAR(fan_trend_autocorrelation(nile.data(), 100, 1), .4984081841, 5e-11);
    EXPECT_NEAR(fan_trend_ljung_box(nile.data(), 100, 1).q, 25.59383155, 5e-9);
    EXPECT_NEAR(fan_trend_ljung_box(nile.data(), 100, 10).q, 88.12687155, 5e-9);
    EXPECT_LT(fan_trend_ljung_box(nile.data(), 100, 10).p, 1e-10);
    EXPECT_NEAR(fan_trend_effective_n(100, .4984081841), 33.475, 5e-4);
}

TEST(ChangePelt, FindsTheDamOfTheNile)
{
    const Values nile = reference_sets::Nile();
    const double noise = fan_change_noise(nile.data(), nile.size());
    EXPECT_NEAR(noise * noise, 13298.52, .005);
    for (double k : { 2.0, 3.0 })
        EXPECT_EQ(Cuts(nile, k * noise * noise * std::log(100), 1),
                  std::vector<size_t>{ 28 });
}

/* What the cut is worth: levels before and after, squared errors without and with it. */
TEST(ChangePelt, TheDamHalvesTheSquaredErrorsOfTheNile)
{
    const Values nile = reference_sets::Nile();
    const fan_moments whole = fan_moments_of(nile.data(), 100);
    const fan_moments before = fan_moments_of(nile.data(), 28);
    const fan_moments after = fan_moments_of(nile.data() + 28, 72);
    EXPECT_NEAR(before.mean, 1097.75, 5e-3);
    EXPECT_NEAR(after.mean, 849.9722, 5e-5);
    EXPECT_NEAR(whole.m2, 2835156.75, 5e-3);
    EXPECT_NEAR(before.m2 + after.m2, 1597457.194, 5e-4);
}

TEST(ChangePelt, FindsTheStepsOfAToy)
{
    Values toy;
    for (double level : { 0, 5, 1 })
        for (int i = 0; i < 10; i++)
            toy.push_back(level + (i % 2 ? .1 : -.1));
    EXPECT_EQ(Cuts(toy, .02 * std::log(30), 1), (std::vector<size_t>{ 10, 20 }));
    EXPECT_EQ(Cuts(toy, .02 * std::log(30), 4), (std::vector<size_t>{ 10, 20 }));
    EXPECT_TRUE(Cuts({ 1, 2, 3 }, 1e9, 1).empty());
    EXPECT_TRUE(Cuts({}, 1, 1).empty());
}

/* Pruning must not change the answer: compare with all starts tried. */
TEST(ChangePelt, AgreesWithTheFullSearch)
{
    fan_random random;
    fan_random_init(&random, 5, 0);
    for (int turn = 0; turn < 30; turn++) {
        Values v(40);
        double level = 0;
        for (double &x : v) {
            if (fan_random_below(&random, 10) == 0) level = 8 * fan_random_unit(&random);
            x = level + fan_random_unit(&random);
        }
        const size_t shortest = 1 + fan_random_below(&random, 3);
        const auto cost = [&](size_t from, size_t to) {
            double mean = 0, sum = 0;
            for (size_t i = from; i < to; i++)
                mean += v[i] / static_cast<double>(to - from);
            for (size_t i = from; i < to; i++)
                sum += (v[i] - mean) * (v[i] - mean);
            return sum;
        };
        Values best(v.size() + 1, static_cast<double>(INFINITY));
        best[0] = -2;
        for (size_t t = shortest; t <= v.size(); t++)
            for (size_t from = 0; from + shortest <= t; from++)
                best[t] = std::min(best[t], best[from] + cost(from, t) + 2);
        double found = -2;
        size_t from = 0;
        std::vector<size_t> cuts = Cuts(v, 2, shortest);
        cuts.push_back(v.size());
        for (size_t to : cuts) {
            EXPECT_GE(to - from, shortest);
            found += cost(from, to) + 2;
            from = to;
        }
        EXPECT_NEAR(found, best.back(), 1e-9);
    }
}

TEST(ChangePettitt, MatchesTheNile)
{
    const Values nile = reference_sets::Nile();
    const fan_pettitt p = fan_change_pettitt(nile.data(), nile.size());
    EXPECT_DOUBLE_EQ(p.k, 1617);
    EXPECT_EQ(p.before, 28u);
    EXPECT_NEAR(p.p, 3.591e-7, 5e-11);
    EXPECT_DOUBLE_EQ(fan_change_pettitt(Values(9, 1.0).data(), 9).p, 1);
}
