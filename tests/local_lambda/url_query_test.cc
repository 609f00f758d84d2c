// Queries, taken apart as a gateway does.
#include "local_lambda/url_query.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string parts(const char *text)
{
    struct fan_url_query query;
    const char *name = nullptr, *value = nullptr;
    std::string all;
    fan_url_query_init(&query, text);
    while (fan_url_query_next(&query, &name, &value))
        all += std::string("[") + name + "|" + value + "]";
    fan_url_query_clear(&query);
    return all;
}

TEST(UrlQuery, DecodesNamesAndValues)
{
    EXPECT_EQ(parts("a=1&b=2"), "[a|1][b|2]");
    EXPECT_EQ(parts("a%20b=c+d%2B%26&x=%C3%BC"), "[a b|c d+&][x|\xc3\xbc]");
    EXPECT_EQ(parts("a=b=c"), "[a|b=c]");
}

TEST(UrlQuery, TakesOddOnesAsTheyAre)
{
    EXPECT_EQ(parts(""), "");
    EXPECT_EQ(parts("&&"), "");
    EXPECT_EQ(parts("a"), "[a|]");
    EXPECT_EQ(parts("a&b=&=c&"), "[a|][b|][|c]");
    EXPECT_EQ(parts("a=%zz&b=%&c=%00&d=%2"), "[a|%zz][b|%][c|%00][d|%2]");
}

} // namespace
