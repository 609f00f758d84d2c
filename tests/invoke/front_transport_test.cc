// The transports through a gateway and at function URLs, against a scripted server.
#include "invoke/control.h"
#include "invoke/provider.h"
#include "invoke/bearer.h"
#include "invoke/transport.h"

#include "common/clock.h"
#include "tests/invoke/tiny_server.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace
{
struct Front {
    const fan_transport_ops *ops;
    fan_transport *transport = nullptr;
    fan_provider *provider = nullptr;
    Front(const char *name, const std::string &url, fan_front front)
        : ops(fan_transport_find(name))
    {
        const fan_credentials keys = { "AKIDEXAMPLE", "not-a-real-key", nullptr };
        EXPECT_EQ(FAN_OK, fan_provider_fixed(&provider, &keys, nullptr));
        fan_transport_cfg cfg{};
        cfg.base_url = url.c_str();
        cfg.region = "eu-west-1";
        cfg.provider = front.sign ? provider : nullptr;
        cfg.front = front;
        cfg.places = 2;
        cfg.epoch_ns = fan_clock_mono_ns();
        fan_err err{};
        EXPECT_EQ(FAN_OK, ops->open(&transport, &cfg, &err)) << err.text;
    }
    ~Front()
    {
        ops->close(transport);
        fan_provider_free(provider);
    }
    fan_status Submit(const char *path = nullptr, fan_err *err = nullptr)
    {
        fan_call call{};
        call.tag = 7;
        call.function = "primes";
        call.qualifier = "prod"; // of no meaning here
        call.path = path;
        call.payload = "{\"n\":7}";
        call.payload_bytes = 7;
        call.timeout_ms = 5000;
        call.want_log_tail = true; // there is none
        return ops->submit(transport, &call, err);
    }
    fan_reply Wait()
    {
        fan_reply reply{};
        size_t n = 0;
        for (int i = 0; i < 200 && n == 0; i++)
            EXPECT_EQ(FAN_OK, ops->poll(transport, 100, &reply, 1, &n, nullptr));
        EXPECT_EQ(1u, n);
        return reply;
    }
    fan_outcome Call(const char *path = nullptr)
    {
        EXPECT_EQ(FAN_OK, Submit(path));
        fan_reply reply = Wait();
        fan_outcome outcome = reply.record.outcome;
        EXPECT_FALSE(reply.record.reported);
        fan_record_clear(&reply.record);
        return outcome;
    }
};

bool Has(const TinyServer::Request &r, const std::string &line)
{
    return r.head.find(line) != std::string::npos;
}
} // namespace

TEST(TransportGateway, SendsKeyAndPathBehindTheStage)
{
    TinyServer::Request seen;
    TinyServer server([&](const TinyServer::Request &r) {
        seen = r;
        return TinyServer::Answer{ TinyServer::Ok(R"({"cold":true})") };
    });
    Front plain("gateway", server.Url() + "/prod", { false, nullptr, nullptr });
    EXPECT_EQ(FAN_OUTCOME_OK, plain.Call());
    EXPECT_EQ("POST /prod/primes", seen.method + " " + seen.target);
    EXPECT_EQ("{\"n\":7}", seen.body);
    EXPECT_TRUE(Has(seen, "Content-Type: application/json\r\n"));
    EXPECT_FALSE(Has(seen, "Authorization"));
    EXPECT_FALSE(Has(seen, "x-api-key"));
    EXPECT_FALSE(Has(seen, "X-Amz-Log-Type"));
    Front keyed("gateway", server.Url() + "/prod", { false, "key-1", nullptr });
    EXPECT_EQ(FAN_OUTCOME_OK, keyed.Call("/v1/count"));
    EXPECT_EQ("/prod/v1/count", seen.target);
    EXPECT_TRUE(Has(seen, "x-api-key: key-1\r\n"));
    EXPECT_EQ(FAN_EINVAL, keyed.Submit("/no path"));
    Front signing("gateway", server.Url() + "/prod", { true, "key-1", nullptr });
    EXPECT_EQ(FAN_OUTCOME_OK, signing.Call());
    EXPECT_TRUE(Has(seen, "/eu-west-1/execute-api/aws4_request"));
    EXPECT_TRUE(Has(seen, "SignedHeaders=content-type;host;x-amz-date;x-api-key,"));
}

