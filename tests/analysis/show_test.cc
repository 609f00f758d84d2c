/* How numbers look to people. */
#include "analysis/show.h"

#include <gtest/gtest.h>

TEST(ShowNumber, KeepsFourDigits)
{
    EXPECT_STREQ(fan_show_number(0.012345).s, "0.01235");
    EXPECT_STREQ(fan_show_number(17.7).s, "17.70");
    EXPECT_STREQ(fan_show_number(1380.147).s, "1380");
    EXPECT_STREQ(fan_show_number(13820.02).s, "13,820");
    EXPECT_STREQ(fan_show_number(0).s, "0");
    EXPECT_STREQ(fan_show_number(FAN_UNKNOWN).s, "-");
    EXPECT_STREQ(fan_show_number(-20000).s, "-20,000");
}

TEST(ShowSeconds, ChoosesTheUnit)
{
    EXPECT_STREQ(fan_show_seconds(0.00095).s, "950.0 us");
    EXPECT_STREQ(fan_show_seconds(0.0177).s, "17.70 ms");
    EXPECT_STREQ(fan_show_seconds(13.82).s, "13.82 s");
    EXPECT_STREQ(fan_show_seconds(125).s, "2 min 5 s");
    EXPECT_STREQ(fan_show_seconds(FAN_UNKNOWN).s, "-");
}

TEST(ShowUsd, NeverUsesAnExponent)
{
    EXPECT_STREQ(fan_show_usd(0).s, "$0");
    EXPECT_STREQ(fan_show_usd(0.0000002).s, "$0.0000002");
    EXPECT_STREQ(fan_show_usd(0.004211).s, "$0.004211");
    EXPECT_STREQ(fan_show_usd(12.345).s, "$12.35");
    EXPECT_STREQ(fan_show_usd(999.994).s, "$999.99");
    EXPECT_STREQ(fan_show_usd(1234.5).s, "$1,234.50");
    EXPECT_STREQ(fan_show_usd(9999.999).s, "$10,000.00");
    EXPECT_STREQ(fan_show_usd(24627.73).s, "$24,628");
    EXPECT_STREQ(fan_show_usd(FAN_UNKNOWN).s, "-");
}

TEST(ShowInterval, HasEqualDigitsOnBothSides)
{
    EXPECT_STREQ(fan_show_interval({ 98.761, 101.23 }).s, "[98.8, 101.2]");
    EXPECT_STREQ(fan_show_interval({ 90, FAN_UNKNOWN }).s, "[90.00, -]");
    EXPECT_STREQ(fan_show_interval({ FAN_UNKNOWN, FAN_UNKNOWN }).s, "-");
}

TEST(ShowSaving, SaysWhichWay)
{
    EXPECT_STREQ(fan_show_saving(0.123).s, "12.3 % less");
    EXPECT_STREQ(fan_show_saving(-0.04).s, "4 % more");
    EXPECT_STREQ(fan_show_saving(0).s, "0 % less");
    EXPECT_STREQ(fan_show_saving(FAN_UNKNOWN).s, "-");
}

TEST(ShowShare, IsAPercentage)
{
    EXPECT_STREQ(fan_show_share(0.123).s, "12.3 %");
    EXPECT_STREQ(fan_show_share(0).s, "0 %");
    EXPECT_STREQ(fan_show_share(1).s, "100 %");
    EXPECT_STREQ(fan_show_factor(7.984).s, "7.98x");
    EXPECT_STREQ(fan_show_count(455052511).s, "455,052,511");
}

TEST(ShowP, SaysHowSureItIs)
{
    EXPECT_STREQ(fan_show_p(.0341).s, "= 0.034");
    EXPECT_STREQ(fan_show_p(1e-9).s, "< 0.001");
    EXPECT_STREQ(fan_show_p(1).s, "= 1.000");
    EXPECT_STREQ(fan_show_p(FAN_UNKNOWN).s, "unknown");
}
