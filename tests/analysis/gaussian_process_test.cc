/* The Gaussian process against values that were computed by hand and with scipy. */
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/gaussian_process.h"

namespace
{

/* 128, 256 and 1024 MB of a published sweep of 1,000 runs, as log2(memory / 128). */
const std::vector<double> kX = { 0, 1, 3 };
const std::vector<double> kMemory = { 128, 256, 1024 };
const std::vector<double> kSeconds = { 11.722965, 6.678945, 1.465984 };

class Process
{
  public:
    Process(const std::vector<double> &y, double noise, fan_gp_kernel kernel)
        : y_(y), noise_(y.size(), noise)
    {
        const fan_gp_points points = { kX.data(), y_.data(), noise_.data(), y_.size() };
        EXPECT_EQ(FAN_OK, fan_gp_new(&gp_, &points, kernel, nullptr));
    }
    ~Process()
    {
        fan_gp_free(gp_);
    }
    const fan_gp *get() const
    {
        return gp_;
    }
    double Mean(double x) const
    {
        double mean, variance;
        fan_gp_predict(gp_, x, &mean, &variance);
        return mean;
    }
    double Variance(double x) const
    {
        double mean, variance;
        fan_gp_predict(gp_, x, &mean, &variance);
        return variance;
    }

  private:
    std::vector<double> y_, noise_;
    fan_gp *gp_ = nullptr;
};

double MeanLog()
{
    double sum = 0;
    for (double s : kSeconds)
        sum += std::log(s);
    return sum / 3;
}

Process CentredOnTheMean()
{
    std::vector<double> y;
    for (double s : kSeconds)
        y.push_back(std::log(s) - MeanLog());
    return Process(y, .01, { 1, 1 });
}

TEST(GaussianProcess, MaternKernel)
{
    EXPECT_NEAR(.5239941088, fan_gp_matern52(1, 1), 1e-10);
    EXPECT_NEAR(.1386602191, fan_gp_matern52(2, 1), 1e-10);
    EXPECT_NEAR(.0277234219, fan_gp_matern52(3, 1), 1e-10);
    EXPECT_EQ(1, fan_gp_matern52(0, 1));
    EXPECT_EQ(fan_gp_matern52(1, 2), fan_gp_matern52(-1, 2));
}

TEST(GaussianProcess, FactorAndWeights)
{
    const Process p = CentredOnTheMean();
    const double factor[3][3] = { { 1.004987562112, 0, 0 },
                                  { .521393625739, .859155799049, 0 },
                                  { .027585835845, .144650295448, .994140489915 } };
    const double weight[3] = { .896746607412, .016153890011, -1.213451736029 };
    for (size_t i = 0; i < 3; i++) {
        EXPECT_NEAR(weight[i], fan_gp_weight(p.get(), i), 1e-11);
        for (size_t j = 0; j <= i; j++)
            EXPECT_NEAR(factor[i][j], fan_gp_factor(p.get(), i, j), 1e-11);
    }
    EXPECT_NEAR(-3.728638747388, fan_gp_log_likelihood(p.get()), 1e-11);
}

TEST(GaussianProcess, PredictionsBetweenThePoints)
{
    const Process p = CentredOnTheMean();
    EXPECT_NEAR(1.077978219531, MeanLog() + p.Mean(2), 1e-11);
    EXPECT_NEAR(.504578667267, p.Variance(2), 1e-11);
    EXPECT_NEAR(2.93873, std::exp(MeanLog() + p.Mean(2)), 1e-5);
    EXPECT_NEAR(.572088661945, MeanLog() + p.Mean(std::log2(6)), 1e-11);
    EXPECT_NEAR(.221182676293, p.Variance(std::log2(6)), 1e-11);
}

TEST(GaussianProcess, AroundATimeLaw)
{
    const double a = 1598.1559017, b = -.0804920581; /* free least squares: b < 0 stays */
    std::vector<double> y;
    for (size_t i = 0; i < 3; i++)
        y.push_back(std::log(kSeconds[i] / (a / kMemory[i] + b)));
    const Process p(y, .0025, { 1, .01 });
    EXPECT_NEAR(3.1425053, (a / 512 + b) * std::exp(p.Mean(2)), 1e-7); /* measured 3.194954 */
    EXPECT_NEAR(.005998597, p.Variance(2), 1e-9);
}

TEST(GaussianProcess, FarFromAllPointsOnlyTheKernelSpeaks)
{
    const Process p = CentredOnTheMean();
    EXPECT_NEAR(0, p.Mean(60), 1e-12);
    EXPECT_NEAR(1, p.Variance(60), 1e-12);
}

TEST(GaussianProcess, LikeliestKernelIsNoWorseThanAnyOfItsGrid)
{
    const double x[] = { 0, 1, 2, 3, 4, 4.5 };
    const double y[] = { .3, -.1, -.2, -.05, .2, .3 };
    const double noise[] = { .001, .001, .001, .001, .001, .001 };
    const fan_gp_points points = { x, y, noise, 6 };
    fan_gp *best = nullptr, *other = nullptr;
    ASSERT_EQ(FAN_OK, fan_gp_new_likeliest(&best, &points, nullptr));
    for (int i = 0; i < 25; i++)
        for (double variance : { .01, .02, .03, .05, .1, .2, .3, .5, 1.0 }) {
            const fan_gp_kernel kernel = { .25 * std::pow(32, i / 24.0), variance };
            ASSERT_EQ(FAN_OK, fan_gp_new(&other, &points, kernel, nullptr));
            EXPECT_GE(fan_gp_log_likelihood(best), fan_gp_log_likelihood(other));
            fan_gp_free(other);
        }
    EXPECT_GT(fan_gp_kernel_of(best).length, .25);
    EXPECT_LT(fan_gp_kernel_of(best).length, 8);
    fan_gp_free(best);
}

TEST(GaussianProcess, EqualPointsWithoutNoiseAreNoFailure)
{
    const double x[] = { 1, 1, 1, 1 }, y[] = { 2, 2, 2, 2 }, noise[] = { 0, 0, 0, 0 };
    const fan_gp_points points = { x, y, noise, 4 };
    fan_gp *gp = nullptr;
    ASSERT_EQ(FAN_OK, fan_gp_new(&gp, &points, { 1, 1 }, nullptr));
    double mean, variance;
    fan_gp_predict(gp, 1, &mean, &variance);
    EXPECT_NEAR(2, mean, 1e-5);
    EXPECT_NEAR(0, variance, 1e-5);
    fan_gp_free(gp);
}

TEST(GaussianProcess, RefusesWhatIsNoPoint)
{
    const double good[] = { 0 }, bad[] = { NAN };
    fan_gp *gp = nullptr;
    fan_err err = { FAN_OK, "" };
    const fan_gp_points none = { good, good, good, 0 };
    EXPECT_EQ(FAN_EINVAL, fan_gp_new(&gp, &none, { 1, 1 }, &err));
    EXPECT_STREQ("0 points, expected 1 to 128", err.text);
    const fan_gp_points wrong = { good, bad, good, 1 };
    EXPECT_EQ(FAN_EINVAL, fan_gp_new_likeliest(&gp, &wrong, nullptr));
    const fan_gp_points right = { good, good, good, 1 };
    EXPECT_EQ(FAN_EINVAL, fan_gp_new(&gp, &right, { 0, 1 }, nullptr));
    EXPECT_EQ(nullptr, gp);
    fan_gp_free(nullptr);
}

TEST(ExpectedImprovement, ReferenceValues)
{
    EXPECT_NEAR(.3989422804, fan_expected_improvement(0, 0, 1, 0), 1e-10);
    EXPECT_NEAR(.5726893964, fan_expected_improvement(.5, 1, 2, 0), 1e-10);
    EXPECT_NEAR(.1911054351, fan_expected_improvement(0, -.2, .1, .01), 1e-10);
    EXPECT_NEAR(7.81785e-12, fan_expected_improvement(0, .3, .05, 0), 1e-17);
    EXPECT_EQ(0, fan_expected_improvement(1, 0, 0, 0));
}

} // namespace
