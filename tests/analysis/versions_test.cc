/* versions_test.cc - versions of a function against each other: made-up calls with known
 * differences, and with none. */
#include "analysis/answers.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <jansson.h>

#include "analysis/compare_data.h"
#include "support/answered.h"

namespace
{

struct Versions : Answered {
    explicit Versions(SyntheticStudy &made) : Answered((made.Attach(), made))
    {
    }
    size_t Count() const
    {
        return summary->answers->version_count;
    }
    const fan_version_answer &operator[](size_t i) const
    {
        return summary->answers->version[i];
    }
    std::string Headline() const
    {
        return Text(fan_report_versions_headline);
    }
};

void Set(char *field, size_t size, const char *text)
{
    std::snprintf(field, size, "%s", text);
}

/* A function called through an alias that gives version 2 a tenth. */
SyntheticPlan OneSetting(uint32_t repetitions = 1000)
{
    SyntheticPlan plan;
    plan.memory = { 512 };
    plan.repetitions = repetitions;
    return plan;
}

void Name(fan_study_cell *cell, const char *function, const char *qualifier)
{
    Set(cell->qualifier, sizeof cell->qualifier, qualifier);
    std::snprintf(cell->function, sizeof cell->function, "%s%s%s", function,
                  *qualifier ? ":" : "", qualifier);
}

void SplitBy(SyntheticStudy *made, uint64_t every, double weight = 0.1)
{
    Name(&made->cells[0], "f", "live");
    fan_study_split *split = &made->cells[0].split;
    Set(split->version, sizeof split->version, "1");
    Set(split->canary, sizeof split->canary, "2");
    split->weight = weight;
    for (fan_record &r : made->records)
        Set(r.executed_version, sizeof r.executed_version, r.call % every ? "1" : "2");
}

bool IsCanary(const fan_record &r)
{
    return std::strcmp(r.executed_version, "2") == 0;
}

TEST(Versions, WithoutVersionsNothingIsAsked)
{
    SyntheticStudy made(OneSetting(100));
    const Versions none(made);
    EXPECT_EQ(none.Count(), 0u);
    EXPECT_FALSE(fan_report_versions_arises(none.summary));
    for (fan_record &r : made.records)
        Set(r.executed_version, sizeof r.executed_version, "$LATEST");
    const Versions one(made);
    EXPECT_EQ(one.Count(), 0u);
}

TEST(Versions, ASlowerCanaryIsRolledBack)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    for (fan_record &r : made.records)
        if (IsCanary(r)) r.duration_ms += 41;
    const Versions answered(made);
    ASSERT_EQ(answered.Count(), 1u);
    const fan_version_answer &a = answered[0];
    EXPECT_TRUE(a.split);
    EXPECT_STREQ(a.base.name, "version 1");
    EXPECT_STREQ(a.other.name, "version 2");
    EXPECT_EQ(a.base.attempts + a.other.attempts, 1000u);
    EXPECT_EQ(a.other.attempts, 100u);
    EXPECT_DOUBLE_EQ(a.share, 0.1);
    EXPECT_TRUE(a.weight_inside);
    EXPECT_LT(a.share_ci.lower, 0.1);
    EXPECT_GT(a.share_ci.upper, 0.1);
    EXPECT_EQ(a.verdict, FAN_VERSION_SLOWER);
    EXPECT_LT(a.p, 0.001);
    EXPECT_LT(a.time.shift_ci.lower, 41);
    EXPECT_GT(a.time.shift_ci.upper, 41);
    EXPECT_NEAR(a.time.shift, 41, 1.5);
    EXPECT_TRUE(fan_report_versions_arises(answered.summary));
    const std::string text = answered.Headline();
    EXPECT_TRUE(Contains(text, "Version 2 is slower than version 1 by 4")) << text;
    EXPECT_TRUE(Contains(text, "(p < 0.001, duration of warm calls): roll back."))
        << text;
    const std::string details = answered.Text(fan_report_versions_details);
    EXPECT_TRUE(Contains(details, "of 1,000 calls")) << details;
    EXPECT_TRUE(Contains(details, "the latter got 100, 10 %")) << details;
    EXPECT_TRUE(Contains(details, "which holds the 10 % that the alias gives it"))
        << details;
    EXPECT_TRUE(Contains(answered.Text(fan_report_versions_tables), "| slower |"));
}

