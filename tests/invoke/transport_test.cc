// Transport and control client against a scripted server: the glue between the pure
// parts.
#include "invoke/control.h"
#include "invoke/provider.h"
#include "invoke/transport.h"

#include "common/clock.h"
#include "common/date.h"
#include "tests/invoke/tiny_server.h"

#include <gtest/gtest.h>

namespace
{
// One that outlives every test.
fan_provider *Keys()
{
    static fan_provider *const provider = [] {
        const fan_credentials keys = { "AKIDEXAMPLE", "not-a-real-key", nullptr };
        fan_provider *made = nullptr;
        EXPECT_EQ(FAN_OK, fan_provider_fixed(&made, &keys, nullptr));
        return made;
    }();
    return provider;
}

fan_transport_cfg Config(const std::string &url, uint32_t places = 4)
{
    fan_transport_cfg cfg{};
    cfg.base_url = url.c_str();
    cfg.region = "us-east-1";
    cfg.provider = Keys();
    cfg.places = places;
    cfg.epoch_ns = fan_clock_mono_ns();
    return cfg;
}

struct Transport {
    const fan_transport_ops *ops = fan_transport_find("invoke");
    fan_transport *transport = nullptr;
    std::string url;
    explicit Transport(const std::string &at, uint32_t places = 4) : url(at)
    {
        Open(Config(url, places));
    }
    explicit Transport(const fan_transport_cfg &cfg)
    {
        Open(cfg);
    }
    void Open(const fan_transport_cfg &cfg)
    {
        fan_err err{};
        EXPECT_EQ(FAN_OK, ops->open(&transport, &cfg, &err)) << err.text;
    }
    ~Transport()
    {
        ops->close(transport);
    }
    fan_status Submit(uint64_t tag, const char *function, const char *qualifier = nullptr,
                      bool tail = true)
    {
        fan_call call{};
        call.tag = tag;
        call.function = function;
        call.qualifier = qualifier;
        call.payload = "{}";
        call.payload_bytes = 2;
        call.timeout_ms = 5000;
        call.want_log_tail = tail;
        return ops->submit(transport, &call, nullptr);
    }
    fan_reply Wait()
    {
        fan_reply reply{};
        size_t n = 0;
        for (int i = 0; i < 100 && n == 0; i++)
            EXPECT_EQ(FAN_OK, ops->poll(transport, 100, &reply, 1, &n, nullptr));
        EXPECT_EQ(1u, n);
        return reply;
    }
};
} // namespace

TEST(TransportRegistry, FindsByName)
{
    EXPECT_EQ(&fan_transport_invoke, fan_transport_find("invoke"));
    EXPECT_EQ(nullptr, fan_transport_find("pigeon"));
}

TEST(TransportInvoke, SendsASignedInvocationAndFillsTheRecord)
{
    TinyServer::Request seen;
    TinyServer server([&](const TinyServer::Request &r) {
        seen = r;
        return TinyServer::Answer{ TinyServer::Ok(R"({"durationSeconds":1.5})",
                                                  "X-Amz-Executed-Version: 7\r\n"
                                                  "x-amzn-RequestId: id-1\r\n") };
    });
    Transport t(server.Url());
    ASSERT_EQ(FAN_OK, t.Submit(42, "f:prod", "$LATEST"));
    fan_reply reply = t.Wait();
    EXPECT_EQ(42u, reply.tag);
    EXPECT_EQ(FAN_OUTCOME_OK, reply.record.outcome);
    EXPECT_STREQ("f:prod", reply.record.function);
    EXPECT_STREQ("7", reply.record.executed_version);
    EXPECT_DOUBLE_EQ(1.5, reply.record.function_s);
    EXPECT_STREQ(R"({"durationSeconds":1.5})", reply.record.body);
    EXPECT_GE(reply.record.sent_ns, 0);
    EXPECT_LT(reply.record.sent_ns, 5000000000);
    EXPECT_GT(reply.record.end_ns, 0);
    EXPECT_EQ("/2015-03-31/functions/f%3Aprod/invocations?Qualifier=%24LATEST",
              seen.target);
    EXPECT_NE(std::string::npos, seen.head.find("X-Amz-Log-Type: Tail\r\n"));
    EXPECT_NE(std::string::npos,
              seen.head.find("SignedHeaders=host;x-amz-date;x-amz-log-type, Signature="));
    fan_record_clear(&reply.record);
}

TEST(TransportInvoke, RefusesABadFunctionWithoutUsingAPlace)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    Transport t(server.Url(), 1);
    for (int i = 0; i < 3; i++)
        EXPECT_EQ(FAN_EINVAL, t.Submit(1, "no name"));
    EXPECT_EQ(FAN_OK, t.Submit(1, "f"));
    fan_reply reply = t.Wait();
    fan_record_clear(&reply.record);
}

