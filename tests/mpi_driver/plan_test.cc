#include "mpi_driver/plan.h"
#include "tests/support/parsed_job.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

using Plan = std::unique_ptr<fan_plan, decltype(&fan_plan_free)>;

static Plan plan_of(const Job &job, uint32_t ranks, uint32_t cpus = 0)
{
    return Plan(fan_plan_new(job.get(), ranks, cpus), fan_plan_free);
}

static std::string printed(const Plan &plan, const Job &job)
{
    std::FILE *file = std::tmpfile();
    fan_plan_print(plan.get(), job.get(), file);
    std::string text(size_t(std::ftell(file)), '\0');
    std::rewind(file);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file), text.size());
    std::fclose(file);
    return text;
}

static void expect_line(const std::string &text, const std::string &part)
{
    EXPECT_NE(text.find(part), std::string::npos) << text << "\n  lacks: " << part;
}

static const char sweep[] = "name: t\nfunctions:\n- {name: a, memory_mb: 128}\n"
                            "- {name: b, memory_mb: 1024}\n"
                            "experiment:\n  workload: {handler: eratosthenes, max: 1e6}\n"
                            "  work: [1, 2]\n  parallelism: [1, 8]\n  repetitions: 24\n";
static const char sieve[] = "name: t\nfunctions: [{name: s, memory_mb: 1769}]\n"
                            "sieve: {lo: 0, hi: 1e10}\nparallelism: 64\n";

TEST(PlanExperiment, CellsVisitsAndCallsAddUp)
{
    Job job = parse(sweep);
    for (uint32_t ranks : { 1u, 3u, 4u, 7u, 100u }) {
        Plan plan = plan_of(job, ranks);
        EXPECT_EQ(plan->cell_count, 8u);
        EXPECT_EQ(plan->blocks, 3u);
        EXPECT_EQ(plan->visit_count, 24u);
        EXPECT_EQ(plan->calls, 8u * 24u);
        EXPECT_EQ(plan->call_attempts_max, 1u);
        EXPECT_EQ(plan->attempts_worst, plan->calls);
        uint64_t own =
            std::accumulate(plan->rank_calls, plan->rank_calls + ranks, uint64_t(0));
        EXPECT_EQ(own, plan->calls);
        for (uint32_t c = 0; c < plan->cell_count; c++)
            EXPECT_EQ(plan->cell[c].calls, 24u);
    }
}

TEST(PlanExperiment, RanksOwnEveryCallOfAVisitOnce)
{
    Job job = parse(sweep);
    Plan plan = plan_of(job, 3);
    uint64_t next = 0;
    for (size_t v = 0; v < plan->visit_count; v++) {
        for (uint32_t r = 0; r < 3; r++) {
            fan_range own = fan_plan_visit_calls(plan.get(), &plan->visit[v], r);
            EXPECT_EQ(own.begin, next);
            next = own.end;
        }
        EXPECT_EQ(next, plan->visit[v].first_call + plan->visit[v].calls);
    }
}

TEST(PlanExperiment, TimesStandAsTheMemoryAllows)
{
    Job job = parse(sweep);
    Plan plan = plan_of(job, 1);
    EXPECT_NEAR(plan->cell[0].call_expected_s / plan->cell[4].call_expected_s, 8.0, 1e-9);
    EXPECT_GT(plan->cell[2].call_cpu_s, 1.5 * plan->cell[0].call_cpu_s);
}

TEST(PlanExperiment, ExpectedCostStaysBelowTheWorstCase)
{
    for (const char *text : { sweep, sieve }) {
        Job job = parse(text);
        Plan plan = plan_of(job, 4);
        EXPECT_GT(plan->expected_usd, 0);
        EXPECT_LT(plan->expected_usd, plan->worst_usd);
    }
}

TEST(PlanExperiment, FewCoresLengthenALocalRunOnly)
{
    Job local = parse(sweep, { "experiment.parallelism=1000" });
    EXPECT_GT(plan_of(local, 4, 1)->expected_s, plan_of(local, 4, 0)->expected_s);
    Job aws = parse(sweep, { "experiment.parallelism=1000", "endpoint=aws" });
    EXPECT_DOUBLE_EQ(plan_of(aws, 4, 1)->expected_s, plan_of(aws, 4, 0)->expected_s);
}

