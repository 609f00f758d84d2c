/* Summaries of records that were worked out by hand, and the JSON of them. */
#include "analysis/summary.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <jansson.h>

#include "analysis/summary_data.h"
#include "support/synthetic_study.h"

namespace
{

/* One cell per memory size, no records: a plan that the tests fill by hand. */
struct HandMade : SyntheticStudy {
    explicit HandMade(std::vector<uint32_t> memory) : SyntheticStudy(Plan(memory))
    {
    }

    static SyntheticPlan Plan(std::vector<uint32_t> memory)
    {
        SyntheticPlan plan;
        plan.memory = memory;
        plan.repetitions = 0;
        return plan;
    }

    fan_record &Add(uint32_t cell, uint64_t call, double duration_ms)
    {
        fan_record record = SyntheticRecord(call, duration_ms, cells[cell].memory_mb);
        record.cell = cell;
        record.seq = records.size();
        record.slot = static_cast<uint32_t>(records.size());
        records.push_back(record);
        return records.back();
    }

    void Mark(uint32_t phase, uint32_t cell, uint32_t rank, int64_t start, int64_t end)
    {
        phases.push_back({ phase, cell, 0, start, end, 1, 0 });
        phase_rank.push_back(rank);
    }
};

struct Summarised {
    fan_summary *summary;
    explicit Summarised(HandMade &made, uint64_t planned)
    {
        made.study.calls_planned = planned;
        made.Attach();
        summary = fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    }
    ~Summarised()
    {
        fan_summary_free(summary);
    }
    Summarised(const Summarised &) = delete;
    Summarised &operator=(const Summarised &) = delete;

    json_t *Json() const
    {
        fan_buf text = FAN_BUF_INIT(8 << 20);
        fan_err err{};
        EXPECT_EQ(fan_summary_json(summary, &text, &err), FAN_OK) << err.text;
        json_error_t error;
        json_t *root = json_loadb(text.data, text.size, 0, &error);
        EXPECT_NE(root, nullptr) << error.text;
        fan_buf_clear(&text);
        return root;
    }
};

std::string Printed(const fan_summary *summary, int columns)
{
    char *text = nullptr;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fan_summary_print(summary, out, columns);
    std::fclose(out);
    const std::string result(text, size);
    std::free(text);
    return result;
}

size_t WidestLine(const std::string &text)
{
    size_t widest = 0, start = 0;
    for (size_t i = 0; i <= text.size(); i++) {
        if (i < text.size() && text[i] != '\n') continue;
        widest = std::max(widest, i - start);
        start = i + 1;
    }
    return widest;
}

} // namespace

TEST(SummaryStrata, KeepColdWarmAndErrorApart)
{
    HandMade made({ 128 });
    made.Add(0, 0, 900).cold = true;
    made.Add(0, 1, 100);
    made.Add(0, 2, 200);
    made.Add(0, 3, 5000).outcome = FAN_OUTCOME_FUNCTION;
    made.Add(0, 4, 1).outcome = FAN_OUTCOME_THROTTLE;
    made.Add(0, 5, 1).outcome = FAN_OUTCOME_SERVICE;
    const Summarised s(made, 6);
    const fan_cell_summary &cell = s.summary->cells[0];
    EXPECT_EQ(cell.stratum[FAN_STRATUM_COLD].n, 1u);
    EXPECT_EQ(cell.stratum[FAN_STRATUM_WARM].n, 2u);
    EXPECT_EQ(cell.stratum[FAN_STRATUM_ERROR].n, 1u);
    EXPECT_DOUBLE_EQ(cell.stratum[FAN_STRATUM_WARM].of[FAN_METRIC_DURATION].mean, 150);
    EXPECT_DOUBLE_EQ(cell.stratum[FAN_STRATUM_COLD].of[FAN_METRIC_DURATION].max, 900);
    EXPECT_EQ(s.summary->total.done, 3u);
    EXPECT_EQ(s.summary->total.failed, 3u);
    EXPECT_EQ(s.summary->total.throttled, 1u);
    EXPECT_EQ(s.summary->total.failure_count, 2u);
}

TEST(SummaryStrata, HostLimitedRecordsStayInAndAreCounted)
{
    HandMade made({ 128 });
    made.Add(0, 0, 100);
    made.Add(0, 1, 300).host_limited = true;
    const Summarised s(made, 2);
    const fan_stratum_summary &warm = s.summary->cells[0].stratum[FAN_STRATUM_WARM];
    EXPECT_EQ(warm.n, 2u);
    EXPECT_EQ(warm.host_limited, 1u);
    EXPECT_DOUBLE_EQ(warm.of[FAN_METRIC_DURATION].mean, 200);
    ASSERT_EQ(s.summary->warning_count, 1u);
    EXPECT_STREQ(s.summary->warnings[0].name, "host limited");
}