TEST(Versions, TheSameCodeTwiceIsTheSame)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    const Versions answered(made);
    ASSERT_EQ(answered.Count(), 1u);
    EXPECT_EQ(answered[0].verdict, FAN_VERSION_SAME);
    EXPECT_TRUE(answered[0].same.equivalent);
    EXPECT_TRUE(Contains(answered.Headline(),
                         "Version 2 takes as long as version 1 within "
                         "5 %"));
    EXPECT_FALSE(Contains(answered.Headline(), "roll back"));
}

TEST(Versions, AFewWideCallsShowNoDifferenceAndNoSameness)
{
    SyntheticPlan plan = OneSetting(60);
    plan.spread = 0.5;
    SyntheticStudy made(plan);
    SplitBy(&made, 5, 0.2);
    const Versions answered(made);
    ASSERT_EQ(answered.Count(), 1u);
    EXPECT_EQ(answered[0].verdict, FAN_VERSION_NONE);
    EXPECT_TRUE(Contains(answered.Headline(), "No difference shown between version 2 and "
                                              "version 1, nor that they are the same"));
}

TEST(Versions, AFailingCanaryIsRolledBackHoweverFastItIs)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    for (fan_record &r : made.records) {
        if (!IsCanary(r)) continue;
        r.duration_ms /= 2;
        if (r.call % 100 == 0) r.outcome = FAN_OUTCOME_FUNCTION;
    }
    const Versions answered(made);
    const fan_version_answer &a = answered[0];
    EXPECT_EQ(a.other.failed, 10u);
    EXPECT_EQ(a.base.failed, 0u);
    EXPECT_EQ(a.verdict, FAN_VERSION_FAILS);
    EXPECT_GT(a.failed_difference.lower, 0.0);
    EXPECT_TRUE(Contains(answered.Headline(),
                         "Version 2 fails more often than version 1: 10 of 100 (10 %) of "
                         "its calls against 0 of 900 (0 %), p < 0.001: roll back."))
        << answered.Headline();
}

TEST(Versions, AFasterOneMayStay)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    for (fan_record &r : made.records)
        if (IsCanary(r)) r.duration_ms /= 2;
    const Versions answered(made);
    EXPECT_EQ(answered[0].verdict, FAN_VERSION_FASTER);
    EXPECT_TRUE(Contains(answered.Headline(), "Version 2 is faster than version 1 by 3"))
        << answered.Headline();
    EXPECT_TRUE(Contains(answered.Headline(), "nothing speaks against it"));
}

TEST(Versions, ASplitThatIsNotTheAliassIsSaid)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 3);
    const Versions answered(made);
    EXPECT_FALSE(answered[0].weight_inside);
    EXPECT_TRUE(
        Contains(answered.Headline(),
                 "of the calls version 2 got 33.4 %, where the alias gives it 10 %"))
        << answered.Headline();
}

TEST(Versions, ACanaryWithoutACallIsNotOverlooked)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    for (fan_record &r : made.records)
        Set(r.executed_version, sizeof r.executed_version, "1");
    const Versions answered(made);
    ASSERT_EQ(answered.Count(), 1u);
    EXPECT_EQ(answered[0].verdict, FAN_VERSION_FEW);
    EXPECT_EQ(answered[0].other.attempts, 0u);
    EXPECT_FALSE(answered[0].weight_inside);
    EXPECT_TRUE(Contains(answered.Headline(), "Too few calls to compare version 2"))
        << answered.Headline();
}

TEST(Versions, AWeightThatNobodySaidIsUnknown)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    made.cells[0].split = fan_study_split{};
    const Versions answered(made);
    ASSERT_EQ(answered.Count(), 1u);
    EXPECT_TRUE(std::isnan(answered[0].weight));
    EXPECT_TRUE(Contains(answered.Text(fan_report_versions_details),
                         "the job does not say what the alias gives it"));
}

TEST(Versions, TheAliassOwnVersionIsTheBaseWhateverItsNumber)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    Set(made.cells[0].split.version, 16, "2");
    Set(made.cells[0].split.canary, 16, "1");
    made.cells[0].split.weight = 0.9;
    const Versions answered(made);
    EXPECT_STREQ(answered[0].base.name, "version 2");
    EXPECT_STREQ(answered[0].other.name, "version 1");
    EXPECT_TRUE(answered[0].weight_inside);
}

