// The pool against a real server on loopback: what must be reused, bounded, told apart.
#include "invoke/http_pool.h"

#include "invoke/file_limit.h"
#include "tests/invoke/tiny_server.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>
#include <sys/time.h>

namespace
{
struct Pool {
    fan_http_pool *pool = nullptr;
    explicit Pool(const std::string &url, uint32_t places = 4,
                  uint64_t answer_max = 1 << 20)
    {
        fan_http_pool_cfg cfg{};
        fan_err err{};
        EXPECT_EQ(FAN_OK, fan_base_url_parse(&cfg.url, url.c_str(), &err)) << err.text;
        cfg.places = places;
        cfg.answer_max_bytes = answer_max;
        cfg.connect_timeout_ms = 5000;
        EXPECT_EQ(FAN_OK, fan_http_pool_open(&pool, &cfg, &err)) << err.text;
    }
    ~Pool()
    {
        fan_http_pool_close(pool);
    }
    fan_exchange *Start(const char *target, const char *body = "{}",
                        uint32_t timeout_ms = 0)
    {
        fan_exchange *x = fan_http_pool_acquire(pool);
        EXPECT_NE(nullptr, x);
        snprintf(x->target, sizeof x->target, "%s", target);
        x->body = body; // a literal: it must outlive the exchange
        x->body_bytes = strlen(body);
        x->timeout_ms = timeout_ms;
        fan_http_pool_start(pool, x);
        return x;
    }
    fan_exchange *Wait()
    {
        fan_exchange *x = nullptr;
        for (int i = 0; i < 300 && !(x = fan_http_pool_take(pool)); i++)
            EXPECT_EQ(FAN_OK, fan_http_pool_wait(pool, 100, nullptr));
        EXPECT_NE(nullptr, x);
        return x;
    }
};

std::string Body(const fan_exchange *x)
{
    return std::string(x->answer.data ? x->answer.data : "", x->answer.size);
}
} // namespace

TEST(HttpPool, SendsWhatItIsToldAndNothingElse)
{
    std::string head, body;
    TinyServer server([&](const TinyServer::Request &r) {
        head = r.head;
        body = r.body;
        return TinyServer::Answer{ TinyServer::Ok("yes", "X-One: 1\r\n") };
    });
    Pool p(server.Url() + "/stage/");
    fan_exchange *x = fan_http_pool_acquire(p.pool);
    ASSERT_EQ(FAN_OK, fan_exchange_header(x, "X-Mine", "a b", nullptr));
    EXPECT_EQ(FAN_EINVAL, fan_exchange_header(x, "X-Bad", "a\r\nX-Added: b", nullptr));
    snprintf(x->target, sizeof x->target, "/a%%3Ab?q=1");
    const std::string sent("\0\1binary", 8);
    x->body = sent.data();
    x->body_bytes = sent.size();
    fan_http_pool_start(p.pool, x);
    ASSERT_EQ(x, p.Wait());
    EXPECT_STREQ("", x->failure);
    EXPECT_EQ(200u, x->status);
    EXPECT_EQ("yes", Body(x));
    EXPECT_NE(nullptr, strstr(x->head, "X-One: 1"));
    EXPECT_EQ(sent, body);
    std::string host = server.Url().substr(7);
    EXPECT_EQ("POST /stage/a%3Ab?q=1 HTTP/1.1\r\nHost: " + host +
                  "\r\nX-Mine: a b\r\nContent-Length: 8\r\n",
              head);
    EXPECT_GT(x->connect_ns, 0);
    EXPECT_EQ(0, x->tls_ns);
    EXPECT_LE(x->connect_ns, x->first_byte_ns);
    EXPECT_LE(x->first_byte_ns, x->end_ns);
    fan_http_pool_release(p.pool, x);
}

TEST(HttpPool, KnowsTheOtherMethods)
{
    std::vector<std::string> seen;
    TinyServer server([&](const TinyServer::Request &r) {
        seen.push_back(r.method + " " + r.body);
        return TinyServer::Answer{ TinyServer::Ok("") };
    });
    Pool p(server.Url(), 1);
    for (const char *method : { "GET", "PUT", "POST", "DELETE", "GET" }) {
        fan_exchange *x = fan_http_pool_acquire(p.pool);
        x->method = method;
        snprintf(x->target, sizeof x->target, "/");
        x->body = strcmp(method, "GET") ? "b" : nullptr;
        x->body_bytes = strcmp(method, "GET") ? 1 : 0;
        fan_http_pool_start(p.pool, x);
        ASSERT_EQ(x, p.Wait());
        EXPECT_STREQ("", x->failure);
        fan_http_pool_release(p.pool, x);
    }
    EXPECT_EQ((std::vector<std::string>{ "GET ", "PUT b", "POST b", "DELETE b", "GET " }),
              seen);
}

