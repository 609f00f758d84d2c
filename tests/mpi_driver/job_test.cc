/* Good jobs: defaults, ways to write values, --set, writing back, payloads. */
#include "mpi_driver/job.h"
#include "mpi_driver/study_file.h"
#include "tests/support/parsed_job.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

static std::string written(const Job &job)
{
    fan_buf out;
    fan_buf_init(&out, 1 << 20);
    EXPECT_EQ(fan_job_write(job.get(), &out, nullptr), FAN_OK);
    std::string text(out.data, out.size);
    fan_buf_clear(&out);
    return text;
}

static std::string payload(const Job &job, uint32_t work, fan_range range)
{
    fan_buf out;
    fan_buf_init(&out, 1 << 20);
    EXPECT_EQ(fan_job_payload(job.get(), work, range, &out, nullptr), FAN_OK);
    std::string text(out.data, out.size);
    fan_buf_clear(&out);
    return text;
}

#define HEAD       "name: t\nfunctions: [{name: f, memory_mb: 128}]\n"
#define SIEVE      HEAD "sieve: {lo: 0, hi: 1e10}\n"
#define BLOCK      HEAD "experiment:\n  workload: {handler: eratosthenes, max: 1000}\n"
#define EXPERIMENT HEAD "experiment: {workload: {handler: eratosthenes, max: 1_000}}\n"

TEST(JobParse, ASieveHasItsDefaults)
{
    Job job = parse(SIEVE);
    ASSERT_TRUE(job);
    EXPECT_TRUE(job->is_sieve);
    EXPECT_EQ(job->sieve.range.begin, 0u);
    EXPECT_EQ(job->sieve.range.end, 10000000000u);
    EXPECT_EQ(job->sieve.partitions, 0u);
    EXPECT_DOUBLE_EQ(job->sieve.audit, 0.01);
    EXPECT_EQ(job->parallelism, 8u);
    EXPECT_EQ(job->throttle, FAN_THROTTLE_RETRY);
    EXPECT_EQ(job->endpoint, FAN_ENDPOINT_LOCAL);
    EXPECT_STREQ(job->region, "us-east-1");
    ASSERT_EQ(job->transport_count, 1u);
    EXPECT_EQ(job->transport[0], FAN_TRANSPORT_INVOKE);
    EXPECT_STREQ(job->arch, "x86_64");
    EXPECT_STREQ(job->function[0].handler, "sieve");
    EXPECT_EQ(job->function[0].timeout_s, 60u);
    EXPECT_FALSE(job->function[0].reserved_set);
    EXPECT_EQ(job->function[0].qualifier, nullptr);
    EXPECT_EQ(job->seed, 1u);
}

TEST(JobParse, AnExperimentHasItsDefaults)
{
    Job job = parse(EXPERIMENT);
    ASSERT_TRUE(job);
    EXPECT_FALSE(job->is_sieve);
    EXPECT_EQ(job->experiment.handler, FAN_HANDLER_ERATOSTHENES);
    EXPECT_EQ(job->experiment.max, 1000u);
    ASSERT_EQ(job->experiment.work_count, 1u);
    EXPECT_EQ(job->experiment.work[0], 1u);
    ASSERT_EQ(job->experiment.parallelism_count, 1u);
    EXPECT_EQ(job->experiment.parallelism[0], 1u);
    EXPECT_EQ(job->experiment.repetitions, 100u);
    EXPECT_EQ(job->experiment.blocks, 10u);
    EXPECT_EQ(job->experiment.order, FAN_ORDER_RANDOMIZED_BLOCKS);
    EXPECT_EQ(job->throttle, FAN_THROTTLE_COUNT);
    EXPECT_EQ(job->retry.attempts, 25u);
    EXPECT_EQ(job->retry.base_ms, 100u);
    EXPECT_EQ(job->retry.cap_ms, 20000u);
    EXPECT_EQ(job->budget.invocations, 0u);
    EXPECT_EQ(job->local.concurrency, 1000u);
    EXPECT_EQ(job->local.ramp, 1000u);
    EXPECT_EQ(job->local.rate_factor, 10u);
    EXPECT_EQ(job->local.fault_slow_ms, 1000u);
    EXPECT_STREQ(job->function[0].handler, "eratosthenes");
}

