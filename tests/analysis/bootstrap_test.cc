/* The BCa interval against the published air-conditioning example, and equivalence. */
#include "analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/equivalence.h"

namespace
{

const std::vector<double> kAircondit = {
    3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487
};

std::vector<double> Means(const std::vector<double> &values, uint64_t seed, size_t n)
{
    std::vector<double> means(n);
    fan_bootstrap_means(values.data(), values.size(), seed, means.data(), n);
    return means;
}

fan_equivalence Compare(const std::vector<double> &a, const std::vector<double> &b)
{
    const size_t n = FAN_BOOTSTRAP_REPLICATES;
    const std::vector<double> of_a = Means(a, 1, n), of_b = Means(b, 2, n);
    double mean_a = 0, mean_b = 0;
    for (double v : a)
        mean_a += v / static_cast<double>(a.size());
    for (double v : b)
        mean_b += v / static_cast<double>(b.size());
    return fan_equivalence_of(mean_a, of_a.data(), mean_b, of_b.data(), n, a.size(),
                              0.05);
}

} // namespace

TEST(BootstrapBca, HasThePublishedParts)
{
    EXPECT_NEAR(fan_bootstrap_acceleration(kAircondit.data(), kAircondit.size()),
                .09379807388, 1e-10);
    const fan_interval shares = fan_bootstrap_shares(.1040506279, .09379807388, .95);
    EXPECT_NEAR(shares.lower, .06987987, 1e-7);
    EXPECT_NEAR(shares.upper, .99613446, 1e-7);
}

TEST(BootstrapBca, MatchesThePublishedIntervals)
{
    const size_t n = 99999;
    std::vector<double> means = Means(kAircondit, 7, n);
    const fan_interval bca =
        fan_bootstrap_bca(kAircondit.data(), kAircondit.size(), means.data(), n, .95);
    EXPECT_NEAR(bca.lower, 57.2, 1.5);
    EXPECT_NEAR(bca.upper, 227.2, 1.5);
    std::sort(means.begin(), means.end());
    EXPECT_NEAR(fan_stats_quantile(means.data(), n, .025), 46.9, 1.5);
    EXPECT_NEAR(fan_stats_quantile(means.data(), n, .975), 191.7, 1.5);
}

/* t(.975, 11) = 2.200985 (tables), enlarged by sqrt(12/11). */
TEST(BootstrapLevel, IsStudentsForFewValuesAndTheSameForMany)
{
    EXPECT_NEAR(fan_bootstrap_level(12, .95), 1 - .0215132, 1e-7);
    EXPECT_NEAR(fan_bootstrap_level(100000, .95), .95, 1e-5);
    EXPECT_DOUBLE_EQ(fan_bootstrap_level(2, .95), .9999);
    EXPECT_DOUBLE_EQ(fan_bootstrap_level(1, .95), .95);
}

TEST(BootstrapBca, FallsBackWhereItHasNoGround)
{
    const std::vector<double> equal(10, 4.0);
    const std::vector<double> means = Means(equal, 1, 100);
    const fan_interval flat =
        fan_bootstrap_bca(equal.data(), equal.size(), means.data(), means.size(), .95);
    EXPECT_DOUBLE_EQ(flat.lower, 4);
    EXPECT_DOUBLE_EQ(flat.upper, 4);
    EXPECT_TRUE(
        std::isnan(fan_bootstrap_bca(equal.data(), 1, means.data(), 100, .95).lower));

    /* 100 replicates leave less than 5 beyond a bound: plain percentiles. */
    std::vector<double> few = Means(kAircondit, 1, 100);
    const fan_interval plain = fan_bootstrap_bca(kAircondit.data(), kAircondit.size(),
                                                 few.data(), few.size(), .95);
    std::sort(few.begin(), few.end());
    EXPECT_DOUBLE_EQ(plain.lower, fan_stats_quantile(few.data(), few.size(), .025));
    EXPECT_DOUBLE_EQ(plain.upper, fan_stats_quantile(few.data(), few.size(), .975));
}

TEST(BootstrapMeans, AreReproducibleAndMuchDataIsNormal)
{
    EXPECT_EQ(Means(kAircondit, 5, 50), Means(kAircondit, 5, 50));
    EXPECT_NE(Means(kAircondit, 5, 50), Means(kAircondit, 6, 50));

    std::vector<double> many(FAN_BOOTSTRAP_SAMPLE_MAX + 2);
    for (size_t i = 0; i < many.size(); i++)
        many[i] = i % 2 ? 1 : 3; /* mean 2, standard deviation 1 */
    const std::vector<double> means = Means(many, 1, 2000);
    double square = 0;
    for (double v : means)
        square += (v - 2) * (v - 2);
    const double expected = 2000.0 / static_cast<double>(many.size());
    EXPECT_NEAR(square / expected, 1, 0.15);
}

TEST(EquivalenceOf, TellsTheSameFromTheUnclear)
{
    std::vector<double> a, close, far, noisy;
    for (int i = 0; i < 200; i++) {
        a.push_back(100 + i % 7);
        close.push_back(101 + i % 7);
        far.push_back(120 + i % 7);
        noisy.push_back(i % 10 == 0 ? 700 : 40);
    }
    EXPECT_TRUE(Compare(a, close).equivalent);
    EXPECT_TRUE(
        Compare(a, close).different); /* 1 % off: shown, and too small to matter */
    EXPECT_FALSE(Compare(a, far).equivalent);
    EXPECT_TRUE(Compare(a, far).different);
    EXPECT_NEAR(Compare(far, a).ratio, 123.0 / 103.0, 0.01);
    EXPECT_FALSE(Compare(a, noisy).equivalent); /* neither shown */
    EXPECT_FALSE(Compare(a, noisy).different);
    EXPECT_TRUE(std::isnan(Compare({ 0, 0, 0 }, a).ratio));
}