TEST(SummaryCalls, ARetriedCallCountsOnceAndAsDone)
{
    HandMade made({ 128 });
    made.Add(0, 7, 1).outcome = FAN_OUTCOME_THROTTLE;
    made.Add(0, 7, 1).outcome = FAN_OUTCOME_SERVICE;
    made.Add(0, 7, 100);
    made.Add(0, 8, 1).outcome = FAN_OUTCOME_THROTTLE;
    const Summarised s(made, 2);
    EXPECT_EQ(s.summary->total.calls, 2u);
    EXPECT_EQ(s.summary->total.done, 1u);
    EXPECT_EQ(s.summary->total.failed, 1u);
    EXPECT_EQ(s.summary->total.attempts, 4u);
    EXPECT_FALSE(fan_summary_ok(s.summary));
}

TEST(SummaryCost, FailuresArePaidAndSharedBySuccesses)
{
    HandMade made({ 1024 });
    made.Add(0, 0, 1000);
    made.Add(0, 1, 3000).outcome = FAN_OUTCOME_FUNCTION;
    made.records[1].error_type[0] = 'E';
    const Summarised s(made, 2);
    const double gb_s = 1.66667e-5, request = 2e-7;
    const fan_cell_summary &cell = s.summary->cells[0];
    EXPECT_NEAR(cell.tallies.cost.total, 4 * gb_s + 2 * request, 1e-15);
    EXPECT_NEAR(cell.tallies.usd_failed, 3 * gb_s + request, 1e-15);
    EXPECT_NEAR(cell.usd_per_call, 2 * gb_s + request, 1e-15);
    EXPECT_NEAR(cell.usd_per_success, 4 * gb_s + 2 * request, 1e-15);
}

TEST(SummarySpeedup, IsTheRatioOfMediansToTheSmallestMemory)
{
    HandMade made({ 1024, 128 });
    for (uint64_t i = 0; i < 21; i++) {
        made.Add(0, i, 100 + static_cast<double>(i));
        made.Add(1, 100 + i, 880 + static_cast<double>(i));
    }
    const Summarised s(made, 42);
    EXPECT_EQ(s.summary->cells[0].base, 1u);
    EXPECT_NEAR(s.summary->cells[0].speedup, 890.0 / 110.0, 1e-12);
    EXPECT_LT(s.summary->cells[0].speedup_ci.lower, 890.0 / 110.0);
    EXPECT_GT(s.summary->cells[0].speedup_ci.upper, 890.0 / 110.0);
    EXPECT_DOUBLE_EQ(s.summary->cells[1].speedup, 1.0);
    EXPECT_TRUE(std::isnan(s.summary->cells[1].speedup_ci.lower));
}

TEST(SummarySkew, IsTheSpreadOfStartsPerPhase)
{
    HandMade made({ 128 });
    made.Add(0, 0, 100);
    made.Mark(0, 0, 0, 1000000, 2000000);
    made.Mark(0, 0, 1, 1030000, 3000000);
    made.Mark(1, 0, 0, 5000000, 6000000);
    made.Mark(1, 0, 1, 5010000, 6000000);
    made.Mark(2, 0, 0, 7000000, 8000000); /* one rank alone has no skew */
    const Summarised s(made, 1);
    EXPECT_EQ(s.summary->skew.phases, 2u);
    EXPECT_DOUBLE_EQ(s.summary->skew.max_us, 30);
    EXPECT_DOUBLE_EQ(s.summary->skew.median_us, 20);
    EXPECT_EQ(s.summary->skew.wide, 0u);
    EXPECT_NEAR(s.summary->cells[0].busy_s, 0.002 + 0.001 + 0.001, 1e-12);
}

TEST(SummarySkew, ARepeatedPhaseCountsWithItsLastMarks)
{
    HandMade made({ 128 });
    made.Add(0, 0, 1);
    made.Mark(0, 0, 0, 1000, 2000);
    made.Mark(0, 0, 0, 900000000, 900500000); /* again, after a resume */
    made.Mark(0, 0, 1, 900040000, 900500000);
    const Summarised s(made, 1);
    EXPECT_DOUBLE_EQ(s.summary->skew.max_us, 40);
    EXPECT_EQ(s.summary->skew.wide, 1u); /* 40 us is more than 1 % of 1 ms */
}

TEST(SummaryChecks, MissingCallsFailUnlessTheRunWasStopped)
{
    HandMade made({ 128 });
    made.Add(0, 0, 100);
    {
        const Summarised s(made, 5);
        EXPECT_FALSE(fan_summary_ok(s.summary));
    }
    made.study.budget_stopped = true;
    const Summarised s(made, 5);
    EXPECT_TRUE(fan_summary_ok(s.summary));
}