TEST(JobParse, PricesAndTheFreeTierAreWrittenBack)
{
    Job plain = parse(SIEVE);
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->prices, nullptr);
    EXPECT_FALSE(plain->free_tier);
    EXPECT_NE(written(plain).find("free_tier: false\n"), std::string::npos);
    Job job = parse(SIEVE "prices: my prices.json\nfree_tier: true\n");
    ASSERT_TRUE(job);
    EXPECT_STREQ(job->prices, "my prices.json");
    EXPECT_TRUE(job->free_tier);
    Job again = parse(written(job));
    ASSERT_TRUE(again);
    EXPECT_STREQ(again->prices, "my prices.json");
    EXPECT_TRUE(again->free_tier);
}

TEST(JobParse, RepetitionsMayBeANumberOrARule)
{
    Job plain = parse(BLOCK "  repetitions: 7\n");
    EXPECT_EQ(plain->experiment.repetitions, 7u);
    EXPECT_EQ(plain->experiment.repetitions_min, 7u);
    EXPECT_EQ(plain->experiment.until_ci, 0);
    Job rule = parse(BLOCK "  repetitions: {min: 20, max: 500, until: ci 2%}\n");
    EXPECT_EQ(rule->experiment.repetitions, 500u);
    EXPECT_EQ(rule->experiment.repetitions_min, 20u);
    EXPECT_DOUBLE_EQ(rule->experiment.until_ci, 0.02);
    Job few = parse(BLOCK "  repetitions: {max: 9, until: ci 0.1}\n");
    EXPECT_EQ(few->experiment.repetitions_min, 9u);
}

TEST(JobParse, ProbesHaveAGridOfTimes)
{
    Job job = parse(BLOCK "  every: 5m\n  for: 6h\n");
    EXPECT_EQ(job->experiment.every_ns, INT64_C(300000000000));
    EXPECT_EQ(job->experiment.repetitions, 1u);
    EXPECT_EQ(fan_job_probes(job.get()), 72u);
    Job odd = parse(BLOCK "  every: 2s\n  for: 5s\n"); /* at 0, 2 and 4 s */
    EXPECT_EQ(fan_job_probes(odd.get()), 3u);
    EXPECT_EQ(fan_job_probes(parse(EXPERIMENT).get()), 0u);
}

TEST(JobParse, ASearchHasItsDefaults)
{
    Job job = parse(BLOCK "  parallelism: 50\nthrottle: find-limit\n");
    EXPECT_EQ(job->throttle, FAN_THROTTLE_FIND);
    EXPECT_EQ(job->experiment.for_ns, INT64_C(30000000000));
    EXPECT_EQ(job->experiment.repetitions, 100000u);
    EXPECT_EQ(job->find_limit.start, 1u);
    EXPECT_EQ(job->find_limit.step, 1u);
    EXPECT_EQ(job->find_limit.window_ns, INT64_C(1000000000));
}

TEST(JobParse, NumbersMayBeWrittenAsPeopleWriteThem)
{
    Job job = parse(HEAD "sieve: {lo: 1_000_000, hi: '2.5e7', audit: 20%}\n"
                         "budget: {invocations: 1e4, usd: 0.25}\n"
                         "local: {faults: {throttle: 20%, error: 0.05}}\n");
    ASSERT_TRUE(job);
    EXPECT_EQ(job->sieve.range.begin, 1000000u);
    EXPECT_EQ(job->sieve.range.end, 25000000u);
    EXPECT_DOUBLE_EQ(job->sieve.audit, 0.2);
    EXPECT_EQ(job->budget.invocations, 10000u);
    EXPECT_DOUBLE_EQ(job->budget.usd, 0.25);
    EXPECT_DOUBLE_EQ(job->local.fault_throttle, 0.2);
    EXPECT_DOUBLE_EQ(job->local.fault_error, 0.05);
}

