/* The section `tune` of a job: its defaults, its candidates, its mistakes. */
#include "mpi_driver/job_tune.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "mpi_driver/plan.h"
#include "tests/support/parsed_job.h"

using Plan = std::unique_ptr<fan_plan, decltype(&fan_plan_free)>;

#define ONE  "name: t\nfunctions: [{name: f, memory_mb: 512, timeout_s: 5}]\n"
#define WORK "experiment: {workload: {handler: eratosthenes, max: 1_000}}\n"
#define TWO                                                                              \
    "name: t\nfunctions:\n- {name: g, memory_mb: 1024}\n- {name: f, memory_mb: 128}\n"

static std::string written(const Job &job)
{
    fan_buf out = FAN_BUF_INIT(1 << 20);
    EXPECT_EQ(fan_job_write(job.get(), &out, nullptr), FAN_OK);
    std::string text(out.data, out.size);
    fan_buf_clear(&out);
    return text;
}

TEST(JobTune, OneFunctionIsResizedOverTheGrid)
{
    Job job = parse(ONE WORK "tune: {objective: cost}\n");
    ASSERT_TRUE(job);
    EXPECT_TRUE(job->tune.on);
    EXPECT_TRUE(job->tune.resize);
    EXPECT_EQ(job->tune.objective, FAN_SIZING_COST);
    EXPECT_EQ(job->tune.samples, 8u);
    EXPECT_EQ(job->tune.repetitions, 10u);
    EXPECT_DOUBLE_EQ(job->tune.stop, .01);
    EXPECT_EQ(job->tune.listed_mb, 512u);
    ASSERT_EQ(job->function_count, 46u);
    for (size_t i = 0; i < 46; i++) {
        EXPECT_STREQ(job->function[i].name, "f");
        EXPECT_STREQ(job->function[i].handler, "eratosthenes");
        EXPECT_EQ(job->function[i].memory_mb, 128 + 64 * i);
        EXPECT_EQ(job->function[i].timeout_s, 5u);
    }
}

TEST(JobTune, SeveralFunctionsAreTheCandidatesInOrderOfTheirSizes)
{
    Job job = parse(TWO WORK "tune: {objective: time, cost_limit_usd: 2e-5}\n");
    ASSERT_TRUE(job);
    EXPECT_FALSE(job->tune.resize);
    EXPECT_EQ(job->tune.objective, FAN_SIZING_TIME);
    EXPECT_DOUBLE_EQ(job->tune.cost_limit_usd, 2e-5);
    ASSERT_EQ(job->function_count, 2u);
    EXPECT_STREQ(job->function[0].name, "f");
    EXPECT_STREQ(job->function[1].name, "g");
}

TEST(JobTune, AServiceIsChangedOnlyWhenToldSo)
{
    Job job = parse("endpoint: aws\n" ONE WORK "tune: {reconfigure: true}\n");
    ASSERT_TRUE(job);
    EXPECT_TRUE(job->tune.resize);
    job = parse("endpoint: aws\n" TWO WORK "tune: {samples: 4}\n");
    ASSERT_TRUE(job);
    EXPECT_FALSE(job->tune.resize);
}

TEST(JobTune, WrittenOutItReadsBackTheSame)
{
    for (const char *text :
         { ONE WORK "tune: {objective: balanced, time_limit_ms: 250.5, min_mb: 256, "
                    "max_mb: 1769, step_mb: 100, samples: 12, repetitions: 3, stop: 2%}\n",
           TWO WORK "parallelism: 3\ntune: {cost_limit_usd: 0.00001}\n",
           "name: t\nfunctions: [{name: f, memory_mb: 300, package: a.zip, handler: h}]\n"
           "experiment: {workload: {handler: custom, function: f, payload: '{}'}}\n"
           "tune: {samples: 5}\n" }) {
        Job job = parse(text);
        ASSERT_TRUE(job);
        const std::string once = written(job);
        Job again = parse(once);
        ASSERT_TRUE(again) << once;
        EXPECT_EQ(once, written(again));
        EXPECT_EQ(job->function_count, again->function_count);
        EXPECT_EQ(job->tune.listed_mb, again->tune.listed_mb);
    }
}