TEST(TransportInvoke, TellsNetworkFailuresApart)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                                   true };
    });
    Transport t(server.Url());
    ASSERT_EQ(FAN_OK, t.Submit(1, "f"));
    fan_reply reply = t.Wait();
    EXPECT_EQ(FAN_OUTCOME_NETWORK, reply.record.outcome);
    EXPECT_STRNE("", reply.record.error_text);
    EXPECT_EQ(nullptr, reply.record.body);
    EXPECT_TRUE(fan_record_billable(&reply.record)) << "the function may have run";
    server.Stop();
    ASSERT_EQ(FAN_OK, t.Submit(2, "f"));
    reply = t.Wait();
    EXPECT_EQ(FAN_OUTCOME_NETWORK, reply.record.outcome);
    EXPECT_FALSE(fan_record_billable(&reply.record)) << "nobody was there";
}

TEST(TransportInvoke, PollReturnsAtMostWhatFits)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    Transport t(server.Url(), 20);
    for (uint64_t i = 0; i < 20; i++)
        ASSERT_EQ(FAN_OK, t.Submit(i, "f"));
    fan_reply replies[3];
    size_t seen = 0;
    for (int i = 0; i < 200 && seen < 20; i++) {
        size_t n = 99;
        ASSERT_EQ(FAN_OK, t.ops->poll(t.transport, 100, replies, 3, &n, nullptr));
        ASSERT_LE(n, 3u);
        for (size_t j = 0; j < n; j++)
            fan_record_clear(&replies[j].record);
        seen += n;
    }
    EXPECT_EQ(20u, seen);
}

TEST(TransportInvoke, ClosesWithAttemptsInFlight)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "", false, true };
    });
    Transport t(server.Url());
    for (uint64_t i = 0; i < 4; i++)
        ASSERT_EQ(FAN_OK, t.Submit(i, "f"));
}

TEST(TransportInvoke, RefusesABadConfiguration)
{
    fan_transport *transport = nullptr;
    fan_err err{};
    const std::string nonsense = "nonsense";
    fan_transport_cfg cfg = Config(nonsense);
    EXPECT_EQ(FAN_EINVAL, fan_transport_invoke.open(&transport, &cfg, &err));
    const std::string url = "http://127.0.0.1:1";
    cfg = Config(url);
    cfg.region = "no region";
    EXPECT_EQ(FAN_EINVAL, fan_transport_invoke.open(&transport, &cfg, nullptr));
    EXPECT_EQ(nullptr, transport);
    fan_transport_invoke.close(nullptr);
}

TEST(Control, CreatesReservesInspectsAndResizes)
{
    std::vector<TinyServer::Request> seen;
    TinyServer server([&](const TinyServer::Request &r) {
        seen.push_back(r);
        return TinyServer::Answer{ TinyServer::Ok(
            R"({"MemorySize":128,"Timeout":3,"Handler":"h","Runtime":"provided.al2023",)"
            R"("Version":"$LATEST","Architectures":["arm64"],)"
            R"("LastUpdateStatus":"InProgress"})") };
    });
    const std::string url = server.Url();
    fan_transport_cfg cfg = Config(url);
    fan_control *control = nullptr;
    fan_err err{};
    ASSERT_EQ(FAN_OK, fan_control_open(&control, &cfg, &err)) << err.text;
    fan_function_spec spec = {
        "f", "h", "provided.al2023", "x86_64", 128, 3, "foobar", 6
    };
    EXPECT_EQ(FAN_OK, fan_control_create(control, &spec, &err)) << err.text;
    EXPECT_EQ(FAN_OK, fan_control_reserve(control, "f", 5, &err)) << err.text;
    fan_function_state state;
    EXPECT_EQ(FAN_OK, fan_control_inspect(control, "f", "7", &state, &err)) << err.text;
    EXPECT_EQ(128u, state.memory_mb);
    EXPECT_EQ(3u, state.timeout_s);
    EXPECT_STREQ("arm64", state.arch);
    EXPECT_STREQ("$LATEST", state.version);
    EXPECT_STREQ("InProgress", state.update);
    EXPECT_EQ(FAN_OK, fan_control_resize(control, "f", 704, &err)) << err.text;
    ASSERT_EQ(4u, seen.size());
    EXPECT_EQ("POST /2015-03-31/functions", seen[0].method + " " + seen[0].target);
    EXPECT_NE(std::string::npos, seen[0].body.find(R"("Code":{"ZipFile":"Zm9vYmFy"})"));
    EXPECT_EQ("PUT /2017-10-31/functions/f/concurrency",
              seen[1].method + " " + seen[1].target);
    EXPECT_EQ(R"({"ReservedConcurrentExecutions":5})", seen[1].body);
    EXPECT_EQ("GET /2015-03-31/functions/f/configuration?Qualifier=7",
              seen[2].method + " " + seen[2].target);
    EXPECT_EQ("PUT /2015-03-31/functions/f/configuration",
              seen[3].method + " " + seen[3].target);
    EXPECT_EQ(R"({"MemorySize":704})", seen[3].body);
    EXPECT_EQ(1, server.accepted()) << "one connection serves all calls";
    fan_control_close(control);
}

