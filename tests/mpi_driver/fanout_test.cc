// The loop's rules in fake time: retries, back-off, budget, interruption.
#include "mpi_driver/fanout.h"

#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace
{

constexpr int64_t kMs = 1000000;
constexpr uint64_t kWorst = 100, kCost = 40;

// A rank with a scripted service behind it.
struct Bench {
    fake_clock clock{ 0 };
    fan_transport *transport;
    fan_budget budget{ FAN_BUDGET_NONE, FAN_BUDGET_NONE, 0 };
    fan_random random{};
    uint64_t seq = 0;
    fan_fanout_cfg cfg{};
    std::vector<fan_task> tasks;
    std::vector<fan_record> stored;
    std::function<int64_t(uint64_t, fan_reply *)> script = [](uint64_t, fan_reply *) {
        return 10 * kMs;
    };
    std::function<int()> stop = [] { return 0; };
    std::function<void(fan_record *)> inspect = [](fan_record *) {};
    fan_status store_status = FAN_OK;
    uint64_t left = 0;
    uint32_t settled = 0;
    std::vector<uint32_t> settled_at_store; // for each time that records were stored

    explicit Bench(size_t calls, bool retry = false)
    {
        fake_transport_cfg transport_cfg = { &clock, run_script, this };
        transport = fake_transport_new(&transport_cfg);
        fan_random_init(&random, 1, 1);
        cfg.ops = &fan_transport_fake;
        cfg.transport = transport;
        cfg.clock = { fake_clock_now_ns, fake_clock_sleep_ns, &clock };
        cfg.hooks = { this, describe, do_inspect, leaving, store,
                      cost, settle,   nullptr,    do_stop };
        cfg.retry = fan_retry_defaults(retry);
        cfg.budget = &budget;
        cfg.random = &random;
        cfg.rank = 3;
        cfg.seq = &seq;
        for (size_t i = 0; i < calls; i++)
            tasks.push_back({ 100 + i, 2, 1, 0, FAN_TASK_PENDING });
    }
    Bench(const Bench &) = delete;
    Bench &operator=(const Bench &) = delete;
    ~Bench()
    {
        fan_transport_fake.close(transport);
    }

    fan_status run(uint32_t places, fan_err *err = nullptr)
    {
        return fan_fanout_run(&cfg, tasks.data(), tasks.size(), places, err);
    }
    size_t count(fan_task_state state) const
    {
        size_t n = 0;
        for (const fan_task &t : tasks)
            n += t.state == state;
        return n;
    }

    static int64_t run_script(void *context, uint64_t number, const fan_call *,
                              fan_reply *reply)
    {
        return static_cast<Bench *>(context)->script(number, reply);
    }
    static fan_status describe(void *, const fan_task *, fan_request *request,
                               fan_buf *payload, fan_err *err)
    {
        *request = { "f", nullptr, nullptr, 128, 12000, kWorst };
        return fan_buf_adds(payload, "{}", err);
    }
    static void do_inspect(void *context, const fan_task *, fan_record *record)
    {
        static_cast<Bench *>(context)->inspect(record);
    }
    static void leaving(void *context)
    {
        static_cast<Bench *>(context)->left++;
    }
    static fan_status store(void *context, const fan_record *const *records, size_t count,
                            fan_err *err)
    {
        Bench *b = static_cast<Bench *>(context);
        if (b->store_status) return fan_fail(err, b->store_status, "store");
        b->settled_at_store.push_back(b->settled);
        for (size_t i = 0; i < count; i++)
            b->stored.push_back(*records[i]);
        return FAN_OK;
    }
    static uint64_t cost(void *, const fan_record *record)
    {
        return fan_record_billable(record) ? kCost : 0;
    }
    static void settle(void *context, const fan_task *, const fan_record *)
    {
        static_cast<Bench *>(context)->settled++;
    }
    static int do_stop(void *context)
    {
        return static_cast<Bench *>(context)->stop();
    }
};

int64_t throttle(fan_reply *reply)
{
    reply->record.outcome = FAN_OUTCOME_THROTTLE;
    reply->record.http_status = 429;
    return kMs;
}

TEST(FanoutRun, MakesEveryCallOnceAndNumbersTheRecords)
{
    Bench b(10);
    ASSERT_EQ(b.run(4), FAN_OK);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 10u);
    EXPECT_EQ(b.left, 10u);
    EXPECT_EQ(b.settled, 10u);
    EXPECT_EQ(fake_transport_in_flight_max(b.transport), 4u);
    ASSERT_EQ(b.stored.size(), 10u);
    std::map<uint64_t, int> seen;
    for (size_t i = 0; i < b.stored.size(); i++) {
        const fan_record &r = b.stored[i];
        EXPECT_EQ(r.seq, i);
        EXPECT_EQ(r.rank, 3u);
        EXPECT_EQ(r.cell, 2u);
        EXPECT_EQ(r.block, 1u);
        EXPECT_EQ(r.memory_mb, 128u);
        EXPECT_STREQ(r.function, "f");
        EXPECT_LT(r.slot, 4u);
        EXPECT_LE(r.intended_ns, r.sent_ns);
        seen[r.call]++;
    }
    EXPECT_EQ(seen.size(), 10u);
    EXPECT_EQ(b.clock.now_ns, 30 * kMs); // three waves of four places
}

