// Policies: what they allow and deny, and which ones are none.
#include "local_lambda/authorizer_policy.h"
#include "tests/local_lambda/made_json.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

const char *const arn =
    "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/items/7";

std::string statement(const std::string &effect, const std::string &resource,
                      const std::string &action = "\"execute-api:Invoke\"")
{
    return "{\"Effect\":\"" + effect + "\",\"Action\":" + action +
           ",\"Resource\":" + resource + "}";
}

// "allowed", "denied", "not allowed", or why it is no policy
std::string verdict(const std::string &statements)
{
    MadeJson document("{\"Version\":\"2012-10-17\",\"Statement\":" + statements + "}");
    struct fan_err err = { FAN_OK, "" };
    if (fan_policy_check(document.value, &err)) return err.text;
    switch (fan_policy_evaluate(document.value, arn)) {
    case FAN_VERDICT_ALLOWED: return "allowed";
    case FAN_VERDICT_DENIED: return "denied";
    case FAN_VERDICT_NOT_ALLOWED: return "not allowed";
    }
    return "";
}

TEST(PolicyPattern, StarsAndQuestionMarks)
{
    const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        { "", "", true },
        { "", "a", false },
        { "*", "", true },
        { "*", "a/b:c", true },
        { "a*c", "abbc", true },
        { "a*c", "ab", false },
        { "a?c", "abc", true },
        { "a?c", "ac", false },
        { "?", "", false },
        { "**a**", "xay", true },
        { "*a*b", "aabab", true },
        { "*ab", "aab", true },
        { "a*b*c", "aXbYbZc", true },
        { "A", "a", false },
        { "a.c", "abc", false },
        { "a[b]", "ab", false },
    };
    for (const auto &c : cases)
        EXPECT_EQ(fan_policy_matches(c.pattern, c.text, false), c.matches)
            << c.pattern << " " << c.text;
    EXPECT_TRUE(fan_policy_matches("EXECUTE-API:*", "execute-api:Invoke", true));
}

TEST(PolicyPattern, TakesNoExponentialTime)
{
    std::string pattern, text(2000, 'a');
    for (int i = 0; i < 500; i++)
        pattern += "*a";
    EXPECT_FALSE(fan_policy_matches((pattern + "b").c_str(), text.c_str(), false));
}

TEST(Policy, AllowsWhatMatches)
{
    EXPECT_EQ(verdict(statement("Allow", "\"" + std::string(arn) + "\"")), "allowed");
    EXPECT_EQ(
        verdict("[" +
                statement("Allow", "[\"x\",\"arn:aws:execute-api:*:*:abc123/prod/*\"]") +
                "]"),
        "allowed");
    EXPECT_EQ(verdict(statement("Allow", "\"*/GET/items/?\"")), "allowed");
    EXPECT_EQ(verdict(statement("Allow", "\"*\"", "[\"s3:Get\",\"Execute-API:*\"]")),
              "allowed");
}

TEST(Policy, AllowsNothingElse)
{
    EXPECT_EQ(verdict("[]"), "not allowed");
    EXPECT_EQ(verdict(statement("Allow", "\"*/POST/items/7\"")), "not allowed");
    EXPECT_EQ(verdict(statement("Allow", "\"*/GET/items\"")), "not allowed");
    EXPECT_EQ(verdict(statement("Allow", "\"*/GET/Items/7\"")), "not allowed");
    EXPECT_EQ(verdict(statement("Allow", "\"*\"", "\"s3:*\"")), "not allowed");
    EXPECT_EQ(verdict(statement("Allow", "\"*\"", "\"execute-api:ManageConnections\"")),
              "not allowed");
}

TEST(Policy, DenyWinsInAnyOrder)
{
    std::string allow = statement("Allow", "\"*\""),
                deny = statement("Deny", "\"*/items/*\"");
    EXPECT_EQ(verdict("[" + allow + "," + deny + "]"), "denied");
    EXPECT_EQ(verdict("[" + deny + "," + allow + "]"), "denied");
    EXPECT_EQ(verdict("[" + allow + "," + statement("Deny", "\"*/POST/*\"") + "]"),
              "allowed");
}

TEST(Policy, RefusesWhatCannotBeEvaluated)
{
    std::string good = statement("Allow", "\"*\"");
    for (const std::string &bad :
         { std::string("null"), std::string("7"), std::string("[7]"),
           std::string("\"Allow\""), std::string("{}"), statement("allow", "\"*\""),
           statement("Allow", "7"), statement("Allow", "[]"), statement("Allow", "[7]"),
           statement("Allow", "\"*\"", "null"),
           "[" + good + "," + statement("Perhaps", "\"*\"") + "]",
           good.substr(0, good.size() - 1) + ",\"Condition\":{\"StringEquals\":{}}}",
           good.substr(0, good.size() - 1) + ",\"NotResource\":\"*\"}",
           statement("Allow", "\"" + std::string(2049, 'x') + "\""),
           std::string("{\"Effect\":\"Allow\",\"Resource\":\"*\"}") }) {
        std::string said = verdict(bad);
        EXPECT_TRUE(said.find("statement") != std::string::npos) << bad << " " << said;
    }
    EXPECT_EQ(
        verdict(good.substr(0, good.size() - 1) + ",\"Condition\":{},\"Sid\":\"x\"}"),
        "allowed");
}

} // namespace
