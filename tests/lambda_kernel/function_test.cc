#include "lambda_kernel/function.h"

#include <gtest/gtest.h>
#include <jansson.h>

#include <memory>
#include <string>

#include "common/clock.h"

namespace
{

using Json = std::unique_ptr<json_t, decltype(&json_decref)>;

struct Reply {
    std::string error_type;
    std::string text;
    Json json{ nullptr, json_decref };

    const char *string(const char *key) const
    {
        const char *found = json_string_value(json_object_get(json.get(), key));
        return found ? found : "(none)";
    }
    json_int_t integer(const char *key) const
    {
        return json_integer_value(json_object_get(json.get(), key));
    }
    bool truth(const char *key) const
    {
        return json_is_true(json_object_get(json.get(), key));
    }
};

class Function
{
  public:
    explicit Function(const char *handler, uint64_t memory_mb = 1769)
    {
        fan_err err = {};
        EXPECT_EQ(fan_function_new(&function, handler, memory_mb, &err), FAN_OK)
            << err.text;
    }
    ~Function()
    {
        fan_function_free(function);
    }
    Function(const Function &) = delete;

    Reply invoke(const std::string &event, int64_t deadline_ms = 0)
    {
        fan_answer answer;
        fan_function_invoke(function, event.data(), event.size(), deadline_ms, &answer);
        Reply reply;
        reply.error_type = answer.error_type ? answer.error_type : "";
        reply.text.assign(answer.body, answer.body_bytes);
        reply.json.reset(json_loads(answer.body, 0, nullptr));
        EXPECT_TRUE(reply.json) << reply.text;
        fan_answer_clear(&answer);
        return reply;
    }

    /* a proxied answer: its status, and its body as the reply */
    Reply invoke_proxied(const std::string &event, json_int_t expected_status)
    {
        Reply outer = invoke(event);
        EXPECT_EQ(outer.error_type, "");
        EXPECT_EQ(outer.integer("statusCode"), expected_status) << outer.text;
        EXPECT_TRUE(json_is_false(json_object_get(outer.json.get(), "isBase64Encoded")));
        EXPECT_STREQ(json_string_value(json_object_get(
                         json_object_get(outer.json.get(), "headers"), "Content-Type")),
                     "application/json");
        Reply inner;
        inner.text = outer.string("body");
        inner.json.reset(json_loads(inner.text.c_str(), 0, nullptr));
        EXPECT_TRUE(inner.json) << inner.text;
        return inner;
    }

  private:
    fan_function *function = nullptr;
};

int64_t now_ms()
{
    return fan_clock_wall_ns() / 1000000;
}

void expect_invalid(const char *handler, const std::string &event, const char *part)
{
    Reply reply = Function(handler).invoke(event);
    EXPECT_EQ(reply.error_type, FAN_ERROR_INVALID_INPUT) << event;
    EXPECT_STREQ(reply.string("errorType"), FAN_ERROR_INVALID_INPUT) << event;
    EXPECT_NE(std::string(reply.string("errorMessage")).find(part), std::string::npos)
        << event << " gave " << reply.text;
    EXPECT_TRUE(json_is_array(json_object_get(reply.json.get(), "stackTrace")));
}

} // namespace

TEST(FunctionSieve, AnswersEveryField)
{
    Function function("sieve");
    Reply reply = function.invoke(R"({"lo": 10, "hi": 30})");
    EXPECT_EQ(reply.error_type, "");
    EXPECT_EQ(reply.integer("lo"), 10);
    EXPECT_EQ(reply.integer("hi"), 30);
    EXPECT_EQ(reply.integer("count"), 6);
    EXPECT_STREQ(reply.string("checksum"), "112");
    EXPECT_EQ(reply.integer("first"), 11);
    EXPECT_EQ(reply.integer("last"), 29);
    for (const char *key : { "kernelSeconds", "cpuSeconds", "durationSeconds" }) {
        EXPECT_TRUE(json_is_real(json_object_get(reply.json.get(), key))) << key;
        EXPECT_GE(json_real_value(json_object_get(reply.json.get(), key)), 0) << key;
    }
    EXPECT_EQ(std::string(reply.string("instance")).size(), 16U);
    EXPECT_NE(std::string(reply.string("cpuModel")), "");
    EXPECT_TRUE(reply.truth("cold"));
    Reply second = function.invoke(R"({"lo": 0, "hi": 0})");
    EXPECT_FALSE(second.truth("cold"));
    EXPECT_STREQ(second.string("instance"), reply.string("instance"));
    EXPECT_EQ(second.integer("count"), 0);
}