TEST(JobParse, SharesMaySumToExactlyOne)
{
    EXPECT_TRUE(parse(SIEVE "local: {faults: {throttle: 0.1, error: 0.2, drop: 0.3, cut: "
                            "0.1, slow: 0.1, kill: 0.2}}\n"));
}

TEST(JobParse, ASingleValueIsAListOfOne)
{
    Job job = parse(HEAD "experiment:\n  workload: {handler: isprime, n: 7}\n"
                         "  work: 5\n  parallelism: 32\n");
    ASSERT_TRUE(job);
    ASSERT_EQ(job->experiment.work_count, 1u);
    EXPECT_EQ(job->experiment.work[0], 5u);
    EXPECT_EQ(job->experiment.parallelism[0], 32u);
    EXPECT_EQ(job->parallelism, 32u);
}

TEST(JobParse, TopLevelParallelismIsTheExperimentsOnlyLevel)
{
    Job job = parse(EXPERIMENT "parallelism: 16\n");
    ASSERT_TRUE(job);
    ASSERT_EQ(job->experiment.parallelism_count, 1u);
    EXPECT_EQ(job->experiment.parallelism[0], 16u);
}

TEST(JobParse, EndpointsMayBeUrls)
{
    for (const char *url : { "http://127.0.0.1:9000", "https://lambda.eu-west-1.example",
                             "http://[::1]:80", "http://localhost" }) {
        Job job = parse(std::string(SIEVE "endpoint: \"") + url + "/\"\n");
        ASSERT_TRUE(job);
        EXPECT_EQ(job->endpoint, FAN_ENDPOINT_URL);
        EXPECT_STREQ(job->endpoint_url, url);
    }
}

TEST(JobParse, ACustomFunctionComesFirstAndAlone)
{
    Job job = parse("name: t\nendpoint: aws\nfunctions:\n"
                    "- {name: a, memory_mb: 128, handler: sieve}\n"
                    "- {name: b, memory_mb: 256, handler: isprime, qualifier: prod}\n"
                    "experiment: {workload: {function: b, payload: '{\"n\": 7}'}}\n");
    ASSERT_TRUE(job);
    EXPECT_STREQ(job->function[0].name, "b");
    EXPECT_STREQ(job->function[0].qualifier, "prod");
    EXPECT_EQ(fan_job_factors(job.get()).functions, 1u);
    EXPECT_EQ(payload(job, 3, { 0, 0 }), "{\"n\": 7}");
}

TEST(JobParse, ACustomWorkloadWithoutAFunctionCallsAllOfThem)
{
    Job job =
        parse("name: t\nendpoint: aws\nfunctions:\n- {name: a, memory_mb: 128}\n"
              "- {name: b, memory_mb: 256}\nexperiment: {workload: {handler: custom}}\n");
    ASSERT_TRUE(job);
    EXPECT_EQ(fan_job_factors(job.get()).functions, 2u);
    EXPECT_EQ(payload(job, 1, { 0, 0 }), "{}");
}

TEST(JobSet, OverridesAndAddsValues)
{
    Job job = parse(EXPERIMENT, { "experiment.work=[1,2]", "budget.usd=0.5",
                                  "functions.0.memory_mb=256", "seed=7",
                                  "functions.1={name: g, memory_mb: 512}",
                                  "local.faults.error=20%", "experiment.parallelism=4" });
    ASSERT_TRUE(job);
    EXPECT_EQ(job->experiment.work_count, 2u);
    EXPECT_DOUBLE_EQ(job->budget.usd, 0.5);
    EXPECT_EQ(job->function[0].memory_mb, 256u);
    ASSERT_EQ(job->function_count, 2u);
    EXPECT_STREQ(job->function[1].name, "g");
    EXPECT_DOUBLE_EQ(job->local.fault_error, 0.2);
    EXPECT_EQ(job->experiment.parallelism[0], 4u);
    EXPECT_EQ(job->seed, 7u);
}

