#include "lambda_kernel/runtime_response.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

struct Parsed {
    fan_status status;
    std::string error;
    size_t used = 0;
    fan_runtime_response r;

    explicit Parsed(const std::string &bytes, size_t piece = 1 << 20,
                    size_t max = 1 << 20)
    {
        fan_err err = {};
        fan_runtime_response_init(&r, max);
        status = FAN_OK;
        while (!status && used < bytes.size() && r.state != FAN_RUNTIME_DONE) {
            /* an exact copy, so that reading past a piece is seen by the sanitizer */
            std::string part = bytes.substr(used, piece);
            size_t n = 0;
            status = fan_runtime_response_feed(&r, part.data(), part.size(), &n, &err);
            used += n;
        }
        error = err.text;
    }
    ~Parsed()
    {
        fan_runtime_response_clear(&r);
    }
    std::string body() const
    {
        return std::string(r.body.data ? r.body.data : "", r.body.size);
    }
};

const std::string EVENT =
    "HTTP/1.1 200 OK\r\n"
    "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe5\r\n"
    "Lambda-Runtime-Deadline-Ms: 1542409706888\r\n"
    "Lambda-Runtime-Trace-Id:  Root=1-5bef4de7;Sampled=1 \r\n"
    "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:x\r\n"
    "Content-Length: 7\r\n\r\n{\"n\":7}";

const std::string CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "4;x=y\r\n{\"n\"\r\n3\r\n:7}\r\n0\r\nTrailer: 1\r\n\r\n";

} // namespace

TEST(RuntimeResponseFeed, ReadsAnEventInPiecesOfAnySize)
{
    for (size_t piece = 1; piece <= EVENT.size() + 5; piece++) {
        Parsed p(EVENT + "HTTP/", piece);
        ASSERT_EQ(p.status, FAN_OK) << p.error;
        EXPECT_EQ(p.r.state, FAN_RUNTIME_DONE);
        EXPECT_EQ(p.used, EVENT.size());
        EXPECT_EQ(p.r.status, 200);
        EXPECT_FALSE(p.r.close);
        EXPECT_EQ(p.r.deadline_ms, 1542409706888);
        EXPECT_STREQ(p.r.request_id, "8476a536-e9f4-11e8-9739-2dfe5");
        EXPECT_STREQ(p.r.trace_id, "Root=1-5bef4de7;Sampled=1");
        EXPECT_EQ(p.body(), "{\"n\":7}");
    }
}

TEST(RuntimeResponseFeed, ReadsChunksInPiecesOfAnySize)
{
    for (size_t piece = 1; piece <= CHUNKED.size() + 5; piece++) {
        Parsed p(CHUNKED + "HTTP/", piece);
        ASSERT_EQ(p.status, FAN_OK) << p.error;
        EXPECT_EQ(p.r.state, FAN_RUNTIME_DONE);
        EXPECT_EQ(p.used, CHUNKED.size());
        EXPECT_EQ(p.body(), "{\"n\":7}");
    }
}

TEST(RuntimeResponseFeed, TakesManyTinyChunks)
{
    std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 100000; i++)
        bytes += "1\r\nx\r\n";
    Parsed p(bytes + "0\r\n\r\n");
    EXPECT_EQ(p.status, FAN_OK) << p.error;
    EXPECT_EQ(p.r.state, FAN_RUNTIME_DONE);
    EXPECT_EQ(p.r.body.size, 100000U);
}

TEST(RuntimeResponseFeed, SkipsInterimResponses)
{
    Parsed p("HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" + EVENT);
    EXPECT_EQ(p.status, FAN_OK);
    EXPECT_EQ(p.r.status, 200);
    EXPECT_FALSE(p.r.close);
    EXPECT_EQ(p.body(), "{\"n\":7}");
}

TEST(RuntimeResponseFeed, KnowsWhenTheConnectionEnds)
{
    EXPECT_TRUE(Parsed("HTTP/1.0 202 OK\r\nContent-Length: 0\r\n\r\n").r.close);
    EXPECT_FALSE(Parsed("HTTP/1.0 202 OK\r\nConnection: Keep-Alive\r\n"
                        "Content-Length: 0\r\n\r\n")
                     .r.close);
    EXPECT_TRUE(Parsed("HTTP/1.1 202 OK\r\nConnection: foo, Close\r\n"
                       "Content-Length: 0\r\n\r\n")
                    .r.close);
    EXPECT_FALSE(Parsed("HTTP/1.1 204 None\r\n\r\n").r.close);
}

