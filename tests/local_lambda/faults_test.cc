// Fault rates: reading them and drawing by them.
#include "local_lambda/faults.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{

struct fan_faults parsed(const char *text, uint64_t seed = 1)
{
    struct fan_faults faults;
    struct fan_err err = {};
    EXPECT_EQ(fan_faults_parse(&faults, text, seed, &err), FAN_OK) << err.text;
    return faults;
}

std::string refusal(const char *text)
{
    struct fan_faults faults;
    struct fan_err err = {};
    EXPECT_EQ(fan_faults_parse(&faults, text, 1, &err), FAN_EINVAL) << text;
    return err.text;
}

TEST(FaultsParse, ReadsRatesAndTheDelay)
{
    struct fan_faults faults = parsed("throttle=0.1,error=10%,slow=1%,slow_ms=200");
    EXPECT_DOUBLE_EQ(faults.rate[FAN_FAULT_THROTTLE], 0.1);
    EXPECT_DOUBLE_EQ(faults.rate[FAN_FAULT_ERROR], 0.1);
    EXPECT_DOUBLE_EQ(faults.rate[FAN_FAULT_SLOW], 0.01);
    EXPECT_DOUBLE_EQ(faults.rate[FAN_FAULT_DROP], 0);
    EXPECT_EQ(faults.slow_ms, 200u);
    EXPECT_EQ(parsed("drop=1").slow_ms, 1000u);
}

TEST(FaultsParse, EmptyMeansNone)
{
    struct fan_faults faults = parsed("");
    for (int i = 0; i < 1000; i++)
        EXPECT_EQ(fan_faults_draw(&faults), FAN_FAULT_NONE);
}

TEST(FaultsParse, NamesWhatIsWrong)
{
    EXPECT_EQ(refusal("throtle=0.1"),
              "unknown fault 'throtle': expected throttle, error, "
              "drop, cut, slow, kill or slow_ms");
    EXPECT_NE(refusal("throttle").find("'throttle'"), std::string::npos);
    EXPECT_NE(refusal("error=2").find("'2' is not a number from 0 to 1"),
              std::string::npos);
    EXPECT_NE(refusal("error=0.6,drop=0.6").find("add up to 1.2"), std::string::npos);
    EXPECT_NE(refusal("slow_ms=-1").find("slow_ms"), std::string::npos);
    refusal("=0.5");
    refusal("error=");
    refusal(std::string(1000, 'x').c_str());
}

TEST(FaultsParse, LeavesTheOldValuesOnFailure)
{
    struct fan_faults faults = parsed("kill=1");
    EXPECT_NE(fan_faults_parse(&faults, "error=1,bad=1", 1, nullptr), FAN_OK);
    EXPECT_EQ(faults.rate[FAN_FAULT_KILL], 1);
    EXPECT_EQ(faults.rate[FAN_FAULT_ERROR], 0);
}

TEST(FaultsDraw, FollowsTheRates)
{
    struct fan_faults faults =
        parsed("throttle=0.1,error=0.2,drop=0.05,cut=0.05,slow=0.3,kill=0.1");
    std::vector<int> count(FAN_FAULT_COUNT);
    const int draws = 200000;
    for (int i = 0; i < draws; i++)
        count[fan_faults_draw(&faults)]++;
    for (size_t i = FAN_FAULT_NONE + 1; i < FAN_FAULT_COUNT; i++)
        EXPECT_NEAR((double)count[i] / draws, faults.rate[i], 0.005) << i;
    EXPECT_NEAR((double)count[FAN_FAULT_NONE] / draws, 0.2, 0.005);
}

TEST(FaultsDraw, ARateOfOneAlwaysStrikes)
{
    struct fan_faults faults = parsed("cut=100%");
    for (int i = 0; i < 1000; i++)
        EXPECT_EQ(fan_faults_draw(&faults), FAN_FAULT_CUT);
}

TEST(FaultsDraw, EqualSeedsDrawEqually)
{
    struct fan_faults a = parsed("error=0.5", 9), b = parsed("error=0.5", 9),
                      c = parsed("error=0.5", 10);
    int differing = 0;
    for (int i = 0; i < 1000; i++) {
        enum fan_fault fault = fan_faults_draw(&a);
        EXPECT_EQ(fault, fan_faults_draw(&b));
        differing += fault != fan_faults_draw(&c);
    }
    EXPECT_GT(differing, 300);
}

} // namespace
