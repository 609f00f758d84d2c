// The pool over TLS: certificates, reuse, and connections that must not disturb each
// other.
#include "invoke/http_pool.h"

#include "tests/invoke/tiny_server.h"
#include "tests/invoke/tls_front.h"

#include <gtest/gtest.h>

namespace
{
struct TlsPool {
    fan_http_pool *pool = nullptr;
    TlsPool(const std::string &url, const char *ca_file, uint32_t places = 4)
    {
        fan_http_pool_cfg cfg{};
        fan_err err{};
        EXPECT_EQ(FAN_OK, fan_base_url_parse(&cfg.url, url.c_str(), &err)) << err.text;
        cfg.places = places;
        cfg.answer_max_bytes = 8 << 20;
        cfg.connect_timeout_ms = 30000;
        cfg.ca_file = ca_file;
        EXPECT_EQ(FAN_OK, fan_http_pool_open(&pool, &cfg, &err)) << err.text;
    }
    ~TlsPool()
    {
        fan_http_pool_close(pool);
    }
    fan_exchange *Start(const char *target, const std::string &body = "")
    {
        fan_exchange *x = fan_http_pool_acquire(pool);
        snprintf(x->target, sizeof x->target, "%s", target);
        x->body = body.data(); // the caller's, and outlives the exchange
        x->body_bytes = body.size();
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

TinyServer::Answer Yes(const TinyServer::Request &)
{
    return TinyServer::Answer{ TinyServer::Ok("yes") };
}
} // namespace

TEST(HttpTls, KeepsItsConnections)
{
    TinyServer server(Yes);
    TlsFront front(server.port());
    const uint32_t places = 40;
    TlsPool p(front.Url(), front.ca_file(), places);
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < places; i++)
            p.Start("/f");
        for (uint32_t i = 0; i < places; i++) {
            fan_exchange *x = p.Wait();
            EXPECT_STREQ("", x->failure);
            EXPECT_EQ("yes", std::string(x->answer.data, x->answer.size));
            EXPECT_EQ(round == 0, x->tls_ns > 0);
            EXPECT_LE(x->connect_ns, x->tls_ns);
            EXPECT_LE(x->tls_ns, x->first_byte_ns);
            fan_http_pool_release(p.pool, x);
        }
    }
    EXPECT_EQ(places, fan_http_pool_connections(p.pool));
}

TEST(HttpTls, CarriesBigBodies)
{
    const std::string big(6 << 20, 'b');
    TinyServer server([&](const TinyServer::Request &r) {
        return TinyServer::Answer{ TinyServer::Ok(r.body) };
    });
    TlsFront front(server.port());
    TlsPool p(front.Url(), front.ca_file());
    p.Start("/f", big);
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("", x->failure);
    EXPECT_EQ(big, std::string(x->answer.data, x->answer.size));
}

TEST(HttpTls, TrustsOnlyWhatItIsTold)
{
    TinyServer server(Yes);
    TlsFront front(server.port()), other(server.port(), "DNS:other.example");
    struct {
        const TlsFront &front;
        const char *ca_file;
    } cases[] = {
        { front, nullptr },          // the system does not know this certificate
        { front, other.ca_file() },  // signed by somebody else
        { other, other.ca_file() },  // for another host
        { front, "/nonexistent/x" }, // nothing to trust
    };
    for (const auto &c : cases) {
        TlsPool p(c.front.Url(), c.ca_file);
        p.Start("/f");
        fan_exchange *x = p.Wait();
        EXPECT_STRNE("", x->failure);
        EXPECT_TRUE(x->never_sent);
        EXPECT_TRUE(x->hopeless) << x->failure;
        EXPECT_EQ(0u, x->status);
    }
    EXPECT_EQ(0, server.requests());
}

TEST(HttpTls, AnAnswerThatWaitsSurvivesOtherDials)
{
    // libcurl closes connections of its cache that are readable while nobody uses them,
    // when it makes another and has not looked for a second
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "", false, true };
    });
    TlsFront front(server.port());
    TlsPool p(front.Url(), front.ca_file(), 3);
    p.Start("/a");
    p.Start("/b");
    for (int i = 0; i < 1000 && server.requests() < 2; i++)
        ASSERT_EQ(FAN_OK, fan_http_pool_wait(p.pool, 10, nullptr));
    server.Release(TinyServer::Ok("late"));
    usleep(1100000);
    p.Start("/c");
    for (int i = 0; i < 2; i++) {
        fan_exchange *x = p.Wait();
        EXPECT_STREQ("", x->failure);
        EXPECT_EQ("late", std::string(x->answer.data, x->answer.size));
        fan_http_pool_release(p.pool, x);
    }
}

TEST(HttpTls, ReplacesConnectionsThatWereClosedWhileIdle)
{
    TinyServer server(Yes);
    TlsFront front(server.port());
    TlsPool p(front.Url(), front.ca_file(), 1);
    for (uint64_t i = 1; i <= 3; i++) {
        p.Start("/f");
        fan_exchange *x = p.Wait();
        EXPECT_STREQ("", x->failure);
        EXPECT_EQ(i, fan_http_pool_connections(p.pool));
        fan_http_pool_release(p.pool, x);
        front.DropAll();
        usleep(2000);
    }
}