TEST(HttpPool, OpensNoConnectionInASteadyState)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    const uint32_t places = 70; // three groups
    Pool p(server.Url(), places);
    uint64_t after_first = 0;
    for (int round = 0; round < 6; round++) {
        for (uint32_t i = 0; i < places; i++)
            p.Start("/f");
        for (uint32_t i = 0; i < places; i++) {
            fan_exchange *x = p.Wait();
            EXPECT_STREQ("", x->failure);
            if (round > 0) {
                EXPECT_EQ(0, x->connect_ns);
            }
            fan_http_pool_release(p.pool, x);
        }
        if (round == 0) after_first = fan_http_pool_connections(p.pool);
    }
    EXPECT_EQ(after_first, fan_http_pool_connections(p.pool));
    EXPECT_LE(after_first, places);
    EXPECT_EQ(static_cast<int>(6 * places), server.requests());
}

TEST(HttpPool, HoldsAThousandInFlight)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "", false, true };
    });
    const uint32_t places = 1000;
    Pool p(server.Url(), places);
    for (uint32_t i = 0; i < places; i++)
        p.Start("/f")->tag = i;
    EXPECT_EQ(nullptr, fan_http_pool_acquire(p.pool)) << "no more than the places";
    for (int i = 0; i < 1000 && server.requests() < 1000; i++)
        ASSERT_EQ(FAN_OK, fan_http_pool_wait(p.pool, 10, nullptr));
    EXPECT_EQ(1000, server.requests());
    server.Release(TinyServer::Ok("late"));
    std::vector<bool> seen(places);
    for (uint32_t i = 0; i < places; i++) {
        fan_exchange *x = p.Wait();
        ASSERT_STREQ("", x->failure);
        EXPECT_FALSE(seen[x->tag]);
        seen[x->tag] = true;
        fan_http_pool_release(p.pool, x);
    }
}

TEST(HttpPoolFailure, SaysWhyThereIsNoConnection)
{
    std::string url;
    {
        TinyServer server([](const TinyServer::Request &) {
            return TinyServer::Answer{ TinyServer::Ok("{}") };
        });
        url = server.Url();
    } // nobody listens there now
    Pool p(url);
    p.Start("/f");
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("Connection refused", x->failure);
    EXPECT_TRUE(x->never_sent);
}

TEST(HttpPoolFailure, CutBody)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                                   true };
    });
    Pool p(server.Url());
    p.Start("/f");
    fan_exchange *x = p.Wait();
    EXPECT_STRNE("", x->failure);
    EXPECT_EQ(200u, x->status);
    EXPECT_FALSE(x->never_sent);
}

TEST(HttpPoolFailure, DroppedConnectionIsNotSentAgain)
{
    // the second request of each connection dies unanswered: a client that repeats it by
    // itself would have the function run, and billed, twice
    TinyServer server([](const TinyServer::Request &r) {
        if (r.connection_request == 1) return TinyServer::Answer{ "", true };
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    Pool p(server.Url(), 1);
    int failed = 0;
    for (int i = 0; i < 6; i++) {
        for (const char *body : { "", "{}" }) {
            p.Start("/f", body);
            fan_exchange *x = p.Wait();
            if (x->failure[0]) {
                EXPECT_STREQ("connection closed without an answer", x->failure);
                EXPECT_EQ(0u, x->status);
                EXPECT_FALSE(x->never_sent);
                failed++;
            }
            fan_http_pool_release(p.pool, x);
        }
    }
    EXPECT_EQ(12, server.requests());
    EXPECT_EQ(6, failed);
}

TEST(HttpPoolFailure, SlowAnswerTimesOutAndThePlaceWorksAgain)
{
    std::atomic<bool> slow{ true };
    TinyServer server([&](const TinyServer::Request &) {
        return slow.exchange(false) ? TinyServer::Answer{ "", false, true }
                                    : TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    Pool p(server.Url(), 1);
    p.Start("/f", "{}", 50);
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("no complete answer within 50 ms", x->failure);
    EXPECT_EQ(0u, x->status);
    EXPECT_GE(x->end_ns, 49000000);
    fan_http_pool_release(p.pool, x);
    p.Start("/f");
    x = p.Wait();
    EXPECT_STREQ("", x->failure);
}

TEST(HttpPoolFailure, OversizeAnswer)
{
    TinyServer server([](const TinyServer::Request &r) {
        return TinyServer::Answer{ TinyServer::Ok(
            std::string(r.target == "/big" ? 1001 : 1000, 'x')) };
    });
    Pool p(server.Url(), 1, 1000);
    p.Start("/big");
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("answer is longer than 1000 bytes", x->failure);
    fan_http_pool_release(p.pool, x);
    p.Start("/fits");
    x = p.Wait();
    EXPECT_STREQ("", x->failure);
    EXPECT_EQ(1000u, x->answer.size);
}

TEST(HttpPoolFailure, OversizeHead)
{
    TinyServer server([](const TinyServer::Request &) {
        std::string lines;
        for (int i = 0; i < 40; i++)
            lines += "X-Long: " + std::string(2000, 'x') + "\r\n";
        return TinyServer::Answer{ TinyServer::Ok("", lines) };
    });
    Pool p(server.Url());
    p.Start("/f");
    EXPECT_STREQ("answer's head is longer than 65536 bytes", p.Wait()->failure);
}

TEST(HttpPoolFailure, NobodyListens)
{
    std::string url;
    {
        TinyServer gone([](const TinyServer::Request &) { return TinyServer::Answer{}; });
        url = gone.Url();
    }
    Pool p(url);
    p.Start("/f");
    fan_exchange *x = p.Wait();
    EXPECT_NE(nullptr, strstr(x->failure, "onnect")) << x->failure;
    EXPECT_EQ(0u, x->status);
    EXPECT_TRUE(x->never_sent);
    EXPECT_EQ(0, x->first_byte_ns);
}

TEST(HttpPoolFailure, GarbageInsteadOfHttp)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "SSH-2.0-OpenSSH_9.2\r\n", true };
    });
    Pool p(server.Url());
    p.Start("/f");
    EXPECT_STRNE("", p.Wait()->failure);
}

