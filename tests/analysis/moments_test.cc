/* Moments against published sums and the NIST sets. */
#include "analysis/moments.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/reference_sets.h"
#include "common/random.h"

namespace
{

fan_moments Of(const std::vector<double> &values)
{
    return fan_moments_of(values.data(), values.size());
}

double Digits(double value, double certified)
{
    if (value == certified) return 16;
    return -std::log10(std::fabs(value - certified) / std::fabs(certified));
}

std::vector<double> NumAcc(double first, double low, double high)
{
    std::vector<double> values = { first };
    for (int i = 0; i < 500; i++) {
        values.push_back(low);
        values.push_back(high);
    }
    return values;
}

} // namespace

TEST(MomentsMerge, MatchesThePublishedSums)
{
    const fan_moments a = Of({ 1, 2, 3, 4 }), b = Of({ 10, 20 });
    EXPECT_DOUBLE_EQ(a.mean, 2.5);
    EXPECT_DOUBLE_EQ(a.m2, 5);
    EXPECT_DOUBLE_EQ(a.m3, 0);
    EXPECT_DOUBLE_EQ(a.m4, 10.25);
    EXPECT_DOUBLE_EQ(b.m4, 1250);
    const fan_moments both = fan_moments_merge(&a, &b);
    EXPECT_EQ(both.n, 6u);
    EXPECT_NEAR(both.mean, 6.6666667, 5e-8);
    EXPECT_NEAR(both.m2, 263.3333333, 5e-8);
    EXPECT_NEAR(both.m3, 2055.555556, 5e-7);
    EXPECT_NEAR(both.m4, 33465.111111, 5e-7);
}

TEST(MomentsMerge, AnEmptySideChangesNothing)
{
    const fan_moments none = {}, a = Of({ 1, 2, 4 });
    EXPECT_DOUBLE_EQ(fan_moments_merge(&none, &a).m3, a.m3);
    EXPECT_DOUBLE_EQ(fan_moments_merge(&a, &none).m2, a.m2);
}

TEST(MomentsMerge, AnyCutGivesTheSameMoments)
{
    fan_random random;
    fan_random_init(&random, 3, 0);
    std::vector<double> values(500);
    for (double &value : values)
        value = std::exp(3 * fan_random_unit(&random));
    const fan_moments whole = Of(values);
    for (size_t cut = 0; cut <= values.size(); cut += 25) {
        const fan_moments a = fan_moments_of(values.data(), cut);
        const fan_moments b = fan_moments_of(values.data() + cut, values.size() - cut);
        const fan_moments merged = fan_moments_merge(&a, &b);
        EXPECT_NEAR(merged.mean / whole.mean, 1, 1e-12);
        EXPECT_NEAR(merged.m2 / whole.m2, 1, 1e-12);
        EXPECT_NEAR(merged.m3 / whole.m3, 1, 1e-11);
        EXPECT_NEAR(merged.m4 / whole.m4, 1, 1e-12);
    }
}

TEST(MomentsOf, KeepsTheDigitsOfTheNistSets)
{
    const auto sd = [](const std::vector<double> &values) {
        const fan_moments m = Of(values);
        return std::sqrt(fan_moments_variance(&m));
    };
    EXPECT_DOUBLE_EQ(sd({ 10000001, 10000003, 10000002 }), 1);
    EXPECT_GE(Digits(sd(NumAcc(1.2, 1.1, 1.3)), 0.1), 12);
    EXPECT_GE(Digits(sd(NumAcc(1000000.2, 1000000.1, 1000000.3)), 0.1), 8);
    EXPECT_GE(Digits(sd(NumAcc(10000000.2, 10000000.1, 10000000.3)), 0.1), 8);

    std::vector<double> michelson;
    for (double v : reference_sets::Morley())
        michelson.push_back(v / 1000 + 299);
    EXPECT_GE(Digits(Of(michelson).mean, 299.8524), 14);
    EXPECT_GE(Digits(sd(michelson), 0.0790105478190518), 12);
}

TEST(MomentsOf, NaiveSumsWouldFailTheNistSet)
{
    double sum = 0, squares = 0;
    const std::vector<double> values = NumAcc(10000000.2, 10000000.1, 10000000.3);
    for (double v : values) {
        sum += v;
        squares += v * v;
    }
    const double n = static_cast<double>(values.size());
    const double naive = std::sqrt(std::fabs((squares - sum * sum / n) / (n - 1)));
    EXPECT_LT(Digits(naive, 0.1), 2);
}

TEST(MomentsShape, IsUnknownForFewOrEqualValues)
{
    const fan_moments few = Of({ 1, 2, 4 }), equal = Of({ 3, 3, 3, 3, 3 });
    EXPECT_TRUE(std::isnan(fan_moments_skewness(&few)));
    EXPECT_TRUE(std::isnan(fan_moments_kurtosis(&equal)));
    const fan_moments even = Of({ 1, 2, 3, 4, 5 });
    EXPECT_NEAR(fan_moments_skewness(&even), 0, 1e-15);
    EXPECT_NEAR(fan_moments_kurtosis(&even), -1.2, 1e-12);
}
