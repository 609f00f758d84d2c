// The head of an answer, byte for byte.
#include "local_lambda/answer_head.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

constexpr const char *kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

std::string Head(int status, const char *connection, size_t body_bytes)
{
    fan_http_request request{};
    if (connection) request.header[request.header_count++] = { "Connection", connection };
    fan_http_answer answer;
    fan_http_answer_init(&answer, status);
    fan_http_answer_header(&answer, "Content-Type", "text/plain");
    fan_buf head = FAN_BUF_INIT(FAN_ANSWER_HEAD_MAX);
    EXPECT_EQ(fan_buf_adds(&head, "of the answer before", nullptr), FAN_OK);
    fan_answer_head(&head, &answer, &request, kDate, body_bytes);
    std::string text(head.data, head.size);
    fan_buf_clear(&head);
    fan_http_answer_clear(&answer);
    return text;
}

TEST(AnswerHead, HasDateHeadersAndLength)
{
    EXPECT_EQ(Head(200, nullptr, 12),
              "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              "Content-Type: text/plain\r\nContent-Length: 12\r\n\r\n");
}

TEST(AnswerHead, SaysWhatBecomesOfTheConnectionWhenAsked)
{
    EXPECT_NE(Head(200, "close", 0).find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(Head(200, "Keep-Alive", 0).find("\r\nConnection: keep-alive\r\n"),
              std::string::npos);
    EXPECT_EQ(Head(200, "upgrade", 0).find("Connection"), std::string::npos);
}

TEST(AnswerHead, GivesNoLengthWhereThereIsNoBody)
{
    for (int status : { 204, 304 }) {
        EXPECT_TRUE(fan_answer_bodiless(status));
        EXPECT_EQ(Head(status, nullptr, 0).find("Content-Length"), std::string::npos);
    }
    EXPECT_FALSE(fan_answer_bodiless(200));
    EXPECT_NE(Head(200, nullptr, 0).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(AnswerHead, NamesStatusesThatItDoesNotKnow)
{
    EXPECT_EQ(Head(418, nullptr, 0).rfind("HTTP/1.1 418 Unknown\r\n", 0), 0u);
    EXPECT_EQ(Head(429, nullptr, 0).rfind("HTTP/1.1 429 Too Many Requests\r\n", 0), 0u);
}

} // namespace