TEST(JobTune, SettingsOfTheSearch)
{
    Job job = parse(ONE WORK "parallelism: 2\ntune: {time_limit_ms: 250, stop: 0.05}\n");
    const fan_price *price = fan_price_find("us-east-1", "x86_64");
    std::vector<uint32_t> memory(job->function_count);
    const fan_sizing_settings s = fan_job_sizing(job.get(), price, memory.data());
    EXPECT_EQ(s.size_count, 46u);
    EXPECT_EQ(s.memory_mb[45], 3008u);
    EXPECT_EQ(s.time_limit_ms, 250);
    EXPECT_EQ(s.cost_limit_usd, 0);
    EXPECT_EQ(s.stop, .05);
    EXPECT_EQ(s.samples_max, 8u);
    EXPECT_EQ(s.gb_second_usd, price->gb_second);
    EXPECT_EQ(fan_job_sample_calls(job.get()), 12u);
}

struct BadTune {
    const char *text, *key, *what;
};

static const BadTune bad_tunes[] = {
    { ONE "sieve: {hi: 9}\ntune: {samples: 4}\n", "tune", "there is no experiment" },
    { ONE WORK "tune: {objective: money}\n", "tune.objective",
      "'money' is unknown, expected cost, time or balanced" },
    { ONE WORK "tune: {objectiv: cost}\n", "tune.objectiv", "did you mean 'objective'" },
    { ONE WORK "tune: []\n", "tune", "expected a mapping with keys of objective" },
    { ONE WORK "tune: {time_limit_ms: 0}\n", "tune.time_limit_ms", "milliseconds such as" },
    { ONE WORK "tune: {time_limit_ms: fast}\n", "tune.time_limit_ms", "'fast'" },
    { ONE WORK "tune: {cost_limit_usd: -1}\n", "tune.cost_limit_usd", "dollars a call" },
    { ONE WORK "tune: {samples: 0}\n", "tune.samples", "from 1 to 64" },
    { ONE WORK "tune: {samples: 65}\n", "tune.samples", "from 1 to 64" },
    { ONE WORK "tune: {repetitions: 0}\n", "tune.repetitions", "calls per sample" },
    { ONE WORK "tune: {stop: 0}\n", "tune.stop", "a share such as 1%" },
    { ONE WORK "tune: {stop: 200%}\n", "tune.stop", "a share such as 1%" },
    { ONE WORK "tune: {min_mb: 64}\n", "tune.min_mb", "from 128 to 10240" },
    { ONE WORK "tune: {max_mb: 10241}\n", "tune.max_mb", "from 128 to 10240" },
    { ONE WORK "tune: {min_mb: 512, max_mb: 256}\n", "tune.max_mb",
      "256 is below min_mb, expected at least 512" },
    { ONE WORK "tune: {step_mb: 0}\n", "tune.step_mb", "from 1 to 10240" },
    { ONE WORK "tune: {step_mb: 1}\n", "tune.step_mb", "2881 sizes" },
    { ONE WORK "tune: {reconfigure: maybe}\n", "tune.reconfigure", "false or true" },
    { ONE WORK "tune: {reconfigure: false}\n", "functions", "one size leaves no choice" },
    { "endpoint: aws\n" ONE WORK "tune: {samples: 4}\n", "functions",
      "expected several, or tune.reconfigure: true" },
    { "endpoint: http://127.0.0.1:9\n" ONE WORK "tune: {samples: 4}\n", "functions",
      "expected several, or tune.reconfigure: true" },
    { TWO WORK "tune: {reconfigure: true}\n", "tune.reconfigure", "functions has 2 entries" },
    { TWO WORK "tune: {step_mb: 64}\n", "tune.step_mb", "the sizes are those of functions" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128}, {name: g, memory_mb: 128}]\n" WORK
      "tune: {samples: 4}\n",
      "functions.1.memory_mb", "128 MB are in the list twice" },
    { "name: t\nendpoint: aws\nfunctions: [{name: f, memory_mb: 128, qualifier: '3'}]\n" WORK
      "tune: {samples: 4, reconfigure: true}\n",
      "functions.0.qualifier", "a version cannot be resized" },
    { ONE "experiment: {workload: {handler: isprime, n: 7}, repetitions: 9}\n"
          "tune: {samples: 4}\n",
      "experiment.repetitions", "expected tune.repetitions" },
    { ONE "experiment: {workload: {handler: isprime, n: 7}, blocks: 9}\n"
          "tune: {samples: 4}\n",
      "experiment.blocks", "a tune has none" },
    { ONE "experiment: {workload: {handler: isprime, n: 7}, order: sequential}\n"
          "tune: {samples: 4}\n",
      "experiment.order", "a tune chooses it" },
    { ONE "experiment: {workload: {handler: isprime, n: 7}, every: 5m, for: 1h}\n"
          "tune: {samples: 4}\n",
      "experiment.every", "a tune does not wait" },
    { ONE WORK "throttle: find-limit\ntune: {samples: 4}\n", "throttle",
      "expected count or retry" },
    { ONE "experiment: {workload: {handler: isprime, n: 7}, work: [1, 2]}\n"
          "tune: {samples: 4}\n",
      "experiment.work", "expected one number" },
    { ONE "experiment: {workload: {handler: isprime, n: 7}, parallelism: [1, 2]}\n"
          "tune: {samples: 4}\n",
      "experiment.parallelism", "expected one number" },
    { "name: t\nfunctions: [{name: f, memory_mb: 128, handler: isprime}, {name: g, "
      "memory_mb: 256, handler: isprime}]\n"
      "experiment: {workload: {handler: custom, function: f}}\ntune: {samples: 4}\n",
      "experiment.workload.function", "calls all functions of the list" },
};

