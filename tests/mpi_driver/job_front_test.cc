/* How calls travel: keys of the job, prices, and the embedded gateway's description. */
#include "mpi_driver/calls.h"
#include "mpi_driver/endpoint_gateway.h"
#include "mpi_driver/job.h"
#include "mpi_driver/plan.h"
#include "mpi_driver/prices.h"
#include "tests/support/parsed_job.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

template <typename Write> std::string text_of(Write write)
{
    fan_buf out;
    fan_buf_init(&out, 1 << 20);
    EXPECT_EQ(write(&out), FAN_OK);
    std::string text(out.data, out.size);
    fan_buf_clear(&out);
    return text;
}

std::string written(const Job &job)
{
    return text_of([&](fan_buf *out) { return fan_job_write(job.get(), out, nullptr); });
}

std::string described(const Job &job)
{
    return text_of([&](fan_buf *out) {
        return fan_endpoint_gateway_describe(job.get(), out, nullptr);
    });
}

#define TWO                                                                              \
    "name: t\nfunctions: [{name: f, memory_mb: 128}, {name: g, memory_mb: 256, path: "   \
    "/v1/g, versions: [{}], alias: {name: prod, version: 1}}]\n"
#define EXPERIMENT TWO "experiment: {workload: {handler: isprime, n: 7}}\n"
} // namespace

TEST(JobFront, AllKeysAreReadAndWrittenBack)
{
    Job job = parse(EXPERIMENT
                    "endpoint: aws\ntransport: gateway\n"
                    "gateway: {url: 'https://a.execute-api.eu-west-1.amazonaws.com/prod',"
                    " kind: http, api_key_env: MY_KEY,"
                    " token_command: get-token --for 'the api'}\n");
    ASSERT_TRUE(job);
    const fan_job_gateway &g = job->gateway;
    EXPECT_STREQ(g.url, "https://a.execute-api.eu-west-1.amazonaws.com/prod");
    EXPECT_EQ(g.kind, FAN_GATEWAY_HTTP);
    EXPECT_FALSE(g.sign);
    EXPECT_STREQ(g.api_key_env, "MY_KEY");
    EXPECT_EQ(g.token_env, nullptr);
    ASSERT_NE(g.token_command, nullptr);
    EXPECT_STREQ(g.token_command[0], "get-token");
    EXPECT_STREQ(g.token_command[2], "the api");
    EXPECT_EQ(g.token_command[3], nullptr);
    EXPECT_EQ(job->function[0].path, nullptr);
    EXPECT_STREQ(job->function[1].path, "/v1/g");
    EXPECT_EQ(job->function[1].transport, FAN_TRANSPORT_GATEWAY);
    EXPECT_NE(written(job).find("token_command: [\"get-token\", \"--for\", \"the api\"]"),
              std::string::npos)
        << written(job);
    EXPECT_EQ(written(parse(written(job))), written(job));
}

TEST(JobFront, OneWordIsACommandToo)
{
    Job job =
        parse(EXPERIMENT "endpoint: http://h\ntransport: gateway\n"
                         "gateway: {url: 'http://h/s', token_command: get-token}\n");
    ASSERT_TRUE(job);
    EXPECT_STREQ(job->gateway.token_command[0], "get-token");
    EXPECT_EQ(job->gateway.token_command[1], nullptr);
    EXPECT_EQ(written(parse(written(job))), written(job));
}

TEST(JobFront, FunctionUrlsAreSignedUnlessTheJobSaysNot)
{
    const std::string head = "name: t\nendpoint: http://h\ntransport: url\n"
                             "functions: [{name: f, memory_mb: 128, url: 'http://u/'}]\n"
                             "sieve: {hi: 1e6}\n";
    Job job = parse(head);
    ASSERT_TRUE(job);
    EXPECT_TRUE(job->url_sign);
    EXPECT_STREQ(job->function[0].url, "http://u/");
    EXPECT_FALSE(parse(head + "url_auth: none\n")->url_sign);
    EXPECT_EQ(written(parse(written(job))), written(job));
}