TEST(FanoutRun, OnePlaceIsSequential)
{
    Bench b(5);
    ASSERT_EQ(b.run(1), FAN_OK);
    EXPECT_EQ(fake_transport_in_flight_max(b.transport), 1u);
    EXPECT_EQ(b.clock.now_ns, 50 * kMs);
    for (size_t i = 1; i < b.stored.size(); i++)
        EXPECT_EQ(b.stored[i].intended_ns, b.stored[i - 1].sent_ns + 10 * kMs);
}

TEST(FanoutRun, NoPlaceOrNoTaskMakesNothing)
{
    Bench none(0), idle(3);
    EXPECT_EQ(none.run(4), FAN_OK);
    EXPECT_EQ(idle.run(0), FAN_OK);
    EXPECT_EQ(idle.count(FAN_TASK_PENDING), 3u);
}

TEST(FanoutRun, LeavesFinishedTasksAlone)
{
    Bench b(4);
    b.tasks[0].state = FAN_TASK_DONE;
    b.tasks[2].state = FAN_TASK_FAILED;
    ASSERT_EQ(b.run(4), FAN_OK);
    EXPECT_EQ(b.left, 2u);
}

TEST(FanoutCount, ThrottleIsFinal)
{
    Bench b(6);
    b.script = [](uint64_t n, fan_reply *reply) { return n % 2 ? throttle(reply) : kMs; };
    ASSERT_EQ(b.run(2), FAN_OK);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 3u);
    EXPECT_EQ(b.count(FAN_TASK_FAILED), 3u);
    EXPECT_EQ(b.left, 6u);
}

TEST(FanoutRetry, ThrottledCallsEndWellAfterBackingOff)
{
    Bench b(3, true);
    b.script = [](uint64_t n, fan_reply *reply) { return n < 6 ? throttle(reply) : kMs; };
    ASSERT_EQ(b.run(3), FAN_OK);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 3u);
    EXPECT_EQ(b.left, 9u);
    for (const fan_record &r : b.stored) {
        const int64_t most = r.attempt == 0 ? 0 : 100 * kMs << (r.attempt - 1);
        EXPECT_LE(r.backoff_ns, most);
        EXPECT_LE(r.intended_ns, r.sent_ns);
    }
}

TEST(FanoutRetry, HonoursTheServicesFloor)
{
    Bench b(1, true);
    b.script = [](uint64_t n, fan_reply *reply) {
        if (n > 0) return kMs;
        reply->retry_after_ms = 7000;
        return throttle(reply);
    };
    ASSERT_EQ(b.run(1), FAN_OK);
    ASSERT_EQ(b.stored.size(), 2u);
    EXPECT_GE(b.stored[1].backoff_ns, 7000 * kMs);
    EXPECT_GE(b.clock.now_ns, 7000 * kMs);
}