/* Two settings that call versions of one function. */
SyntheticPlan TwoSettings()
{
    SyntheticPlan plan;
    plan.memory = { 512, 1024 };
    plan.repetitions = 200;
    return plan;
}

void CallVersions(SyntheticStudy *made)
{
    Name(&made->cells[0], "f", "1");
    Name(&made->cells[1], "f", "2");
    for (fan_record &r : made->records)
        Set(r.executed_version, sizeof r.executed_version, r.cell ? "2" : "1");
}

TEST(Versions, SettingsOfTwoVersionsAreComparedAsVersionsAndNotAsSizes)
{
    SyntheticStudy made(TwoSettings());
    CallVersions(&made);
    const Versions answered(made);
    ASSERT_EQ(answered.Count(), 1u);
    EXPECT_FALSE(answered[0].split);
    EXPECT_EQ(answered[0].base.cell, 0u);
    EXPECT_EQ(answered[0].other.cell, 1u);
    EXPECT_EQ(answered[0].verdict, FAN_VERSION_FASTER) << "it has twice the CPU";
    EXPECT_EQ(answered.summary->answers->memory_count, 0u);
    EXPECT_EQ(answered.summary->cells[1].base, 1u);
    EXPECT_TRUE(answered.summary->factors.function) << "tables tell them apart";
}

TEST(Versions, LatestIsAVersionToo)
{
    SyntheticStudy made(TwoSettings());
    Name(&made.cells[0], "f", "");
    Name(&made.cells[1], "f", "7");
    const Versions answered(made);
    ASSERT_EQ(answered.Count(), 1u);
    EXPECT_STREQ(answered[0].base.name, "$LATEST");
    EXPECT_STREQ(answered[0].other.name, "version 7");
}

TEST(Versions, OfSlowerSettingsTheBaseIsKept)
{
    SyntheticPlan plan = TwoSettings();
    plan.slow_memory = 1024;
    plan.slow_factor = 4;
    SyntheticStudy made(plan);
    CallVersions(&made);
    made.cells[1].memory_mb = 512; /* differ in nothing else */
    const Versions answered(made);
    EXPECT_EQ(answered[0].verdict, FAN_VERSION_SLOWER);
    EXPECT_TRUE(Contains(answered.Headline(), ": keep version 1."))
        << answered.Headline();
    EXPECT_TRUE(Contains(answered.Text(fan_report_versions_tables), "f:2"))
        << answered.Text(fan_report_versions_tables);
}

TEST(Versions, SizesOfTheSameVersionMakeARow)
{
    SyntheticPlan plan = TwoSettings();
    plan.work = { 1, 2 };
    SyntheticStudy made(plan);
    const char *const functions[] = { "a", "a", "b", "b" };
    for (size_t c = 0; c < 4; c++) { /* works become versions */
        Name(&made.cells[c], functions[c], c % 2 ? "2" : "1");
        made.cells[c].work = 1;
    }
    const Versions answered(made);
    EXPECT_EQ(answered.Count(), 2u) << "a:1 and a:2, b:1 and b:2";
    ASSERT_EQ(answered.summary->answers->memory_count, 2u);
    for (size_t i = 0; i < 2; i++) {
        const fan_row &row = answered.summary->answers->memory[i].row;
        ASSERT_EQ(row.n, 2u);
        EXPECT_STREQ(made.cells[row.cell[0]].qualifier,
                     made.cells[row.cell[1]].qualifier);
    }
    EXPECT_TRUE(Contains(answered.Headline(), "2 comparisons of versions: 2 slower."))
        << answered.Headline();
}

TEST(Versions, QualifiersOfDifferentFunctionsAreNoVersionsToCompare)
{
    SyntheticStudy made(TwoSettings());
    Name(&made.cells[0], "small", "41");
    Name(&made.cells[1], "large", "7");
    const Versions answered(made);
    EXPECT_EQ(answered.Count(), 0u);
    EXPECT_EQ(answered.summary->answers->memory_count, 1u) << "still a row of sizes";
}

