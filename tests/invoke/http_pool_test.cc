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

TEST(HttpPool, ReadsAnswersInEveryForm)
{
    std::string bytes;
    bool close = false;
    TinyServer server([&](const TinyServer::Request &) {
        return TinyServer::Answer{ bytes, close };
    });
    Pool p(server.Url(), 1);
    struct Case {
        const char *bytes;
        bool close;
        uint32_t status;
        const char *body;
        uint64_t connections; // so far, after it
    };
    for (const Case &c : {
             Case{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\n"
                   "X-Trailer: 1\r\n\r\n",
                   false, 200, "abcde", 1 },
             Case{ "HTTP/1.1 204 No Content\r\n\r\n", false, 204, "", 1 },
             Case{ "HTTP/1.1 200 OK\ncontent-length: 2\n\nab", false, 200, "ab", 1 },
             Case{ "HTTP/1.1 200 OK\r\n\r\nto the end", true, 200, "to the end", 1 },
             Case{ "HTTP/1.0 404 Not Found\r\nContent-Length: 2\r\n\r\nno", false, 404,
                   "no", 2 },
             Case{ "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
                   false, 200, "x", 3 },
             Case{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n",
                   false, 200, "x", 4 },
             Case{ "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, 200, "", 5 },
             Case{ "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, 200, "", 5 },
         }) {
        bytes = c.bytes;
        close = c.close;
        p.Start("/f");
        fan_exchange *x = p.Wait();
        EXPECT_STREQ("", x->failure) << c.bytes;
        EXPECT_EQ(c.status, x->status) << c.bytes;
        EXPECT_EQ(c.body, Body(x)) << c.bytes;
        EXPECT_EQ(c.connections, fan_http_pool_connections(p.pool)) << c.bytes;
        fan_http_pool_release(p.pool, x);
    }
}

TEST(HttpPool, FindsAHostByItsName)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    Pool p("http://localhost:" + std::to_string(server.port()));
    p.Start("/f");
    EXPECT_STREQ("", p.Wait()->failure);
}

TEST(HttpPool, SendsABigBodyInParts)
{
    std::string sent(6 << 20, 'x'), body;
    for (size_t i = 0; i < sent.size(); i += 997)
        sent[i] = static_cast<char>('a' + i % 26);
    TinyServer server([&](const TinyServer::Request &r) {
        return TinyServer::Answer{ TinyServer::Ok(r.body == sent ? "same" : "other") };
    });
    Pool p(server.Url(), 2);
    for (int i = 0; i < 4; i++) {
        p.Start("/f", sent.c_str());
        fan_exchange *x = p.Wait();
        EXPECT_STREQ("", x->failure);
        EXPECT_EQ("same", Body(x));
        fan_http_pool_release(p.pool, x);
    }
    EXPECT_EQ(1u, fan_http_pool_connections(p.pool));
}

TEST(HttpPool, TakesABigAnswer)
{
    std::string big(6 << 20, 'y');
    TinyServer server([&](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok(big) };
    });
    Pool p(server.Url(), 1, big.size());
    p.Start("/f");
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("", x->failure);
    EXPECT_EQ(big, Body(x));
}

namespace
{
// A server that reads one byte of a request, sends what it is told, and resets the
// connection when it is told to.
class Refuser
{
  public:
    explicit Refuser(const std::string &bytes)
    {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(listener_, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
            listen(listener_, 8) != 0 ||
            getsockname(listener_, reinterpret_cast<sockaddr *>(&address), &size) != 0)
            abort();
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this, bytes] {
            int fd = accept(listener_, nullptr, nullptr);
            char byte;
            if (recv(fd, &byte, 1, 0) != 1) abort();
            if (send(fd, bytes.data(), bytes.size(), 0) < 0) abort();
            while (!reset_)
                usleep(1000);
            linger at_once{ 1, 0 };
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            close(fd);
        });
    }
    ~Refuser()
    {
        Reset();
        thread_.join();
        close(listener_);
    }
    void Reset()
    {
        reset_ = true;
    }
    const std::string &Url() const
    {
        return url_;
    }

  private:
    int listener_;
    std::string url_;
    std::atomic<bool> reset_{ false };
    std::thread thread_;
};

const std::string kTooBig(64 << 20, 'x'); // more than any socket's buffers
} // namespace

TEST(HttpPool, TakesAnAnswerThatComesBeforeTheRequestIsRead)
{
    Refuser server(TinyServer::With("413 Payload Too Large", "", "no"));
    Pool p(server.Url());
    p.Start("/f", kTooBig.c_str());
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("", x->failure);
    EXPECT_EQ(413u, x->status);
    EXPECT_EQ("no", Body(x));
}