TEST(FanoutRetry, GivesUpAfterTheLastAttempt)
{
    Bench b(1, true);
    b.cfg.retry.attempts_max = 4;
    b.script = [](uint64_t, fan_reply *reply) { return throttle(reply); };
    ASSERT_EQ(b.run(1), FAN_OK);
    EXPECT_EQ(b.count(FAN_TASK_FAILED), 1u);
    EXPECT_EQ(b.left, 4u);
}

TEST(FanoutRetry, NumbersAttemptsOnwardsButGrantsAllOfThemAgain)
{
    Bench b(1, true);
    b.cfg.retry.attempts_max = 3;
    b.tasks[0].attempts_made = 3; // an earlier run gave up
    b.script = [](uint64_t n, fan_reply *reply) { return n < 2 ? throttle(reply) : kMs; };
    ASSERT_EQ(b.run(1), FAN_OK);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 1u);
    ASSERT_EQ(b.stored.size(), 3u);
    EXPECT_EQ(b.stored[0].attempt, 3u);
    EXPECT_EQ(b.stored[2].attempt, 5u);
}

TEST(FanoutInspect, ABadAnswerIsAFailure)
{
    Bench b(2);
    b.inspect = [](fan_record *r) {
        if (r->call == 101) r->outcome = FAN_OUTCOME_FUNCTION;
    };
    ASSERT_EQ(b.run(2), FAN_OK);
    EXPECT_EQ(b.tasks[0].state, FAN_TASK_DONE);
    EXPECT_EQ(b.tasks[1].state, FAN_TASK_FAILED);
}

TEST(FanoutBudget, StopsExactlyAtTheInvocations)
{
    for (uint32_t places : { 1u, 7u, 64u }) {
        Bench b(100);
        b.budget.calls = 50;
        ASSERT_EQ(b.run(places), FAN_OK);
        EXPECT_EQ(b.left, 50u);
        EXPECT_EQ(b.count(FAN_TASK_PENDING), 50u);
        EXPECT_EQ(b.budget.calls, 0u);
    }
}

TEST(FanoutBudget, ThrottledAttemptsAreGivenBack)
{
    Bench b(20);
    b.budget.calls = 10;
    b.script = [](uint64_t n, fan_reply *reply) {
        return n < 10 ? throttle(reply) : kMs;
    };
    ASSERT_EQ(b.run(5), FAN_OK);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 10u);
    EXPECT_EQ(b.count(FAN_TASK_FAILED), 10u);
}

TEST(FanoutBudget, WaitsForRefundsWhileCallsAreInFlight)
{
    Bench b(20);
    b.budget.pico = 2 * kWorst; // two at a time; each gives 60 back
    ASSERT_EQ(b.run(8), FAN_OK);
    EXPECT_EQ(fake_transport_in_flight_max(b.transport), 2u);
    // the last call can leave while 100 are left: 200 - 40 n >= 100 for n <= 2
    EXPECT_EQ(b.count(FAN_TASK_DONE), 3u);
    EXPECT_EQ(b.budget.pico, 2 * kWorst - 3 * kCost);
}

