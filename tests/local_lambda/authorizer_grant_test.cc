// Answers of authorizers, and the cache that keeps them.
#include "local_lambda/authorizer_cache.h"
#include "local_lambda/authorizer_grant.h"
#include "tests/local_lambda/made_json.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{

const std::string policy = "\"policyDocument\":{\"Statement\":{\"Effect\":\"Allow\","
                           "\"Action\":\"*\",\"Resource\":\"*\"}}";

struct fan_grant *parse(const std::string &text, std::string *why = nullptr)
{
    struct fan_grant *grant = nullptr;
    struct fan_err err = { FAN_OK, "" };
    if (fan_grant_parse(&grant, text.data(), text.size(), &err) && why) *why = err.text;
    return grant;
}

TEST(Grant, HoldsWhatTheFunctionIsTold)
{
    struct fan_grant *grant =
        parse("{\"principalId\":\"me\"," + policy +
              ",\"context\":{\"s\":\"x\",\"n\":7,\"r\":1.5,\"b\":true,\"z\":null,"
              "\"principalId\":\"other\"},\"usageIdentifierKey\":\"the key\"}");
    ASSERT_NE(grant, nullptr);
    MadeJson context(json_incref(grant->context));
    EXPECT_EQ(context.get("principalId"), "\"me\"");
    EXPECT_EQ(context.get("s"), "\"x\"");
    EXPECT_EQ(context.get("n"), "\"7\"");
    EXPECT_EQ(context.get("r"), "\"1.5\"");
    EXPECT_EQ(context.get("b"), "\"true\"");
    EXPECT_EQ(context.get("z"), "absent");
    EXPECT_STREQ(grant->usage_key, "the key");
    fan_grant_unref(grant);
}

TEST(Grant, RefusesOtherAnswers)
{
    const struct {
        std::string text, why;
    } cases[] = {
        { "", "the answer must be a JSON object" },
        { "null", "the answer must be a JSON object" },
        { "[]", "the answer must be a JSON object" },
        { "{" + policy + "}", "principalId must be a string" },
        { "{\"principalId\":7," + policy + "}", "principalId must be a string" },
        { "{\"principalId\":\"me\"}",
          "policyDocument must be an object with at most 256 statements" },
        { "{\"principalId\":\"me\"," + policy + ",\"context\":[]}",
          "context must be an object" },
        { "{\"principalId\":\"me\"," + policy + ",\"context\":{\"a\":{}}}",
          "context must hold strings, numbers and booleans only" },
        { "{\"principalId\":\"me\"," + policy + ",\"usageIdentifierKey\":7}",
          "usageIdentifierKey must be a string" },
    };
    for (const auto &c : cases) {
        std::string why;
        EXPECT_EQ(parse(c.text, &why), nullptr) << c.text;
        EXPECT_EQ(why, c.why);
    }
}

struct Key {
    unsigned char bytes[FAN_CACHE_KEY_BYTES];
    explicit Key(unsigned n)
    {
        memset(bytes, 0, sizeof bytes); // all in one set
        memcpy(bytes + 8, &n, sizeof n);
    }
};

TEST(AuthorizerCache, KeepsUntilTheTime)
{
    struct fan_authorizer_cache *cache = fan_authorizer_cache_new();
    struct fan_grant *grant = parse("{\"principalId\":\"me\"," + policy + "}");
    EXPECT_EQ(fan_authorizer_cache_get(cache, Key(1).bytes, 0), nullptr);
    fan_authorizer_cache_put(cache, Key(1).bytes, grant, 100);
    EXPECT_EQ(fan_authorizer_cache_get(cache, Key(1).bytes, 99), grant);
    EXPECT_EQ(fan_authorizer_cache_get(cache, Key(1).bytes, 100), nullptr);
    EXPECT_EQ(fan_authorizer_cache_get(cache, Key(2).bytes, 0), nullptr);
    EXPECT_EQ(grant->references, 2u);
    fan_authorizer_cache_free(cache);
    EXPECT_EQ(grant->references, 1u);
    fan_grant_unref(grant);
}

TEST(AuthorizerCache, ReplacesTheOneThatEndsFirst)
{
    struct fan_authorizer_cache *cache = fan_authorizer_cache_new();
    struct fan_grant *grant = parse("{\"principalId\":\"me\"," + policy + "}");
    for (unsigned i = 0; i < 5; i++)
        fan_authorizer_cache_put(cache, Key(i).bytes, grant, i == 2 ? 10 : 20);
    for (unsigned i = 0; i < 5; i++)
        EXPECT_EQ(fan_authorizer_cache_get(cache, Key(i).bytes, 5) != nullptr, i != 2)
            << i;
    fan_authorizer_cache_put(cache, Key(4).bytes, grant, 30); // its own place again
    EXPECT_EQ(grant->references, 5u);
    EXPECT_EQ(fan_authorizer_cache_get(cache, Key(4).bytes, 25), grant);
    fan_authorizer_cache_free(cache);
    fan_grant_unref(grant);
}

} // namespace
