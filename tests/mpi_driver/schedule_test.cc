// Whole runs in fake time: repetitions until narrow, probes on a grid of times.
#include "mpi_driver/schedule.h"

#include "mpi_driver/stopping.h"
#include "tests/support/fake_run.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace
{

constexpr int64_t kS = 1000000000;

const char head[] = "name: t\nfunctions: [{name: f, memory_mb: 128}]\n"
                    "experiment:\n  workload: {handler: isprime, n: 7}\n  work: [1, 2]\n";

std::map<uint32_t, uint64_t> calls_by_cell(const fan_history &history)
{
    std::map<uint32_t, std::set<uint64_t>> seen;
    for (size_t i = 0; i < history.record_count; i++)
        seen[history.records[i].cell].insert(history.records[i].call);
    std::map<uint32_t, uint64_t> count;
    for (const auto &[cell, set] : seen)
        count[cell] = set.size();
    return count;
}

std::set<uint32_t> blocks_of(const fan_history &history)
{
    std::set<uint32_t> blocks;
    for (size_t i = 0; i < history.record_count; i++)
        blocks.insert(history.records[i].block);
    return blocks;
}

class Schedule : public FakeRun
{
  protected:
    /* Durations about 100 ms, of which every 10th is far off. */
    void answer_with_spread(double sd)
    {
        script = [this, sd](uint64_t, fan_reply *reply) {
            reply->record.reported = true;
            reply->record.duration_ms = std::normal_distribution<double>(100, sd)(engine);
            return INT64_C(10000000);
        };
    }
    std::mt19937 engine{ 11 };
};

TEST_F(Schedule, AQuietCellStopsAtTheLeastRepetitions)
{
    prepare(std::string(head) + "  repetitions: {min: 20, max: 500, until: ci 5%}\n");
    answer_with_spread(0.5);
    const fan_ending ending = run();
    EXPECT_EQ(ending, FAN_ENDING_WHOLE);
    EXPECT_EQ(calls_by_cell(history),
              (std::map<uint32_t, uint64_t>{ { 0, 20 }, { 1, 20 } }));
    const fan_study study = decided(ending);
    EXPECT_EQ(study.calls_planned, 40u);
    EXPECT_EQ(cells[0].stop, FAN_STOP_NARROW);
    EXPECT_EQ(cells[0].calls_most, 500u);
    EXPECT_EQ(progress.planned, 40u);
    EXPECT_FALSE(progress.open);
}

TEST_F(Schedule, ATargetOutOfReachMakesTheMost)
{
    prepare(std::string(head) + "  repetitions: {min: 10, max: 45, until: ci 0.1%}\n");
    answer_with_spread(20);
    const fan_ending ending = run();
    EXPECT_EQ(calls_by_cell(history),
              (std::map<uint32_t, uint64_t>{ { 0, 45 }, { 1, 45 } }));
    EXPECT_EQ(decided(ending).calls_planned, 90u);
    EXPECT_EQ(cells[1].stop, FAN_STOP_MOST);
}

TEST_F(Schedule, OnlyNarrowCellsAreLeftOut)
{
    prepare(std::string(head) + "  order: sequential\n"
                                "  repetitions: {min: 10, max: 60, until: ci 3%}\n");
    // cells take turns until one is narrow: then only the wild one is left
    script = [](uint64_t number, fan_reply *reply) {
        const bool wild = number % 2 == 1 || number >= 20;
        reply->record.reported = true;
        reply->record.duration_ms = wild ? 50.0 + double(number * 37 % 100) : 100;
        return INT64_C(10000000);
    };
    const fan_ending ending = run();
    EXPECT_EQ(calls_by_cell(history),
              (std::map<uint32_t, uint64_t>{ { 0, 10 }, { 1, 60 } }));
    decided(ending);
    EXPECT_EQ(cells[0].stop, FAN_STOP_NARROW);
    EXPECT_EQ(cells[1].stop, FAN_STOP_MOST);
}

TEST_F(Schedule, TheBudgetEndsItUndecidedAndAResumptionGoesOnAsIfNothingHadBeen)
{
    const std::string text =
        std::string(head) + "  repetitions: {min: 10, max: 300, until: ci 4%}\n";
    prepare(text);
    answer_with_spread(15);
    engine.seed(5);
    ASSERT_EQ(run(), FAN_ENDING_WHOLE);
    const auto whole = calls_by_cell(history);
    ASSERT_GT(whole.at(0), 10u);
    ASSERT_LT(whole.at(0), 300u);

    TearDown();
    calls = nullptr;
    plan = nullptr;
    job = nullptr;
    SetUp();
    engine.seed(5); // the same values in the same order
    bool resume = false;
    fan_ending ending = FAN_ENDING_NONE;
    for (int budget = 7; ending != FAN_ENDING_WHOLE && budget < 900; budget += 13) {
        prepare(text + "budget: {invocations: " + std::to_string(budget) + "}\n");
        ending = run(resume);
        resume = true;
        const fan_study study = decided(ending);
        if (ending == FAN_ENDING_BUDGET) {
            EXPECT_EQ(history.record_count, size_t(budget));
            EXPECT_GT(study.calls_planned, uint64_t(budget));
            EXPECT_TRUE(cells[0].stop == FAN_STOP_BUDGET ||
                        cells[0].stop == FAN_STOP_NARROW);
        }
    }
    ASSERT_EQ(ending, FAN_ENDING_WHOLE);
    EXPECT_EQ(calls_by_cell(history), whole);
    EXPECT_EQ(decided(ending).calls_planned, history.record_count);
}

TEST(ScheduleGrid, KeepsItsTimesAndMissesAfterAQuarter)
{
    EXPECT_EQ(fan_schedule_due_ns(300 * kS, 72), 21600 * kS);
    EXPECT_FALSE(fan_schedule_is_missed(4 * kS, 3, 0));
    EXPECT_FALSE(fan_schedule_is_missed(4 * kS, 3, 12 * kS));
    EXPECT_FALSE(fan_schedule_is_missed(4 * kS, 3, 13 * kS));
    EXPECT_TRUE(fan_schedule_is_missed(4 * kS, 3, 13 * kS + 1));
}

TEST_F(Schedule, ProbesComeAtTheirTimes)
{
    prepare(std::string(head) + "  every: 5m\n  for: 6h\n");
    const fan_ending ending = run();
    EXPECT_EQ(ending, FAN_ENDING_WHOLE);
    ASSERT_EQ(history.record_count, 2u * 72u);
    for (size_t i = 0; i < history.record_count; i++) {
        const int64_t late =
            history.records[i].sent_ns - 300 * kS * history.records[i].block;
        EXPECT_GE(late, 0);
        EXPECT_LE(late, kS / 10); // a block of two calls of 10 ms each
    }
    const fan_study study = decided(ending);
    EXPECT_EQ(study.probes.planned, 72u);
    EXPECT_EQ(study.probes.made, 72u);
    EXPECT_EQ(study.probes.missed, 0u);
    EXPECT_EQ(study.probes.late, 0u);
    EXPECT_EQ(study.calls_planned, 144u);
    // signals and the progress line are served several times a second all the while
    EXPECT_GE(turns, 4u * 21000u);
}

TEST_F(Schedule, AProbeThatOverrunsMakesTheNextOnesMissAndTheGridStays)
{
    prepare(std::string(head) + "  every: 10s\n  for: 60s\n");
    // the second probe takes 2 x 11 s: the third's time and a quarter pass meanwhile
    script = [](uint64_t number, fan_reply *) {
        return number == 2 || number == 3 ? 11 * kS : kS / 100;
    };
    const fan_ending ending = run();
    EXPECT_EQ(ending, FAN_ENDING_WHOLE);
    const fan_study study = decided(ending);
    EXPECT_EQ(blocks_of(history), (std::set<uint32_t>{ 0, 1, 3, 4, 5 }));
    EXPECT_EQ(study.probes.made, 5u);
    EXPECT_EQ(study.probes.missed, 1u);
    EXPECT_EQ(study.probes.calls_missed, 2u);
    EXPECT_EQ(study.probes.late, 1u); // number 3 began at 32 s
    EXPECT_DOUBLE_EQ(study.probes.late_max_s, 2);
    EXPECT_EQ(study.calls_planned, 10u);
    EXPECT_EQ(history.record_count, 10u);
    EXPECT_EQ(progress.planned, 10u);
}

TEST_F(Schedule, AResumptionMakesNoMissedProbesGood)
{
    prepare(std::string(head) + "  every: 10s\n  for: 100s\nbudget: {invocations: 5}\n");
    ASSERT_EQ(run(), FAN_ENDING_BUDGET); // half of the third probe
    ASSERT_EQ(history.record_count, 5u);
    clock.now_ns = 61 * kS; // down for a while; within a quarter of number 6's time
    prepare(std::string(head) + "  every: 10s\n  for: 100s\n");
    const fan_ending ending = run(true);
    EXPECT_EQ(ending, FAN_ENDING_WHOLE);
    EXPECT_EQ(blocks_of(history), (std::set<uint32_t>{ 0, 1, 2, 6, 7, 8, 9 }));
    for (size_t i = 5; i < history.record_count; i++)
        EXPECT_GE(history.records[i].sent_ns, 61 * kS);
    const fan_study study = decided(ending);
    EXPECT_EQ(study.probes.missed, 4u); // the rest of number 2, and 3 to 5
    EXPECT_EQ(study.probes.calls_missed, 7u);
    EXPECT_EQ(study.calls_planned, 13u);
    EXPECT_EQ(history.record_count, 13u);
    // and once more, with nothing left: the missed ones stay missed, once each
    clock.now_ns = 300 * kS;
    EXPECT_EQ(run(true), FAN_ENDING_WHOLE);
    EXPECT_EQ(decided(ending).probes.calls_missed, 7u);
    EXPECT_EQ(history.record_count, 13u);
}

} // namespace