TEST(HttpPoolFailure, AResetWhileTheRequestIsSent)
{
    Refuser server("");
    Pool p(server.Url());
    p.Start("/f", kTooBig.c_str());
    EXPECT_EQ(FAN_OK, fan_http_pool_wait(p.pool, 20, nullptr));
    server.Reset();
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("connection closed without an answer", x->failure);
    EXPECT_FALSE(x->never_sent);
}

TEST(HttpPool, AConnectionClosedWhileIdleIsReplacedBeforeTheNextRequest)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    const uint32_t places = 20;
    Pool p(server.Url(), places);
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < places; i++)
            p.Start("/f");
        for (uint32_t i = 0; i < places; i++) {
            fan_exchange *x = p.Wait();
            EXPECT_STREQ("", x->failure);
            EXPECT_GT(x->connect_ns, 0);
            fan_http_pool_release(p.pool, x);
        }
        server.DropAll();
        usleep(2000); // what was seen before that is not relied on any more
    }
    EXPECT_EQ(3 * places, fan_http_pool_connections(p.pool));
    EXPECT_EQ(static_cast<int>(3 * places), server.requests());
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
    EXPECT_STREQ("connection closed within the answer", x->failure);
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

TEST(HttpPoolFailure, ManyTimeOutsEachInItsTime)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ "", false, true };
    });
    const uint32_t places = 200;
    Pool p(server.Url(), places);
    for (uint32_t i = 0; i < places; i++)
        p.Start("/f", "{}", 20 + i % 7 * 15)->tag = i;
    for (uint32_t i = 0; i < places; i++) {
        fan_exchange *x = p.Wait();
        std::string failure =
            "no complete answer within " + std::to_string(20 + x->tag % 7 * 15) + " ms";
        EXPECT_EQ(failure, x->failure);
        EXPECT_GE(x->end_ns, static_cast<int64_t>(20 + x->tag % 7 * 15) * 1000000);
        EXPECT_FALSE(x->never_sent);
        fan_http_pool_release(p.pool, x);
    }
}

TEST(HttpPoolFailure, NoConnectionInTime)
{
    // a listener whose queue is full does not answer
    int listener = socket(AF_INET, SOCK_STREAM, 0), filler[4];
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(0, bind(listener, reinterpret_cast<sockaddr *>(&address), size));
    ASSERT_EQ(0, listen(listener, 0));
    ASSERT_EQ(0, getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size));
    for (int &fd : filler) {
        fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(fd, reinterpret_cast<sockaddr *>(&address), size);
    }
    Pool p("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
    p.Start("/f", "{}", 50);
    fan_exchange *x = p.Wait();
    EXPECT_STREQ("no connection in time", x->failure);
    EXPECT_TRUE(x->never_sent);
    EXPECT_EQ(0, x->connect_ns);
    for (int fd : filler)
        close(fd);
    close(listener);
}