TEST(FunctionSieve, AnswersTwinsGapAndPrimesWhenAsked)
{
    Function function("sieve");
    Reply reply = function.invoke(
        R"({"lo": 10, "hi": 30, "twins": true, "gap": true, "primes": true})");
    EXPECT_EQ(reply.error_type, "") << reply.text;
    EXPECT_EQ(reply.integer("twins"), 3); /* 11, 17 and 29 have one */
    EXPECT_EQ(reply.integer("gap"), 6);
    EXPECT_EQ(reply.integer("gapStart"), 23);
    EXPECT_NE(reply.text.find("\"primes\":[11,13,17,19,23,29]"), std::string::npos)
        << reply.text;
    Reply plain = function.invoke(R"({"lo": 10, "hi": 30, "twins": false})");
    for (const char *key : { "twins", "gap", "gapStart", "primes" })
        EXPECT_EQ(plain.text.find(key), std::string::npos) << key;
    expect_invalid("sieve", R"({"lo": 0, "hi": 9, "gap": 1})",
                   "invalid 'gap': expected true or false");
}

TEST(FunctionSieve, BoundsTheListOfPrimes)
{
    Function function("sieve");
    const char *most = R"({"lo": 0, "hi": 1299710, "primes": true})";
    Reply reply = function.invoke(most);
    EXPECT_EQ(reply.integer("count"), 100000);
    EXPECT_EQ(json_array_size(json_object_get(reply.json.get(), "primes")), 100000U);
    expect_invalid("sieve", R"({"lo": 0, "hi": 1299722, "primes": true})",
                   "more than 100000, expected a smaller range");
    expect_invalid("sieve", R"({"lo": 0, "hi": "1e17", "primes": true})", "more than");
}

TEST(FunctionSieve, WritesNumbersThatPassSignedIntegersAsText)
{
    Function function("sieve");
    Reply reply = function.invoke(
        R"({"lo": "18446744073709551615", "hi": "18446744073709551615"})");
    EXPECT_EQ(reply.error_type, "") << reply.text;
    EXPECT_STREQ(reply.string("hi"), "18446744073709551615");
    EXPECT_EQ(reply.integer("count"), 0);
}

TEST(FunctionSieve, TakesNumbersAsIntegerRealAndText)
{
    Function function("sieve");
    for (const char *event :
         { R"({"lo": 1000000, "hi": 1001000})", R"({"lo": 1e6, "hi": 1.001e6})",
           R"({"lo": "1e6", "hi": "1_001_000"})",
           R"({"lo": 1000000.0, "hi": "1001000"})" }) {
        Reply reply = function.invoke(event);
        EXPECT_EQ(reply.error_type, "") << reply.text;
        EXPECT_EQ(reply.integer("count"), 75) << event;
    }
}

