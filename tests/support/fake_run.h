/* fake_run.h - the visits of a whole run on one rank, in fake time: a job's text in, the
 * history of its result folder out. */
#ifndef FAN_TESTS_SUPPORT_FAKE_RUN_H
#define FAN_TESTS_SUPPORT_FAKE_RUN_H

#include "mpi_driver/decided.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/visits.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

class FakeRun : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char path[] = "/tmp/fan-visits-XXXXXX";
        ASSERT_NE(mkdtemp(path), nullptr);
        dir = path;
    }
    void TearDown() override
    {
        fan_history_clear(&history);
        fan_calls_free(calls);
        fan_plan_free(plan);
        fan_job_free(job);
        (void)std::system(("rm -rf '" + dir + "'").c_str());
    }

    void prepare(const std::string &text)
    {
        fan_err err = {};
        fan_calls_free(calls);
        fan_plan_free(plan);
        fan_job_free(job);
        ASSERT_EQ(
            fan_job_parse(&job, "a.yaml", text.data(), text.size(), nullptr, 0, &err),
            FAN_OK)
            << err.text;
        plan = fan_plan_new(job, 1, 0);
        calls = fan_calls_new(job, plan, fan_price_find(job->region, job->arch));
    }

    // Run, or resume what is in the folder, with the clock as it stands.
    fan_ending run(bool resume = false)
    {
        fan_err err = {};
        fan_comm *comm = fan_comm_open_self();
        fan_past past = {};
        bool again = job->throttle == FAN_THROTTLE_RETRY;
        EXPECT_EQ(fan_past_open(&past, resume ? dir.c_str() : nullptr, 0, calls,
                                plan->calls, again, comm, &err),
                  FAN_OK)
            << err.text;
        fan_journal_header header = {};
        header.version = 1;
        header.ranks = 1;
        char path[PATH_MAX];
        fan_history_journal_path(path, dir.c_str(), 0);
        fan_journal *journal = nullptr;
        fan_ledger *ledger = nullptr;
        EXPECT_EQ(fan_journal_open(&journal, path, &header, &err), FAN_OK) << err.text;
        EXPECT_EQ(fan_ledger_open(&ledger, dir.c_str(), 0, &err), FAN_OK) << err.text;

        fake_transport_cfg transport_cfg = { &clock, run_script, this };
        fan_transport *transport = fake_transport_new(&transport_cfg);
        fan_visits visits = {};
        visits.comm = comm;
        visits.job = job;
        visits.plan = plan;
        visits.calls = calls;
        visits.past = &past;
        std::vector<fan_way> ways(job->function_count,
                                  { &fan_transport_fake, transport, "fake" });
        visits.way = ways.data();
        visits.journal = journal;
        visits.ledger = ledger;
        visits.progress = &progress;
        visits.clock = { fake_clock_now_ns, fake_clock_sleep_ns, &clock };
        visits.turn = [](void *context) { static_cast<FakeRun *>(context)->turns++; };
        visits.turn_context = this;
        progress = {};
        progress.planned = plan->calls;
        progress.open = plan->is_open;
        fan_ending ending = FAN_ENDING_NONE;
        status = fan_visits_run(&visits, &ending, &err);
        EXPECT_EQ(status, FAN_OK) << err.text;
        in_flight_max = fake_transport_in_flight_max(transport);
        fan_transport_fake.close(transport);
        fan_journal_close(journal);
        fan_ledger_close(ledger);
        fan_past_clear(&past);
        comm->ops->close(comm);
        fan_history_clear(&history);
        EXPECT_EQ(fan_history_read(&history, dir.c_str(), &err), FAN_OK) << err.text;
        return ending;
    }

    // What the report would say was decided.
    fan_study decided(fan_ending ending)
    {
        fan_study study = {};
        cells.assign(plan->cell_count, fan_study_cell{});
        for (uint32_t i = 0; i < plan->cell_count; i++)
            cells[i].calls_planned = cells[i].calls_most = plan->cell[i].calls;
        fan_decided_fill(job, plan, &history, ending, cells.data(), &study);
        return study;
    }

    // Decide how an attempt ends; returns its latency.
    std::function<int64_t(uint64_t number, fan_reply *reply)> script =
        [](uint64_t, fan_reply *) { return INT64_C(10000000); };
    fan_job *job = nullptr;
    fan_plan *plan = nullptr;
    fan_calls *calls = nullptr;
    fan_history history = {};
    fan_progress progress = {};
    fan_status status = FAN_OK;
    std::vector<fan_study_cell> cells;
    fake_clock clock{ 0 };
    std::string dir;
    uint64_t turns = 0;
    uint32_t in_flight_max = 0;

  private:
    static int64_t run_script(void *context, uint64_t number, const fan_call *,
                              fan_reply *reply)
    {
        return static_cast<FakeRun *>(context)->script(number, reply);
    }
};

#endif