TEST(JobSet, TheLastOneWins)
{
    Job job = parse(SIEVE, { "seed=1", "seed=2", "sieve={hi: 100}", "sieve.lo=5" });
    ASSERT_TRUE(job);
    EXPECT_EQ(job->seed, 2u);
    EXPECT_EQ(job->sieve.range.begin, 5u);
    EXPECT_EQ(job->sieve.range.end, 100u);
}

static const char *const round_trips[] = {
    SIEVE,
    EXPERIMENT,
    SIEVE
    "endpoint: http://127.0.0.1:9000\nparallelism: 64\nthrottle: count\n"
    "budget: {usd: 0.1}\nseed: 18446744073709551615\n"
    "local: {cpu: quota, log: \"/tmp/a \\\"b\\\\.log\", faults: {drop: 1%, kill: 0.3}}\n",
    "name: t.2\nendpoint: aws\nregion: eu-west-1\narch: arm64\nfunctions:\n"
    "- {name: a, memory_mb: 128, package: 'my zip.zip', reserved: 0, timeout_s: 3}\n"
    "- {name: b, memory_mb: 10240, qualifier: $LATEST}\n"
    "experiment:\n  workload:\n    payload: |\n      {\"a\": [1,\n        \"\\u00e9\"]}\n"
    "    function: b\n  order: sequential\n  work: [3, 1]\n  parallelism: [8, 2]\n",
    HEAD "experiment: {workload: {handler: sieve, lo: 5, hi: 9e17}, repetitions: 7}\n",
    HEAD "experiment: {workload: {handler: isprime, n: 1000000007}, blocks: 3}\n",
    BLOCK "  repetitions: {min: 6, until: ci 2.5%}\n  blocks: 2\n",
    BLOCK "  every: 90s\n  for: 0.25d\n  repetitions: 3\n",
    "name: t\nendpoint: aws\nfunctions:\n"
    "- {name: a, memory_mb: 128, alias: {name: live, version: 41, canary: 42, weight: "
    "5%}}\n"
    "- {name: b, memory_mb: 128, compare: [1, $LATEST]}\n"
    "- {name: c, memory_mb: 128, qualifier: 7}\n"
    "- {name: c, memory_mb: 256, qualifier: 8}\n"
    "experiment: {workload: {handler: isprime, n: 7}}\n",
    "name: t\nfunctions: [{name: a, memory_mb: 512, package: a.zip, compare: [live, 1],\n"
    "  versions: [{}, {memory_mb: 128, environment: ['A_B=c \"d\"', X1=], handler: "
    "sieve},\n"
    "    {package: b.zip}], alias: {name: live, version: 3}}]\n"
    "experiment: {workload: {handler: isprime, n: 7}}\n",
    BLOCK "  for: 1.5m\n  parallelism: 40\nthrottle: find-limit\n"
          "find_limit: {start: 2, step: 3, window: 250ms}\n",
};

TEST(JobWrite, WhatIsWrittenParsesToTheSame)
{
    for (const char *text : round_trips) {
        Job job = parse(text);
        ASSERT_TRUE(job) << text;
        std::string once = written(job);
        Job again = parse(once);
        ASSERT_TRUE(again) << once;
        EXPECT_EQ(written(again), once);
        EXPECT_EQ(again->function_count, job->function_count);
        EXPECT_EQ(again->seed, job->seed);
        EXPECT_EQ(again->is_sieve, job->is_sieve);
        EXPECT_EQ(again->parallelism, job->parallelism);
        EXPECT_EQ(again->throttle, job->throttle);
        EXPECT_EQ(again->experiment.repetitions, job->experiment.repetitions);
        EXPECT_EQ(again->experiment.repetitions_min, job->experiment.repetitions_min);
        EXPECT_EQ(again->experiment.until_ci, job->experiment.until_ci);
        EXPECT_EQ(again->experiment.every_ns, job->experiment.every_ns);
        EXPECT_EQ(again->experiment.for_ns, job->experiment.for_ns);
        EXPECT_EQ(again->find_limit.step, job->find_limit.step);
        EXPECT_EQ(again->find_limit.window_ns, job->find_limit.window_ns);
        EXPECT_EQ(again->budget.usd, job->budget.usd);
        EXPECT_EQ(again->sieve.audit, job->sieve.audit);
        EXPECT_EQ(again->local.fault_kill, job->local.fault_kill);
        EXPECT_STREQ(again->local.log, job->local.log);
        EXPECT_STREQ(again->experiment.payload, job->experiment.payload);
        EXPECT_EQ(payload(again, 3, { 1, 2 }), payload(job, 3, { 1, 2 }));
    }
}

