#include "local_lambda/request_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{
struct Seen {
    std::string method, path, body, error_type;
    size_t body_bytes;
    bool too_large, close;
};

/* Feed text in pieces of `step` bytes; collect the requests. */
std::vector<Seen> Read(const std::string &text, size_t step, size_t body_max, bool *bad)
{
    std::vector<Seen> seen;
    struct fan_request_reader reader;
    fan_reader_init(&reader, body_max);
    *bad = false;
    for (size_t at = 0; at < text.size() && !*bad; at += step) {
        std::string piece = text.substr(at, step);
        EXPECT_EQ(fan_reader_feed(&reader, piece.data(), piece.size(), nullptr), FAN_OK);
        struct fan_reader_request r;
        enum fan_reader_state state;
        while ((state = fan_reader_next(&reader, &r)) == FAN_READER_REQUEST)
            seen.push_back(
                { r.method, r.path, std::string(r.body, r.too_large ? 0 : r.body_bytes),
                  r.error_type ? r.error_type : "", r.body_bytes, r.too_large, r.close });
        *bad = state == FAN_READER_BAD;
    }
    fan_reader_clear(&reader);
    return seen;
}

std::vector<Seen> ReadGood(const std::string &text, size_t step, size_t body_max = 1000)
{
    bool bad = false;
    std::vector<Seen> seen = Read(text, step, body_max, &bad);
    EXPECT_FALSE(bad);
    return seen;
}
} // namespace

TEST(RequestReader, CutsPipelinedRequestsAnyhowTheyArrive)
{
    const std::string text =
        "POST /a/response HTTP/1.1\r\nHost: x\r\ncontent-length: 5\r\n"
        "Lambda-Runtime-Function-Error-Type:  Runtime.Bad \r\n\r\n"
        "helloGET /next?x=1 HTTP/1.1\r\n\r\nGET /again HTTP/1.0\r\n\r\n";
    for (size_t step = 1; step <= text.size(); step++) {
        std::vector<Seen> seen = ReadGood(text, step);
        ASSERT_EQ(seen.size(), 3u) << step;
        EXPECT_EQ(seen[0].method, "POST");
        EXPECT_EQ(seen[0].path, "/a/response");
        EXPECT_EQ(seen[0].body, "hello");
        EXPECT_EQ(seen[0].error_type, "Runtime.Bad");
        EXPECT_FALSE(seen[0].close);
        EXPECT_EQ(seen[1].path, "/next");
        EXPECT_EQ(seen[1].error_type, "");
        EXPECT_TRUE(seen[2].close);
    }
}

TEST(RequestReader, JoinsChunks)
{
    const std::string text = "POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
                             "GET /n HTTP/1.1\r\nConnection: close\r\n\r\n";
    for (size_t step = 1; step <= text.size(); step++) {
        std::vector<Seen> seen = ReadGood(text, step);
        ASSERT_EQ(seen.size(), 2u) << step;
        EXPECT_EQ(seen[0].body, "hello world");
        EXPECT_EQ(seen[1].path, "/n");
        EXPECT_TRUE(seen[1].close);
    }
}

TEST(RequestReader, ReadsPastWhatIsTooLarge)
{
    const std::string next = "GET /n HTTP/1.1\r\n\r\n";
    const std::string sized =
        "POST /r HTTP/1.1\r\nContent-Length: 50\r\n\r\n" + std::string(50, 'x') + next;
    std::string chunked = "POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 5; i++)
        chunked += "a\r\n0123456789\r\n";
    chunked += "0\r\n\r\n" + next;
    for (const std::string &text : { sized, chunked })
        for (size_t step = 1; step < text.size(); step += 3) {
            std::vector<Seen> seen = ReadGood(text, step, 20);
            ASSERT_EQ(seen.size(), 2u);
            EXPECT_TRUE(seen[0].too_large);
            EXPECT_EQ(seen[0].body_bytes, 50u);
            EXPECT_EQ(seen[1].path, "/n");
        }
}

TEST(RequestReader, RefusesWhatIsNoRequest)
{
    const std::string head = "POST /r HTTP/1.1\r\n";
    for (const std::string &text :
         { std::string("nonsense\r\n\r\n"), std::string("GET nopath HTTP/1.1\r\n\r\n"),
           std::string("GET / HTTP/2.0\r\n\r\n"), std::string("GET /\r\n\r\n"),
           std::string(" / HTTP/1.1\r\n\r\n"), head + "no colon\r\n\r\n",
           head + ": empty\r\n\r\n", head + "Content-Length: -1\r\n\r\n",
           head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
           head + "Content-Length: 99999999999999999999\r\n\r\n",
           head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           head + "Transfer-Encoding: gzip\r\n\r\n",
           head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
           head + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
           std::string("GET /\0 HTTP/1.1\r\n\r\n", 19), std::string(20000, 'a'),
           head + "X: " + std::string(FAN_READER_HEAD_MAX, 'a') + "\r\n\r\n" }) {
        bool bad = false;
        EXPECT_TRUE(Read(text, text.size(), 1000, &bad).empty());
        EXPECT_TRUE(bad) << text.substr(0, 80);
    }
}

TEST(RequestReader, TellsOnceWhoWaitsToSend)
{
    const std::string text =
        "POST /r HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    struct fan_request_reader reader;
    struct fan_reader_request request;
    fan_reader_init(&reader, 100);
    ASSERT_EQ(fan_reader_feed(&reader, text.data(), text.size(), nullptr), FAN_OK);
    EXPECT_EQ(fan_reader_next(&reader, &request), FAN_READER_MORE);
    EXPECT_TRUE(fan_reader_wants_continue(&reader));
    EXPECT_FALSE(fan_reader_wants_continue(&reader));
    ASSERT_EQ(fan_reader_feed(&reader, "abc", 3, nullptr), FAN_OK);
    EXPECT_EQ(fan_reader_next(&reader, &request), FAN_READER_REQUEST);
    fan_reader_clear(&reader);
}
