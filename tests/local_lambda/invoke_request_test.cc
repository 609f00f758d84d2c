#include "local_lambda/invoke_request.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{
struct Asked {
    struct fan_http_request request = {};
    struct fan_http_answer answer;
    struct fan_invoke_request invoke = {};
    explicit Asked(const char *path, const char *query = "", const char *body = "")
    {
        request.method = "POST";
        request.path = path;
        request.query = query;
        request.body = body;
        request.body_bytes = strlen(body);
        fan_http_answer_init(&answer, 200);
    }
    ~Asked()
    {
        fan_http_answer_clear(&answer);
    }
    Asked &Header(const char *name, const char *value)
    {
        request.header[request.header_count++] = { name, value };
        return *this;
    }
    bool Parse()
    {
        return fan_invoke_matches(&request) &&
               fan_invoke_parse(&request, &invoke, &answer);
    }
};

bool Matches(const char *path)
{
    Asked asked(path);
    return fan_invoke_matches(&asked.request);
}

const char plain[] = "/2015-03-31/functions/f/invocations";
} // namespace

TEST(InvokeRequest, MatchesItsPathOnly)
{
    EXPECT_TRUE(Matches(plain));
    for (const char *path :
         { "", "/", "/2015-03-31/functions/f", "/2015-03-31/functions/f/",
           "/2015-03-31/functions//invocations", "/2015-03-31/functions/f/invocations/",
           "/2015-03-31/functions/a/b/invocations",
           "/2014-11-13/functions/f/invoke-async/" })
        EXPECT_FALSE(Matches(path)) << path;
    Asked get(plain);
    get.request.method = "GET";
    EXPECT_FALSE(fan_invoke_matches(&get.request));
}

TEST(InvokeRequest, DefaultsAreAPlainSynchronousCall)
{
    Asked asked(plain);
    ASSERT_TRUE(asked.Parse());
    EXPECT_STREQ(asked.invoke.name, "f");
    EXPECT_STREQ(asked.invoke.qualifier, "");
    EXPECT_EQ(asked.invoke.type, FAN_INVOKE_SYNC);
    EXPECT_FALSE(asked.invoke.want_tail);
    EXPECT_STREQ(asked.invoke.client_context, "");
}

TEST(InvokeRequest, ReadsHeadersAndQualifier)
{
    Asked asked(plain, "Qualifier=%24LATEST");
    asked.Header("x-amz-invocation-type", "DryRun").Header("X-AMZ-LOG-TYPE", "Tail");
    asked.Header("X-Amz-Client-Context", "eyJhIjoKMX0="); /* {"a":\n1} */
    ASSERT_TRUE(asked.Parse());
    EXPECT_STREQ(asked.invoke.qualifier, "$LATEST");
    EXPECT_EQ(asked.invoke.type, FAN_INVOKE_DRY_RUN);
    EXPECT_TRUE(asked.invoke.want_tail);
    EXPECT_STREQ(asked.invoke.client_context, "{\"a\": 1}");
}

TEST(InvokeRequest, RefusesWithTheServicesErrors)
{
    struct {
        const char *path, *query, *header, *value;
    } rows[] = {
        { "/2015-03-31/functions/no%20name/invocations", "", nullptr, nullptr },
        { plain, "Qualifier=%2", nullptr, nullptr },
        { "/2015-03-31/functions/f%3Aone/invocations", "Qualifier=two", nullptr,
          nullptr },
        { plain, "", "X-Amz-Invocation-Type", "event" },
        { plain, "", "X-Amz-Log-Type", "All" },
        { plain, "", "X-Amz-Client-Context", "not base64!" },
        { plain, "", "X-Amz-Client-Context", "bm90IGpzb24=" },
    };
    for (const auto &row : rows) {
        Asked asked(row.path, row.query);
        if (row.header) asked.Header(row.header, row.value);
        EXPECT_FALSE(asked.Parse()) << row.path << row.query;
        EXPECT_EQ(asked.answer.status, 400);
    }
}

TEST(InvokeRequest, ClientContextIsBounded)
{
    std::string huge(5000, 'A');
    Asked asked(plain);
    asked.Header("X-Amz-Client-Context", huge.c_str());
    EXPECT_FALSE(asked.Parse());
}

TEST(InvokeEvent, TooLargeIsRefused)
{
    std::string body(FAN_INVOKE_BYTES_MAX + 1, '1');
    Asked asked(plain, "", body.c_str());
    EXPECT_FALSE(asked.Parse());
    EXPECT_EQ(asked.answer.status, 413);
    asked.request.body_bytes--;
    EXPECT_TRUE(asked.Parse());
}

TEST(InvokeEvent, AsynchronousOnesAreOfOneMegabyteAtMost)
{
    std::string body(FAN_INVOKE_EVENT_MAX + 1, '1');
    Asked asked(plain, "", body.c_str());
    EXPECT_TRUE(asked.Parse());
    asked.Header("X-Amz-Invocation-Type", "Event");
    EXPECT_FALSE(asked.Parse());
    EXPECT_EQ(asked.answer.status, 413);
    EXPECT_STREQ(fan_http_answer_get(&asked.answer, "x-amzn-ErrorType"),
                 "RequestEntityTooLargeException");
    EXPECT_NE(std::string(asked.answer.body.data)
                  .find("1048577 byte payload is too large for the Event invocation type "
                        "(limit 1048576 bytes)"),
              std::string::npos);
    asked.request.body_bytes--;
    EXPECT_TRUE(asked.Parse());
}

TEST(InvokeEvent, IsJsonOrEmpty)
{
    Asked empty(plain), good(plain, "", "{\"a\":1}"), bad(plain, "", "{\"a\":\n x}");
    EXPECT_TRUE(fan_invoke_check_event(&empty.request, &empty.answer));
    EXPECT_TRUE(fan_invoke_check_event(&good.request, &good.answer));
    EXPECT_FALSE(fan_invoke_check_event(&bad.request, &bad.answer));
    EXPECT_NE(std::string(bad.answer.body.data).find("line: 2, column: 2"),
              std::string::npos);
}