TEST(HttpPoolFailure, AResetIsNoEndOfAnAnswer)
{
    TinyServer server([](const TinyServer::Request &r) {
        TinyServer::Answer answer{ r.target == "/none" ? ""
                                                       : "HTTP/1.1 200 OK\r\n\r\nhalf" };
        answer.reset = true;
        return answer;
    });
    Pool p(server.Url());
    for (const char *target : { "/none", "/half" }) {
        p.Start(target);
        fan_exchange *x = p.Wait();
        // a reset may also take along what came before it
        EXPECT_EQ(0, strncmp("connection closed with", x->failure, 22)) << x->failure;
        EXPECT_FALSE(x->never_sent);
        fan_http_pool_release(p.pool, x);
    }
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
    EXPECT_STREQ("cannot read status line 'SSH-2.0-OpenSSH_9.2' of the answer",
                 p.Wait()->failure);
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

TEST(HttpPoolProxy, PassesTheBytesOfOtherHosts)
{
    std::vector<std::string> seen;
    std::string connect = "HTTP/1.1 200 OK\r\n\r\n";
    TinyServer proxy([&](const TinyServer::Request &r) {
        seen.push_back(r.method + " " + r.target);
        return TinyServer::Answer{ r.method == "CONNECT" ? connect
                                                         : TinyServer::Ok("{}") };
    });
    setenv("http_proxy", proxy.Url().c_str(), 1);
    {
        Pool p("http://service.example:81/stage");
        for (int i = 0; i < 2; i++) {
            p.Start("/f");
            fan_exchange *x = p.Wait();
            EXPECT_STREQ("", x->failure);
            EXPECT_EQ(i == 0, x->connect_ns > 0);
            EXPECT_EQ(0, x->tls_ns);
            fan_http_pool_release(p.pool, x);
        }
        EXPECT_EQ(1u, fan_http_pool_connections(p.pool));
    }
    EXPECT_EQ((std::vector<std::string>{ "CONNECT service.example:81", "POST /stage/f",
                                         "POST /stage/f" }),
              seen);
    connect = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
    {
        Pool p("http://service.example:81");
        p.Start("/f");
        fan_exchange *x = p.Wait();
        EXPECT_STREQ("the proxy allows no tunnel to this address (HTTP 403)", x->failure);
        EXPECT_TRUE(x->never_sent);
        EXPECT_TRUE(x->hopeless);
    }
    connect = "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
              "Content-Length: 0\r\n\r\n";
    {
        Pool p("http://service.example:81");
        p.Start("/f");
        fan_exchange *x = p.Wait();
        EXPECT_EQ(x->failure, strstr(x->failure, "the proxy wants a user and a password"))
            << x->failure;
        EXPECT_TRUE(x->hopeless);
    }
    setenv("no_proxy", "service.example", 1);
    {
        Pool p("http://service.example:81");
        p.Start("/f", "{}", 5000);
        EXPECT_TRUE(p.Wait()->never_sent) << "there is no such host";
    }
    unsetenv("no_proxy");
    unsetenv("http_proxy");
    EXPECT_EQ(5u, seen.size());
}

TEST(HttpPoolProxy, UpperCaseHoldsUnlessThisIsACgiProgram)
{
    int asked = 0;
    TinyServer proxy([&](const TinyServer::Request &) {
        asked++;
        return TinyServer::Answer{ TinyServer::Ok("") };
    });
    auto ask = [](bool direct) {
        fan_http_pool_cfg cfg{};
        EXPECT_EQ(FAN_OK, fan_base_url_parse(&cfg.url, "http://no.such.host.example:81",
                                             nullptr));
        cfg.places = 1;
        cfg.answer_max_bytes = 100;
        cfg.connect_timeout_ms = 5000;
        cfg.direct = direct;
        fan_http_pool *pool = nullptr;
        EXPECT_EQ(FAN_OK, fan_http_pool_open(&pool, &cfg, nullptr));
        fan_exchange *x = fan_http_pool_acquire(pool);
        x->timeout_ms = 5000;
        x->connect_only = true;
        fan_http_pool_start(pool, x);
        for (int i = 0; i < 300 && !fan_http_pool_take(pool); i++)
            EXPECT_EQ(FAN_OK, fan_http_pool_wait(pool, 100, nullptr));
        bool up = x->failure[0] == '\0';
        fan_http_pool_close(pool);
        return up;
    };
    setenv("HTTP_PROXY", proxy.Url().c_str(), 1);
    EXPECT_TRUE(ask(false));
    EXPECT_EQ(1, asked);
    EXPECT_FALSE(ask(true)) << "such as the metadata of an instance";
    setenv("REQUEST_METHOD", "GET", 1);
    EXPECT_FALSE(ask(false));
    unsetenv("REQUEST_METHOD");
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    EXPECT_FALSE(ask(false)) << "lower case goes first";
    unsetenv("http_proxy");
    unsetenv("HTTP_PROXY");
    EXPECT_EQ(1, asked);
}

TEST(HttpPool, ConnectsAheadOfTheFirstRequest)
{
    TinyServer server([](const TinyServer::Request &) {
        return TinyServer::Answer{ TinyServer::Ok("{}") };
    });
    Pool p(server.Url(), 1);
    for (int i = 0; i < 2; i++) {
        fan_exchange *x = fan_http_pool_acquire(p.pool);
        x->connect_only = true;
        fan_http_pool_start(p.pool, x);
        EXPECT_EQ(x, p.Wait());
        EXPECT_STREQ("", x->failure);
        EXPECT_FALSE(x->hopeless);
        fan_http_pool_release(p.pool, x);
    }
    EXPECT_EQ(0, server.requests());
    p.Start("/f");
    fan_exchange *x = p.Wait();
    EXPECT_EQ(200u, x->status);
    EXPECT_EQ(0, x->connect_ns) << "on the connection that was there";
    EXPECT_EQ(1u, fan_http_pool_connections(p.pool));
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