TEST(RuntimeResponseEnd, CompletesOnlyABodyWithoutLength)
{
    Parsed open("HTTP/1.1 200 OK\r\n\r\nabc");
    EXPECT_EQ(open.r.state, FAN_RUNTIME_BODY_REST);
    EXPECT_EQ(fan_runtime_response_end(&open.r, nullptr), FAN_OK);
    EXPECT_EQ(open.body(), "abc");
    EXPECT_TRUE(open.r.close);
    for (size_t n = 1; n < EVENT.size(); n++) {
        Parsed cut(EVENT.substr(0, n));
        EXPECT_EQ(fan_runtime_response_end(&cut.r, nullptr), FAN_ENET) << n;
        EXPECT_FALSE(fan_runtime_response_untouched(&cut.r)) << n;
    }
    Parsed whole(EVENT);
    EXPECT_EQ(fan_runtime_response_end(&whole.r, nullptr), FAN_OK);
    Parsed nothing("");
    EXPECT_TRUE(fan_runtime_response_untouched(&nothing.r));
}

TEST(RuntimeResponseFeed, RefusesWhatIsNotHttp)
{
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    for (const std::string &bytes :
         { std::string("SSH-2.0\r\n"),
           std::string("HTTP/2 200\r\n"),
           std::string("HTTP/1.1 20\r\n"),
           std::string("HTTP/1.1 2000\r\n"),
           std::string("HTTP/1.1 099 x\r\n"),
           std::string("\r\n"),
           std::string("HTTP/1.\n"),
           ok + "no colon\r\n",
           ok + ": no name\r\n",
           ok + "Content-Length: x\r\n",
           ok + "Content-Length:\r\n",
           ok + "Content-Length: -1\r\n",
           ok + "Content-Length: 1\r\nContent-Length: 2\r\n",
           ok + "Content-Length: 99999999999999999999\r\n",
           ok + "Transfer-Encoding: gzip\r\n",
           ok + "Lambda-Runtime-Deadline-Ms: 1.5\r\n",
           ok + "Lambda-Runtime-Aws-Request-Id: ../../x\r\n",
           ok + "Lambda-Runtime-Aws-Request-Id: " + std::string(129, 'a') + "\r\n",
           ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
           ok + "Transfer-Encoding: chunked\r\n\r\n\r\n",
           ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
           ok + "X: a" + std::string(1, '\0') + "b\r\n" }) {
        EXPECT_EQ(Parsed(bytes).status, FAN_EFORMAT) << bytes;
        EXPECT_EQ(Parsed(bytes, 1).status, FAN_EFORMAT) << bytes;
    }
}

TEST(RuntimeResponseFeed, RefusesWhatIsTooLarge)
{
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    EXPECT_EQ(Parsed(std::string(FAN_RUNTIME_LINE_MAX, 'H')).status, FAN_ELIMIT);
    std::string many = ok;
    for (int i = 0; i < 70; i++)
        many += "X: " + std::string(1000, 'y') + "\r\n";
    EXPECT_EQ(Parsed(many).status, FAN_ELIMIT);
    EXPECT_EQ(Parsed(ok + "Content-Length: 11\r\n\r\n", 99, 10).status, FAN_ELIMIT);
    EXPECT_EQ(
        Parsed(ok + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890", 99, 10).status,
        FAN_ELIMIT);
    EXPECT_EQ(Parsed(ok + "\r\n01234567890", 99, 10).status, FAN_ELIMIT);
}

TEST(RuntimeResponseReset, ForgetsEverythingOfTheLastOne)
{
    Parsed p(EVENT);
    fan_runtime_response_reset(&p.r);
    EXPECT_TRUE(fan_runtime_response_untouched(&p.r));
    const std::string next = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    size_t used = 0;
    EXPECT_EQ(fan_runtime_response_feed(&p.r, next.data(), next.size(), &used, nullptr),
              FAN_OK);
    EXPECT_EQ(p.r.status, 202);
    EXPECT_EQ(p.r.deadline_ms, 0);
    EXPECT_STREQ(p.r.request_id, "");
    EXPECT_STREQ(p.r.trace_id, "");
    EXPECT_EQ(p.body(), "");
}