TEST(JobPayload, SaysWhatEachHandlerWants)
{
    EXPECT_EQ(payload(parse(EXPERIMENT), 3, { 0, 0 }), R"({"max":1000,"loops":3})");
    EXPECT_EQ(payload(parse(SIEVE), 1, { 10, 20 }), R"({"lo":10,"hi":20})");
    Job sieve =
        parse(HEAD "experiment: {workload: {handler: sieve, lo: 100, hi: 150}}\n");
    EXPECT_EQ(payload(sieve, 1, { 0, 0 }), R"({"lo":100,"hi":150})");
    EXPECT_EQ(payload(sieve, 4, { 0, 0 }), R"({"lo":100,"hi":300})");
    Job prime = parse(HEAD "experiment: {workload: {handler: isprime, n: 97}}\n");
    EXPECT_EQ(payload(prime, 2, { 0, 0 }), R"({"n":97,"loops":2})");
}

TEST(JobFiles, EveryJobOfTheProjectParses)
{
    size_t files = 0;
    for (const auto &entry :
         std::filesystem::directory_iterator(FAN_TEST_DATA "/../../jobs")) {
        if (entry.path().extension() != ".yaml") continue;
        fan_buf text;
        fan_buf_init(&text, FAN_JOB_BYTES_MAX);
        ASSERT_EQ(fan_buf_read_file(&text, entry.path().c_str(), nullptr), FAN_OK);
        const std::string bytes(text.data, text.size);
        fan_buf_clear(&text);
        files++;
        if (fan_study_is(bytes.data(), bytes.size())) {
            fan_study_file *study = nullptr;
            fan_err err{};
            EXPECT_EQ(fan_study_parse(&study, entry.path().c_str(), bytes.data(),
                                      bytes.size(), nullptr, 0, &err),
                      FAN_OK)
                << err.text;
            fan_study_file_free(study);
            continue;
        }
        Job job = parse(bytes);
        ASSERT_TRUE(job) << entry.path();
        EXPECT_EQ(entry.path().stem().string(), job->name);
    }
    EXPECT_GE(files, 12u);
}

#define VERSIONS                                                                         \
    "name: t\nexperiment: {workload: {handler: isprime, n: 7}, work: [1, 2]}\n"          \
    "functions:\n- {name: g, memory_mb: 256}\n"                                          \
    "- {name: f, memory_mb: 512, handler: sieve, versions: [{}, {memory_mb: 1024}, "     \
    "{handler: isprime, package: p.zip, environment: [A1=b]}]"

TEST(JobVersions, WhatAVersionLeavesOutItHasFromItsFunction)
{
    Job job = parse(VERSIONS "}\n");
    ASSERT_TRUE(job);
    const fan_job_function &f = job->function[1];
    ASSERT_EQ(f.version_count, 3u);
    EXPECT_EQ(f.version[0].memory_mb, 512u);
    EXPECT_STREQ(f.version[0].handler, "sieve");
    EXPECT_EQ(f.version[0].package, nullptr);
    EXPECT_EQ(f.version[1].memory_mb, 1024u);
    EXPECT_STREQ(f.version[2].handler, "isprime");
    EXPECT_STREQ(f.version[2].package, "p.zip");
    ASSERT_EQ(f.version[2].environment_count, 1u);
    EXPECT_STREQ(f.version[2].environment[0], "A1=b");
    EXPECT_EQ(f.qualifier, nullptr);
    EXPECT_EQ(f.memory_mb, 512u);
}