TEST(JobFront, OtherAddressesDoNotMatterHere)
{
    /* so that a job for AWS can be tried with --set endpoint=local */
    Job job = parse(EXPERIMENT "transport: gateway\ngateway: {url: 'https://h/prod', "
                               "api_key_env: KEY}\n");
    EXPECT_TRUE(job);
    EXPECT_TRUE(parse(EXPERIMENT "endpoint: aws\ngateway: {kind: rest}\n"));
}

TEST(JobFront, SeveralTransportsMultiplyTheFunctions)
{
    Job job = parse(EXPERIMENT "transport: [invoke, gateway, url]\n");
    ASSERT_TRUE(job);
    ASSERT_EQ(job->function_count, 6u);
    const char *const names[] = { "f", "f", "f", "g", "g", "g" };
    const fan_job_transport ways[] = { FAN_TRANSPORT_INVOKE, FAN_TRANSPORT_GATEWAY,
                                       FAN_TRANSPORT_URL };
    for (size_t i = 0; i < 6; i++) {
        EXPECT_STREQ(job->function[i].name, names[i]);
        EXPECT_EQ(job->function[i].transport, ways[i % 3]);
        EXPECT_EQ(job->function[i].derived, i % 3 != 0);
    }
    EXPECT_STREQ(job->function[5].path, "/v1/g");
    EXPECT_EQ(fan_job_factors(job.get()).functions, 6u);
    char text[FAN_JOB_TRANSPORTS_TEXT];
    EXPECT_STREQ(fan_job_transports(job.get(), text), "invoke, gateway, url");
    EXPECT_NE(written(job).find("transport: [invoke, gateway, url]\n"),
              std::string::npos);
    EXPECT_EQ(written(parse(written(job))), written(job));
}

#define VARIANTS                                                                         \
    EXPERIMENT "transport: [invoke, gateway, gateway+key, gateway+authorizer, "          \
               "gateway+key+authorizer]\n"

TEST(JobFront, VariantsOfAGatewayHaveResourcesOfTheirOwn)
{
    Job job = parse(VARIANTS "gateway: {authorizer: {cache: 0, memory_mb: 256}}\n");
    ASSERT_TRUE(job);
    ASSERT_EQ(job->function_count, 10u);
    const struct {
        const char *f, *g;
        bool key, token;
    } expected[] = { { nullptr, nullptr, false, false },
                     { "/f/open", "/v1/g/open", false, false },
                     { "/f/key", "/v1/g/key", true, false },
                     { "/f/authorizer", "/v1/g/authorizer", false, true },
                     { "/f/key-authorizer", "/v1/g/key-authorizer", true, true } };
    for (size_t i = 0; i < 5; i++) {
        const fan_job_function &f = job->function[i];
        EXPECT_STREQ(f.resource, expected[i].f);
        EXPECT_STREQ(job->function[i + 5].resource, expected[i].g);
        EXPECT_EQ(fan_job_sends_key(job.get(), f.transport), expected[i].key) << i;
        EXPECT_EQ(fan_job_sends_token(job.get(), f.transport), expected[i].token) << i;
        EXPECT_EQ(fan_job_is_gateway(f.transport), i > 0);
    }
    EXPECT_EQ(job->gateway.cache_ns, 0);
    EXPECT_EQ(job->gateway.expires_ns, INT64_C(900000000000));
    EXPECT_EQ(job->gateway.authorizer_mb, 256u);
    char text[FAN_JOB_TRANSPORTS_TEXT];
    EXPECT_STREQ(fan_job_transports(job.get(), text),
                 "invoke, gateway, gateway+key, gateway+authorizer, "
                 "gateway+key+authorizer");
    EXPECT_NE(written(job).find("authorizer: {cache: 0s, expires: 15m, memory_mb: 256}"),
              std::string::npos)
        << written(job);
    EXPECT_EQ(written(parse(written(job))), written(job));
}