TEST(HttpPoolWait, ReturnsOnTimeAndOnASignal)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "", false, true };
    });
    Pool p(server.Url());
    p.Start("/f");
    EXPECT_EQ(FAN_OK, fan_http_pool_wait(p.pool, 20, nullptr));
    EXPECT_EQ(nullptr, fan_http_pool_take(p.pool));
    struct sigaction action {
    }, before{};
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, &before);
    itimerval soon{ { 0, 20000 }, { 0, 20000 } }, never{};
    setitimer(ITIMER_REAL, &soon, nullptr);
    EXPECT_EQ(FAN_OK, fan_http_pool_wait(p.pool, 60000, nullptr))
        << "else a minute passes";
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before, nullptr);
}

TEST(HttpPoolWait, AnIdleConnectionThatTheServerClosesCostsNothing)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}"), true };
    });
    Pool p(server.Url());
    for (int i = 0; i < 3; i++) {
        p.Start("/f");
        fan_exchange *x = p.Wait();
        EXPECT_STREQ("", x->failure);
        fan_http_pool_release(p.pool, x);
        timespec before, after;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
        EXPECT_EQ(FAN_OK, fan_http_pool_wait(p.pool, 60, nullptr));
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
        long long used_ns = (after.tv_sec - before.tv_sec) * 1000000000LL +
                            after.tv_nsec - before.tv_nsec;
        EXPECT_LT(used_ns, 30000000) << "the wait must sleep, not spin";
    }
}

TEST(HttpPoolProxy, LoopbackIsNeverAskedThroughAProxy)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    {
        Pool p(server.Url());
        p.Start("/f");
        EXPECT_STREQ("", p.Wait()->failure);
    }
    unsetenv("http_proxy");
}

TEST(HttpPoolOpen, RaisesTheLimitOfOpenFilesOrSaysWhyNot)
{
    rlimit before{}, low{};
    ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &before));
    low = before;
    low.rlim_cur = 50;
    ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &low));
    {
        Pool p("http://127.0.0.1:1", 100);
        rlimit now{};
        getrlimit(RLIMIT_NOFILE, &now);
        EXPECT_GE(now.rlim_cur, 100u);
    }
    fan_err err{};
    EXPECT_EQ(FAN_ELIMIT, fan_file_limit_raise(UINT32_MAX, &err));
    EXPECT_NE(nullptr, strstr(err.text, "ulimit -n"));
    setrlimit(RLIMIT_NOFILE, &before);
}

TEST(HttpPoolOpen, RefusesImpossiblePlaces)
{
    fan_http_pool *pool = nullptr;
    fan_http_pool_cfg cfg{};
    fan_err err{};
    EXPECT_EQ(FAN_EINVAL, fan_http_pool_open(&pool, &cfg, &err));
    cfg.places = 200000;
    EXPECT_EQ(FAN_EINVAL, fan_http_pool_open(&pool, &cfg, nullptr));
    EXPECT_EQ(nullptr, pool);
    fan_http_pool_close(nullptr);
}
