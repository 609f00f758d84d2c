// Events of a stage, and what an authorizer is asked.
#include "local_lambda/authorizer_identity.h"
#include "local_lambda/stage_event.h"
#include "tests/local_lambda/made_json.h"
#include "tests/local_lambda/made_request.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{

// A request at a stage; what http and match point to lives here.
struct Visit {
    MadeRequest made;
    struct fan_http_request http = {};
    struct fan_route_match match = {};
    MadeJson variables{ std::string("{\"colour\":\"green\"}") };
    struct fan_stage_request request = {};

    struct fan_stage_request *view()
    {
        http = made.view();
        request.http = &http;
        request.region = "us-east-1";
        request.account = "123456789012";
        request.api_id = "abc";
        request.stage = "prod";
        request.stage_variables = variables.value;
        request.path = made.path.c_str() + 5;
        request.resource = "/items/{id}";
        request.resource_id = "r1";
        fan_route_matches(request.resource, request.path, &match);
        request.match = &match;
        request.request_id = "request-id";
        request.extended_id = "extended=";
        request.trace_id = "Root=1-2-3";
        request.source_ip = "127.0.0.1";
        request.port = 9101;
        request.wall_ns = 1584039838123456789;
        return &request;
    }
    Visit()
    {
        made.path = "/prod/items/7";
        made.headers = { { "Host", "x.example:9101" }, { "User-Agent", "me" } };
    }
};

TEST(StageEvent, TellsOfTheRequest)
{
    Visit visit;
    visit.made.query = "a=1&a=2";
    visit.made.body = "text";
    visit.made.headers.push_back({ "x-forwarded-for", "10.0.0.1" });
    visit.made.headers.push_back({ "Connection", "close" });
    visit.made.headers.push_back({ "Content-Length", "4" });
    visit.made.headers.push_back({ "X-Forwarded-Proto", "https" });
    MadeJson event(fan_stage_event(visit.view()));
    const struct {
        const char *path, *value;
    } expected[] = {
        { "resource", "\"/items/{id}\"" },
        { "path", "\"/items/7\"" },
        { "httpMethod", "\"GET\"" },
        { "pathParameters", "{\"id\":\"7\"}" },
        { "queryStringParameters", "{\"a\":\"2\"}" },
        { "multiValueQueryStringParameters", "{\"a\":[\"1\",\"2\"]}" },
        { "stageVariables", "{\"colour\":\"green\"}" },
        { "headers",
          "{\"Host\":\"x.example:9101\",\"User-Agent\":\"me\",\"X-Amzn-Trace-Id\":\"Root="
          "1-2-3\","
          "\"X-Forwarded-For\":\"10.0.0.1, 127.0.0.1\",\"X-Forwarded-Port\":\"9101\","
          "\"X-Forwarded-Proto\":\"http\"}" },
        { "multiValueHeaders.Host", "[\"x.example:9101\"]" },
        { "body", "\"text\"" },
        { "isBase64Encoded", "false" },
        { "requestContext.domainName", "\"x.example\"" },
        { "requestContext.domainPrefix", "\"x\"" },
        { "requestContext.path", "\"/prod/items/7\"" },
        { "requestContext.requestTime", "\"12/Mar/2020:19:03:58 +0000\"" },
        { "requestContext.requestTimeEpoch", "1584039838123" },
        { "requestContext.identity.userAgent", "\"me\"" },
        { "requestContext.identity.cognitoIdentityPoolId", "null" },
        { "requestContext.authorizer", "absent" },
    };
    for (const auto &e : expected)
        EXPECT_EQ(event.get(e.path), e.value) << e.path;
}

TEST(StageEvent, NullsWhereThereIsNothing)
{
    Visit visit;
    visit.view()->stage_variables = nullptr;
    visit.match.count = 0;
    MadeJson event(fan_stage_event(&visit.request));
    for (const char *key : { "queryStringParameters", "multiValueQueryStringParameters",
                             "pathParameters", "stageVariables", "body" })
        EXPECT_EQ(event.get(key), "null") << key;
}

TEST(StageEvent, BinaryBodyKeyAndAuthorizer)
{
    Visit visit;
    MadeJson told(std::string("{\"principalId\":\"me\"}"));
    visit.made.body = std::string("\0\xff", 2);
    visit.view()->binary = true;
    visit.request.api_key = "the key";
    visit.request.api_key_id = "the id";
    visit.request.authorizer = told.value;
    MadeJson event(fan_stage_event(&visit.request));
    EXPECT_EQ(event.get("body"), "\"AP8=\"");
    EXPECT_EQ(event.get("isBase64Encoded"), "true");
    EXPECT_EQ(event.get("requestContext.identity.apiKey"), "\"the key\"");
    EXPECT_EQ(event.get("requestContext.identity.apiKeyId"), "\"the id\"");
    EXPECT_EQ(event.get("requestContext.authorizer"), "{\"principalId\":\"me\"}");
}