TEST(PlanExperiment, ACustomFunctionHasNoExpectation)
{
    Job job = parse("name: t\nendpoint: aws\nfunctions: [{name: a, memory_mb: 128}]\n"
                    "experiment: {workload: {handler: custom}}\nbudget: {usd: 0.001}\n");
    Plan plan = plan_of(job, 2);
    EXPECT_EQ(plan->expected_s, 0);
    EXPECT_GT(plan->worst_usd, 0);
    expect_line(printed(plan, job), "unknown for this function");
}

TEST(PlanSieve, PartitionsCoverTheRange)
{
    Job job = parse(sieve);
    Plan plan = plan_of(job, 4);
    ASSERT_EQ(plan->partition_count, plan->calls);
    EXPECT_GE(plan->partition_count, 4u * 64u);
    uint64_t next = 0;
    for (uint32_t i = 0; i < plan->partition_count; i++) {
        EXPECT_EQ(plan->partition[i].begin, next);
        next = plan->partition[i].end;
    }
    EXPECT_EQ(next, 10000000000u);
    EXPECT_EQ(plan->call_attempts_max, 25u);
}

TEST(PlanSieve, PartitionsDoNotDependOnTheRanks)
{
    Job job = parse(sieve);
    Plan one = plan_of(job, 1), seven = plan_of(job, 7);
    ASSERT_EQ(one->partition_count, seven->partition_count);
    for (uint32_t i = 0; i < one->partition_count; i++)
        EXPECT_EQ(one->partition[i].end, seven->partition[i].end);
}

TEST(PlanSieve, ANumberOfPartitionsIsKept)
{
    Job job = parse(sieve, { "sieve.partitions=7" });
    EXPECT_EQ(plan_of(job, 4)->calls, 7u);
}

TEST(PlanSieve, AutoLeavesRoomInTheBudgetForSecondAttempts)
{
    Job job = parse(sieve, { "budget.invocations=100" });
    EXPECT_EQ(plan_of(job, 4)->calls, 80u);
    Job one = parse(sieve, { "budget.invocations=1" });
    EXPECT_EQ(plan_of(one, 4)->calls, 1u);
}

TEST(PlanSieve, AutoKeepsCallsWellWithinTheTimeOut)
{
    Job job = parse(sieve, { "sieve.hi=1e13", "functions.0.timeout_s=1" });
    Plan plan = plan_of(job, 4);
    EXPECT_LT(plan->cell[0].call_expected_s, 0.3);
}

TEST(PlanPrint, SaysWhatTheBudgetAllows)
{
    const struct {
        const char *set, *line;
    } cases[] = {
        { "seed=1", "budget     none" },
        { "budget.invocations=50", "too few, the run will stop with exit status 3 before "
                                   "call 51" },
        { "budget.invocations=192", "192 invocations: enough for every attempt" },
        { "budget.usd=1000", "$1000: enough if everything goes wrong" },
        { "budget.usd=0.00001", "too little, a rank's share does not cover" },
        { "budget.usd=0.01", "enough for the expected cost" },
    };
    for (const auto &c : cases) {
        Job job = parse(sweep, { c.set });
        expect_line(printed(plan_of(job, 4), job), c.line);
    }
    Job job = parse(sweep, { "throttle=retry", "budget.invocations=200" });
    expect_line(printed(plan_of(job, 4), job), "enough for every call, and 8 second");
    Job dear = parse(sweep, { "experiment.repetitions=100000", "budget.usd=0.05" });
    expect_line(printed(plan_of(dear, 4), dear), "$0.05: too little, the run will stop");
}

TEST(PlanPrint, ShowsCellsCallsAndCosts)
{
    Job job = parse(sweep);
    std::string text = printed(plan_of(job, 4), job);
    expect_line(text, "8 cells x 24 repetitions in 3 randomised blocks, seed 1");
    expect_line(text, "  a                             128      1         1        24");
    expect_line(text, "calls      192, by 4 ranks with 24 to 120 each");
    expect_line(text, "attempts   at most 192: 1 per call");
    expect_line(text, "time       about");
    Job primes = parse(sieve);
    expect_line(printed(plan_of(primes, 1), primes),
                "sieve      [0, 10,000,000,000) in 256 partitions");
}

