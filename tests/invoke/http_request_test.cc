#include "invoke/http_request.h"

#include <gtest/gtest.h>

#include <string>

namespace
{
struct Buffers {
    fan_buf lines = FAN_BUF_INIT(60), head = FAN_BUF_INIT(200);
    fan_base_url url{};
    Buffers()
    {
        EXPECT_EQ(FAN_OK, fan_base_url_parse(&url, "http://h:81/stage", nullptr));
    }
    ~Buffers()
    {
        fan_buf_clear(&lines);
        fan_buf_clear(&head);
    }
    std::string Head(const char *method, const char *target, size_t body_bytes)
    {
        fan_buf_reset(&head);
        EXPECT_EQ(FAN_OK, fan_http_request_head(&head, method, &url, target, &lines,
                                                body_bytes, nullptr));
        return std::string(head.data, head.size);
    }
};
} // namespace

TEST(HttpRequestHead, HasALengthUnlessItIsAGet)
{
    Buffers b;
    EXPECT_EQ("POST /stage/a?b HTTP/1.1\r\nHost: h:81\r\nContent-Length: 0\r\n\r\n",
              b.Head("POST", "/a?b", 0));
    EXPECT_EQ("GET /stage/a HTTP/1.1\r\nHost: h:81\r\n\r\n", b.Head("GET", "/a", 0));
    ASSERT_EQ(FAN_OK, fan_http_request_line(&b.lines, "X-A", "1", nullptr));
    ASSERT_EQ(FAN_OK, fan_http_request_line(&b.lines, "X-B", "", nullptr));
    EXPECT_EQ("PUT /stage/ HTTP/1.1\r\nHost: h:81\r\nX-A: 1\r\nX-B: \r\n"
              "Content-Length: 6291456\r\n\r\n",
              b.Head("PUT", "/", 6291456));
}

TEST(HttpRequestHead, IsBounded)
{
    Buffers b;
    const std::string target(300, 'a');
    EXPECT_EQ(FAN_ELIMIT, fan_http_request_head(&b.head, "GET", &b.url, target.c_str(),
                                                &b.lines, 0, nullptr));
    EXPECT_EQ(0u, b.head.size);
}

TEST(HttpRequestLine, RefusesWhatWouldAddLinesOrDoesNotFit)
{
    Buffers b;
    fan_err err{};
    for (const char *value : { "a\r\nX: b", "a\nb", "a\tb", "\x7f" })
        EXPECT_EQ(FAN_EINVAL, fan_http_request_line(&b.lines, "X", value, nullptr));
    EXPECT_EQ(FAN_ELIMIT,
              fan_http_request_line(&b.lines, "X", std::string(60, 'a').c_str(), &err));
    EXPECT_STREQ("cannot send header 'X': the request's head is too long", err.text);
    EXPECT_EQ(0u, b.lines.size);
}