TEST(Control, PublishesVersionsAndNamesThem)
{
    std::vector<TinyServer::Request> seen;
    TinyServer server([&](const TinyServer::Request &r) {
        seen.push_back(r);
        return TinyServer::Answer{ TinyServer::Ok(
            R"({"Version":"2","FunctionVersion":"1","RoutingConfig":)"
            R"({"AdditionalVersionWeights":{"2":0.1}}})") };
    });
    const std::string url = server.Url();
    fan_transport_cfg cfg = Config(url);
    fan_control *control = nullptr;
    fan_err err{};
    ASSERT_EQ(FAN_OK, fan_control_open(&control, &cfg, &err)) << err.text;
    char variable[] = "A1=b=c", *const environment[] = { variable };
    fan_function_change change{};
    change.handler = "h";
    change.memory_mb = 256;
    change.environment = environment;
    change.environment_count = 1;
    EXPECT_EQ(FAN_OK, fan_control_change(control, "f", &change, &err)) << err.text;
    change = {};
    change.description = "version 2";
    change.zip = "foobar";
    change.zip_bytes = 6;
    EXPECT_EQ(FAN_OK, fan_control_change(control, "f", &change, &err)) << err.text;
    char version[16];
    EXPECT_EQ(FAN_OK, fan_control_publish(control, "f", version, &err)) << err.text;
    EXPECT_STREQ("2", version);
    fan_alias_state alias = { "1", "2", 0.1 }, read{};
    EXPECT_EQ(FAN_OK, fan_control_create_alias(control, "f", "live", &alias, &err));
    EXPECT_EQ(FAN_OK, fan_control_get_alias(control, "f", "live", &read, &err));
    EXPECT_STREQ("1", read.version);
    EXPECT_STREQ("2", read.extra);
    EXPECT_DOUBLE_EQ(0.1, read.weight);
    const std::vector<std::pair<std::string, std::string>> wanted = {
        { "PUT /2015-03-31/functions/f/configuration",
          R"({"Handler":"h","MemorySize":256,"Environment":{"Variables":{"A1":"b=c"}}})" },
        { "PUT /2015-03-31/functions/f/code", R"({"ZipFile":"Zm9vYmFy"})" },
        { "PUT /2015-03-31/functions/f/configuration", R"({"Description":"version 2"})" },
        { "POST /2015-03-31/functions/f/versions", "{}" },
        { "POST /2015-03-31/functions/f/aliases",
          R"({"Name":"live","FunctionVersion":"1","RoutingConfig":)"
          R"({"AdditionalVersionWeights":{"2":0.1}}})" },
        { "GET /2015-03-31/functions/f/aliases/live", "" },
    };
    ASSERT_EQ(wanted.size(), seen.size());
    for (size_t i = 0; i < wanted.size(); i++) {
        EXPECT_EQ(wanted[i].first, seen[i].method + " " + seen[i].target);
        EXPECT_EQ(wanted[i].second, seen[i].body);
    }
    fan_control_close(control);
}

TEST(Control, AnAnswerWithoutAVersionIsNoLambda)
{
    TinyServer server([&](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok(R"({"FunctionVersion":7})") };
    });
    const std::string url = server.Url();
    fan_transport_cfg cfg = Config(url);
    fan_control *control = nullptr;
    fan_err err{};
    ASSERT_EQ(FAN_OK, fan_control_open(&control, &cfg, &err)) << err.text;
    char version[16];
    fan_alias_state alias;
    EXPECT_EQ(FAN_EREMOTE, fan_control_publish(control, "f", version, &err));
    EXPECT_NE(nullptr, strstr(err.text, "no Version")) << err.text;
    err = {};
    EXPECT_EQ(FAN_EREMOTE, fan_control_get_alias(control, "f", "live", &alias, &err));
    EXPECT_NE(nullptr, strstr(err.text, "no FunctionVersion")) << err.text;
    fan_control_close(control);
}