TEST(PlanPrint, SaysWhenTheLocalHostIsTooSmall)
{
    Job primes = parse(sieve);
    expect_line(printed(plan_of(primes, 1, 2), primes),
                "host       the calls in flight want 64.0 cores and this host has 2");
    for (uint32_t cpus : { 0u, 64u }) {
        std::string text = printed(plan_of(primes, 1, cpus), primes);
        EXPECT_EQ(text.find("host       "), std::string::npos) << text;
    }
}

TEST(PlanOpen, ARuleHasALeastAndAMost)
{
    Job job = parse(sweep, { "experiment.repetitions={min: 24, max: 240, until: ci 2%}",
                             "budget.invocations=500" });
    Plan plan = plan_of(job, 2);
    EXPECT_TRUE(plan->is_open);
    EXPECT_EQ(plan->least_calls, 8u * 24u);
    EXPECT_EQ(plan->calls, 8u * 240u);
    EXPECT_NEAR(plan->expected_usd, 10 * plan->least_usd, 1e-12);
    EXPECT_NEAR(plan->expected_s, 10 * plan->least_s, 1e-9);
    std::string text = printed(plan, job);
    expect_line(text, "8 cells x 24 to 240 repetitions in at most 30 randomised blocks");
    expect_line(text, "reaches 2 % of it");
    expect_line(text, "calls      192 to 1,920, by 2 ranks with at most 480");
    expect_line(text, "500 invocations: enough for the least calls");
}

TEST(PlanProbes, SaysHowManyAndUntilWhen)
{
    Job job = parse(sweep, { "experiment={workload: {handler: isprime, n: 7}, every: 5m, "
                             "for: 6h, repetitions: 2}" });
    Plan plan = plan_of(job, 1);
    EXPECT_EQ(plan->blocks, 72u);
    EXPECT_EQ(plan->calls, 2u * 2u * 72u);
    EXPECT_FALSE(plan->is_open);
    EXPECT_NEAR(plan->expected_s, 71 * 300, 10);
    std::string text = printed(plan, job);
    expect_line(text, "probes     72, one every 5m for 6h: begun now, it would end at 2");
    expect_line(text, "time       about 5.9 h");
}

TEST(PlanSearch, SaysItsTimeAndItsMost)
{
    Job job = parse(sweep, { "throttle=find-limit", "experiment.parallelism=[50]",
                             "experiment.work=[1]", "experiment.repetitions=900",
                             "experiment.for=20s" });
    Plan plan = plan_of(job, 1, 2);
    EXPECT_TRUE(plan->is_search);
    EXPECT_EQ(plan->calls, 2u * 900u);
    EXPECT_EQ(plan->least_calls, 0u);
    EXPECT_NEAR(plan->expected_s, 40, 1e-9);
    std::string text = printed(plan, job);
    expect_line(text, "2 cells, each a search for the limit: 20s, at most 900 calls");
    expect_line(text, "calls      at most 1,800, by 1 rank");
    expect_line(text, "time       at most about 40 s");
    EXPECT_EQ(text.find("host "), std::string::npos) << text;
}

TEST(PlanVcpus, ASieveHasAThreadForEachOthersHaveOne)
{
    Job sieves = parse(sieve), loops = parse(sweep);
    EXPECT_DOUBLE_EQ(fan_plan_vcpus(sieves.get(), 1769), 1.0);
    EXPECT_DOUBLE_EQ(fan_plan_vcpus(sieves.get(), 3538), 2.0);
    EXPECT_DOUBLE_EQ(fan_plan_vcpus(sieves.get(), 10240), 6.0);
    EXPECT_DOUBLE_EQ(fan_plan_vcpus(loops.get(), 3538), 1.0);
    EXPECT_DOUBLE_EQ(fan_plan_vcpus(loops.get(), 884), 884.0 / 1769.0);
}