TEST(FanoutBudget, NeverSpendsMoreWhateverHappens)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        Bench b(200, seed % 2 == 0);
        fan_random dice;
        fan_random_init(&dice, seed, 9);
        const uint64_t calls = fan_random_below(&dice, 100);
        const uint64_t pico = fan_random_below(&dice, 100 * kWorst);
        b.budget.calls = calls;
        b.budget.pico = pico;
        b.script = [&dice](uint64_t, fan_reply *reply) {
            uint64_t what = fan_random_below(&dice, 4);
            if (what == 0) return throttle(reply);
            if (what == 1) reply->record.outcome = FAN_OUTCOME_SERVICE;
            return kMs * static_cast<int64_t>(1 + fan_random_below(&dice, 50));
        };
        ASSERT_EQ(b.run(1 + static_cast<uint32_t>(seed)), FAN_OK);
        uint64_t billed = 0;
        for (const fan_record &r : b.stored)
            billed += fan_record_billable(&r);
        EXPECT_LE(billed, calls);
        EXPECT_LE(billed * kCost, pico);
        EXPECT_EQ(b.budget.calls, calls - billed);
        EXPECT_EQ(b.budget.pico, pico - billed * kCost);
    }
}

TEST(FanoutStop, OnceDrainsWhatIsInFlight)
{
    Bench b(100);
    b.stop = [&b] { return b.clock.now_ns >= 25 * kMs ? 1 : 0; };
    ASSERT_EQ(b.run(4), FAN_OK);
    EXPECT_EQ(b.stored.size(), b.left);
    EXPECT_EQ(b.left, 12u); // waves leave at 0, 10 and 20 ms
    EXPECT_EQ(b.count(FAN_TASK_PENDING), 88u);
}

TEST(FanoutStop, DoesNotWaitForBackOff)
{
    Bench b(1, true);
    b.script = [](uint64_t, fan_reply *reply) {
        reply->retry_after_ms = 3600000;
        return throttle(reply);
    };
    b.stop = [&b] { return b.clock.now_ns >= 500 * kMs ? 1 : 0; };
    ASSERT_EQ(b.run(1), FAN_OK);
    EXPECT_LT(b.clock.now_ns, 2000 * kMs);
    EXPECT_EQ(b.tasks[0].state, FAN_TASK_PENDING);
    EXPECT_EQ(b.tasks[0].attempts_made, 1u);
}

TEST(FanoutStop, TwiceDropsWhatIsInFlight)
{
    Bench b(10);
    fan_err err = {};
    b.script = [](uint64_t, fan_reply *) { return 10000 * kMs; };
    b.stop = [&b] { return b.clock.now_ns >= 500 * kMs ? 2 : 0; };
    EXPECT_EQ(b.run(4, &err), FAN_EINTERRUPTED);
    EXPECT_LT(b.clock.now_ns, 2000 * kMs);
    EXPECT_EQ(b.stored.size(), 0u);
    EXPECT_EQ(b.left, 4u);
}

int64_t refuse(fan_reply *reply)
{
    reply->record.outcome = FAN_OUTCOME_NETWORK;
    reply->record.never_sent = true;
    strcpy(reply->record.error_text, "connection refused");
    return kMs / 10;
}

// Nobody listens any more: with back-off up to 20 s, 25 attempts would take minutes.
TEST(FanoutReach, ADeadEndpointEndsARetryingRunSoonAfterTheLimit)
{
    for (uint32_t places : { 1u, 16u }) {
        Bench b(100, true);
        fan_reach reach = { "http://there", 10000 * kMs, 0, 0, false, "" };
        fan_err err = {};
        b.cfg.reach = &reach;
        b.script = [](uint64_t n, fan_reply *reply) {
            return n < 20 ? 50 * kMs : refuse(reply);
        };
        EXPECT_EQ(b.run(places, &err), FAN_ENET);
        EXPECT_STREQ(std::string(err.text).substr(0, 61).c_str(),
                     "endpoint 'http://there' does not answer: connection refused (");
        EXPECT_EQ(b.count(FAN_TASK_DONE), 20u);
        EXPECT_EQ(b.count(FAN_TASK_PENDING), 80u) << "a resumed run makes them";
        EXPECT_EQ(b.stored.size(), b.left) << "nothing is left in flight";
        EXPECT_GE(b.clock.now_ns, 10000 * kMs);
        EXPECT_LT(b.clock.now_ns, 32000 * kMs);
    }
}

