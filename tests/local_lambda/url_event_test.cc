// Function URLs: their events and their addresses.
#include "local_lambda/function_urls.h"
#include "local_lambda/url_event.h"
#include "tests/local_lambda/made_json.h"
#include "tests/local_lambda/made_request.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{

struct Visit {
    MadeRequest made;
    struct fan_http_request http = {};
    struct fan_url_request request = {};

    json_t *event(const char *access_key_id = nullptr)
    {
        http = made.view();
        request.http = &http;
        request.url_id = "abc";
        request.account = "123456789012";
        request.access_key_id = access_key_id;
        request.request_id = "id";
        request.trace_id = "Root=1-2-3";
        request.source_ip = "127.0.0.1";
        request.port = 9100;
        request.wall_ns = 1584039838123456789;
        return fan_url_event(&request);
    }
};

TEST(UrlEvent, TellsOfTheRequest)
{
    Visit visit;
    visit.made.method = "PUT";
    visit.made.path = "/a%20b/";
    visit.made.query = "a=1&b=x+y&a=2";
    visit.made.headers = { { "Host", "abc.lambda-url.r.localhost:9100" },
                           { "X-A", "1" },
                           { "x-a", "2" },
                           { "Cookie", "a=1; b=2" },
                           { "cookie", "c=3" },
                           { "Connection", "close" },
                           { "X-Forwarded-For", "10.0.0.1" },
                           { "Content-Type", "application/json" } };
    visit.made.body = "{}";
    MadeJson event(visit.event());
    const struct {
        const char *path, *value;
    } expected[] = {
        { "version", "\"2.0\"" },
        { "rawPath", "\"/a%20b/\"" },
        { "rawQueryString", "\"a=1&b=x+y&a=2\"" },
        { "queryStringParameters", "{\"a\":\"1,2\",\"b\":\"x y\"}" },
        { "cookies", "[\"a=1\",\"b=2\",\"c=3\"]" },
        { "headers", "{\"content-type\":\"application/"
                     "json\",\"host\":\"abc.lambda-url.r.localhost:9100\","
                     "\"x-a\":\"1,2\",\"x-amzn-trace-id\":\"Root=1-2-3\",\"x-forwarded-"
                     "for\":\"127.0.0.1\","
                     "\"x-forwarded-port\":\"9100\",\"x-forwarded-proto\":\"http\"}" },
        { "body", "\"{}\"" },
        { "isBase64Encoded", "false" },
        { "requestContext.accountId", "\"anonymous\"" },
        { "requestContext.domainName", "\"abc.lambda-url.r.localhost\"" },
        { "requestContext.http",
          "{\"method\":\"PUT\",\"path\":\"/a%20b/\",\"protocol\":\"HTTP/1.1\","
          "\"sourceIp\":\"127.0.0.1\",\"userAgent\":null}" },
        { "requestContext.time", "\"12/Mar/2020:19:03:58 +0000\"" },
        { "requestContext.timeEpoch", "1584039838123" },
        { "requestContext.authorizer", "absent" },
    };
    for (const auto &e : expected)
        EXPECT_EQ(event.get(e.path), e.value) << e.path;
}

TEST(UrlEvent, LeavesOutWhatThereIsNot)
{
    Visit visit;
    MadeJson event(visit.event());
    for (const char *key : { "body", "cookies", "queryStringParameters" })
        EXPECT_EQ(event.get(key), "absent") << key;
}

TEST(UrlEvent, TextIsTextOnlyInUtf8)
{
    Visit visit;
    visit.made.headers = { { "Content-Type", "text/plain" } };
    visit.made.body = "\xff";
    EXPECT_EQ(MadeJson(visit.event()).get("body"), "\"/w==\"");
    visit.made.headers = {};
    visit.made.body = "text";
    MadeJson event(visit.event());
    EXPECT_EQ(event.get("body"), "\"dGV4dA==\"");
    EXPECT_EQ(event.get("isBase64Encoded"), "true");
}

TEST(UrlEvent, NamesWhoSigned)
{
    Visit visit;
    MadeJson event(visit.event("AKIA"));
    EXPECT_EQ(event.get("requestContext.accountId"), "\"123456789012\"");
    EXPECT_EQ(event.get("requestContext.authentication"), "null");
    EXPECT_EQ(event.get("requestContext.authorizer.iam.accessKey"), "\"AKIA\"");
    EXPECT_EQ(event.get("requestContext.authorizer.iam.userArn"),
              "\"arn:aws:iam::123456789012:user/local\"");
    EXPECT_EQ(event.get("requestContext.authorizer.iam.principalOrgId"), "null");
}

struct fan_target target(const char *name, const char *qualifier = "")
{
    struct fan_target made = {};
    strncpy(made.name, name, sizeof made.name - 1);
    strncpy(made.qualifier, qualifier, sizeof made.qualifier - 1);
    return made;
}

TEST(FunctionUrls, AreFoundByHost)
{
    struct fan_urls *urls = fan_urls_new("us-east-1");
    struct fan_target f = target("f");
    char text[FAN_URL_TEXT_MAX];
    fan_urls_set_port(urls, 9100);
    struct fan_function_url *url = fan_urls_add(urls, &f);
    std::string id = url->id, host = id + ".lambda-url.us-east-1.localhost:9100";
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(fan_urls_text(urls, url, text), "http://" + host + "/");
    EXPECT_EQ(fan_urls_of_host(urls, host.c_str()), url);
    EXPECT_EQ(fan_urls_of_host(urls, (id + ".lambda-url.eu-west-1.on.aws").c_str()), url);
    EXPECT_EQ(fan_urls_of_host(urls, ("x" + host).c_str()), nullptr);
    EXPECT_EQ(fan_urls_of_host(urls, host.c_str() + 1), nullptr);
    for (const char *other :
         { "", "localhost", "127.0.0.1:9100", "lambda.us-east-1.amazonaws.com",
           "a.b.lambda-url.x", "a.lambda-urlx" })
        EXPECT_FALSE(fan_urls_is_host(other)) << other;
    EXPECT_FALSE(fan_urls_is_host(nullptr));
    EXPECT_TRUE(fan_urls_is_host("a.Lambda-Url.x"));
    fan_urls_free(urls);
}

TEST(FunctionUrls, GoAwayWithTheirFunction)
{
    struct fan_urls *urls = fan_urls_new("us-east-1");
    struct fan_target all[] = { target("f"), target("f", "prod"), target("g"),
                                target("f", "test") };
    for (const struct fan_target &one : all)
        fan_urls_add(urls, &one);
    EXPECT_EQ(fan_urls_find(urls, "f", "none"), nullptr);
    fan_urls_remove(urls, fan_urls_find(urls, "f", "prod"));
    EXPECT_EQ(fan_urls_count(urls), 3u);
    EXPECT_NE(fan_urls_find(urls, "f", "test"), nullptr);
    fan_urls_forget(urls, "f");
    EXPECT_EQ(fan_urls_count(urls), 1u);
    EXPECT_STREQ(fan_urls_at(urls, 0)->function.name, "g");
    fan_urls_free(urls);
}

} // namespace
