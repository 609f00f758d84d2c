// Names, partial and full ARNs.
#include "local_lambda/function_id.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

// "name|qualifier", or "refused"
std::string parsed(const std::string &component)
{
    char name[65], qualifier[129];
    struct fan_err err = {};
    if (fan_function_id_parse(component.data(), component.size(), name, qualifier,
                              &err)) {
        EXPECT_EQ(err.code, FAN_EINVAL);
        return "refused";
    }
    return std::string(name) + "|" + qualifier;
}

TEST(FunctionId, ReadsAllForms)
{
    EXPECT_EQ(parsed("sieve"), "sieve|");
    EXPECT_EQ(parsed("sieve-128_a"), "sieve-128_a|");
    EXPECT_EQ(parsed("sieve:prod"), "sieve|prod");
    EXPECT_EQ(parsed("sieve:$LATEST"), "sieve|$LATEST");
    EXPECT_EQ(parsed("sieve%3A%24LATEST"), "sieve|$LATEST");
    EXPECT_EQ(parsed("123456789012:function:sieve"), "sieve|");
    EXPECT_EQ(parsed("us-east-1:123456789012:function:sieve:7"), "sieve|7");
    EXPECT_EQ(parsed("function:sieve"), "sieve|");
    EXPECT_EQ(parsed("arn:aws:lambda:us-east-1:123456789012:function:sieve"), "sieve|");
    EXPECT_EQ(parsed("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:sieve:x"),
              "sieve|x");
    EXPECT_EQ(parsed("arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Asieve"),
              "sieve|");
}

TEST(FunctionId, RefusesEverythingElse)
{
    for (const char *text : { "", ":", "sieve:", ":prod", "a b", "a.b", "a/b", "a%",
                              "a%2", "a%00b", "sieve:$latest", "sieve:$LATEST:x", "a:b:c",
                              "arn:aws:s3:::bucket", "$LATEST", "na\xffme" })
        EXPECT_EQ(parsed(text), "refused") << text;
}

TEST(FunctionId, HoldsTheLimitsOfLength)
{
    std::string name(64, 'n'), qualifier(128, 'q');
    EXPECT_EQ(parsed(name), name + "|");
    EXPECT_EQ(parsed(name + "n"), "refused");
    EXPECT_EQ(parsed(name + ":" + qualifier), name + "|" + qualifier);
    EXPECT_EQ(parsed(name + ":" + qualifier + "q"), "refused");
    EXPECT_EQ(parsed(std::string(100000, 'n')), "refused");
}

TEST(FunctionName, IsLettersDigitsDashAndUnderscore)
{
    EXPECT_TRUE(fan_function_name_valid("A-z_09"));
    EXPECT_FALSE(fan_function_name_valid(""));
    EXPECT_FALSE(fan_function_name_valid("a:b"));
    EXPECT_FALSE(fan_function_name_valid(".."));
    EXPECT_FALSE(fan_function_name_valid(std::string(65, 'a').c_str()));
}

} // namespace