TEST(JobFront, AloneAGatewayGetsAllThatItsSectionNames)
{
    const std::string head = EXPERIMENT "transport: gateway\n";
    for (const char *section :
         { "{token_env: T, api_key_env: K}", "{token_command: t, api_key_env: K}",
           "{authorizer: {}, api_key_env: K}" }) {
        Job job = parse(head + "gateway: " + section + "\n");
        ASSERT_TRUE(job);
        EXPECT_TRUE(fan_job_any_key(job.get())) << section;
        EXPECT_TRUE(fan_job_any_token(job.get())) << section;
        EXPECT_EQ(job->function[0].resource, nullptr);
        EXPECT_EQ(job->gateway.cache_ns, INT64_C(300000000000));
        EXPECT_EQ(written(parse(written(job))), written(job));
    }
    Job bare = parse(head);
    EXPECT_FALSE(fan_job_any_key(bare.get()) || fan_job_any_token(bare.get()));
    Job variant = parse(EXPERIMENT "transport: gateway+key\n");
    EXPECT_TRUE(fan_job_any_key(variant.get()));
    EXPECT_FALSE(fan_job_any_token(variant.get()));
    EXPECT_STREQ(variant->function[0].resource, "/f/key");
    EXPECT_EQ(written(variant).find("authorizer"), std::string::npos);
}

TEST(JobFront, TheSameVariantsOnAwsNeedWhereTheirSecretsComeFrom)
{
    const std::string local =
        VARIANTS "gateway: {url: 'https://h/prod', api_key_env: K, token_command: t}\n";
    EXPECT_TRUE(parse(local));
    Job aws = parse(local + "endpoint: aws\n");
    ASSERT_TRUE(aws);
    EXPECT_STREQ(aws->function[4].resource, "/f/key-authorizer");
}

TEST(JobFront, AnAuthorizerIsPaidForWhereItIsAskedEachTime)
{
    for (const char *cache : { "0", "300s" }) {
        Job job = parse(std::string(VARIANTS "gateway: {authorizer: {cache: ") + cache +
                        "}}\n");
        ASSERT_TRUE(job);
        for (size_t i = 0; i < 5; i++) {
            const fan_job_function *f = &job->function[i];
            const bool pays =
                fan_job_sends_token(job.get(), f->transport) && *cache == '0';
            const double each =
                fan_job_price(job.get(), &job->price, f).authorizer_request;
            EXPECT_DOUBLE_EQ(each, pays ? fan_price_authorizer_usd(&job->price, 128) : 0)
                << cache << " " << i;
        }
    }
    fan_price price = *fan_price_find("us-east-1", "x86_64");
    EXPECT_NEAR(fan_price_authorizer_usd(&price, 128), 2e-7 + 0.002 / 8 * 1.66667e-5,
                1e-12);
}

TEST(JobFront, AnAliasIsCalledEveryWay)
{
    Job job = parse(EXPERIMENT "transport: [url, invoke]\n");
    ASSERT_TRUE(job);
    ASSERT_EQ(job->function_count, 4u);
    for (size_t i = 2; i < 4; i++) {
        EXPECT_STREQ(job->function[i].qualifier, "prod");
        EXPECT_EQ(job->function[i].version_count, i == 2 ? 1u : 0u); // the first has them
        EXPECT_EQ(fan_job_home(job.get(), &job->function[i]), &job->function[2]);
    }
    Job again = parse(written(job));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->function_count, 4u);
    EXPECT_EQ(written(again), written(job));
}

TEST(JobFront, SeveralVersionsAreToldApartByInvokeAlone)
{
    const std::string text = "name: t\nfunctions: [{name: f, memory_mb: 128, versions: "
                             "[{}, {}], compare: [1, 2]}]\nexperiment: {workload: "
                             "{handler: isprime, n: 7}}\n";
    EXPECT_TRUE(parse(text));
    fan_job *job = nullptr;
    fan_err err = {};
    const std::string both = text + "transport: [invoke, url]\n";
    EXPECT_EQ(fan_job_parse(&job, "a.yaml", both.data(), both.size(), nullptr, 0, &err),
              FAN_EUSAGE);
    EXPECT_NE(std::string(err.text).find("'f' is called at several versions"),
              std::string::npos)
        << err.text;
}

