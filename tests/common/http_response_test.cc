#include "common/http_response.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

struct Parsed {
    fan_status status;
    std::string error;
    size_t used = 0;
    fan_http_response r;

    explicit Parsed(const std::string &bytes, size_t piece = 1 << 20,
                    size_t max = 1 << 20)
    {
        fan_err err = {};
        fan_http_response_init(&r, max);
        status = FAN_OK;
        while (!status && used < bytes.size() && r.state != FAN_HTTP_DONE) {
            /* an exact copy, so that reading past a piece is seen by the sanitizer */
            std::string part = bytes.substr(used, piece);
            size_t n = 0;
            status = fan_http_response_feed(&r, part.data(), part.size(), &n, &err);
            used += n;
        }
        error = err.text;
    }
    ~Parsed()
    {
        fan_http_response_clear(&r);
    }
    std::string head() const
    {
        return std::string(r.head.data ? r.head.data : "", r.head.size);
    }
    std::string body() const
    {
        return std::string(r.body.data ? r.body.data : "", r.body.size);
    }
};

const std::string ANSWER = "HTTP/1.1 200 OK\r\n"
                           "X-Amzn-RequestId: 8476a536-e9f4-11e8-9739-2dfe5\r\n"
                           "X-Empty:\r\n"
                           "content-LENGTH:  7 \r\n\r\n{\"n\":7}";

const std::string CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "4;x=y\r\n{\"n\"\r\n3\r\n:7}\r\n0\r\nTrailer: 1\r\n\r\n";

} // namespace

TEST(HttpResponseFeed, ReadsAnAnswerInPiecesOfAnySize)
{
    for (size_t piece = 1; piece <= ANSWER.size() + 5; piece++) {
        Parsed p(ANSWER + "HTTP/", piece);
        ASSERT_EQ(p.status, FAN_OK) << p.error;
        EXPECT_EQ(p.r.state, FAN_HTTP_DONE);
        EXPECT_EQ(p.used, ANSWER.size());
        EXPECT_EQ(p.r.status, 200);
        EXPECT_FALSE(p.r.close);
        EXPECT_EQ(p.head(), "X-Amzn-RequestId: 8476a536-e9f4-11e8-9739-2dfe5\r\n"
                            "X-Empty:\r\ncontent-LENGTH:  7 \r\n");
        EXPECT_EQ(p.body(), "{\"n\":7}");
    }
}

TEST(HttpResponseFeed, ReadsChunksInPiecesOfAnySize)
{
    for (size_t piece = 1; piece <= CHUNKED.size() + 5; piece++) {
        Parsed p(CHUNKED + "HTTP/", piece);
        ASSERT_EQ(p.status, FAN_OK) << p.error;
        EXPECT_EQ(p.r.state, FAN_HTTP_DONE);
        EXPECT_EQ(p.used, CHUNKED.size());
        EXPECT_EQ(p.head(), "Transfer-Encoding: chunked\r\n") << "no trailers, no sizes";
        EXPECT_EQ(p.body(), "{\"n\":7}");
    }
}

TEST(HttpResponseFeed, TakesManyTinyChunks)
{
    std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 100000; i++)
        bytes += "1\r\nx\r\n";
    Parsed p(bytes + "0\r\n\r\n");
    EXPECT_EQ(p.status, FAN_OK) << p.error;
    EXPECT_EQ(p.r.state, FAN_HTTP_DONE);
    EXPECT_EQ(p.r.body.size, 100000U);
}

TEST(HttpResponseFeed, SkipsInterimResponses)
{
    Parsed p("HTTP/1.1 100 Continue\r\nConnection: close\r\nX: 1\r\n\r\n" + ANSWER);
    EXPECT_EQ(p.status, FAN_OK);
    EXPECT_EQ(p.head().find("X: 1"), std::string::npos);
    EXPECT_EQ(p.r.status, 200);
    EXPECT_FALSE(p.r.close);
    EXPECT_EQ(p.body(), "{\"n\":7}");
}

TEST(HttpResponseFeed, KnowsWhenTheConnectionEnds)
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

