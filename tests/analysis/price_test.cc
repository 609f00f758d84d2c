/* Prices against published bills. */
#include "analysis/price.h"

#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "support/synthetic_study.h"

namespace
{

const fan_price *Price()
{
    return fan_price_find("us-east-1", "x86_64");
}

std::string Printed(int decimals, double usd)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", decimals, usd);
    return text;
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

/* As they were printed, digit by digit. */
TEST(PriceRecord, PrintsThePublishedDigits)
{
    const struct {
        uint32_t memory_mb;
        double duration_ms;
        const char *then, *now;
    } known[] = { { 128, 11722.965, "0.024628", "0.024622966" },
                  { 256, 6678.945, "0.028035", "0.028029222" },
                  { 512, 3194.954, "0.026830", "0.026825053" },
                  { 1024, 1465.984, "0.024638", "0.024633382" } };
    for (const auto &row : known) {
        fan_cost then = {}, now = {};
        const fan_record record = SyntheticRecord(0, row.duration_ms, row.memory_mb);
        for (int i = 0; i < 1000; i++) {
            const fan_cost one_then = fan_price_record(fan_price_of_2017(), &record);
            const fan_cost one_now = fan_price_record(Price(), &record);
            fan_cost_add(&then, &one_then);
            fan_cost_add(&now, &one_now);
        }
        EXPECT_EQ(Printed(6, then.total), row.then);
        EXPECT_EQ(Printed(9, now.total), row.now);
        EXPECT_EQ(then.billed, 1000);
        EXPECT_NEAR(then.gb_seconds, row.duration_ms * row.memory_mb / 1024, 1e-6);
    }
}

/* Billed times that REPORT lines show, from their duration and INIT. */
TEST(PriceBilled, AddsInitAndRoundsUp)
{
    const struct {
        double duration_ms, init_ms, billed_ms;
    } known[] = {
        { 1049.63, 1293.83, 2344 }, { 1058.15, 1307.68, 2366 },  { 17.36, 0, 18 },
        { 239.0, 0, 239 },          { 3923.569, 145.399, 4069 }, { 17.21, 80.52, 98 },
        { 1.802, 60.644, 63 },      { 3016.78, 84.00, 3101 },    { 133.61, 80.00, 214 }
    };
    for (const auto &row : known)
        EXPECT_EQ(fan_price_billed_ms(Price(), row.duration_ms, row.init_ms),
                  row.billed_ms);
    EXPECT_EQ(fan_price_billed_ms(Price(), 0.1 + 0.2 + 0.7, 0), 1);
}

TEST(PriceBilled, FollowsTheTablesRules)
{
    fan_price price = *Price();
    price.init_billed = false;
    EXPECT_EQ(fan_price_billed_ms(&price, 1049.63, 1293.83), 1050);
    price.round_up_ms = 100;
    EXPECT_EQ(fan_price_billed_ms(&price, 1049.63, 1293.83), 1100);
    price.round_up_ms = 0;
    EXPECT_EQ(fan_price_billed_ms(&price, 1049.63, 1293.83), 1049.63);
    /* The record's own billed time is of another rule then. */
    fan_record record = SyntheticRecord(0, 1049.63, 1024);
    record.init_ms = 1293.83;
    record.billed_ms = 2344;
    price.round_up_ms = 100;
    EXPECT_NEAR(fan_price_record(&price, &record).gb_seconds, 1.1, 1e-12);
    EXPECT_EQ(fan_price_record(&price, &record).init, 0);
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
    ASSERT_TRUE(fan_price_use_gateway(&price, FAN_GATEWAY_HTTP));
    EXPECT_DOUBLE_EQ(price.gateway_request, 1e-6);
    ASSERT_TRUE(fan_price_use_gateway(&price, FAN_GATEWAY_REST));
    fan_price none = *fan_price_of_2017();
    EXPECT_FALSE(fan_price_use_gateway(&none, FAN_GATEWAY_REST));
    EXPECT_EQ(none.gateway_request, 0);
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

TEST(PriceMonth, TakesTheFreeTierOffFirst)
{
    const fan_month whole = { 3e6, 900000, false, false };
    const fan_month rest = { 3e6, 900000, false, true };
    const fan_month little = { 1e6, 400000, false, true };
    EXPECT_NEAR(fan_price_month_usd(Price(), &whole), 0.6 + 900000 * 1.66667e-5, 1e-9);
    EXPECT_NEAR(fan_price_month_usd(Price(), &rest), 0.4 + 500000 * 1.66667e-5, 1e-9);
    EXPECT_EQ(fan_price_month_usd(Price(), &little), 0);
    /* 2017's table says nothing of it. */
    EXPECT_EQ(fan_price_month_usd(fan_price_of_2017(), &rest),
              fan_price_month_usd(fan_price_of_2017(), &whole));
}

TEST(PriceMonth, GoesByTiers)
{
    fan_month month = { 0, 7e9, true, false };
    EXPECT_NEAR(fan_price_month_usd(Price(), &month), 6e9 * 1.66667e-5 + 1e9 * 1.5e-5,
                1e-6);
    fan_price gateway = *Price();
    ASSERT_TRUE(fan_price_use_gateway(&gateway, FAN_GATEWAY_REST));
    month = { 400e6, 0, true, false };
    EXPECT_NEAR(fan_price_month_usd(&gateway, &month), 80 + 333 * 3.5 + 67 * 2.8, 1e-6);
    gateway.gateway_request = 5e-6; /* of no list */
    EXPECT_NEAR(fan_price_month_usd(&gateway, &month), 80 + 2000, 1e-6);
}
