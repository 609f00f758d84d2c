/* The loop around the search: what all ranks choose, and what a resumed run knows. */
#include "mpi_driver/tune.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "mpi_driver/history.h"
#include "mpi_driver/job_tune.h"
#include "mpi_driver/tune_results.h"

namespace
{

const char kJob[] =
    "name: t\nfunctions:\n- {name: a, memory_mb: 128}\n- {name: b, memory_mb: 512}\n"
    "- {name: c, memory_mb: 704}\n- {name: d, memory_mb: 1024}\n"
    "- {name: e, memory_mb: 2048}\n- {name: f, memory_mb: 3008}\n"
    "experiment: {workload: {handler: isprime, n: 7}}\n"
    "tune: {samples: 8, repetitions: 5}\n";

/* The test function of the method's authors, milliseconds. */
double Notebook(uint32_t mb)
{
    return 1000 * (2.6734786 + 21.8887259 * std::pow(1 - .0054940293, mb - 128.));
}

fan_record Answer(const fan_visit &visit, uint32_t i, uint32_t memory_mb)
{
    fan_record r = {};
    r.seq = r.call = visit.first_call + i;
    r.cell = visit.cell;
    r.block = visit.block;
    r.outcome = FAN_OUTCOME_OK;
    r.reported = true;
    r.cold = i == 0;
    r.duration_ms = Notebook(memory_mb) * (1 + .001 * (i % 3)) * (i == 0 ? 9 : 1);
    r.billed_ms = static_cast<uint64_t>(std::ceil(r.duration_ms));
    r.memory_mb = memory_mb;
    r.end_ns = 1000000;
    return r;
}

class Tune : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        fan_err err = {};
        ASSERT_EQ(FAN_OK, fan_job_parse(&job, "a.yaml", kJob, sizeof kJob - 1, nullptr, 0,
                                        &err))
            << err.text;
        plan = fan_plan_new(job, 1, 0);
        price = fan_price_find("us-east-1", "x86_64");
        state.assign(plan->calls, 0);
        past.call_state = state.data();
        comm = fan_comm_open_self();
        char path[] = "/tmp/fan-tune-XXXXXX";
        ASSERT_NE(mkdtemp(path), nullptr);
        dir = path;
    }
    void TearDown() override
    {
        fan_plan_free(plan);
        fan_job_free(job);
        comm->ops->close(comm);
        (void)std::system(("rm -rf '" + dir + "'").c_str());
    }

    fan_tune *Begin(const char *resumed = nullptr)
    {
        const fan_tune_cfg cfg = { comm, job, plan, price, &past, nullptr, resumed };
        fan_tune *tune = nullptr;
        EXPECT_EQ(FAN_OK, fan_tune_begin(&tune, &cfg, nullptr));
        return tune;
    }

    /* Visits from `first` on until the tune ends or `most` are made; their sizes. */
    std::vector<uint32_t> Visit(fan_tune *tune, size_t most)
    {
        std::vector<uint32_t> sizes;
        for (size_t i = 0; i < plan->visit_count; i++) {
            fan_visit visit = plan->visit[i];
            bool more = true;
            EXPECT_EQ(FAN_OK, fan_tune_choose(tune, i, &visit, &more, nullptr));
            if (!more || sizes.size() == most) break;
            const uint32_t mb = job->function[visit.cell].memory_mb;
            sizes.push_back(mb);
            for (uint32_t c = 0; c < visit.calls; c++) {
                if (state[visit.first_call + c] & FAN_CALL_OVER) continue;
                records.push_back(Answer(visit, c, mb));
                fan_tune_seen(tune, &records.back());
                state[visit.first_call + c] = FAN_CALL_OVER;
            }
        }
        return sizes;
    }

    void WriteJournal()
    {
        char path[PATH_MAX];
        fan_journal_header header = {};
        header.version = header.ranks = 1;
        fan_journal *journal = nullptr;
        fan_history_journal_path(path, dir.c_str(), 0);
        ASSERT_EQ(FAN_OK, fan_journal_open(&journal, path, &header, nullptr));
        for (const fan_record &r : records)
            ASSERT_EQ(FAN_OK, fan_journal_attempt(journal, &r, nullptr));
        fan_journal_close(journal);
    }

    fan_job *job = nullptr;
    fan_plan *plan = nullptr;
    const fan_price *price = nullptr;
    std::vector<uint32_t> state;
    std::vector<fan_record> records;
    fan_past past = {};
    fan_comm *comm = nullptr;
    std::string dir;
};