TEST(JobTune, EveryMistakeNamesFileKeyAndExpectation)
{
    for (const BadTune &bad : bad_tunes) {
        SCOPED_TRACE(bad.text);
        fan_err err = {};
        fan_job *job = nullptr;
        const std::string text = bad.text;
        EXPECT_EQ(FAN_EUSAGE, fan_job_parse(&job, "a.yaml", text.data(), text.size(),
                                            nullptr, 0, &err));
        EXPECT_EQ(nullptr, job);
        const std::string said = err.text;
        EXPECT_EQ(0u, said.find("a.yaml:")) << said;
        EXPECT_NE(std::string::npos, said.find(std::string("key '") + bad.key + "'"))
            << said;
        EXPECT_NE(std::string::npos, said.find(bad.what)) << said;
        EXPECT_NE(std::string::npos, said.find("expected")) << said;
    }
}

TEST(PlanTune, HasOneVisitPerSampleAndTheDearestCallsWhereNothingIsKnown)
{
    Job job = parse(ONE WORK "parallelism: 2\ntune: {samples: 6, repetitions: 5}\n");
    for (uint32_t ranks : { 1u, 3u }) {
        Plan plan(fan_plan_new(job.get(), ranks, 0), fan_plan_free);
        ASSERT_EQ(plan->visit_count, 6u);
        EXPECT_EQ(plan->cell_count, 46u);
        EXPECT_EQ(plan->calls, 42u);
        EXPECT_TRUE(plan->is_open) << "the search may end sooner";
        EXPECT_EQ(plan->least_calls, 28u) << "but not before its four first samples";
        const uint32_t cell[] = { 0, 15, 30, 45, 45, 45 };
        for (uint32_t i = 0; i < 6; i++) {
            EXPECT_EQ(plan->visit[i].cell, cell[i]);
            EXPECT_EQ(plan->visit[i].block, i);
            EXPECT_EQ(plan->visit[i].first_call, 7 * i);
            EXPECT_EQ(plan->visit[i].calls, 7u);
        }
        double worst = 0;
        for (uint32_t c : cell)
            worst += 7 * plan->cell[c].attempt_worst_usd;
        EXPECT_NEAR(worst, plan->worst_usd, 1e-12);
    }
}

TEST(PlanTune, IsPrintedAsOne)
{
    Job job = parse(ONE WORK "tune: {objective: balanced}\n");
    Plan plan(fan_plan_new(job.get(), 2, 0), fan_plan_free);
    std::FILE *file = std::tmpfile();
    fan_plan_print(plan.get(), job.get(), file);
    std::string text(static_cast<size_t>(std::ftell(file)), '\0');
    std::rewind(file);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file), text.size());
    std::fclose(file);
    for (const char *part :
         { "tune       eratosthenes for the least cost and time in balance, 46 sizes from "
           "128 to 3008 MB, at most 8 samples of 10 warm calls",
           "sizes behind the first 4 follow from what is measured" })
        EXPECT_NE(std::string::npos, text.find(part)) << text;
}