TEST(StageEvent, BytesThatAreNoUtf8DoNotBreakIt)
{
    Visit visit;
    visit.made.path = "/prod/items/\xff";
    visit.made.query = "\xff=\xfe";
    visit.made.body = "\xff";
    visit.made.headers.push_back({ "X-\xff", "\xff" });
    MadeJson event(fan_stage_event(visit.view()));
    EXPECT_EQ(event.get("path"), "\"/items/\xef\xbf\xbd\"");
    EXPECT_EQ(event.get("requestContext.path"), "\"/prod/items/\xef\xbf\xbd\"");
    EXPECT_EQ(event.get("body"), "\"\xef\xbf\xbd\"");
    EXPECT_EQ(event.get("queryStringParameters"), "{\"\xef\xbf\xbd\":\"\xef\xbf\xbd\"}");
}

TEST(AuthorizerEvent, TokenAndRequest)
{
    Visit visit;
    MadeJson token(fan_authorizer_event(visit.view(), "Bearer x", "the-arn"));
    EXPECT_EQ(token.get("type"), "\"TOKEN\"");
    EXPECT_EQ(token.get("authorizationToken"), "\"Bearer x\"");
    EXPECT_EQ(token.get("methodArn"), "\"the-arn\"");
    EXPECT_EQ(json_object_size(token.value), 3u);
    MadeJson request(fan_authorizer_event(&visit.request, nullptr, "the-arn"));
    EXPECT_EQ(request.get("type"), "\"REQUEST\"");
    EXPECT_EQ(request.get("requestContext.stage"), "\"prod\"");
    EXPECT_EQ(request.get("pathParameters.id"), "\"7\"");
    EXPECT_EQ(request.get("body"), "absent");
}

TEST(MethodArn, NamesStageMethodAndPath)
{
    Visit visit;
    char arn[FAN_METHOD_ARN_MAX];
    ASSERT_TRUE(fan_method_arn(visit.view(), arn));
    EXPECT_STREQ(arn, "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/items/7");
    visit.made.path = "/prod/" + std::string(FAN_METHOD_ARN_MAX, 'x');
    EXPECT_FALSE(fan_method_arn(visit.view(), arn));
}

struct fan_authorizer request_authorizer()
{
    struct fan_authorizer authorizer = {};
    authorizer.name = "a";
    authorizer.type = FAN_AUTHORIZER_REQUEST;
    authorizer.source[0] = { FAN_IDENTITY_HEADER, "X-User" };
    authorizer.source[1] = { FAN_IDENTITY_QUERY, "q" };
    authorizer.source[2] = { FAN_IDENTITY_STAGE_VARIABLE, "colour" };
    authorizer.source[3] = { FAN_IDENTITY_CONTEXT, "resourcePath" };
    authorizer.source_count = 4;
    return authorizer;
}

// the cache's key, "" when a part is missing
std::string identity(const struct fan_authorizer &authorizer, const std::string &user,
                     const std::string &query)
{
    Visit visit;
    struct fan_identity found;
    visit.made.query = query;
    visit.made.headers.push_back({ "x-user", user });
    if (!fan_identity_collect(&authorizer, visit.view(), &found)) return "";
    EXPECT_EQ(found.token, nullptr);
    return std::string(reinterpret_cast<char *>(found.key), sizeof found.key);
}

TEST(Identity, IsAllSourcesTogether)
{
    struct fan_authorizer authorizer = request_authorizer();
    EXPECT_EQ(identity(authorizer, "", "q=1"), "");
    EXPECT_EQ(identity(authorizer, "me", ""), "");
    EXPECT_EQ(identity(authorizer, "me", "q="), "");
    std::string key = identity(authorizer, "me", "q=1");
    EXPECT_NE(key, "");
    EXPECT_EQ(key, identity(authorizer, "me", "other=x&q=1"));
    EXPECT_NE(key, identity(authorizer, "me", "q=2"));
    EXPECT_NE(identity(authorizer, "ab", "q=c"), identity(authorizer, "a", "q=bc"));
    authorizer.name = "b";
    EXPECT_NE(key, identity(authorizer, "me", "q=1"));
}

TEST(Identity, TokenMustMatchAsAWhole)
{
    struct fan_authorizer authorizer = {};
    authorizer.name = "t";
    authorizer.source[0] = { FAN_IDENTITY_HEADER, "Authorization" };
    authorizer.source_count = 1;
    authorizer.has_validation = true;
    ASSERT_EQ(
        regcomp(&authorizer.validation, "^(Bearer [a-z]+)$", REG_EXTENDED | REG_NOSUB),
        0);
    for (const char *token : { "Bearer abc", "Bearer abc1", "xBearer abc", "" }) {
        Visit visit;
        struct fan_identity found;
        visit.made.headers.push_back({ "authorization", token });
        bool right = fan_identity_collect(&authorizer, visit.view(), &found);
        EXPECT_EQ(right, strcmp(token, "Bearer abc") == 0) << token;
        if (right) {
            EXPECT_STREQ(found.token, token);
        }
    }
    regfree(&authorizer.validation);
}

} // namespace
