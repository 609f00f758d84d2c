/* Moments against published sums; the NIST sets are in nist_test.cc. */
#include "analysis/moments.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "common/random.h"

namespace
{

fan_moments Of(const std::vector<double> &values)
{
    return fan_moments_of(values.data(), values.size());
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

TEST(MomentsShape, IsUnknownForFewOrEqualValues)
{
    const fan_moments few = Of({ 1, 2, 4 }), equal = Of({ 3, 3, 3, 3, 3 });
    EXPECT_TRUE(std::isnan(fan_moments_skewness(&few)));
    EXPECT_TRUE(std::isnan(fan_moments_kurtosis(&equal)));
    const fan_moments even = Of({ 1, 2, 3, 4, 5 });
    EXPECT_NEAR(fan_moments_skewness(&even), 0, 1e-15);
    EXPECT_NEAR(fan_moments_kurtosis(&even), -1.2, 1e-12);
}
