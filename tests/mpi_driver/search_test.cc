// The search for the limit, in fake time against services with known limits.
#include "mpi_driver/search.h"

#include "analysis/throttle_limit.h"
#include "tests/support/fake_run.h"

#include <algorithm>
#include <set>

namespace
{

constexpr int64_t kMs = 1000000;

TEST(SearchNext, ClimbsByStepsAndFallsByHalf)
{
    EXPECT_EQ(fan_search_next(1, 1, 100, false), 2u);
    EXPECT_EQ(fan_search_next(98, 5, 100, false), 100u);
    EXPECT_EQ(fan_search_next(100, 5, 100, false), 100u);
    EXPECT_EQ(fan_search_next(21, 1, 100, true), 10u);
    EXPECT_EQ(fan_search_next(2, 1, 100, true), 1u);
    EXPECT_EQ(fan_search_next(1, 1, 100, true), 1u);
}

TEST(SearchNext, ASawtoothBetweenHalfTheLimitAndTheLimit)
{
    /* methods: a limit of 100 gives levels from C/2 to C + 1, .755 C in the mean */
    uint32_t level = 1;
    double sum = 0;
    int windows = 0, first_peak = 0;
    for (int i = 0; i < 5000; i++) {
        const bool refused = level > 100;
        if (refused && !first_peak) first_peak = i;
        if (first_peak) {
            sum += level;
            windows++;
            EXPECT_GE(level, 50u);
            EXPECT_LE(level, 101u);
        }
        level = fan_search_next(level, 1, 1000, refused);
    }
    EXPECT_EQ(first_peak, 100);
    EXPECT_NEAR(sum / windows / 100, 0.755, 0.005);
}

class Search : public FakeRun
{
  protected:
    void search(const std::string &more)
    {
        prepare("name: t\nfunctions: [{name: f, memory_mb: 128, timeout_s: 1}]\n"
                "throttle: find-limit\nexperiment:\n"
                "  workload: {handler: isprime, n: 7}\n" +
                more);
    }
    /* At most `capacity` at once, each for about latency_ns; refusals come back in 2 ms.
     * Sending takes a little time, so that no two attempts leave at once. */
    void serve(size_t capacity, int64_t latency_ns)
    {
        script = [this, capacity, latency_ns](uint64_t number, fan_reply *reply) {
            ends.erase(ends.begin(), ends.upper_bound(clock.now_ns));
            const int64_t now_ns = clock.now_ns,
                          jitter_ns = int64_t(number * 7919 % 31) * kMs;
            clock.now_ns += 10000;
            if (ends.size() < capacity) {
                ends.insert(now_ns + latency_ns + jitter_ns);
                return latency_ns + jitter_ns;
            }
            reply->record.outcome = FAN_OUTCOME_THROTTLE;
            reply->record.reason = FAN_REASON_RESERVED_CONCURRENCY;
            return 2 * kMs;
        };
    }
    fan_limit estimate() const
    {
        std::vector<fan_attempt> attempts;
        for (size_t i = 0; i < history.record_count; i++) {
            const fan_record &r = history.records[i];
            attempts.push_back({ r.sent_ns, r.sent_ns + r.end_ns,
                                 r.outcome == FAN_OUTCOME_OK, false, 0 });
        }
        return fan_limit_estimate(attempts.data(), attempts.size());
    }
    uint64_t refused() const
    {
        return uint64_t(std::count_if(
            history.records, history.records + history.record_count,
            [](const fan_record &r) { return r.outcome == FAN_OUTCOME_THROTTLE; }));
    }
    std::multiset<int64_t> ends;
};

TEST_F(Search, FindsAConcurrencyWhateverItIs)
{
    for (size_t capacity : { 1u, 2u, 5u, 20u, 37u }) {
        search("  parallelism: 100\n  for: 2m\n");
        serve(capacity, 150 * kMs);
        clock.now_ns = 0;
        ends.clear();
        std::remove((dir + "/journal-0000.msgpack").c_str());
        const fan_ending ending = run();
        EXPECT_EQ(ending, FAN_ENDING_WHOLE);
        const fan_limit limit = estimate();
        EXPECT_EQ(limit.kind, FAN_LIMIT_CONCURRENCY);
        EXPECT_EQ(limit.concurrency, double(capacity));
        EXPECT_EQ(decided(ending).calls_planned, history.record_count);
        EXPECT_GE(clock.now_ns, 120000 * kMs);
        EXPECT_LE(clock.now_ns, 120200 * kMs);
    }
}

TEST_F(Search, ARefusedPlaceRestsAndTheLevelFallsOncePerWindow)
{
    search("  parallelism: 100\n  for: 60s\n");
    serve(5, 150 * kMs);
    run();
    /* At most one refusal per place beyond the limit and window: no flood. */
    EXPECT_LE(refused(), 60u);
    EXPECT_GE(refused(), 10u);
    for (size_t i = 0; i < history.record_count; i++) {
        const fan_record &r = history.records[i];
        EXPECT_GE(r.level, 1u);
        EXPECT_LE(r.level, 6u); /* 1 s windows: it never climbs past a refusal */
        EXPECT_LE(r.in_flight, 6u);
        EXPECT_EQ(r.attempt, 0u); /* nothing is repeated */
        if (r.outcome == FAN_OUTCOME_THROTTLE) {
            EXPECT_EQ(r.level, 6u);
        }
    }
}

TEST_F(Search, WithoutALimitItStaysAtTheMost)
{
    search("  parallelism: 8\n  for: 30s\nfind_limit: {start: 4, step: 2}\n");
    run();
    EXPECT_EQ(estimate().kind, FAN_LIMIT_NONE);
    EXPECT_EQ(in_flight_max, 8u);
    EXPECT_EQ(history.records[0].level, 4u);
    EXPECT_EQ(history.records[history.record_count - 1].level, 8u);
}

TEST_F(Search, EndsAtItsCallsAndAtItsBudget)
{
    search("  parallelism: 20\n  for: 1h\n  repetitions: 77\n");
    EXPECT_EQ(run(), FAN_ENDING_WHOLE);
    EXPECT_EQ(history.record_count, 77u);
    std::set<uint64_t> ids;
    for (size_t i = 0; i < history.record_count; i++)
        ids.insert(history.records[i].call);
    EXPECT_EQ(ids.size(), 77u);

    std::remove((dir + "/journal-0000.msgpack").c_str());
    search("  parallelism: 20\n  for: 1h\nbudget: {invocations: 50}\n");
    EXPECT_EQ(run(), FAN_ENDING_BUDGET);
    EXPECT_EQ(history.record_count, 50u);
    std::remove((dir + "/journal-0000.msgpack").c_str());
    search("  parallelism: 20\n  for: 1h\nbudget: {usd: 0.0001}\n");
    EXPECT_EQ(run(), FAN_ENDING_BUDGET);
    EXPECT_GT(history.record_count, 20u);
}

TEST_F(Search, AResumptionGoesOnAtTheLastLevelForTheTimeLeft)
{
    search("  parallelism: 100\n  for: 60s\nbudget: {invocations: 300}\n");
    serve(20, 150 * kMs);
    ASSERT_EQ(run(), FAN_ENDING_BUDGET);
    const size_t before = history.record_count;
    const uint32_t level = history.records[before - 1].level;
    const int64_t used_ns = clock.now_ns;
    EXPECT_GT(level, 3u);
    search("  parallelism: 100\n  for: 60s\n");
    const fan_ending ending = run(true);
    EXPECT_EQ(ending, FAN_ENDING_WHOLE);
    ASSERT_GT(history.record_count, before);
    EXPECT_EQ(history.records[before].level, level);
    EXPECT_NEAR(double(clock.now_ns), 60e9, 1.2e9);
    EXPECT_LT(used_ns, clock.now_ns);
    std::set<uint64_t> ids;
    for (size_t i = 0; i < history.record_count; i++)
        ids.insert(history.records[i].call);
    EXPECT_EQ(ids.size(), history.record_count);
    EXPECT_EQ(decided(ending).calls_planned, history.record_count);
    /* and a search that is over stays over */
    const size_t all = history.record_count;
    EXPECT_EQ(run(true), FAN_ENDING_WHOLE);
    EXPECT_EQ(history.record_count, all);
}

} // namespace