TEST(Control, SaysWhatTheServiceSaid)
{
    std::string answer;
    TinyServer server(
        [&](const TinyServer::Request &) { return TinyServer::Answer{ answer }; });
    const std::string url = server.Url();
    fan_transport_cfg cfg = Config(url);
    fan_control *control = nullptr;
    ASSERT_EQ(FAN_OK, fan_control_open(&control, &cfg, nullptr));
    fan_function_state state;
    answer = TinyServer::With("404 Not Found",
                              "x-amzn-ErrorType: ResourceNotFoundException\r\n",
                              R"({"Message":"no such function"})");
    fan_err err{};
    EXPECT_EQ(FAN_ENOTFOUND, fan_control_inspect(control, "f", nullptr, &state, &err));
    EXPECT_STREQ("cannot inspect function 'f': ResourceNotFoundException (HTTP 404): "
                 "no such function",
                 err.text);
    answer = TinyServer::Ok("{}");
    err = {};
    EXPECT_EQ(FAN_EREMOTE, fan_control_inspect(control, "f", nullptr, &state, &err));
    answer = TinyServer::With("409 Conflict",
                              "x-amzn-ErrorType: ResourceConflictException\r\n",
                              R"({"message":"Function already exist"})");
    err = {};
    EXPECT_EQ(FAN_EREMOTE, fan_control_reserve(control, "f", 5, &err));
    server.Stop();
    err = {};
    EXPECT_EQ(FAN_ENET, fan_control_reserve(control, "f", 5, &err));
    EXPECT_EQ(nullptr, strstr(err.text, "not-a-real-key"));
    fan_control_close(control);
}

// A service whose clock is ahead of ours by so many seconds, and which wants requests
// dated within five minutes of it.
namespace
{
struct StrictClock {
    int64_t ahead_s;
    int refused = 0, taken = 0;
    explicit StrictClock(int64_t ahead) : ahead_s(ahead)
    {
    }
    TinyServer::Answer Answer(const TinyServer::Request &r)
    {
        int64_t now = fan_clock_wall_ns() / 1000000000 + ahead_s, signed_at = 0;
        std::string stamp = r.head.substr(r.head.find("X-Amz-Date: ") + 12, 16);
        std::string iso = stamp.substr(0, 4) + "-" + stamp.substr(4, 2) + "-" +
                          stamp.substr(6, 5) + ":" + stamp.substr(11, 2) + ":" +
                          stamp.substr(13, 3);
        EXPECT_TRUE(fan_date_iso(iso.data(), iso.size(), &signed_at)) << iso;
        char date[64];
        time_t when = (time_t)now;
        struct tm utc;
        gmtime_r(&when, &utc);
        strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
        bool good = signed_at > now - 300 && signed_at < now + 300;
        good ? taken++ : refused++;
        if (good) return { TinyServer::Ok("{}", date) };
        return { TinyServer::With(
            "403 Forbidden",
            std::string(date) + "x-amzn-ErrorType: InvalidSignatureException\r\n",
            R"({"message":"Signature expired: is now earlier than"})") };
    }
};
} // namespace

TEST(TransportInvoke, SetsItsClockByTheServiceAndSignsAgain)
{
    for (int64_t ahead_s : { 1200, -1200, 86400 * 400 }) {
        StrictClock clock(ahead_s);
        TinyServer server([&](const TinyServer::Request &r) { return clock.Answer(r); });
        const fan_credentials keys = { "AKIDEXAMPLE", "not-a-real-key", nullptr };
        fan_provider *provider = nullptr;
        ASSERT_EQ(FAN_OK, fan_provider_fixed(&provider, &keys, nullptr));
        std::string url = server.Url();
        fan_transport_cfg cfg = Config(url, 3);
        cfg.provider = provider;
        {
            Transport t(cfg);
            for (uint64_t i = 0; i < 3; i++) // they leave before the first is refused
                ASSERT_EQ(FAN_OK, t.Submit(i, "f"));
            for (int i = 0; i < 3; i++) {
                fan_reply reply = t.Wait();
                EXPECT_EQ(FAN_OUTCOME_OK, reply.record.outcome);
                fan_record_clear(&reply.record);
            }
            EXPECT_EQ(3, clock.taken);
            EXPECT_LE(clock.refused, 3);
            int refused = clock.refused;
            ASSERT_EQ(FAN_OK, t.Submit(4, "f"));
            fan_reply reply = t.Wait();
            EXPECT_EQ(FAN_OUTCOME_OK, reply.record.outcome);
            fan_record_clear(&reply.record);
            EXPECT_EQ(refused, clock.refused) << "it is known by now";
        }
        fan_control *control = nullptr;
        fan_function_state state;
        int refused = clock.refused;
        ASSERT_EQ(FAN_OK, fan_control_open(&control, &cfg, nullptr));
        fan_err err{};
        EXPECT_EQ(FAN_EREMOTE, fan_control_inspect(control, "f", nullptr, &state, &err));
        EXPECT_EQ(refused, clock.refused) << "by all who share the provider";
        fan_control_close(control);
        fan_provider_free(provider);
    }
}

