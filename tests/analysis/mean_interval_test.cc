// The interval of a mean that allows for slow calls. How often it holds: bench/calibration.
#include "analysis/mean_interval.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace
{
constexpr double kLevel = 0.95;

// 1 to n, evenly: no value lies beyond a fence.
std::vector<double> Even(size_t n)
{
    std::vector<double> values(n);
    for (size_t i = 0; i < n; i++)
        values[i] = 100.0 + (double)i;
    return values;
}

fan_interval Of(const std::vector<double> &sorted)
{
    return fan_mean_interval(sorted.data(), sorted.size(), kLevel);
}

double Mean(const std::vector<double> &values)
{
    double sum = 0;
    for (double v : values)
        sum += v;
    return sum / (double)values.size();
}
} // namespace

TEST(MeanInterval, WithoutSlowCallsIsStudentsBelowAndAllowsForSomeAbove)
{
    const std::vector<double> values = Even(40);
    const fan_description d = fan_stats_describe(values.data(), values.size());
    const fan_interval student = fan_stats_mean_interval(d.mean, d.sd, d.n, kLevel);
    const fan_interval ci = Of(values);
    EXPECT_NEAR(ci.lower, student.lower, 1e-9);
    // 0 of 40: up to 8.81 % beyond the fence at q3 + 1.5 (q3 - q1)
    const double fence = d.q3 + 1.5 * (d.q3 - d.q1);
    const double unseen = (1 - std::pow(0.025, 1.0 / 40)) * (fence - d.mean);
    EXPECT_NEAR(ci.upper, d.mean + std::hypot(student.upper - d.mean, unseen), 1e-6);
    EXPECT_EQ(d.mean_ci.upper, ci.upper);
}

TEST(MeanInterval, ASlowCallWidensItMoreThanStudents)
{
    std::vector<double> values = Even(60);
    values.back() = 2000.0;
    const fan_description d = fan_stats_describe(values.data(), values.size());
    const fan_interval student = fan_stats_mean_interval(d.mean, d.sd, d.n, kLevel);
    const fan_interval ci = Of(values);
    EXPECT_NEAR(d.mean, Mean(values), 1e-9);
    EXPECT_GT(ci.upper, student.upper);
    // 1 of 60: its share reaches 8.94 %, its excess counts six times at most
    const double excess = 2000.0 - Mean(Even(59));
    const double most = std::hypot((0.0894 - 1.0 / 60) * excess, excess / 60 * 5.0);
    EXPECT_NEAR(ci.upper - d.mean, most, 0.05 * most);
    EXPECT_GT(ci.lower, 100.0); // the excess may be small, but not less than nothing
}

TEST(MeanInterval, FollowsScaleAndPlace)
{
    std::vector<double> values = Even(300), moved = values;
    values[299] = moved[299] = 900.0;
    for (double &v : moved)
        v = 3.0 * v + 70.0;
    const fan_interval a = Of(values), b = Of(moved);
    EXPECT_NEAR(b.lower, 3.0 * a.lower + 70.0, 1e-9);
    EXPECT_NEAR(b.upper, 3.0 * a.upper + 70.0, 1e-9);
}

TEST(MeanInterval, OfFewOrEqualValuesIsStudents)
{
    const std::vector<double> few = { 1, 2, 3, 4, 5, 6, 900 };
    const fan_description d = fan_stats_describe(few.data(), few.size());
    const fan_interval student = fan_stats_mean_interval(d.mean, d.sd, d.n, kLevel);
    EXPECT_NEAR(Of(few).lower, student.lower, 1e-9);
    EXPECT_NEAR(Of(few).upper, student.upper, 1e-9);
    const std::vector<double> equal(50, 7.0);
    EXPECT_EQ(Of(equal).lower, 7.0);
    EXPECT_EQ(Of(equal).upper, 7.0);
    EXPECT_TRUE(std::isnan(Of({ 3.0 }).lower));
    EXPECT_TRUE(std::isnan(fan_mean_interval(nullptr, 0, kLevel).upper));
}

TEST(MeanWidening, IsOneWhereStudentsIsTaken)
{
    const std::vector<double> equal(50, 7.0);
    EXPECT_EQ(fan_mean_widening(equal.data(), equal.size(), kLevel).upper, 1.0);
    EXPECT_EQ(fan_mean_widening(equal.data(), 5, kLevel).lower, 1.0);
    std::vector<double> slow = Even(60);
    slow.back() = 2000.0;
    EXPECT_GT(fan_mean_widening(slow.data(), slow.size(), kLevel).upper, 1.2);
}

TEST(IntervalHull, HoldsBothAndSkipsWhatIsUnknown)
{
    fan_interval hull = fan_interval_hull({ 1, 5 }, { 2, 9 });
    EXPECT_EQ(hull.lower, 1);
    EXPECT_EQ(hull.upper, 9);
    hull = fan_interval_hull({ FAN_UNKNOWN, FAN_UNKNOWN }, { 2, 9 });
    EXPECT_EQ(hull.lower, 2);
    EXPECT_EQ(hull.upper, 9);
}
