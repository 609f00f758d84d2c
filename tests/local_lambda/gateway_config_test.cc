// Descriptions of gateways: read whole, or refused with file and place.
#include "local_lambda/gateway_config.h"

#include <gtest/gtest.h>
#include <jansson.h>

#include <cstdlib>
#include <string>

namespace
{

struct Config {
    struct fan_gateway_config config;
    std::string error;
    explicit Config(const std::string &text)
    {
        struct fan_err err = { FAN_OK, "" };
        if (fan_gateway_config_parse(&config, text.data(), text.size(), "g.json", &err))
            error = err.text;
    }
    ~Config()
    {
        fan_gateway_config_clear(&config);
    }
    Config(const Config &) = delete;
    Config &operator=(const Config &) = delete;
};

// an error without its beginning, which names the file
std::string problem(const std::string &text)
{
    const std::string begin = "cannot read gateway 'g.json': ";
    Config made(text);
    EXPECT_EQ(made.error.substr(0, begin.size()), begin) << text;
    return made.error.size() > begin.size() ? made.error.substr(begin.size())
                                            : made.error;
}

// the members of a whole description, one of them replaced
std::string with(const std::string &members, const std::string &routes = "[]")
{
    return "{\"stage\":\"s\",\"routes\":" + routes +
           (members.empty() ? "" : "," + members) + "}";
}

std::string route(const std::string &members)
{
    return with("", "[{\"method\":\"GET\",\"path\":\"/\",\"function\":\"f\"," + members +
                        "}]");
}

TEST(GatewayConfig, LeastThatIsNeeded)
{
    Config made("{\"stage\":\"prod\",\"routes\":[{\"method\":\"ANY\",\"path\":\"/a/"
                "{x+}\",\"function\":\"f:7\"}]}");
    ASSERT_EQ(made.error, "");
    EXPECT_STREQ(made.config.stage, "prod");
    EXPECT_EQ(made.config.stage_variables, nullptr);
    EXPECT_EQ(made.config.throttle.rate, 10000);
    EXPECT_EQ(made.config.throttle.burst, 5000u);
    ASSERT_EQ(made.config.route_count, 1u);
    const struct fan_gateway_route &r = made.config.route[0];
    EXPECT_STREQ(r.method, "ANY");
    EXPECT_STREQ(r.function.name, "f");
    EXPECT_STREQ(r.function.qualifier, "7");
    EXPECT_EQ(r.timeout_ms, 29000u);
    EXPECT_EQ(r.authorizer, -1);
    EXPECT_FALSE(r.api_key_required);
    EXPECT_EQ(strlen(r.resource_id), 6u);
}

TEST(GatewayConfig, Everything)
{
    setenv("FAN_TEST_KEY", "from-the-environment", 1);
    Config made(
        R"({"api_id": "abc", "stage": "s", "stage_variables": {"a": "b"}, "binary_media_types": ["*/*"],
        "throttle": {"rate": 1.5, "burst": 2}, "api_key_source": "AUTHORIZER",
        "routes": [{"method": "GET", "path": "/", "function": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "authorizer": "two", "api_key_required": true, "timeout_ms": 50}],
        "authorizers": [
            {"name": "one", "type": "TOKEN", "function": "a", "validation": "a+", "ttl_s": 0},
            {"name": "two", "type": "REQUEST", "function": "b", "identity_sources": [
                "method.request.header.H", "method.request.querystring.q", "stageVariables.a", "context.path"]}],
        "api_keys": [{"name": "k", "value": "01234567890123456789", "enabled": false},
                     {"name": "e", "id": "i", "value_env": "FAN_TEST_KEY"}],
        "usage_plans": [{"name": "p", "keys": ["e"], "throttle": {"rate": 1, "burst": 1},
            "quota": {"limit": 5, "period": "WEEK", "offset": 6},
            "methods": [{"method": "*", "path": "/", "throttle": {"rate": 2, "burst": 3}}]}]})");
    ASSERT_EQ(made.error, "");
    const struct fan_gateway_config &c = made.config;
    EXPECT_TRUE(c.key_from_authorizer);
    EXPECT_EQ(c.throttle.rate, 1.5);
    EXPECT_EQ(c.route[0].authorizer, 1);
    EXPECT_EQ(c.route[0].timeout_ms, 50u);
    EXPECT_EQ(c.authorizer[0].source_count, 1u);
    EXPECT_STREQ(c.authorizer[0].source[0].name, "Authorization");
    EXPECT_EQ(c.authorizer[0].ttl_s, 0u);
    EXPECT_EQ(regexec(&c.authorizer[0].validation, "aaa", 0, nullptr, 0), 0);
    EXPECT_NE(regexec(&c.authorizer[0].validation, "aab", 0, nullptr, 0), 0);
    EXPECT_EQ(c.authorizer[1].source_count, 4u);
    EXPECT_EQ(c.authorizer[1].source[3].kind, FAN_IDENTITY_CONTEXT);
    EXPECT_EQ(c.authorizer[1].ttl_s, 300u);
    EXPECT_STREQ(c.key[1].value, "from-the-environment");
    EXPECT_STREQ(c.key[0].id, "k");
    EXPECT_FALSE(c.key[0].enabled);
    EXPECT_EQ(c.key[0].plan, -1);
    EXPECT_EQ(c.key[1].plan, 0);
    EXPECT_EQ(c.plan[0].quota.offset_days, 6u);
    EXPECT_EQ(c.plan[0].method[0].throttle.burst, 3u);
}

TEST(GatewayConfig, NamesThePlaceOfAnError)
{
    const struct {
        std::string text, problem;
    } cases[] = {
        { "[]", "expected an object, not this array" },
        { "{}", "stage: expected a string of 1 to 128 bytes, but it is missing" },
        { "{\"stage\":\"a/b\",\"routes\":[]}",
          "stage: expected letters, digits, '-' and '_', not this string" },
        { "{\"stage\":\"s\"}",
          "routes: expected an array of at most 300, but it is missing" },
        { "{\"stage\":\"s\",\"stage\":\"t\"}",
          "line 1, column 20: expected JSON: duplicate object key" },
        { "{\n\"stage\" 7}", "line 2, column 9: expected JSON: ':' expected" },
        { with("\"more\":1"),
          "unknown key 'more': expected one of api_id, stage, stage_variables, "
          "binary_media_types, throttle, routes, api_key_source, authorizers, api_keys, "
          "usage_plans" },
        { with("\"stage_variables\":{\"a\":1}"),
          "stage_variables.a: expected a string of 0 to 2048 bytes, not this number" },
        { with("\"throttle\":{\"rate\":-1}"),
          "throttle.rate: expected a number from 0 to 1e+06, not this number" },
        { with("\"api_key_source\":\"BODY\""),
          "api_key_source: expected one of HEADER|AUTHORIZER, not this string" },
        { with("", "[{\"method\":\"get\"}]"),
          "routes[0].method: expected one of GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|ANY, "
          "not this string" },
        { with("", "[{\"method\":\"GET\",\"path\":\"a\"}]"),
          "routes[0].path: expected a path like /a/{id}/{proxy+}: it does not begin with "
          "'/'" },
        { with("", "[{\"method\":\"GET\",\"path\":\"/\",\"function\":\"a b\"}]"),
          "routes[0].function: expected a function's name, NAME:QUALIFIER or an ARN, not "
          "this string" },
        { route("\"timeout_ms\":49"),
          "routes[0].timeout_ms: expected an integer from 50 to 29000, not this number" },
        { route("\"authorizer\":\"x\""), "routes[0].authorizer: expected the name of one "
                                         "of authorizers, not this string" },
        { route("\"api_key_required\":1"),
          "routes[0].api_key_required: expected true or false, not this number" },
        { with("", "[{\"method\":\"GET\",\"path\":\"/"
                   "{a}\",\"function\":\"f\"},{\"method\":\"PUT\",\"path\":\"/{b}\","
                   "\"function\":\"f\"}]"),
          "routes[1]: routes[0] has the same path with other parameter names" },
        { with("", "[{\"method\":\"GET\",\"path\":\"/"
                   "\",\"function\":\"f\"},{\"method\":\"GET\",\"path\":\"/\","
                   "\"function\":\"g\"}]"),
          "routes[1]: routes[0] has the same method and path" },
        { with("\"authorizers\":[{\"name\":\"a\",\"type\":\"REQUEST\",\"function\":\"f\"}"
               "]"),
          "authorizers[0].identity_sources: expected at least one source, or ttl_s 0: "
          "they are the cache's key, but it "
          "is missing" },
        { with("\"authorizers\":[{\"name\":\"a\",\"type\":\"TOKEN\",\"function\":\"f\","
               "\"validation\":\"(\"}]"),
          "authorizers[0].validation: expected a POSIX extended regular expression: "
          "Unmatched ( or \\(" },
        { with("\"authorizers\":[{\"name\":\"a\",\"type\":\"TOKEN\",\"function\":\"f\","
               "\"ttl_s\":3601}]"),
          "authorizers[0].ttl_s: expected an integer from 0 to 3600, not this number" },
        { with("\"api_keys\":[{\"name\":\"a\"}]"),
          "api_keys[0]: expected either 'value' or 'value_env'" },
        { with("\"api_keys\":[{\"name\":\"a\",\"value_env\":\"FAN_NO_SUCH_VARIABLE\"}]"),
          "api_keys[0].value_env: expected an environment variable of 20 to 128 bytes" },
        { with("\"api_keys\":[{\"name\":\"a\",\"value\":\"a secret of 20 bytes and "
               "more\"}]"),
          "api_keys[0]: a key's value must be of visible ASCII characters" },
        { with("\"usage_plans\":[{\"name\":\"p\",\"keys\":[\"a\"]}]"),
          "usage_plans[0].keys[0]: expected the name of one of api_keys, not this "
          "string" },
        { with("\"usage_plans\":[{\"name\":\"p\",\"keys\":[],\"quota\":{\"limit\":1,"
               "\"period\":\"DAY\",\"offset\":1}}]"),
          "usage_plans[0].quota.offset: expected an integer from 0 to 0, not this "
          "number" },
    };
    for (const auto &c : cases)
        EXPECT_EQ(problem(c.text), c.problem) << c.text;
}

TEST(GatewayConfig, AKeyIsInOnePlan)
{
    const std::string key =
        "\"api_keys\":[{\"name\":\"a\",\"value\":\"01234567890123456789\"}]";
    EXPECT_EQ(problem(with(key + ",\"usage_plans\":[{\"name\":\"p\",\"keys\":[\"a\"]},{"
                                 "\"name\":\"q\",\"keys\":[\"a\"]}]")),
              "usage_plans[1].keys[0]: the key is in another usage plan already");
    const std::string twice = "{\"name\":\"b\",\"value\":\"01234567890123456789\"}]";
    EXPECT_EQ(problem(with(key.substr(0, key.size() - 1) + "," + twice)),
              "api_keys[1]: another key has this value");
}

TEST(GatewayConfig, NoErrorQuotesAKey)
{
    for (
        const char *text :
        { R"({"api_keys": [{"name": "a", "value": "s3cret"}], "stage": "s", "routes": []})",
          R"({"api_keys": [{"name": "a", "value": "s3cret" "b"}]})",
          R"({"api_keys": "s3cret", "stage": "s"})", R"(["s3cret)" })
        EXPECT_EQ(problem(text).find("s3cret"), std::string::npos) << text;
}

TEST(GatewayConfig, SizesAreBounded)
{
    EXPECT_EQ(problem(std::string(4194305, ' ')), "it is larger than 4194304 bytes");
    std::string routes = "[";
    for (int i = 0; i < 301; i++)
        routes += (i ? ",{}" : "{}");
    EXPECT_EQ(problem(with("", routes + "]")),
              "routes: expected an array of at most 300, not this array");
}

} // namespace