TEST(TransportInvoke, TriesAClockErrorOnceOnly)
{
    int requests = 0;
    TinyServer server([&](const TinyServer::Request &) {
        requests++; // always another date
        char date[64];
        snprintf(date, sizeof date, "Date: Sun, 06 Nov %d 08:49:37 GMT\r\n",
                 2000 + requests);
        return TinyServer::Answer{ TinyServer::With(
            "403 Forbidden",
            std::string(date) + "x-amzn-ErrorType: InvalidSignatureException\r\n",
            R"({"message":"Signature not yet current"})") };
    });
    const fan_credentials keys = { "AKIDEXAMPLE", "not-a-real-key", nullptr };
    fan_provider *provider = nullptr;
    ASSERT_EQ(FAN_OK, fan_provider_fixed(&provider, &keys, nullptr));
    std::string url = server.Url();
    fan_transport_cfg cfg = Config(url, 1);
    cfg.provider = provider;
    {
        Transport t(cfg);
        ASSERT_EQ(FAN_OK, t.Submit(9, "f"));
        fan_reply reply = t.Wait();
        EXPECT_EQ(FAN_OUTCOME_CLIENT, reply.record.outcome);
        EXPECT_EQ(9u, reply.tag);
        EXPECT_STREQ("Signature not yet current", reply.record.error_text);
        fan_record_clear(&reply.record);
        EXPECT_EQ(2, requests);
    }
    fan_provider_free(provider);
}

TEST(TransportInvoke, DoesNotBlameTheClockForAWrongSecret)
{
    int requests = 0;
    TinyServer server([&](const TinyServer::Request &) {
        requests++;
        char date[64];
        time_t now = time(nullptr);
        struct tm utc;
        gmtime_r(&now, &utc);
        strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
        return TinyServer::Answer{ TinyServer::With(
            "403 Forbidden",
            std::string(date) + "x-amzn-ErrorType: InvalidSignatureException\r\n",
            R"({"message":"The request signature we calculated does not match"})") };
    });
    Transport t(server.Url());
    ASSERT_EQ(FAN_OK, t.Submit(1, "f"));
    fan_reply reply = t.Wait();
    EXPECT_EQ(FAN_OUTCOME_CLIENT, reply.record.outcome);
    fan_record_clear(&reply.record);
    EXPECT_EQ(1, requests);
}

TEST(TransportInvoke, SignsWithNewKeysWhenAServiceRefusesOldOnes)
{
    // a source that has other keys each time it is asked
    struct Rotating {
        static fan_status Find(const void *context, fan_key_set *keys, fan_err *err)
        {
            int *asked = *static_cast<int *const *>(context);
            const std::string id = "AKID" + std::to_string(++*asked);
            const fan_credentials c = { id.c_str(), "secret", "token" };
            return fan_key_set_fill(keys, &c, err);
        }
    };
    int asked = 0;
    int **context = static_cast<int **>(malloc(sizeof *context));
    *context = &asked;
    fan_provider *provider = fan_provider_new(Rotating::Find, context);
    TinyServer server([&](const TinyServer::Request &r) {
        if (r.head.find("Credential=AKID2/") != std::string::npos)
            return TinyServer::Answer{ TinyServer::Ok("{}") };
        return TinyServer::Answer{ TinyServer::With(
            "403 Forbidden", "x-amzn-ErrorType: ExpiredTokenException\r\n",
            R"({"message":"The security token included in the request is expired"})") };
    });
    std::string url = server.Url();
    fan_transport_cfg cfg = Config(url, 1);
    cfg.provider = provider;
    {
        Transport t(cfg);
        fan_clock_sleep_ns(1100000000); // keys are not looked for twice in a second
        ASSERT_EQ(FAN_OK, t.Submit(2, "f"));
        fan_reply reply = t.Wait();
        EXPECT_EQ(FAN_OUTCOME_OK, reply.record.outcome) << reply.record.error_text;
        fan_record_clear(&reply.record);
        EXPECT_EQ(2, asked);
    }
    fan_provider_free(provider);
}
