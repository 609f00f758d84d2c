// Which resource a path means.
#include "local_lambda/gateway_route.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

// the parameters of a match, or "no"
std::string match(const char *pattern, const char *path)
{
    struct fan_route_match found;
    EXPECT_EQ(fan_route_problem(pattern), nullptr) << pattern;
    if (!fan_route_matches(pattern, path, &found)) return "no";
    std::string all;
    for (size_t i = 0; i < found.count; i++)
        all += "[" + std::string(found.param[i].name, found.param[i].name_bytes) + "=" +
               std::string(found.param[i].value, found.param[i].value_bytes) + "]";
    return all;
}

TEST(GatewayRoute, MatchesText)
{
    EXPECT_EQ(match("/", "/"), "");
    EXPECT_EQ(match("/a/b", "/a/b"), "");
    EXPECT_EQ(match("/a/b", "/a/b/"), "");
    for (const char *path : { "/", "/a", "/a/bc", "/a/b/c", "/A/b", "/a//b", "/ab" })
        EXPECT_EQ(match("/a/b", path), "no") << path;
}

TEST(GatewayRoute, MatchesParameters)
{
    EXPECT_EQ(match("/{x}", "/7"), "[x=7]");
    EXPECT_EQ(match("/a/{x}/b/{y}", "/a/1/b/%2F"), "[x=1][y=%2F]");
    EXPECT_EQ(match("/{x}", "/"), "no");
    EXPECT_EQ(match("/{x}", "/a/b"), "no");
    EXPECT_EQ(match("/a/{x}/b", "/a//b"), "no");
}

TEST(GatewayRoute, MatchesTheRest)
{
    EXPECT_EQ(match("/{proxy+}", "/a"), "[proxy=a]");
    EXPECT_EQ(match("/{proxy+}", "/a/b//c/"), "[proxy=a/b//c]");
    EXPECT_EQ(match("/a/{proxy+}", "/a"), "no");
    EXPECT_EQ(match("/a/{proxy+}", "/a/"), "no");
    EXPECT_EQ(match("/{proxy+}", "/"), "no");
}

TEST(GatewayRoute, RefusesOtherPatterns)
{
    for (const char *pattern :
         { "", "a", "//", "/a//b", "/a/", "/{}", "/{+}", "/{a", "/a}b{", "/{a+}/b",
           "/{a b}", "/a b", "/a?b", "/{a}{b}" })
        EXPECT_NE(fan_route_problem(pattern), nullptr) << pattern;
    EXPECT_EQ(fan_route_problem("/%7B"), nullptr); // as it comes over the wire
    std::string many;
    for (int i = 0; i < 17; i++)
        many += "/{p" + std::to_string(i) + "}";
    EXPECT_NE(fan_route_problem(many.c_str()), nullptr);
    EXPECT_EQ(fan_route_problem(many.substr(0, many.rfind('/')).c_str()), nullptr);
}

TEST(GatewayRoute, OrdersBySpecificity)
{
    EXPECT_LT(fan_route_order("/a/b", "/a/{x}"), 0);
    EXPECT_LT(fan_route_order("/a/{x}", "/a/{x+}"), 0);
    EXPECT_LT(fan_route_order("/a/{x+}", "/{x+}"), 0);
    EXPECT_GT(fan_route_order("/{x}/b", "/a/{y}"), 0);
    EXPECT_EQ(fan_route_order("/a/{x}", "/a/{y}"), 0);
    EXPECT_NE(fan_route_order("/a", "/b"), 0);
    EXPECT_NE(fan_route_order("/a", "/ab"), 0);
    EXPECT_EQ(fan_route_order("/", "/"), 0);
}

} // namespace