TEST(Versions, JsonHasThemAndTellsNameAndQualifier)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    const Versions answered(made);
    fan_buf text = FAN_BUF_INIT(1 << 20);
    ASSERT_EQ(fan_summary_json(answered.summary, &text, nullptr), FAN_OK);
    json_t *root = json_loadb(text.data, text.size, 0, nullptr);
    ASSERT_NE(root, nullptr);
    json_t *cell = json_array_get(json_object_get(root, "cells"), 0);
    EXPECT_STREQ(json_string_value(json_object_get(cell, "function")), "f");
    EXPECT_STREQ(json_string_value(json_object_get(cell, "qualifier")), "live");
    json_t *versions = json_object_get(json_object_get(root, "answers"), "versions");
    ASSERT_EQ(json_array_size(versions), 1u);
    json_t *pair = json_array_get(versions, 0), *split = json_object_get(pair, "split");
    EXPECT_STREQ(json_string_value(json_object_get(pair, "verdict")), "same");
    EXPECT_DOUBLE_EQ(json_real_value(json_object_get(split, "share")), 0.1);
    EXPECT_TRUE(json_is_true(json_object_get(split, "weight_inside")));
    EXPECT_TRUE(json_is_null(json_object_get(pair, "failed_p"))) << "nothing failed";
    json_decref(root);
    fan_buf_clear(&text);
}

TEST(Versions, TheTerminalHasALine)
{
    SyntheticStudy made(OneSetting());
    SplitBy(&made, 10);
    const Versions answered(made);
    char *text = nullptr;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    fan_summary_print(answered.summary, out, 100);
    std::fclose(out);
    EXPECT_TRUE(Contains(text, "\n  versions  Version 2 takes as long as version 1"))
        << text;
    std::free(text);
}

TEST(Versions, RunsOfTwoVersionsEachAreMatchedByVersion)
{
    SyntheticStudy before(TwoSettings()), after(TwoSettings());
    for (SyntheticStudy *made : { &before, &after }) {
        CallVersions(made);
        for (fan_study_cell &cell : made->cells)
            cell.memory_mb = 512;
    }
    std::swap(after.cells[0], after.cells[1]);
    for (fan_record &r : after.records)
        r.cell = 1 - r.cell;
    const Versions a(before), b(after);
    fan_compare_settings settings{};
    settings.name_a = "before";
    settings.name_b = "after";
    fan_comparison *c = nullptr;
    fan_err err{};
    ASSERT_EQ(fan_comparison_new(&c, a.summary, b.summary, &settings, &err), FAN_OK)
        << err.text;
    ASSERT_EQ(c->pair_count, 2u);
    EXPECT_EQ(c->pair[0].a, 0u);
    EXPECT_EQ(c->pair[0].b, 1u);
    EXPECT_EQ(c->renamed, 0u);
    for (size_t i = 0; i < c->note_count; i++)
        EXPECT_STRNE(c->note[i].name, "other versions");
    fan_comparison_free(c);
}

TEST(Versions, ARunThatOtherVersionsAnsweredIsNoted)
{
    SyntheticStudy before(OneSetting(100)), after(OneSetting(100));
    SplitBy(&before, 1);
    SplitBy(&after, 1); /* all by version 2 */
    for (fan_record &r : before.records)
        Set(r.executed_version, sizeof r.executed_version, "1");
    const Versions a(before), b(after);
    fan_compare_settings settings{};
    settings.name_a = "before";
    settings.name_b = "after";
    fan_comparison *c = nullptr;
    fan_err err{};
    ASSERT_EQ(fan_comparison_new(&c, a.summary, b.summary, &settings, &err), FAN_OK)
        << err.text;
    bool noted = false;
    for (size_t i = 0; i < c->note_count; i++)
        noted |= std::strcmp(c->note[i].name, "other versions") == 0 &&
                 std::strcmp(c->note[i].detail, "A: 1; B: 2") == 0;
    EXPECT_TRUE(noted);
    fan_comparison_free(c);
}

TEST(Versions, OneFunctionsVersionsAreThrottledTogether)
{
    SyntheticPlan plan = TwoSettings();
    plan.throttle_share = 0.2;
    SyntheticStudy made(plan);
    CallVersions(&made);
    const Versions answered(made);
    EXPECT_EQ(answered.summary->answers->throttle.count, 1u);
}

} // namespace
