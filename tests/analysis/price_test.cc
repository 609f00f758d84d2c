/* Prices against published bills. */
#include "analysis/price.h"

#include <gtest/gtest.h>

#include "support/synthetic_study.h"

namespace
{

const fan_price *Price()
{
    return fan_price_find("us-east-1", "x86_64");
}

} // namespace

TEST(PriceFind, KnowsBothArchitectures)
{
    EXPECT_STREQ(Price()->arch, "x86_64");
    EXPECT_DOUBLE_EQ(Price()->request, 2e-7);
    EXPECT_DOUBLE_EQ(Price()->gb_second, 1.66667e-5);
    EXPECT_DOUBLE_EQ(fan_price_find("us-east-1", "arm64")->gb_second, 1.33334e-5);
}

TEST(PriceFind, FallsBackToTheKnownRegion)
{
    EXPECT_STREQ(fan_price_find("eu-central-1", "arm64")->region, "us-east-1");
    EXPECT_STREQ(fan_price_find("eu-central-1", "arm64")->arch, "arm64");
    EXPECT_STREQ(fan_price_find("us-east-1", "riscv")->arch, "x86_64");
    EXPECT_NE(fan_price_find(nullptr, nullptr), nullptr);
}

/* 1,000 calls of 11.722965 s at 128 MB and so on, at today's price. */
TEST(PriceRecord, ReproducesAPublishedSweep)
{
    const struct {
        uint32_t memory_mb;
        double duration_ms, usd;
    } known[] = { { 128, 11722.965, .024622966 },
                  { 256, 6678.945, .028029222 },
                  { 512, 3194.954, .026825053 },
                  { 1024, 1465.984, .024633382 } };
    for (const auto &row : known) {
        const fan_record record = SyntheticRecord(0, row.duration_ms, row.memory_mb);
        EXPECT_NEAR(1000 * fan_price_record(Price(), &record).total, row.usd, 5e-9);
    }
}

/* The same calls, and 20 others, at the prices of their year: to the last digit. */
TEST(PriceRecord, ReproducesThePublishedBillsOf2017)
{
    const struct {
        uint32_t memory_mb;
        double duration_ms, usd, short_ms, short_usd;
    } known[] = { { 128, 11722.965, .02462773, 8592.724, .000362 },
                  { 256, 6678.945, .02803450, 4369.844, .000368 },
                  { 512, 3194.954, .02682994, 2385.856, .000402 },
                  { 1024, 1465.984, .02463795, 1233.483, .000415 } };
    double total = 0, short_total = 0;
    for (const auto &row : known) {
        const fan_record record = SyntheticRecord(0, row.duration_ms, row.memory_mb);
        const double usd = 1000 * fan_price_record(fan_price_of_2017(), &record).total;
        EXPECT_NEAR(usd, row.usd, 5.0001e-9);
        total += usd;
        const fan_record brief = SyntheticRecord(0, row.short_ms, row.memory_mb);
        const double brief_usd = 20 * fan_price_record(fan_price_of_2017(), &brief).total;
        EXPECT_NEAR(brief_usd, row.short_usd, 5.001e-7);
        short_total += brief_usd;
    }
    EXPECT_NEAR(total, .104130, 5e-7);
    EXPECT_NEAR(short_total, .001547, 5e-7);
    EXPECT_STREQ(fan_price_of_2017()->date, "2017");
}

TEST(PriceRecord, In2017InitWasFree)
{
    fan_record record = SyntheticRecord(0, 1000, 1024);
    record.init_ms = 500;
    record.billed_ms = 1500;
    const fan_cost cost = fan_price_record(fan_price_of_2017(), &record);
    EXPECT_EQ(cost.init, 0);
    EXPECT_NEAR(cost.compute, 1.667e-5, 1e-15);
}

TEST(PriceRecord, PartsAddUpAndInitIsOnlyItsShare)
{
    fan_record record = SyntheticRecord(0, 1049.63, 1024);
    record.init_ms = 1293.83;
    record.billed_ms = 2344;
    const fan_cost cost = fan_price_record(Price(), &record);
    EXPECT_NEAR(cost.init, 1.29383 * 1.66667e-5, 1e-15);
    EXPECT_NEAR(cost.init + cost.compute, 2.344 * 1.66667e-5, 1e-15);
    EXPECT_DOUBLE_EQ(cost.requests, 2e-7);
    EXPECT_DOUBLE_EQ(cost.gateway, 0);
    EXPECT_NEAR(cost.total, cost.requests + cost.compute + cost.init, 1e-18);
}

TEST(PriceRecord, ThrottlesAreFreeAndFailuresAreNot)
{
    fan_record record = SyntheticRecord(0, 100, 128);
    record.outcome = FAN_OUTCOME_THROTTLE;
    EXPECT_EQ(fan_price_record(Price(), &record).total, 0);
    record.outcome = FAN_OUTCOME_FUNCTION;
    EXPECT_GT(fan_price_record(Price(), &record).total, 2e-7);
}

TEST(PriceRecord, MeasuredLatencyStandsInForAMissingReport)
{
    fan_record record = SyntheticRecord(0, 100, 0);
    record.reported = false;
    record.memory_mb = 0;
    record.end_ns = 1500000; /* 1.5 ms: billed as 2 */
    EXPECT_NEAR(fan_price_attempt(Price(), &record, 1024).total,
                2e-7 + 0.002 * 1.66667e-5, 1e-15);
}

TEST(PriceRecord, GatewayRequestsAreAddedWhenPriced)
{
    fan_price price = *Price();
    price.gateway_request = 3.5e-6;
    const fan_record record = SyntheticRecord(0, 1, 128);
    EXPECT_DOUBLE_EQ(fan_price_record(&price, &record).gateway, 3.5e-6);
}

TEST(PriceWorst, BoundsEveryBillOfTheFunction)
{
    const double worst = fan_price_worst_usd(Price(), 128, 60);
    EXPECT_NEAR(worst, 2e-7 + 70.0 * 0.125 * 1.66667e-5, 1e-15);
    fan_record record = SyntheticRecord(0, 60000, 128);
    record.init_ms = 10000;
    record.billed_ms = 70000;
    EXPECT_LE(fan_price_record(Price(), &record).total, worst + 1e-18);
}
