/* Lines, scaling laws and sample sizes against published fits. */
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/moments.h"
#include "analysis/reference_sets.h"
#include "analysis/regression.h"
#include "analysis/sample_size.h"
#include "analysis/scalability.h"

namespace
{

using Values = std::vector<double>;

fan_line Fit(const Values &x, const Values &y)
{
    return fan_regression_line(x.data(), y.data(), x.size(), .95);
}

fan_line LogLog(const Values &seconds)
{
    Values x, y;
    for (double memory : { 128, 256, 512, 1024 })
        x.push_back(std::log(memory));
    for (double s : seconds)
        y.push_back(std::log(s));
    return Fit(x, y);
}

fan_scaling Usl(const Values &n, const Values &x, bool kappa = true)
{
    fan_scaling fit{};
    fan_err err{};
    EXPECT_EQ(fan_scaling_fit(n.data(), x.data(), n.size(), kappa, &fit, &err), FAN_OK)
        << err.text;
    return fit;
}

} // namespace

TEST(RegressionLine, GivesThePublishedMemoryScaling)
{
    const fan_line long_runs = LogLog({ 11.722965, 6.678945, 3.194954, 1.465984 });
    EXPECT_NEAR(long_runs.slope, -1.006201380, 5e-10);
    EXPECT_NEAR(long_runs.slope_se, .0512098470, 5e-11);
    EXPECT_NEAR(long_runs.slope_ci.lower, -1.226539568, 5e-9);
    EXPECT_NEAR(long_runs.slope_ci.upper, -.7858631923, 5e-10);
    EXPECT_NEAR(long_runs.r2, .9948463, 5e-8);
    EXPECT_LT(long_runs.slope_ci.lower,
              -1); /* as fast as the memory grows: not refuted */
    EXPECT_GT(long_runs.slope_ci.upper, -1);

    const fan_line few_runs = LogLog({ 8.592724, 4.369844, 2.385856, 1.233483 });
    EXPECT_NEAR(few_runs.slope, -.9274207978, 5e-11);
    EXPECT_NEAR(few_runs.slope_ci.lower, -.9848578, 5e-8);
    EXPECT_NEAR(few_runs.slope_ci.upper, -.8699838, 5e-8);
    EXPECT_GT(few_runs.slope_ci.lower, -1); /* refuted */

    const fan_line inverse = Fit({ 1 / 128.0, 1 / 256.0, 1 / 512.0, 1 / 1024.0 },
                                 { 11.722965, 6.678945, 3.194954, 1.465984 });
    EXPECT_NEAR(inverse.slope, 1491.289916, 5e-7);
    EXPECT_NEAR(inverse.intercept, .304445, 5e-7);
    EXPECT_NEAR(inverse.intercept_se, .404561, 5e-7);
}

TEST(RegressionLine, MatchesAFivePointExample)
{
    const fan_line line = Fit({ 1, 2, 3, 4, 5 }, { 2.1, 3.9, 6.2, 7.8, 10.1 });
    EXPECT_NEAR(line.slope, 1.99, 1e-12);
    EXPECT_NEAR(line.slope_se, .0597216, 5e-8);
    EXPECT_NEAR(line.slope_ci.lower, 1.79994, 5e-6);
    EXPECT_NEAR(line.slope_ci.upper, 2.18006, 5e-6);
    EXPECT_NEAR(line.intercept, .05, 1e-12);
}

/* s sqrt(1/n + (x - mean)^2 / Sxx) t(3), with s = .188856, Sxx = 10. */
TEST(RegressionBand, IsNarrowestInTheMiddle)
{
    const fan_line line = Fit({ 1, 2, 3, 4, 5 }, { 2.1, 3.9, 6.2, 7.8, 10.1 });
    const fan_interval middle = fan_regression_band(&line, 3, .95);
    EXPECT_NEAR(middle.lower, 6.02 - .268788, 5e-6);
    EXPECT_NEAR(middle.upper, 6.02 + .268788, 5e-6);
    const fan_interval end = fan_regression_band(&line, 1, .95);
    EXPECT_NEAR(end.lower, 2.04 - .465555, 5e-6);
    EXPECT_NEAR(end.upper, 2.04 + .465555, 5e-6);
    const fan_interval origin = fan_regression_band(&line, 0, .95);
    EXPECT_NEAR(origin.lower, line.intercept_ci.lower, 1e-12);
    const fan_line two = Fit({ 1, 2 }, { 1, 5 });
    EXPECT_TRUE(std::isnan(fan_regression_band(&two, 1, .95).lower));
}

