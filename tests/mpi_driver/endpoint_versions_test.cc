/* endpoint_versions_test.cc - what a job's versions and alias become at an endpoint, and
 * whether an alias that is there is the one that the job describes. */
#include "mpi_driver/endpoint_versions.h"

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "invoke/provider.h"
#include "tests/invoke/tiny_server.h"
#include "tests/support/parsed_job.h"

namespace
{

/* A control client of a server that answers as the script says. */
struct Service {
    std::vector<std::string> seen;
    TinyServer server;
    std::string url;
    fan_provider *provider = nullptr;
    fan_control *control = nullptr;

    explicit Service(std::function<std::string(const std::string &)> answer)
        : server([this, answer](const TinyServer::Request &r) {
              seen.push_back(r.method + " " + r.target + " " + r.body);
              return TinyServer::Answer{ answer(r.method + " " + r.target) };
          }),
          url(server.Url())
    {
        const fan_credentials keys = { "AKIDEXAMPLE", "not-a-real-key", nullptr };
        EXPECT_EQ(FAN_OK, fan_provider_fixed(&provider, &keys, nullptr));
        fan_transport_cfg cfg{};
        cfg.base_url = url.c_str();
        cfg.region = "us-east-1";
        cfg.provider = provider;
        cfg.places = 1;
        EXPECT_EQ(FAN_OK, fan_control_open(&control, &cfg, nullptr));
    }
    ~Service()
    {
        fan_control_close(control);
        fan_provider_free(provider);
    }
};

Job Parse(const std::string &function)
{
    const std::string text =
        "name: t\nendpoint: aws\nexperiment: {workload: {handler: isprime, n: 7}}\n"
        "functions: [{name: f, memory_mb: 256, " +
        function + "}]\n";
    return parse(text);
}

#define ALIAS "alias: {name: live, version: 41, canary: 42, weight: 10%}"

/* The service's alias and the memory size of version 42. */
std::string Answer(const std::string &request, const char *alias, int memory_mb)
{
    char state[120];
    std::snprintf(state, sizeof state, R"({"MemorySize":%d,"Timeout":3,"Version":"42"})",
                  memory_mb);
    return TinyServer::Ok(request.find("/aliases/") != std::string::npos ? alias : state);
}

std::string Check(const char *function, const char *alias, int memory_mb = 256)
{
    Service service(
        [&](const std::string &request) { return Answer(request, alias, memory_mb); });
    Job job = Parse(function);
    fan_err err{};
    const fan_job_function *f = &job->function[0];
    const fan_status st =
        fan_endpoint_check_alias(service.control, fan_job_home(job.get(), f), f, &err);
    EXPECT_EQ(st == FAN_OK, err.text[0] == '\0');
    EXPECT_TRUE(st == FAN_OK || st == FAN_EUSAGE) << err.text;
    return err.text;
}

TEST(EndpointVersions, AnAliasAsTheJobSaysIsTaken)
{
    EXPECT_EQ("", Check(ALIAS, R"({"FunctionVersion":"41","RoutingConfig":)"
                               R"({"AdditionalVersionWeights":{"42":0.1}}})"));
    EXPECT_EQ("",
              Check("alias: {name: live, version: 41}", R"({"FunctionVersion":"41"})"));
}

TEST(EndpointVersions, AnotherSplitIsRefusedInWords)
{
    EXPECT_EQ(
        "the alias calls version 41 with 20 % of version 42, the job expects version "
        "41 with 10 % of version 42",
        Check(ALIAS, R"({"FunctionVersion":"41","RoutingConfig":)"
                     R"({"AdditionalVersionWeights":{"42":0.2}}})"));
    EXPECT_EQ("the alias calls version 41 alone, the job expects version 41 with 10 % of "
              "version 42",
              Check(ALIAS, R"({"FunctionVersion":"41"})"));
}

TEST(EndpointVersions, ACanaryThatCouldCostMoreIsRefused)
{
    EXPECT_EQ("its version 42 has memory_mb 1024, the job expects at most 256",
              Check(ALIAS,
                    R"({"FunctionVersion":"41","RoutingConfig":)"
                    R"({"AdditionalVersionWeights":{"42":0.1}}})",
                    1024));
}

TEST(EndpointVersions, WhereTheAliasIsNotCalledItIsNotAskedFor)
{
    Service service([](const std::string &) { return TinyServer::Ok("{}"); });
    for (const char *function :
         { ALIAS ", qualifier: 41", "qualifier: live", "timeout_s: 3" }) {
        Job job = Parse(function);
        EXPECT_EQ(FAN_OK, fan_endpoint_check_alias(service.control, &job->function[0],
                                                   &job->function[0], nullptr));
    }
    EXPECT_TRUE(service.seen.empty());
}

TEST(EndpointVersions, VersionsArePublishedInOrderAndLatestIsRestored)
{
    int number = 0;
    Service service([&](const std::string &request) {
        const bool publishes = request.find("/versions") != std::string::npos;
        return TinyServer::Ok("{\"Version\":\"" + std::to_string(number += publishes) +
                              "\"}");
    });
    Job job =
        Parse("versions: [{}, {memory_mb: 128, handler: sieve, environment: [A1=b]}], "
              "alias: {name: live, version: 1, canary: 2, weight: 5%}");
    fan_buf zip = FAN_BUF_INIT(FAN_PACKAGE_BYTES_MAX);
    fan_err err{};
    ASSERT_EQ(FAN_OK,
              fan_endpoint_publish(service.control, &job->function[0], &zip, &err))
        << err.text;
    fan_buf_clear(&zip);
    const std::string f = "/2015-03-31/functions/f/";
    const std::vector<std::string> wanted = {
        "PUT " + f + R"(configuration {"Handler":"isprime","Description":"version 1",)" +
            R"("MemorySize":256,"Environment":{"Variables":{}}})",
        "POST " + f + "versions {}",
        "PUT " + f + R"(configuration {"Handler":"sieve","Description":"version 2",)" +
            R"("MemorySize":128,"Environment":{"Variables":{"A1":"b"}}})",
        "POST " + f + "versions {}",
        "PUT " + f + R"(configuration {"Handler":"isprime","Description":"",)" +
            R"("MemorySize":256,"Environment":{"Variables":{}}})",
        "POST " + f + R"(aliases {"Name":"live","FunctionVersion":"1","RoutingConfig":)" +
            R"({"AdditionalVersionWeights":{"2":0.05}}})",
    };
    EXPECT_EQ(wanted, service.seen);
}

TEST(EndpointVersions, ANumberThatIsNotTheListsIsAnError)
{
    Service service(
        [](const std::string &) { return TinyServer::Ok(R"({"Version":"7"})"); });
    Job job = Parse("versions: [{}]");
    fan_buf zip = FAN_BUF_INIT(FAN_PACKAGE_BYTES_MAX);
    fan_err err{};
    EXPECT_EQ(FAN_EREMOTE,
              fan_endpoint_publish(service.control, &job->function[0], &zip, &err));
    EXPECT_STREQ("publish version 1: it was published as version '7'", err.text);
    fan_buf_clear(&zip);
}

} // namespace