TEST_F(Tune, VisitsSpreadSizesThenThoseThatPromise)
{
    fan_tune *tune = Begin();
    const std::vector<uint32_t> sizes = Visit(tune, 99);
    EXPECT_EQ(FAN_OK, fan_tune_end(tune, nullptr));
    ASSERT_GE(sizes.size(), 5u);
    EXPECT_LE(sizes.size(), 8u);
    EXPECT_EQ(128u, sizes[0]);
    EXPECT_EQ(3008u, sizes[3]);
    EXPECT_NE(std::find(sizes.begin(), sizes.end(), 704u), sizes.end());
}

TEST_F(Tune, AResumedRunGoesOnWhereTheJournalsEnd)
{
    fan_tune *tune = Begin();
    const std::vector<uint32_t> whole = Visit(tune, 99);
    EXPECT_EQ(FAN_OK, fan_tune_end(tune, nullptr));
    for (size_t cut = 0; cut < whole.size(); cut++) {
        records.clear();
        std::fill(state.begin(), state.end(), 0);
        (void)std::system(("rm -f '" + dir + "'/*").c_str());
        tune = Begin();
        Visit(tune, cut);
        EXPECT_EQ(FAN_OK, fan_tune_end(tune, nullptr));
        if (!records.empty()) { /* the last call of all was killed */
            state[records.back().call] = 0;
            records.pop_back();
        }
        WriteJournal();
        tune = Begin(dir.c_str());
        EXPECT_EQ(whole, Visit(tune, 99)) << "cut after " << cut;
        EXPECT_EQ(FAN_OK, fan_tune_end(tune, nullptr));
    }
}

TEST_F(Tune, JournalsThatAreGoneAreAnError)
{
    const fan_tune_cfg cfg = { comm, job, plan, price, &past, nullptr, "/nowhere" };
    fan_tune *tune = nullptr;
    fan_err err = { FAN_OK, "" };
    EXPECT_EQ(FAN_EIO, fan_tune_begin(&tune, &cfg, &err));
    EXPECT_EQ(FAN_OK, fan_tune_end(tune, nullptr));
    EXPECT_EQ(FAN_OK, fan_tune_end(nullptr, nullptr));
}

TEST_F(Tune, ResultsSpeakOfVisitedSizesAlone)
{
    fan_tune *tune = Begin();
    const std::vector<uint32_t> sizes = Visit(tune, 2); /* 128 and another one */
    EXPECT_EQ(FAN_OK, fan_tune_end(tune, nullptr));
    ASSERT_EQ(2u, sizes.size());

    fan_history history = {};
    history.records = records.data();
    history.record_count = records.size();
    fan_phase_mark marks[] = { { 0, plan->visit[0].cell, 0, 0, 9, 6, 0 },
                               { 1, plan->visit[1].cell, 1, 0, 9, 6, 0 },
                               { 2, 5, 2, 0, 9, 6, 0 } };
    history.phases = marks;
    history.phase_count = 3; /* the third sample began, and was killed at once */
    fan_results results = {};
    results.job = job;
    results.plan = plan;
    results.price = price;
    results.history = &history;
    fan_tune_results own;
    fan_tune_results_init(&own, &results);
    EXPECT_EQ(3u, own.plan.cell_count);
    EXPECT_EQ(3u, own.plan.blocks);
    EXPECT_EQ(18u, own.plan.calls);
    EXPECT_EQ(3008u, job->function[own.plan.cell[2].function].memory_mb);
    for (uint32_t c = 0; c < 3; c++)
        EXPECT_EQ(6u, own.plan.cell[c].calls);
    for (size_t i = 0; i < records.size(); i++) {
        const fan_record &r = own.history.records[i];
        EXPECT_EQ(records[i].memory_mb,
                  job->function[own.plan.cell[r.cell].function].memory_mb);
    }
    EXPECT_EQ(2u, own.history.phases[2].cell);
    EXPECT_EQ(6u, own.study.settings.size_count);
    EXPECT_EQ(6u, own.study.sample_calls);
    EXPECT_EQ(5u, own.study.repetitions);
    EXPECT_EQ(0u, own.study.listed_mb);
    fan_tune_results_clear(&own);

    const fan_history nothing = {};
    results.history = &nothing;
    fan_tune_results_init(&own, &results);
    EXPECT_EQ(1u, own.plan.cell_count) << "a report needs one";
    EXPECT_EQ(0u, own.plan.calls);
    EXPECT_EQ(0u, own.plan.blocks);
    fan_tune_results_clear(&own);
}

} // namespace