TEST(JobFront, ANamedFunctionOfACustomWorkloadGoesEveryWay)
{
    Job job =
        parse("name: t\nfunctions: [{name: f, memory_mb: 128, handler: sieve},"
              " {name: g, memory_mb: 128, handler: isprime}]\ntransport: [url, invoke]\n"
              "experiment: {workload: {handler: custom, function: g}}\n");
    ASSERT_TRUE(job);
    EXPECT_EQ(fan_job_factors(job.get()).functions, 2u);
    EXPECT_STREQ(job->function[0].name, "g");
    EXPECT_STREQ(job->function[1].name, "g");
    EXPECT_STREQ(job->function[2].name, "f");
}

TEST(JobFront, AGatewayIsPaidForByThoseWhoPassIt)
{
    fan_comm *comm = fan_comm_open_self();
    for (const char *ways : { "gateway", "[invoke, gateway]" }) {
        Job job = parse(std::string(EXPERIMENT "transport: ") + ways + "\n");
        ASSERT_EQ(fan_prices_open(job.get(), nullptr, comm, nullptr), FAN_OK);
        bool all = job->transport_count == 1;
        EXPECT_DOUBLE_EQ(job->price.gateway_request, all ? 3.5e-6 : 0) << ways;
        fan_plan *plan = fan_plan_new(job.get(), 1, 0);
        fan_calls *calls = fan_calls_new(job.get(), plan, &job->price);
        fan_record record = {};
        record.end_ns = 1000000;
        record.memory_mb = 128;
        for (uint32_t i = 0; i < plan->cell_count; i++) {
            record.cell = i;
            const bool passes =
                job->function[plan->cell[i].function].transport == FAN_TRANSPORT_GATEWAY;
            const uint64_t cost = fan_calls_cost_pico(calls, &record);
            EXPECT_EQ(cost > 3500000, passes) << ways << " cell " << i;
            EXPECT_GE(fan_calls_worst_pico(calls, i), cost);
            EXPECT_EQ(plan->cell[i].call_expected_usd > 3.5e-6, passes);
        }
        fan_calls_free(calls);
        fan_plan_free(plan);
    }
    Job job = parse(EXPERIMENT "transport: gateway\ngateway: {kind: http}\n");
    ASSERT_EQ(fan_prices_open(job.get(), nullptr, comm, nullptr), FAN_OK);
    EXPECT_DOUBLE_EQ(job->price.gateway_request, 1e-6);
    comm->ops->close(comm);
}

TEST(EndpointGateway, HasAPathForEachFunctionAndItsKeyIsElsewhere)
{
    Job open = parse(EXPERIMENT "transport: [invoke, gateway]\n");
    EXPECT_EQ(described(open),
              R"({"stage":"local","routes":[{"method":"POST","path":"/f","function":"f",)"
              R"("api_key_required":false},{"method":"POST","path":"/v1/g",)"
              R"("function":"g:prod","api_key_required":false}]})");
    Job keyed = parse(EXPERIMENT "transport: gateway\ngateway: {api_key_env: ANY}\n");
    const std::string text = described(keyed);
    EXPECT_NE(text.find(R"("api_key_required":true)"), std::string::npos) << text;
    EXPECT_NE(text.find(R"("value_env":"FAN_EMBEDDED_GATEWAY_KEY")"), std::string::npos);
    EXPECT_NE(text.find(R"("usage_plans":[{"name":"driver","keys":["driver"]}])"),
              std::string::npos);
}

TEST(EndpointGateway, AVariantHasAPathOfItsOwnAndTheAuthorizerItsCache)
{
    const std::string text =
        described(parse("name: t\nfunctions: [{name: f, memory_mb: 128}]\nexperiment: "
                        "{workload: {handler: isprime, n: 7}}\ntransport: [gateway, "
                        "gateway+key+authorizer]\ngateway: {authorizer: {cache: 7s}}\n"));
    EXPECT_EQ(text.find(R"({"stage":"local","routes":[{"method":"POST","path":"/f/open",)"
                        R"("function":"f","api_key_required":false},{"method":"POST",)"
                        R"("path":"/f/key-authorizer","function":"f",)"
                        R"("api_key_required":true,"authorizer":"authorizer"}],)"
                        R"("authorizers":[{"name":"authorizer","type":"TOKEN",)"
                        R"("function":"authorizer","ttl_s":7}],"api_keys":)"),
              0u)
        << text;
}