TEST(HttpResponseEnd, CompletesOnlyABodyWithoutLength)
{
    Parsed open("HTTP/1.1 200 OK\r\n\r\nabc");
    EXPECT_EQ(open.r.state, FAN_HTTP_BODY_REST);
    EXPECT_EQ(fan_http_response_end(&open.r, nullptr), FAN_OK);
    EXPECT_EQ(open.body(), "abc");
    EXPECT_TRUE(open.r.close);
    for (size_t n = 1; n < ANSWER.size(); n++) {
        Parsed cut(ANSWER.substr(0, n));
        EXPECT_EQ(fan_http_response_end(&cut.r, nullptr), FAN_ENET) << n;
        EXPECT_FALSE(fan_http_response_untouched(&cut.r)) << n;
    }
    Parsed whole(ANSWER);
    EXPECT_EQ(fan_http_response_end(&whole.r, nullptr), FAN_OK);
    Parsed nothing("");
    EXPECT_TRUE(fan_http_response_untouched(&nothing.r));
}

TEST(HttpResponseFeed, RefusesWhatIsNotHttp)
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
           ok + "Transfer-Encoding: gzip, chunked\r\n",
           ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           ok + " folded: 1\r\n",
           ok + "Name : 1\r\n",
           std::string("HTTP/1.1 200x\r\n"),
           std::string("HTTP/1.1 2x0 OK\r\n"),
           ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
           ok + "Transfer-Encoding: chunked\r\n\r\n\r\n",
           ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
           ok + "X: a" + std::string(1, '\0') + "b\r\n" }) {
        EXPECT_EQ(Parsed(bytes).status, FAN_EFORMAT) << bytes;
        EXPECT_EQ(Parsed(bytes, 1).status, FAN_EFORMAT) << bytes;
    }
}

TEST(HttpResponseFeed, RefusesWhatIsTooLarge)
{
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    EXPECT_EQ(Parsed(std::string(FAN_HTTP_HEAD_MAX, 'H')).status, FAN_OK)
        << "no line yet";
    EXPECT_EQ(Parsed(std::string(FAN_HTTP_HEAD_MAX + 1, 'H')).status, FAN_ELIMIT);
    EXPECT_EQ(Parsed(std::string(FAN_HTTP_HEAD_MAX + 1, 'H'), 999).status, FAN_ELIMIT);
    std::string interims;
    while (interims.size() <= FAN_HTTP_HEAD_MAX)
        interims += "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(Parsed(interims).status, FAN_ELIMIT);
    EXPECT_EQ(Parsed(ok + "Transfer-Encoding: chunked\r\n\r\n1;" +
                     std::string(FAN_HTTP_HEAD_MAX, 'x'))
                  .status,
              FAN_ELIMIT);
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

TEST(HttpResponseReset, ForgetsEverythingOfTheLastOne)
{
    Parsed p(ANSWER);
    fan_http_response_reset(&p.r);
    EXPECT_TRUE(fan_http_response_untouched(&p.r));
    const std::string next = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    size_t used = 0;
    EXPECT_EQ(fan_http_response_feed(&p.r, next.data(), next.size(), &used, nullptr),
              FAN_OK);
    EXPECT_EQ(p.r.status, 202);
    EXPECT_EQ(p.head(), "Content-Length: 0\r\n");
    EXPECT_EQ(p.body(), "");
}

TEST(HttpResponseFeed, TakesBareLineFeeds)
{
    Parsed p("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n");
    EXPECT_EQ(p.status, FAN_OK) << p.error;
    EXPECT_EQ(p.r.state, FAN_HTTP_DONE);
    EXPECT_EQ(p.body(), "abc");
}

TEST(HttpResponseFeed, GivesStatusesWithoutABodyNone)
{
    for (const char *status : { "204 No Content", "304 Not Modified" }) {
        const std::string head =
            std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 5\r\n\r\n";
        Parsed p(head + "HTTP/");
        EXPECT_EQ(p.r.state, FAN_HTTP_DONE);
        EXPECT_EQ(p.used, head.size());
        EXPECT_EQ(p.body(), "");
    }
}

TEST(HttpResponseFeed, EndsAConnectionWhoseLengthsDisagree)
{
    Parsed p("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n" + CHUNKED.substr(17));
    EXPECT_EQ(p.status, FAN_OK) << p.error;
    EXPECT_EQ(p.body(), "{\"n\":7}") << "chunks win";
    EXPECT_TRUE(p.r.close);
}

TEST(HttpResponseFeed, QuotesGarbageWithoutControlCharacters)
{
    Parsed p("\x1b[31mred\xff\r\n");
    EXPECT_EQ(p.error, "cannot read status line '?[31mred?' of the answer");
    EXPECT_LT(Parsed(std::string(300, 'x') + "\n").error.size(), 120u);
}