TEST(FunctionSieve, RefusesBadInput)
{
    expect_invalid("sieve", "", "missing 'lo'");
    expect_invalid("sieve", "{}", "missing 'lo'");
    expect_invalid("sieve", R"({"lo": 1})", "missing 'hi'");
    expect_invalid("sieve", R"({"lo": null, "hi": 3})", "missing 'lo'");
    expect_invalid("sieve", R"({"lo": -1, "hi": 3})", "'-1' is not an integer");
    expect_invalid("sieve", R"({"lo": 5, "hi": 3})", "expected lo to be at most hi");
    expect_invalid("sieve", R"({"lo": 0, "hi": 1.5})", "1.5");
    expect_invalid("sieve", R"({"lo": 0, "hi": 1e17})", "2^53");
    expect_invalid("sieve", R"({"lo": 0, "hi": "1e20"})", "1e20");
    expect_invalid("sieve", R"({"lo": 0, "hi": "18446744073709551616"})", "18446744073709551616");
    expect_invalid("sieve", R"({"lo": 0, "hi": [3]})", "invalid 'hi'");
    expect_invalid("sieve", R"({"lo": 0, "hi": true})", "invalid 'hi'");
    expect_invalid("sieve", R"({"lo": 0, "hi": 99999999999999999999})", "as text");
    expect_invalid("sieve", R"({"lo": 0, "lo": 1, "hi": 2})", "duplicate");
    expect_invalid("sieve", "[1, 2]", "expected a JSON object");
    expect_invalid("sieve", "7", "expected a JSON object");
    expect_invalid("sieve", "{\"lo\": ", "cannot read the event as JSON");
    expect_invalid("sieve", std::string("{}\0{}", 5), "cannot read the event as JSON");
    expect_invalid("sieve", std::string(10000, '['), "cannot read the event as JSON");
    /* the quoted value is cut within a character of two bytes */
    std::string umlauts = "x";
    for (int i = 0; i < 60; i++)
        umlauts += "\xc3\xa4";
    EXPECT_EQ(Function("sieve").invoke("{\"lo\": \"" + umlauts + "\"}").error_type,
              FAN_ERROR_INVALID_INPUT);
}

TEST(FunctionSieve, GivesUpBeforeItsDeadline)
{
    Function function("sieve");
    Reply reply = function.invoke(R"({"lo": 0, "hi": "1e18"})", now_ms() + 100);
    EXPECT_EQ(reply.error_type, FAN_ERROR_DEADLINE_EXCEEDED);
    EXPECT_NE(reply.text.find("the deadline is near"), std::string::npos);
    reply = function.invoke(R"({"lo": 0, "hi": 100})", now_ms() + 60000);
    EXPECT_EQ(reply.integer("count"), 25);
    /* a deadline in the past leaves no time at all */
    reply = function.invoke(R"({"lo": 0, "hi": 100})", now_ms() - 1000);
    EXPECT_EQ(reply.error_type, FAN_ERROR_DEADLINE_EXCEEDED);
}

TEST(FunctionEratosthenes, AnswersEveryField)
{
    Function function("eratosthenes", 128);
    Reply reply = function.invoke(R"({"max": 1e6, "loops": 2})");
    EXPECT_EQ(reply.error_type, "") << reply.text;
    EXPECT_EQ(reply.integer("max"), 1000000);
    EXPECT_EQ(reply.integer("loops"), 2);
    EXPECT_EQ(reply.integer("count"), 78498);
    json_t *highest = json_object_get(reply.json.get(), "highest");
    ASSERT_EQ(json_array_size(highest), 3U);
    EXPECT_EQ(json_integer_value(json_array_get(highest, 0)), 999983);
    EXPECT_EQ(json_integer_value(json_array_get(highest, 2)), 999961);
    EXPECT_TRUE(json_is_real(json_object_get(reply.json.get(), "durationSeconds")));
    EXPECT_EQ(function.invoke(R"({"max": 3})").integer("loops"), 1);
}

TEST(FunctionEratosthenes, RefusesBadInputAndObeysItsDeadline)
{
    expect_invalid("eratosthenes", "{}", "missing 'max'");
    expect_invalid("eratosthenes", R"({"max": "2000000001"})", "2000000000");
    expect_invalid("eratosthenes", R"({"max": 10, "loops": 0})", "invalid 'loops'");
    Reply reply = Function("eratosthenes")
                      .invoke(R"({"max": 1e6, "loops": 1000000})", now_ms() + 60);
    EXPECT_EQ(reply.error_type, FAN_ERROR_DEADLINE_EXCEEDED);
}