TEST(TransportUrl, SignsForLambdaOrNotAtAll)
{
    TinyServer::Request seen;
    TinyServer server([&](const TinyServer::Request &r) {
        seen = r;
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    Front open("url", server.Url() + "/", { false, nullptr, nullptr });
    EXPECT_EQ(FAN_OUTCOME_OK, open.Call());
    EXPECT_EQ("POST /", seen.method + " " + seen.target);
    EXPECT_FALSE(Has(seen, "Authorization"));
    Front iam("url", server.Url(), { true, nullptr, nullptr });
    EXPECT_EQ(FAN_OUTCOME_OK, iam.Call());
    EXPECT_EQ("/", seen.target);
    EXPECT_TRUE(Has(seen, "/eu-west-1/lambda/aws4_request"));
    EXPECT_TRUE(Has(seen, "SignedHeaders=content-type;host;x-amz-date,"));
}

TEST(TransportGateway, RefreshesARefusedTokenOnce)
{
    char name[] = "/tmp/fan-token-XXXXXX";
    int fd = mkstemp(name);
    ASSERT_GE(fd, 0);
    close(fd);
    std::ofstream(name) << "old";
    std::string accepted = "new";
    int refused = 0;
    TinyServer server([&](const TinyServer::Request &r) {
        if (Has(r, "Authorization: Bearer " + accepted + "\r\n"))
            return TinyServer::Answer{ TinyServer::Ok("{}") };
        refused++;
        std::ofstream(name) << "new";
        return TinyServer::Answer{ TinyServer::With(
            "401 Unauthorized", "x-amzn-ErrorType: UnauthorizedException\r\n",
            R"({"message":"Unauthorized"})") };
    });
    char cat[] = "cat";
    char *words[] = { cat, name, nullptr };
    fan_bearer *token = fan_bearer_command(words);
    Front t("gateway", server.Url() + "/prod", { false, nullptr, token });
    ASSERT_EQ(FAN_OK, t.Submit());
    const char *header;
    uint64_t generation;
    ASSERT_EQ(FAN_OK, fan_bearer_header(token, &header, &generation, nullptr));
    usleep(1100000); // a command is not asked twice in a second
    fan_reply reply = t.Wait();
    EXPECT_EQ(FAN_OUTCOME_OK, reply.record.outcome);
    fan_record_clear(&reply.record);
    EXPECT_EQ(1, refused);
    accepted = "newer"; // the command has no such one
    usleep(1100000);
    EXPECT_EQ(FAN_OUTCOME_CLIENT, t.Call());
    EXPECT_EQ(2, refused) << "it has nothing new: not sent again";
    fan_bearer_free(token);
    unlink(name);
}

TEST(TransportGateway, ACommandThatFailsIsTheSubmitsError)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    char no[] = "false";
    char *words[] = { no, nullptr };
    fan_bearer *token = fan_bearer_command(words);
    Front t("gateway", server.Url(), { false, nullptr, token });
    for (int i = 0; i < 3; i++) { // it takes no place
        fan_err err{};
        EXPECT_EQ(FAN_EREMOTE, t.Submit(nullptr, &err));
        EXPECT_STREQ("token command 'false': it ended with status 1", err.text);
    }
    EXPECT_EQ(0, server.requests());
    fan_bearer_free(token);
}

TEST(Control, CreatesAFunctionUrl)
{
    TinyServer::Request seen;
    std::string answer = TinyServer::Ok(
        R"({"FunctionUrl":"http://id.lambda-url.us-east-1.localhost:1/"})");
    TinyServer server([&](const TinyServer::Request &r) {
        seen = r;
        return TinyServer::Answer{ answer };
    });
    const fan_credentials keys = { "AKIDEXAMPLE", "not-a-real-key", nullptr };
    fan_provider *provider = nullptr;
    ASSERT_EQ(FAN_OK, fan_provider_fixed(&provider, &keys, nullptr));
    const std::string base = server.Url();
    fan_transport_cfg cfg{};
    cfg.base_url = base.c_str();
    cfg.region = "us-east-1";
    cfg.provider = provider;
    fan_control *control = nullptr;
    ASSERT_EQ(FAN_OK, fan_control_open(&control, &cfg, nullptr));
    char url[FAN_FUNCTION_URL_MAX];
    ASSERT_EQ(FAN_OK, fan_control_create_url(control, "f", nullptr, true, url, nullptr));
    EXPECT_STREQ("http://id.lambda-url.us-east-1.localhost:1/", url);
    EXPECT_EQ("POST /2021-10-31/functions/f/url", seen.method + " " + seen.target);
    EXPECT_EQ(R"({"AuthType":"AWS_IAM"})", seen.body);
    ASSERT_EQ(FAN_OK, fan_control_create_url(control, "f", "prod", false, url, nullptr));
    EXPECT_EQ(R"({"AuthType":"NONE"})", seen.body);
    EXPECT_EQ("/2021-10-31/functions/f/url?Qualifier=prod", seen.target);
    answer = TinyServer::Ok("{}");
    fan_err err{};
    EXPECT_EQ(FAN_EREMOTE,
              fan_control_create_url(control, "f", nullptr, false, url, &err));
    EXPECT_STREQ(
        "cannot give a URL to function 'f': the service answered without an address",
        err.text);
    fan_control_close(control);
    fan_provider_free(provider);
}
