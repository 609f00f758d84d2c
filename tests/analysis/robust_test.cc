/* Robust scales and outlier marks against published values. */
#include "analysis/robust.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/reference_sets.h"

TEST(RobustScales, MatchTheExampleOfTheGslManual)
{
    const std::vector<double> values = { 12.6, 16.5, 17.2, 18.1, 18.3 };
    const fan_scales scales = fan_robust_scales(values.data(), values.size());
    EXPECT_NEAR(scales.mad, 1.334341997, 1e-9);
    EXPECT_NEAR(scales.mad / 1.4826, .9, 1e-5); /* raw */
    EXPECT_NEAR(scales.sn, 1.77232286, 1e-8);
    EXPECT_NEAR(scales.qn, 1.685678716, 1e-9);
    EXPECT_TRUE(std::isnan(fan_robust_scales(values.data(), 1).mad));
}

TEST(RobustOutliers, AreTukeysOfTheSpeedOfLight)
{
    std::vector<double> speed = reference_sets::Morley();
    std::sort(speed.begin(), speed.end());
    const double mad = fan_robust_scales(speed.data(), speed.size()).mad;
    EXPECT_NEAR(mad, 66.717, 5e-4);
    EXPECT_NEAR(mad / 1.4826, 45, 5e-4); /* raw */
    const fan_outliers marked = fan_robust_outliers(speed.data(), speed.size());
    EXPECT_EQ(marked.tukey, 3u); /* 620, 650 and 1070 */
    EXPECT_GT(marked.tukey_low, 650);
    EXPECT_LT(marked.tukey_high, 1070);
    EXPECT_LE(marked.tukey_low, 720);
    EXPECT_GE(marked.tukey_high, 1000);
}

TEST(RobustOutliers, NeedSpreadToBeMarked)
{
    const std::vector<double> flat = { 1, 1, 1, 1, 1, 9 };
    EXPECT_EQ(fan_robust_outliers(flat.data(), flat.size()).mad, 0u);
    EXPECT_EQ(fan_robust_outliers(flat.data(), flat.size()).tukey, 1u);
    EXPECT_EQ(fan_robust_outliers(flat.data(), 3).tukey, 0u);
    const std::vector<double> far = { 1, 2, 3, 4, 5, 6, 7, 100 };
    EXPECT_EQ(fan_robust_outliers(far.data(), far.size()).mad, 1u);
}