TEST(FanoutReach, AShortOutageIsRiddenOut)
{
    Bench b(50, true);
    fan_reach reach = { "http://there", 10000 * kMs, 0, 0, false, "" };
    b.cfg.reach = &reach;
    b.script = [&b](uint64_t, fan_reply *reply) {
        const bool out = b.clock.now_ns > 20 * kMs && b.clock.now_ns < 6000 * kMs;
        return out ? refuse(reply) : 10 * kMs;
    };
    EXPECT_EQ(b.run(8), FAN_OK);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 50u);
}

TEST(FanoutReach, AnyAnswerShowsThatSomebodyIsThere)
{
    Bench b(4, true);
    fan_reach reach = { "http://there", 100 * kMs, 0, 0, false, "" };
    b.cfg.reach = &reach;
    b.cfg.retry.attempts_max = 12;
    b.script = [](uint64_t n, fan_reply *reply) {
        return n % 3 == 2 ? throttle(reply) : refuse(reply);
    };
    EXPECT_EQ(b.run(1), FAN_OK);
    EXPECT_EQ(b.left, 48u);
}

TEST(FanoutReach, CountingStopsBeforeADeadEndpointSpoilsEveryCell)
{
    fan_reach reach = { "http://there", 10000 * kMs, 0, 0, false, "" };
    size_t left = 0;
    fan_status st = FAN_OK;
    for (int visit = 0; visit < 10 && !st; visit++) { // a few calls each
        Bench b(4);
        b.cfg.reach = &reach;
        b.script = [](uint64_t, fan_reply *reply) { return refuse(reply); };
        st = b.run(2);
        left += b.left;
    }
    EXPECT_EQ(st, FAN_ENET);
    EXPECT_EQ(left, 10u);
}

TEST(FanoutRun, StoresWhatCameTogetherBeforeAnyOfItCounts)
{
    Bench b(10);
    ASSERT_EQ(b.run(4), FAN_OK); // every call takes as long: they come by fours
    EXPECT_EQ(b.settled_at_store, (std::vector<uint32_t>{ 0, 4, 8 }));
    EXPECT_EQ(b.settled, 10u);
    EXPECT_EQ(b.stored.size(), 10u);
}

TEST(FanoutError, AJournalThatCannotBeWrittenEndsTheRun)
{
    Bench b(10);
    fan_err err = {};
    b.store_status = FAN_EIO;
    EXPECT_EQ(b.run(4, &err), FAN_EIO);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 0u);
    EXPECT_STREQ(err.text, "store");
}

TEST(FanoutError, ATransportThatForgetsAnAttemptIsFound)
{
    Bench b(1);
    fan_err err = {};
    b.script = [](uint64_t, fan_reply *) { return 3600000 * kMs; };
    EXPECT_EQ(b.run(1, &err), FAN_ENET);
    EXPECT_NE(std::string(err.text).find("call 100"), std::string::npos);
}

// The loop in pieces, as a search uses it.
struct Pieces {
    Bench &b;
    fan_fanout *fanout;
    Pieces(Bench &bench, uint32_t places)
        : b(bench), fanout(fan_fanout_open(&bench.cfg, bench.tasks.data(),
                                           bench.tasks.size(), places))
    {
    }
    Pieces(const Pieces &) = delete;
    Pieces &operator=(const Pieces &) = delete;
    ~Pieces()
    {
        fan_fanout_close(fanout);
    }
    fan_status turns(uint32_t places, int64_t until_ms, size_t tasks = SIZE_MAX)
    {
        const fan_pace pace = { places, std::min(tasks, b.tasks.size()),
                                until_ms < 0 ? INT64_MAX : until_ms * kMs };
        return fan_fanout_turns(fanout, &pace, nullptr);
    }
};