/* Where the noise grows with x, so does the band; at 0 it is the intercept's interval. */
TEST(RegressionBand, FollowsUnevenNoise)
{
    const Values x = { 1, 1, 2, 2, 3, 3, 4, 4 },
                 y = { 1, 1.01, 2, 2.02, 2.9, 3.1, 3.5, 4.5 };
    const fan_line line = fan_regression_uneven(x.data(), y.data(), x.size(), .95);
    const fan_interval origin = fan_regression_band(&line, 0, .95);
    EXPECT_NEAR(origin.lower, line.intercept_ci.lower, 1e-12);
    EXPECT_NEAR(origin.upper, line.intercept_ci.upper, 1e-12);
    const fan_interval low = fan_regression_band(&line, 1, .95);
    const fan_interval high = fan_regression_band(&line, 4, .95);
    EXPECT_GT(low.upper, low.lower);
    EXPECT_GT(high.upper - high.lower, 3 * (low.upper - low.lower));
}

/* By NumPy: (X'X)^-1 X' diag(e^2 / (1 - h)^2) X (X'X)^-1. */
TEST(RegressionUneven, AllowsForNoiseThatGrows)
{
    const Values x = { 1, 2, 3, 4, 5 }, y = { 2.1, 3.9, 6.2, 7.8, 10.1 }, two = { 1, 2 };
    const fan_line line = fan_regression_uneven(x.data(), y.data(), 5, .95);
    EXPECT_NEAR(line.slope, 1.99, 1e-12);
    EXPECT_NEAR(line.slope_se, 0.0681534882, 1e-9);
    EXPECT_NEAR(line.intercept_se, 0.1895981249, 1e-9);
    EXPECT_NEAR(line.slope_ci.upper - line.slope, 3.182446305 * line.slope_se, 1e-8);
    EXPECT_TRUE(
        std::isnan(fan_regression_uneven(two.data(), two.data(), 2, .95).slope_se));
}

TEST(RegressionLine, KnowsItsLimits)
{
    EXPECT_TRUE(std::isnan(Fit({ 2, 2 }, { 1, 5 }).slope));
    const fan_line two = Fit({ 1, 2 }, { 1, 5 });
    EXPECT_NEAR(two.slope, 4, 1e-12);
    EXPECT_TRUE(std::isnan(two.slope_ci.lower));
}

TEST(RegressionLack, MatchesTheTeeth)
{
    Values x, y;
    const Values doses = { .5, 1, 2 };
    const auto groups = reference_sets::TeethByDose();
    for (size_t g = 0; g < 3; g++) {
        for (double length : groups[g]) {
            x.push_back(doses[g]);
            y.push_back(length);
        }
    }
    const fan_line line = Fit(x, y);
    EXPECT_NEAR(line.sse, 1227.905, 5e-4);
    const fan_lack_of_fit lack = fan_regression_lack(&line, x.data(), y.data(), x.size());
    EXPECT_NEAR(lack.sse_pure, 1025.775, 5e-4);
    const double means[] = { 10.605, 19.735, 26.1 };
    for (size_t g = 0; g < 3; g++)
        EXPECT_NEAR(fan_moments_of(groups[g].data(), 20).mean, means[g], 1e-12);
    EXPECT_NEAR(lack.f, 11.23191, 5e-6);
    EXPECT_EQ(lack.df_lack, 1u);
    EXPECT_EQ(lack.df_pure, 57u);
    EXPECT_NEAR(lack.p, .0014322, 5e-8);
    EXPECT_GT(lack.deviation, .1);
}

TEST(RegressionLack, NeedsRepetitionsAndThreeLevels)
{
    const Values x = { 1, 2, 3 }, y = { 1, 2, 3 };
    fan_line line = Fit(x, y);
    EXPECT_TRUE(std::isnan(fan_regression_lack(&line, x.data(), y.data(), 3).p));
    const Values two = { 1, 1, 2, 2 }, noisy = { 1, 2, 3, 5 };
    line = Fit(two, noisy);
    EXPECT_TRUE(std::isnan(fan_regression_lack(&line, two.data(), noisy.data(), 4).p));
}

TEST(ScalingFit, FindsExactParameters)
{
    const fan_scaling fit =
        Usl({ 1, 2, 4, 6, 8, 10 }, { 1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557 });
    EXPECT_NEAR(fit.sigma, .02, 1e-4);
    EXPECT_NEAR(fit.kappa, .02, 1e-4);
    EXPECT_NEAR(fit.peak_n, 7, .02);
}

