#include "mpi_driver/budget.h"

#include "common/random.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{

TEST(BudgetPico, RoundsUpAndKeepsTheSmallestPrice)
{
    EXPECT_EQ(fan_budget_pico(0), 0u);
    EXPECT_EQ(fan_budget_pico(1e-12), 1u);
    EXPECT_EQ(fan_budget_pico(0.2e-12), 1u);
    EXPECT_EQ(fan_budget_pico(0.25), 250000000000u);
    EXPECT_GE(fan_budget_pico(2.0833e-9), 2083u);
    EXPECT_LT(fan_budget_pico(1e30), FAN_BUDGET_NONE);
}

TEST(BudgetReserve, WithoutLimitsAlwaysAffords)
{
    fan_budget b = { FAN_BUDGET_NONE, FAN_BUDGET_NONE, 0 };
    for (int i = 0; i < 1000; i++)
        ASSERT_TRUE(fan_budget_reserve(&b, UINT64_MAX - 1));
    fan_budget_settle(&b, UINT64_MAX - 1, true, 5);
    EXPECT_EQ(b.calls, FAN_BUDGET_NONE);
    EXPECT_EQ(b.pico, FAN_BUDGET_NONE);
}

TEST(BudgetReserve, RefusesWithoutReserving)
{
    fan_budget b = { 5, 99, 0 };
    EXPECT_FALSE(fan_budget_reserve(&b, 100));
    EXPECT_EQ(b.calls, 5u);
    EXPECT_EQ(b.pico, 99u);
    b.calls = 0;
    EXPECT_FALSE(fan_budget_reserve(&b, 1));
}

TEST(BudgetSettle, GivesBackWhatWasNotSpent)
{
    fan_budget b = { 2, 100, 0 };
    ASSERT_TRUE(fan_budget_reserve(&b, 60));
    fan_budget_settle(&b, 60, true, 25);
    EXPECT_EQ(b.calls, 1u);
    EXPECT_EQ(b.pico, 75u);
    ASSERT_TRUE(fan_budget_reserve(&b, 60));
    fan_budget_settle(&b, 60, false, 0);
    EXPECT_EQ(b.calls, 1u);
    EXPECT_EQ(b.pico, 75u);
}

TEST(BudgetSettle, ACostAboveTheWorstStopsAtNothing)
{
    fan_budget b = { 2, 100, 0 };
    ASSERT_TRUE(fan_budget_reserve(&b, 90));
    fan_budget_settle(&b, 90, true, 500);
    EXPECT_EQ(b.pico, 0u);
}

TEST(BudgetShare, SumsToTheTotalAndPaysWholeCalls)
{
    for (uint64_t seed = 0; seed < 500; seed++) {
        fan_random dice;
        fan_random_init(&dice, seed, 0);
        const uint32_t n = 1 + static_cast<uint32_t>(fan_random_below(&dice, 9));
        const uint64_t worst = 1 + fan_random_below(&dice, 1000);
        fan_budget total = { fan_random_below(&dice, 200), fan_random_below(&dice, 20000),
                             0 };
        std::vector<uint64_t> weight(n);
        std::vector<fan_budget> share(n);
        uint64_t work = 0, calls = 0, pico = 0, affordable = 0;
        for (uint64_t &w : weight)
            work += w = fan_random_below(&dice, 4);
        fan_budget_share(&total, worst, weight.data(), n, share.data());
        for (uint32_t r = 0; r < n; r++) {
            calls += share[r].calls;
            pico += share[r].pico;
            if (weight[r] > 0) affordable += share[r].pico / worst;
        }
        EXPECT_EQ(calls, total.calls);
        EXPECT_EQ(pico, total.pico);
        EXPECT_TRUE(work == 0 || affordable >= total.pico / worst);
    }
}

TEST(BudgetShare, NoLimitStaysNoLimit)
{
    const fan_budget total = { FAN_BUDGET_NONE, FAN_BUDGET_NONE, 0 };
    const uint64_t weight[2] = { 1, 2 };
    fan_budget share[2];
    fan_budget_share(&total, 10, weight, 2, share);
    EXPECT_EQ(share[1].calls, FAN_BUDGET_NONE);
    EXPECT_EQ(share[1].pico, FAN_BUDGET_NONE);
}

TEST(BudgetShare, FiftyOfAHundredOverFourRanksIsFifty)
{
    const fan_budget total = { 50, FAN_BUDGET_NONE, 0 };
    const uint64_t weight[4] = { 25, 25, 25, 25 };
    fan_budget share[4];
    fan_budget_share(&total, 10, weight, 4, share);
    EXPECT_EQ(share[0].calls + share[1].calls + share[2].calls + share[3].calls, 50u);
    EXPECT_EQ(share[3].calls, 12u);
}

} // namespace
