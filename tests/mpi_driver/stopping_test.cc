// The rule that ends a cell's repetitions: what it promises, whatever the values.
#include "mpi_driver/stopping.h"

#include "analysis/statistics.h"
#include "mpi_driver/history.h"
#include "tests/support/parsed_job.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace
{

using Plan = std::unique_ptr<fan_plan, decltype(&fan_plan_free)>;
using Stopping = std::unique_ptr<fan_stopping, decltype(&fan_stopping_free)>;

Job repeated(const std::string &rule, const std::string &more = "")
{
    const std::string text = "name: t\nfunctions: [{name: f, memory_mb: 128}]\n"
                             "experiment:\n  workload: {handler: isprime, n: 7}\n"
                             "  work: [1, 2, 3]\n  repetitions: " +
                             rule + "\n" + more;
    return parse(text);
}

Plan plan_of(const Job &job)
{
    return Plan(fan_plan_new(job.get(), 2, 0), fan_plan_free);
}

fan_record record(uint32_t cell, uint32_t block, double ms)
{
    fan_record r = {};
    r.cell = cell;
    r.block = block;
    r.outcome = FAN_OUTCOME_OK;
    r.reported = true;
    r.duration_ms = ms;
    r.end_ns = static_cast<int64_t>((ms + 3) * 1e6);
    return r;
}

/* Run the rule over a plan as the driver does, with the values that `value` gives for a
 * cell's k-th repetition; returns the records that were made. */
template <typename Value>
std::vector<fan_record> simulate(const Plan &plan, double until, Value value)
{
    std::vector<fan_record> made;
    std::vector<uint32_t> count(plan->cell_count, 0);
    Stopping s(fan_stopping_new(plan.get(), until), fan_stopping_free);
    for (uint32_t b = 0; b < plan->blocks; b++) {
        for (uint32_t i = 0; i < plan->cell_count; i++) {
            const fan_visit &visit = plan->visit[size_t(b) * plan->cell_count + i];
            if (fan_stopping_is_out(s.get(), visit.cell)) continue;
            for (uint32_t k = 0; k < visit.calls; k++) {
                fan_record r = value(visit.cell, b, count[visit.cell]++);
                r.call = visit.first_call + k;
                const fan_stopping_note note = fan_stopping_note_of(&r);
                fan_stopping_add(s.get(), &note);
                made.push_back(r);
            }
        }
        fan_stopping_decide(s.get(), b);
    }
    return made;
}

std::vector<double> values_of(const std::vector<fan_record> &made, uint32_t cell,
                              uint32_t block_end = UINT32_MAX)
{
    std::vector<double> values;
    for (const fan_record &r : made)
        if (r.cell == cell && r.block < block_end && !r.cold &&
            r.outcome == FAN_OUTCOME_OK)
            values.push_back(r.duration_ms);
    std::sort(values.begin(), values.end());
    return values;
}

std::vector<fan_stopping_cell> replay(const Plan &plan, double until,
                                      const std::vector<fan_record> &made)
{
    std::vector<uint32_t> state(plan->calls, 0);
    for (const fan_record &r : made)
        state[r.call] = 1 | FAN_CALL_OVER;
    std::vector<fan_stopping_cell> cells(plan->cell_count);
    fan_stopping_replay(plan.get(), until, made.data(), made.size(), state.data(),
                        cells.data());
    return cells;
}

TEST(StoppingHalfWidth, FollowsTheOrderStatistics)
{
    std::vector<double> v(10);
    for (size_t i = 0; i < v.size(); i++)
        v[i] = 100.0 + double(i);
    /* n = 10: ranks 2 and 9, so [101, 108] about 104.5 */
    EXPECT_DOUBLE_EQ(fan_stopping_half_width(v.data(), 10), 3.5 / 104.5);
    EXPECT_TRUE(std::isnan(fan_stopping_half_width(v.data(), 5)));
    EXPECT_TRUE(std::isnan(fan_stopping_half_width(v.data(), 0)));
    const std::vector<double> zeros(10, 0.0);
    EXPECT_TRUE(std::isnan(fan_stopping_half_width(zeros.data(), 10)));
}

TEST(StoppingNote, OnlyWarmSuccessesAreValues)
{
    fan_record r = record(1, 2, 50);
    EXPECT_EQ(fan_stopping_note_of(&r).value_ms, 50);
    EXPECT_EQ(fan_stopping_note_of(&r).reported, 1u);
    r.reported = false;
    EXPECT_EQ(fan_stopping_note_of(&r).value_ms, 53); /* the latency */
    EXPECT_EQ(fan_stopping_note_of(&r).reported, 0u);
    r.cold = true;
    EXPECT_TRUE(std::isnan(fan_stopping_note_of(&r).value_ms));
    r.cold = false;
    for (fan_outcome outcome : { FAN_OUTCOME_FUNCTION, FAN_OUTCOME_THROTTLE,
                                 FAN_OUTCOME_SERVICE, FAN_OUTCOME_NETWORK }) {
        r.outcome = outcome;
        EXPECT_TRUE(std::isnan(fan_stopping_note_of(&r).value_ms));
    }
    EXPECT_EQ(fan_stopping_note_of(&r).cell, 1u);
    EXPECT_EQ(fan_stopping_note_of(&r).block, 2u);
}

TEST(StoppingRule, KeepsItsPromisesForAnySpread)
{
    for (unsigned seed = 1; seed <= 40; seed++) {
        const uint32_t least = 6 + seed % 25, most = least + 7 * (seed % 30);
        Job job = repeated("{min: " + std::to_string(least) +
                           ", max: " + std::to_string(most) + ", until: ci 3%}");
        Plan plan = plan_of(job);
        std::mt19937 engine(seed);
        std::lognormal_distribution<double> spread[] = {
            std::lognormal_distribution<double>(3, 0.001),
            std::lognormal_distribution<double>(4, 0.05),
            std::lognormal_distribution<double>(2, 0.8)
        };
        const auto made =
            simulate(plan, 0.03, [&](uint32_t cell, uint32_t block, uint32_t) {
                fan_record r = record(cell, block, spread[cell](engine));
                if (engine() % 20 == 0) r.outcome = FAN_OUTCOME_THROTTLE;
                return r;
            });
        const auto cells = replay(plan, 0.03, made);
        for (uint32_t c = 0; c < plan->cell_count; c++) {
            const auto count = std::count_if(made.begin(), made.end(),
                                             [c](auto &r) { return r.cell == c; });
            const auto values = values_of(made, c);
            const double width = fan_stopping_half_width(values.data(), values.size());
            EXPECT_GE(count, long(least));
            EXPECT_LE(count, long(most));
            EXPECT_EQ(uint64_t(count), cells[c].decided);
            EXPECT_TRUE(cells[c].complete);
            EXPECT_EQ(cells[c].narrow, width <= 0.03); /* it stopped there and only so */
            if (!cells[c].narrow) {
                EXPECT_EQ(count, long(most));
            }
        }
    }
}

TEST(StoppingRule, StopsAtTheFirstBlockThatIsNarrowEnough)
{
    Job job = repeated("{min: 10, max: 400, until: ci 2%}");
    Plan plan = plan_of(job);
    std::mt19937 engine(7);
    std::normal_distribution<double> spread(100, 6);
    const auto made = simulate(plan, 0.02, [&](uint32_t cell, uint32_t block, uint32_t) {
        return record(cell, block, spread(engine));
    });
    for (uint32_t c = 0; c < plan->cell_count; c++) {
        uint32_t last = 0;
        for (const fan_record &r : made)
            if (r.cell == c) last = std::max(last, r.block);
        for (uint32_t b = plan->blocking.even; b <= last; b++) {
            const auto values = values_of(made, c, b);
            EXPECT_GT(fan_stopping_half_width(values.data(), values.size()), 0.02);
        }
        ASSERT_GT(last + 1, plan->blocking.even);
    }
}

TEST(StoppingRule, TheOrderOfNotesDoesNotMatter)
{
    Job job = repeated("{min: 20, max: 60, until: ci 5%}");
    Plan plan = plan_of(job);
    std::mt19937 engine(3);
    std::exponential_distribution<double> spread(0.01);
    auto made = simulate(plan, 0.05, [&](uint32_t cell, uint32_t block, uint32_t) {
        return record(cell, block, 90 + spread(engine) * (cell + 1) / 20);
    });
    const auto once = replay(plan, 0.05, made);
    std::shuffle(made.begin(), made.end(), engine);
    const auto again = replay(plan, 0.05, made);
    for (uint32_t c = 0; c < plan->cell_count; c++) {
        EXPECT_EQ(once[c].decided, again[c].decided);
        EXPECT_EQ(once[c].narrow, again[c].narrow);
    }
}

TEST(StoppingRule, ThrottledAndColdCellsGoOnToTheMost)
{
    Job job = repeated("{min: 10, max: 30, until: ci 50%}");
    Plan plan = plan_of(job);
    const auto made = simulate(plan, 0.5, [&](uint32_t cell, uint32_t block, uint32_t) {
        fan_record r = record(cell, block, 100);
        if (cell == 0) r.outcome = FAN_OUTCOME_THROTTLE;
        if (cell == 1) r.cold = true;
        return r;
    });
    const auto cells = replay(plan, 0.5, made);
    EXPECT_EQ(cells[0].decided, 30u);
    EXPECT_FALSE(cells[0].narrow);
    EXPECT_EQ(cells[1].decided, 30u);
    EXPECT_FALSE(cells[1].narrow);
    EXPECT_EQ(cells[2].decided, 10u);
    EXPECT_TRUE(cells[2].narrow);
}

TEST(StoppingRule, ItsIntervalCoversTheMedianNearlyAsOftenAsItsLevelSays)
{
    /* docs/statistics.md tells users of 93.5 %: optional stopping takes a little. */
    Job job = repeated("{min: 20, max: 300, until: ci 2%}");
    Plan plan = plan_of(job);
    std::mt19937 engine(1);
    std::lognormal_distribution<double> spread(0, 0.05);
    int covered = 0, all = 0;
    for (int run = 0; run < 400; run++) {
        const auto made =
            simulate(plan, 0.02, [&](uint32_t cell, uint32_t block, uint32_t) {
                return record(cell, block, spread(engine));
            });
        for (uint32_t c = 0; c < plan->cell_count; c++, all++) {
            const auto v = values_of(made, c);
            const fan_interval ci =
                fan_stats_quantile_interval(v.data(), v.size(), 0.5, FAN_STATS_LEVEL);
            covered += ci.lower <= 1 && 1 <= ci.upper;
        }
    }
    EXPECT_GT(double(covered) / all, 0.92);
    EXPECT_LT(double(covered) / all, 0.95);
}

TEST(StoppingReplay, AnEndInTheMiddleLeavesTheRestUndecided)
{
    Job job = repeated("{min: 20, max: 60, until: ci 1%}");
    Plan plan = plan_of(job);
    std::mt19937 engine(5);
    std::normal_distribution<double> spread(100, 20);
    auto made = simulate(plan, 0.01, [&](uint32_t cell, uint32_t block, uint32_t) {
        return record(cell, block, spread(engine));
    });
    ASSERT_EQ(made.size(), 180u);
    made.resize(100); /* the budget ended it: inside the block after 17 whole ones */
    const auto cells = replay(plan, 0.01, made);
    uint64_t decided = 0;
    for (const auto &cell : cells) {
        EXPECT_FALSE(cell.complete);
        EXPECT_FALSE(cell.narrow);
        decided += cell.decided;
    }
    EXPECT_GT(decided, 100u);
    EXPECT_LE(decided, 106u); /* the block at hand, no later one */
}

TEST(StoppingReplay, ACellThatWentOnIsNotStoppedByAValueThatCameLate)
{
    Job job = repeated("{min: 6, max: 60, until: ci 2%}", "throttle: retry\n");
    Plan plan = plan_of(job);
    uint32_t first = 0; /* a call that fails at first and is made good by a resumption */
    auto made = simulate(plan, 0.02, [&](uint32_t cell, uint32_t block, uint32_t k) {
        fan_record r = record(cell, block, k < 20 ? 100 + 7 * (k % 5) : 100);
        if (cell == 0 && first++ == 0) r.outcome = FAN_OUTCOME_SERVICE;
        return r;
    });
    const auto before = replay(plan, 0.02, made);
    fan_record late = record(0, 0, 100);
    late.attempt = 1;
    made.push_back(late);
    const auto after = replay(plan, 0.02, made);
    EXPECT_EQ(before[0].decided, after[0].decided);
}

} // namespace