TEST(ScalingFit, MatchesSpecSdm91)
{
    const fan_scaling fit = Usl({ 1, 18, 36, 72, 108, 144, 216 },
                                { 64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775, 1702.2 });
    EXPECT_NEAR(fit.sigma, .02772848, 5e-8);
    EXPECT_NEAR(fit.sigma_se, .00912173, 5e-7);
    EXPECT_NEAR(fit.kappa, 1.043655e-4, 5e-10);
    EXPECT_NEAR(fit.kappa_se, 1.98753e-5, 5e-9);
    EXPECT_NEAR(fit.gamma, 89.99523, 5e-5);
    EXPECT_NEAR(fit.gamma_se, 14.2135, 5e-4);
    EXPECT_NEAR(fit.rss, 27453.7196, 5e-3);
    EXPECT_NEAR(fit.peak_n, 96.5195, 5e-3);
    EXPECT_NEAR(fit.peak_x, 1883.899, 5e-2);
    /* Delta method on ln N*, t(4): computed apart, by Gauss and Newton's steps. */
    EXPECT_NEAR(fit.peak_ci.lower, 74.530, 5e-3);
    EXPECT_NEAR(fit.peak_ci.upper, 124.997, 5e-3);
}

TEST(ScalingFit, BoundsThePeakOnlyWithPointsToSpare)
{
    const fan_scaling exact = Usl({ 1, 4, 16 }, { 10, 30, 35 });
    EXPECT_FALSE(std::isnan(exact.peak_n));
    EXPECT_TRUE(std::isnan(exact.peak_ci.lower));
    EXPECT_TRUE(std::isnan(Usl({ 1, 2, 4, 8 }, { 10, 18, 30, 45 }, false).peak_ci.upper));
}

TEST(ScalingFit, HoldsParametersAtZero)
{
    /* Better than linear at the end: kappa would be negative. */
    const fan_scaling fit = Usl({ 1, 2, 4, 8, 16 }, { 10, 17, 30, 57, 118 });
    EXPECT_DOUBLE_EQ(fit.kappa, 0);
    EXPECT_TRUE(std::isnan(fit.peak_n));
    EXPECT_GE(fit.sigma, 0);

    const fan_scaling linear = Usl({ 1, 2, 4, 8 }, { 10, 20.2, 40.6, 81.5 });
    EXPECT_DOUBLE_EQ(linear.sigma, 0);
    EXPECT_TRUE(std::isnan(linear.limit));
}

TEST(ScalingFit, WithoutKappaIsAmdahlsLaw)
{
    Values n = { 1, 2, 4, 8, 16 }, x;
    for (double p : n)
        x.push_back(100 / (.1 + .9 / p));
    const fan_scaling fit = Usl(n, x, false);
    EXPECT_NEAR(fit.sigma, .1, 1e-9);
    EXPECT_NEAR(fit.limit, 1000, 1e-5);
    EXPECT_DOUBLE_EQ(fit.kappa, 0);
    EXPECT_NEAR(fan_scaling_at(&fit, 1e9), 1000, 1e-3);
}

TEST(ScalingFit, RefusesWhatIsNoThroughput)
{
    fan_scaling fit{};
    fan_err err{};
    const double n[] = { 1, 2, 3 }, zero[] = { 1, 0, 3 };
    EXPECT_EQ(fan_scaling_fit(n, zero, 3, true, &fit, &err), FAN_EINVAL);
    err = {};
    EXPECT_EQ(fan_scaling_fit(n, n, 2, true, &fit, &err), FAN_EINVAL);
}

TEST(ScalingKarpFlatt, MatchesPublishedFractions)
{
    EXPECT_NEAR(fan_scaling_karp_flatt(1.9, 2), .0526316, 5e-8);
    EXPECT_NEAR(fan_scaling_karp_flatt(3.4, 4), .0588235, 5e-8);
    EXPECT_NEAR(fan_scaling_karp_flatt(5.6, 8), .0612245, 5e-8);
}

TEST(SampleSize, MatchesPublishedRepetitions)
{
    const struct {
        double cv;
        uint64_t at5, at2, at1;
    } known[] = { { .0620353, 9, 40, 151 },
                  { .2, 64, 387, 1540 },
                  { .5, 387, 2404, 9607 } };
    for (const auto &row : known) {
        EXPECT_EQ(fan_sample_size(row.cv, .05, .95), row.at5);
        EXPECT_EQ(fan_sample_size(row.cv, .02, .95), row.at2);
        EXPECT_EQ(fan_sample_size(row.cv, .01, .95), row.at1);
    }
    EXPECT_EQ(fan_sample_size(0, .01, .95), 2u);
    EXPECT_EQ(fan_sample_size(std::nan(""), .01, .95), 0u);
    EXPECT_EQ(fan_sample_size(1e9, 1e-9, .95), 0u);
}