TEST(FanoutTurns, CallsStayInFlightFromPieceToPiece)
{
    Bench b(100);
    b.script = [](uint64_t, fan_reply *) { return 70 * kMs; };
    Pieces p(b, 8);
    ASSERT_EQ(p.turns(3, 50), FAN_OK);
    EXPECT_EQ(b.clock.now_ns, 50 * kMs);
    EXPECT_EQ(fan_fanout_in_flight(p.fanout), 3u);
    EXPECT_EQ(b.stored.size(), 0u);
    ASSERT_EQ(p.turns(8, 60), FAN_OK);
    EXPECT_EQ(fan_fanout_in_flight(p.fanout), 8u);
    ASSERT_EQ(p.turns(2, 100), FAN_OK); // three come back, none may leave
    EXPECT_EQ(fan_fanout_in_flight(p.fanout), 5u);
    EXPECT_EQ(fan_fanout_begun(p.fanout), 8u);
    ASSERT_EQ(p.turns(0, -1), FAN_OK); // drain
    EXPECT_EQ(fan_fanout_in_flight(p.fanout), 0u);
    EXPECT_EQ(b.stored.size(), 8u);
    EXPECT_EQ(b.count(FAN_TASK_DONE), 8u);
    EXPECT_EQ(b.count(FAN_TASK_PENDING), 92u);
}

TEST(FanoutTurns, RecordsTellTheLevelAtWhichTheyLeft)
{
    Bench b(6);
    b.script = [](uint64_t, fan_reply *) { return 30 * kMs; };
    Pieces p(b, 4);
    b.cfg.level = 7;
    ASSERT_EQ(p.turns(4, 10), FAN_OK);
    b.cfg.level = 5;
    ASSERT_EQ(p.turns(4, -1), FAN_OK);
    ASSERT_EQ(b.stored.size(), 6u);
    for (const fan_record &r : b.stored)
        EXPECT_EQ(r.level, r.call < 104 ? 7u : 5u);
}

TEST(FanoutTurns, ARefusedPlaceRestsToTheEndOfThePiece)
{
    Bench b(100);
    b.cfg.rest = true;
    b.script = [](uint64_t n, fan_reply *reply) {
        return n % 2 ? throttle(reply) : 40 * kMs;
    };
    Pieces p(b, 4);
    ASSERT_EQ(p.turns(4, 30), FAN_OK);
    EXPECT_EQ(b.stored.size(), 2u); // two refused, at 1 ms, and nothing after them
    EXPECT_EQ(fan_fanout_in_flight(p.fanout), 2u);
    ASSERT_EQ(p.turns(4, 35), FAN_OK);
    EXPECT_EQ(fan_fanout_begun(p.fanout), 6u);
    ASSERT_EQ(p.turns(0, -1), FAN_OK);
    // the wait of the places is told as one that was meant
    for (const fan_record &r : b.stored)
        EXPECT_EQ(r.backoff_ns, r.call < 104 ? 0 : 29 * kMs) << r.call;
}

TEST(FanoutTurns, AHeldPlaceTellsItsWaitAndAFreeOneHasNone)
{
    Bench b(100);
    Pieces p(b, 2);
    ASSERT_EQ(p.turns(2, 15), FAN_OK); // both places: at 0 and at 10 ms
    ASSERT_EQ(p.turns(1, 45), FAN_OK); // one of them; the other is held from 20 ms on
    ASSERT_EQ(p.turns(2, 55), FAN_OK);
    ASSERT_EQ(p.turns(0, -1), FAN_OK);
    int64_t held = 0;
    for (const fan_record &r : b.stored)
        held += r.backoff_ns;
    EXPECT_EQ(held, 25 * kMs);
}

TEST(FanoutTurns, EndWithTheTasksOfThePiece)
{
    Bench b(20);
    Pieces p(b, 4);
    ASSERT_EQ(p.turns(4, -1, 6), FAN_OK);
    EXPECT_EQ(fan_fanout_begun(p.fanout), 6u);
    EXPECT_EQ(b.stored.size(), 6u);
    ASSERT_EQ(p.turns(4, -1), FAN_OK);
    EXPECT_EQ(b.stored.size(), 20u);
}

} // namespace