TEST(SummaryChecks, TheStudysOwnComeFirst)
{
    HandMade made({ 128 });
    made.Add(0, 0, 100);
    fan_study_check check{};
    std::strcpy(check.name, "audit");
    made.checks.push_back(check); /* ok = false */
    const Summarised s(made, 1);
    ASSERT_GE(s.summary->check_count, 3u);
    EXPECT_STREQ(s.summary->checks[0].name, "audit");
    EXPECT_FALSE(fan_summary_ok(s.summary));
}

TEST(SummaryChecks, MissingReportsFailOnlyWhereTheTransportBringsThem)
{
    HandMade made({ 128 });
    made.Add(0, 0, 100).reported = false;
    {
        const Summarised s(made, 1);
        EXPECT_FALSE(fan_summary_ok(s.summary));
        EXPECT_EQ(s.summary->metric, FAN_METRIC_LATENCY);
    }
    std::strcpy(made.study.transport, "gateway");
    const Summarised s(made, 1);
    EXPECT_TRUE(fan_summary_ok(s.summary));
}

TEST(SummaryRecords, OfUnknownCellsAreLeftOutAndTold)
{
    HandMade made({ 128 });
    made.Add(0, 0, 100);
    made.Add(0, 1, 100).cell = 9;
    const Summarised s(made, 1);
    EXPECT_EQ(s.summary->foreign, 1u);
    EXPECT_EQ(s.summary->total.attempts, 1u);
    EXPECT_EQ(s.summary->warning_count, 1u);
}

TEST(SummaryFailures, ManyKindsAreCountedInTheLast)
{
    HandMade made({ 128 });
    for (uint64_t i = 0; i < 50; i++) {
        fan_record &record = made.Add(0, i, 1);
        record.outcome = FAN_OUTCOME_FUNCTION;
        std::snprintf(record.error_type, sizeof record.error_type, "Kind%d",
                      static_cast<int>(i));
    }
    const Summarised s(made, 50);
    const fan_tallies &total = s.summary->total;
    EXPECT_EQ(total.failure_count, static_cast<size_t>(FAN_FAILURE_KINDS_MAX));
    uint64_t sum = 0;
    for (size_t i = 0; i < total.failure_count; i++)
        sum += total.failure[i].attempts;
    EXPECT_EQ(sum, 50u);
}

TEST(SummaryJson, HasTheStableKeys)
{
    HandMade made({ 128, 256 });
    made.Add(0, 0, 100).cold = true;
    made.Add(1, 1, 50);
    const Summarised s(made, 2);
    json_t *root = s.Json();
    for (const char *key :
         { "job", "endpoint", "ranks", "calls", "attempts", "throttled", "cost_usd",
           "elapsed_s", "start_skew_us", "checks", "cells", "price", "warnings" })
        EXPECT_NE(json_object_get(root, key), nullptr) << key;
    EXPECT_EQ(json_object_get(root, "sieve"), nullptr);
    json_t *calls = json_object_get(root, "calls");
    EXPECT_EQ(json_integer_value(json_object_get(calls, "done")), 2);
    json_t *cells = json_object_get(root, "cells");
    ASSERT_EQ(json_array_size(cells), 2u);
    json_t *strata = json_object_get(json_array_get(cells, 0), "strata");
    json_t *cold = json_object_get(strata, "cold");
    json_t *duration = json_object_get(cold, "duration_ms");
    EXPECT_DOUBLE_EQ(json_number_value(json_object_get(duration, "mean")), 100);
    EXPECT_TRUE(json_is_null(json_object_get(duration, "sd")));
    for (const char *key : { "n", "mean", "median", "sd", "cv", "min", "max", "p95",
                             "p99", "mean_ci", "median_ci", "p95_ci", "p99_ci" })
        EXPECT_NE(json_object_get(duration, key), nullptr) << key;
    for (const char *key : { "duration_ms", "billed_ms", "latency_ms", "init_ms" })
        EXPECT_NE(json_object_get(cold, key), nullptr) << key;
    json_decref(root);
}

TEST(SummaryJson, CostPartsSumToTheTotal)
{
    SyntheticPlan plan;
    plan.throttle_share = 0.1;
    plan.failure_share = 0.1;
    SyntheticStudy synthetic(plan);
    fan_summary *summary =
        fan_summary_new(&synthetic.study, fan_price_find("us-east-1", "arm64"));
    const fan_cost &cost = summary->total.cost;
    EXPECT_NEAR(cost.requests + cost.compute + cost.init + cost.gateway, cost.total,
                1e-12);
    double cells = 0;
    for (size_t c = 0; c < synthetic.study.cell_count; c++)
        cells += summary->cells[c].tallies.cost.total;
    EXPECT_NEAR(cells, cost.total, 1e-12);
    fan_summary_free(summary);
}