TEST(JobVersions, AnAliasIsWhatIsCalled)
{
    Job job =
        parse(VERSIONS ", alias: {name: live, version: 1, canary: 2, weight: 10%}}\n");
    ASSERT_TRUE(job);
    const fan_job_function &f = job->function[1];
    EXPECT_STREQ(f.qualifier, "live");
    EXPECT_STREQ(f.alias.name, "live");
    EXPECT_EQ(f.alias.version, 1u);
    EXPECT_EQ(f.alias.canary, 2u);
    EXPECT_DOUBLE_EQ(f.alias.weight, 0.1);
    EXPECT_EQ(f.memory_mb, 512u);
    EXPECT_EQ(f.memory_most_mb, 1024u) << "what a call may cost at most";
}

TEST(JobVersions, AQualifierMayCallSomethingElse)
{
    Job job = parse(VERSIONS ", alias: {name: live, version: 1, canary: 2, weight: 10%}, "
                             "qualifier: 2}\n");
    ASSERT_TRUE(job);
    EXPECT_STREQ(job->function[1].qualifier, "2");
    EXPECT_EQ(job->function[1].memory_mb, 1024u) << "the version's own size";
    EXPECT_EQ(job->function[1].listed_mb, 512u);
}

TEST(JobVersions, ACompareIsAFactor)
{
    Job job = parse(VERSIONS ", alias: {name: live, version: 2}, compare: [1, 2, live]}\n"
                             "- {name: h, memory_mb: 128}\n");
    ASSERT_TRUE(job);
    ASSERT_EQ(job->function_count, 5u);
    const char *const names[] = { "g", "f:1", "f:2", "f:live", "h" };
    const uint32_t sizes[] = { 256, 512, 1024, 1024, 128 };
    for (size_t i = 0; i < 5; i++) {
        char label[FAN_JOB_LABEL_MAX];
        EXPECT_STREQ(fan_job_label(&job->function[i], label), names[i]);
        EXPECT_EQ(job->function[i].memory_mb, sizes[i]) << i;
        EXPECT_EQ(job->function[i].memory_most_mb, sizes[i]) << i;
    }
    for (size_t i = 1; i < 4; i++)
        EXPECT_EQ(fan_job_home(job.get(), &job->function[i]), &job->function[1]);
    EXPECT_EQ(fan_job_factors(job.get()).functions, 5u);
}

TEST(JobVersions, ACustomWorkloadCallsAllEntriesOfItsFunction)
{
    Job job = parse("name: t\nendpoint: aws\nfunctions:\n"
                    "- {name: a, memory_mb: 128, qualifier: 1}\n"
                    "- {name: b, memory_mb: 256, compare: [3, 4]}\n"
                    "- {name: c, memory_mb: 256}\n"
                    "experiment: {workload: {function: b}}\n");
    ASSERT_TRUE(job);
    EXPECT_EQ(fan_job_factors(job.get()).functions, 2u);
    EXPECT_STREQ(job->function[0].qualifier, "3");
    EXPECT_STREQ(job->function[1].qualifier, "4");
    EXPECT_STREQ(job->function[2].name, "a");
}

TEST(JobVersions, EntriesOfAFunctionMayCallDifferentVersions)
{
    Job job = parse("name: t\nendpoint: aws\nfunctions:\n"
                    "- {name: a, memory_mb: 128, qualifier: 41}\n"
                    "- {name: a, memory_mb: 256, qualifier: 42}\n"
                    "- {name: a, memory_mb: 256}\n"
                    "experiment: {workload: {handler: isprime, n: 7}}\n");
    ASSERT_TRUE(job);
    EXPECT_EQ(job->function_count, 3u);
    EXPECT_EQ(job->function[0].memory_mb, 128u);
    EXPECT_EQ(job->function[1].memory_mb, 256u);
}