TEST(FunctionIsprime, DecidesTheWholeRangeOfSixtyFourBits)
{
    Function function("isprime");
    Reply reply = function.invoke(R"({"n": "18446744073709551557"})");
    EXPECT_STREQ(reply.string("n"), "18446744073709551557");
    EXPECT_TRUE(reply.truth("prime"));
    EXPECT_FALSE(function.invoke(R"({"n": 561, "loops": 5})").truth("prime"));
    EXPECT_TRUE(function.invoke(R"({"n": 9223372036854775783})").truth("prime"));
    expect_invalid("isprime", R"({"n": 18446744073709551557})", "as text");
    EXPECT_EQ(function.invoke(R"({"n": "7", "loops": 1000000})", now_ms() - 1).error_type,
              FAN_ERROR_DEADLINE_EXCEEDED);
}

TEST(FunctionProxy, AnswersVersionOneInKind)
{
    Function function("sieve");
    const std::string context =
        R"("httpMethod": "POST", "requestContext": {"stage": "x"})";
    Reply reply = function.invoke_proxied(
        "{" + context +
            R"(, "body": "{\"lo\": 0, \"hi\": 100}", "isBase64Encoded": false})",
        200);
    EXPECT_EQ(reply.integer("count"), 25);
    /* {"lo":0,"hi":100} */
    reply = function.invoke_proxied(
        "{" + context +
            R"(, "body": "eyJsbyI6MCwiaGkiOjEwMH0=", "isBase64Encoded": true})",
        200);
    EXPECT_EQ(reply.integer("count"), 25);
    reply = function.invoke_proxied(
        "{" + context +
            R"(, "body": null, "queryStringParameters": {"lo": "0", "hi": "1e3"}})",
        200);
    EXPECT_EQ(reply.integer("count"), 168);
}

TEST(FunctionProxy, AnswersVersionTwoInKind)
{
    Reply reply = Function("isprime").invoke_proxied(
        R"({"version": "2.0", "rawPath": "/", "requestContext": {"http": {"method": "GET"}},
            "queryStringParameters": {"n": "97"}})",
        200);
    EXPECT_TRUE(reply.truth("prime"));
}

TEST(FunctionProxy, TellsBadInputWithStatusFourHundred)
{
    const std::string head =
        R"({"version": "2.0", "rawPath": "/", "requestContext": {"http": {}}, )";
    for (const char *rest :
         { R"("body": "{\"n\": -1}"})", R"("body": "not json"})", R"("body": "[1]"})",
           R"("body": "%%%%", "isBase64Encoded": true})",
           R"("body": "A", "isBase64Encoded": true})", R"("body": ""})",
           R"("queryStringParameters": {"n": "x"}})",
           R"("queryStringParameters": null})" }) {
        Reply reply = Function("isprime").invoke_proxied(head + rest, 400);
        EXPECT_STREQ(reply.string("errorType"), FAN_ERROR_INVALID_INPUT) << rest;
    }
}

TEST(FunctionProxy, IsNotSeenInPlainEventsThatOnlyLookAlike)
{
    for (const char *event :
         { R"({"n": 7, "httpMethod": "GET"})", R"({"n": 7, "requestContext": {}})",
           R"({"n": 7, "requestContext": 5, "httpMethod": "GET"})",
           R"({"n": 7, "version": "2.0", "requestContext": {}})" })
        EXPECT_TRUE(Function("isprime").invoke(event).truth("prime")) << event;
}

TEST(FunctionNew, NamesTheHandlersWhenItKnowsNone)
{
    fan_function *function = nullptr;
    fan_err err = {};
    EXPECT_EQ(fan_function_new(&function, "sort", 128, &err), FAN_EUSAGE);
    EXPECT_STREQ(err.text,
                 "unknown handler 'sort': expected one of sieve, eratosthenes, isprime");
}