TEST(SummaryJson, SaysWhereThrottlingBegan)
{
    SyntheticPlan plan;
    plan.memory = { 512 };
    plan.parallelism = { 4, 16 };
    plan.limit = 8;
    const SyntheticStudy made(plan);
    fan_summary *summary =
        fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64"));
    fan_buf text = FAN_BUF_INIT(1 << 20);
    fan_err err{};
    ASSERT_EQ(fan_summary_json(summary, &text, &err), FAN_OK);
    json_t *root = json_loads(text.data, 0, nullptr);
    json_t *answers = json_object_get(root, "answers");
    json_t *throttling = json_object_get(answers, "throttling");
    json_t *function = json_array_get(json_object_get(throttling, "functions"), 0);
    ASSERT_NE(function, nullptr);
    json_t *limit = json_object_get(function, "limit");
    EXPECT_STREQ(json_string_value(json_object_get(limit, "kind")), "concurrency");
    json_t *levels = json_object_get(function, "levels");
    json_t *onset =
        json_array_get(levels, static_cast<size_t>(json_integer_value(
                                   json_object_get(function, "onset_level"))));
    EXPECT_EQ(json_integer_value(json_object_get(onset, "offered_from")), 9);
    for (const char *key : { "attempts_in_vain", "queue_s", "in_vain_s", "backoff_s",
                             "final_s", "in_vain_usd" })
        EXPECT_TRUE(json_is_number(json_object_get(throttling, key))) << key;
    json_t *speedups = json_object_get(answers, "parallelism_speedups");
    ASSERT_EQ(json_array_size(speedups), 1u);
    EXPECT_EQ(
        json_integer_value(json_object_get(json_array_get(speedups, 0), "base_cell")), 0);
    json_decref(root);
    fan_buf_clear(&text);
    fan_summary_free(summary);
}

TEST(SummaryJson, SieveChecksumKeepsAllItsDigits)
{
    HandMade made({ 128 });
    made.Add(0, 0, 100);
    made.study.is_sieve = true;
    made.study.sieve.checksum = 18446744073709551615u;
    made.study.seed = 18446744073709551615u;
    const Summarised s(made, 1);
    json_t *root = s.Json();
    json_t *sieve = json_object_get(root, "sieve");
    EXPECT_STREQ(json_string_value(json_object_get(sieve, "checksum")),
                 "18446744073709551615");
    EXPECT_STREQ(json_string_value(json_object_get(root, "seed")),
                 "18446744073709551615");
    json_decref(root);
}

TEST(SummaryJson, SurvivesBytesThatAreNotText)
{
    HandMade made({ 128 });
    fan_record &record = made.Add(0, 0, 100);
    record.outcome = FAN_OUTCOME_FUNCTION;
    std::strcpy(record.error_type, "bad\xff\xfe");
    const Summarised s(made, 1);
    json_decref(s.Json());
}

TEST(SummaryPrint, FitsTheTerminal)
{
    SyntheticPlan plan;
    plan.work = { 1, 2 };
    plan.parallelism = { 1, 8 };
    SyntheticStudy synthetic(plan);
    fan_summary *summary =
        fan_summary_new(&synthetic.study, fan_price_find("us-east-1", "x86_64"));
    const std::string wide = Printed(summary, 110), narrow = Printed(summary, 80);
    EXPECT_LE(WidestLine(wide), 110u);
    EXPECT_LE(WidestLine(narrow), 110u); /* the sentences above the table may be longer */
    EXPECT_NE(wide.find("95 % CI"), std::string::npos);
    EXPECT_NE(narrow.find("median"), std::string::npos);
    EXPECT_EQ(narrow.find("max  "), std::string::npos);
    fan_summary_free(summary);
}

TEST(SummaryPrint, SaysWhatACellWithoutSuccessHas)
{
    HandMade made({ 128, 256 });
    made.Add(0, 0, 100);
    made.Add(1, 1, 1).outcome = FAN_OUTCOME_THROTTLE;
    const Summarised s(made, 2);
    const std::string text = Printed(s.summary, 100);
    EXPECT_NE(text.find("256 MB  none"), std::string::npos) << text;
}

TEST(SummaryEmpty, IsStillASummary)
{
    HandMade made({ 128 });
    const Summarised s(made, 0);
    EXPECT_TRUE(fan_summary_ok(s.summary));
    EXPECT_FALSE(Printed(s.summary, 80).empty());
    json_decref(s.Json());
    made.cells.clear();
    const Summarised none(made, 0);
    json_decref(none.Json());
}
