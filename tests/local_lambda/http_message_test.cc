// Requests and answers as data.
#include "local_lambda/http_message.h"
#include "local_lambda/percent.h"
#include "tests/local_lambda/made_request.h"

#include <gtest/gtest.h>

namespace
{

std::string query_value(const std::string &query, const char *name, int expected = 1)
{
    MadeRequest made;
    made.query = query;
    struct fan_http_request request = made.view();
    char value[16] = "untouched";
    EXPECT_EQ(fan_http_query(&request, name, value, sizeof value), expected) << query;
    return value;
}

TEST(HttpHeader, NamesAreCaseInsensitiveAndTheFirstWins)
{
    MadeRequest made;
    made.headers = { { "Host", "a" }, { "X-A", "1" }, { "x-a", "2" } };
    struct fan_http_request request = made.view();
    EXPECT_STREQ(fan_http_header(&request, "x-A"), "1");
    EXPECT_STREQ(fan_http_header(&request, "HOST"), "a");
    EXPECT_EQ(fan_http_header(&request, "X-"), nullptr);
}

TEST(HttpQuery, DecodesTheNamedParameter)
{
    EXPECT_EQ(query_value("Qualifier=%24LATEST", "Qualifier"), "$LATEST");
    EXPECT_EQ(query_value("a=1&Qualifier=x&b", "Qualifier"), "x");
    EXPECT_EQ(query_value("a=1&b", "b"), "");
    EXPECT_EQ(query_value("a=1&b=&c", "b"), "");
    EXPECT_EQ(query_value("a=b=c", "a"), "b=c");
}

TEST(HttpQuery, NamesMatchWhole)
{
    query_value("Qualifiers=x", "Qualifier", 0);
    query_value("XQualifier=x", "Qualifier", 0);
    query_value("", "Qualifier", 0);
    query_value("&&&", "Qualifier", 0);
}

TEST(HttpQuery, RefusesBadEscapesAndLongValues)
{
    for (const char *query : { "a=%", "a=%2", "a=%zz", "a=%00", "a=0123456789abcdef" })
        query_value(query, "a", -1);
    EXPECT_EQ(query_value("a=0123456789abcde", "a"), "0123456789abcde");
}

TEST(PercentDecode, IsBoundedByItsInput)
{
    char value[8];
    EXPECT_EQ(fan_percent_decode("%41%42rest", 6, value, sizeof value), 2);
    EXPECT_STREQ(value, "AB");
    EXPECT_EQ(fan_percent_decode("%41%42", 5, value, sizeof value), -1);
    EXPECT_EQ(fan_percent_decode("", 0, value, 1), 0);
    EXPECT_EQ(fan_percent_decode("a+b", 3, value, sizeof value), 3);
    EXPECT_STREQ(value, "a+b");
}

TEST(HttpAnswer, ReplacesHeadersOfTheSameName)
{
    MadeAnswer made;
    fan_http_answer_header(&made.answer, "Content-Type", "a");
    fan_http_answer_header(&made.answer, "content-type", "b");
    EXPECT_EQ(made.answer.header_count, 1u);
    EXPECT_EQ(made.header("CONTENT-TYPE"), "b");
    EXPECT_EQ(fan_http_answer_get(&made.answer, "Date"), nullptr);
}

TEST(HttpAnswer, ValuesCannotSmuggleLines)
{
    MadeAnswer made;
    fan_http_answer_header(&made.answer, "X-A", "one\r\nX-B: two");
    EXPECT_EQ(made.header("X-A"), "one  X-B: two");
}

TEST(HttpAnswer, ClearIsRepeatable)
{
    struct fan_http_answer answer = {};
    fan_http_answer_clear(&answer);
    fan_http_answer_clear(&answer);
    fan_http_answer_clear(nullptr);
}

TEST(HttpAnswerAdd, KeepsRepeatsAndRefusesNoTokens)
{
    MadeAnswer made;
    EXPECT_EQ(fan_http_answer_add(&made.answer, "Set-Cookie", "a=1\r\nb"), FAN_OK);
    EXPECT_EQ(fan_http_answer_add(&made.answer, "Set-Cookie", "b=2"), FAN_OK);
    EXPECT_EQ(made.answer.header_count, 2u);
    EXPECT_STREQ(made.answer.header[0].value, "a=1  b");
    EXPECT_EQ(fan_http_answer_add(&made.answer, "", "x"), FAN_EFORMAT);
    EXPECT_EQ(fan_http_answer_add(&made.answer, "a b", "x"), FAN_EFORMAT);
    EXPECT_EQ(fan_http_answer_add(&made.answer, std::string(128, 'a').c_str(), "x"),
              FAN_ELIMIT);
    while (made.answer.header_count < FAN_HTTP_ANSWER_HEADERS_MAX)
        ASSERT_EQ(fan_http_answer_add(&made.answer, "A", "x"), FAN_OK);
    EXPECT_EQ(fan_http_answer_add(&made.answer, "A", "x"), FAN_ELIMIT);
}

} // namespace
