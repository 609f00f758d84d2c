#include "local_lambda/json_check.h"

#include "common/random.h"

#include <gtest/gtest.h>
#include <jansson.h>

#include <string>

namespace
{
bool Good(const std::string &text, size_t *at = nullptr)
{
    size_t wrong_at = 0;
    bool good = fan_json_check(text.data(), text.size(), &wrong_at);
    if (at) *at = wrong_at;
    return good;
}

/* The library's opinion. NUL escapes are allowed by the RFC, refused by it by default. */
bool Library(const std::string &text)
{
    json_error_t error;
    json_t *json =
        json_loadb(text.data(), text.size(),
                   JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    json_decref(json);
    return json != nullptr;
}
} // namespace

TEST(JsonCheck, AcceptsEveryKindOfValue)
{
    for (const char *text :
         { "{}", "[]", "null", "true", "false", "0", "-0", "-1.5e+10", "1E5", "\"\"",
           " { \"a\" : [ 1 , { } , [ [ ] ] ] , \"b\":\"\\u00e9\\n\" } ", "\"\xc3\xa9\"",
           "\"\xf0\x9f\x98\x80\"", "[[],[]]", "{\"a\":{},\"a\":[]}" })
        EXPECT_TRUE(Good(text)) << text;
}

TEST(JsonCheck, RefusesWhatIsNoJson)
{
    for (const char *text : { "",
                              " ",
                              "{",
                              "[",
                              "[1,]",
                              "{\"a\"}",
                              "{\"a\":}",
                              "{a:1}",
                              "{'a':1}",
                              "01",
                              "1.",
                              ".5",
                              "+1",
                              "1e",
                              "nul",
                              "nulll",
                              "\"",
                              "\"\\x\"",
                              "\"\\u12g4\"",
                              "\"\n\"",
                              "[1 2]",
                              "{\"a\":1,}",
                              "1 1",
                              "]",
                              "}",
                              "[}",
                              "{]",
                              "{1:2}",
                              "\"\xff\"",
                              "\"\xc0\x80\"",
                              "\"\xed\xa0\x80\"",
                              "\"\xf4\x90\x80\x80\"",
                              "NaN",
                              "-" })
        EXPECT_FALSE(Good(text)) << text;
}

TEST(JsonCheck, TellsWhere)
{
    size_t at = 0;
    EXPECT_FALSE(Good("{\"a\":", &at));
    EXPECT_EQ(at, 5u);
    EXPECT_FALSE(Good("{'a'}", &at));
    EXPECT_EQ(at, 1u);
    EXPECT_FALSE(Good("{} x", &at));
    EXPECT_EQ(at, 3u);
}

TEST(JsonCheck, NestsToItsLimitAndNoDeeper)
{
    std::string open(FAN_JSON_DEPTH_MAX, '['), close(FAN_JSON_DEPTH_MAX, ']');
    EXPECT_TRUE(Good(open + close));
    EXPECT_FALSE(Good("[" + open + close + "]"));
}

TEST(JsonCheck, AgreesWithTheLibraryOnMutilatedTexts)
{
    const std::string seed = "{\"lo\": 10, \"hi\": [1.5e3, -2, true, null], "
                             "\"t\": \"a\\u00e9\\\\\xc3\xa9\", \"n\": {\"x\": {}}}";
    const std::string spare = "{}[]\",:\\0123eE+-.tfn \xc3\xa9";
    struct fan_random random;
    fan_random_init(&random, 7, 0);
    for (int round = 0; round < 20000; round++) {
        std::string text = seed;
        for (uint64_t n = fan_random_below(&random, 4); n > 0; n--) {
            size_t at = fan_random_below(&random, text.size());
            if (fan_random_below(&random, 2))
                text.erase(at, 1);
            else
                text[at] = spare[fan_random_below(&random, spare.size())];
        }
        /* the library refuses lone surrogates and huge reals, the RFC does not */
        if (text.find("\\ud") != std::string::npos ||
            text.find("e3") == std::string::npos)
            continue;
        ASSERT_EQ(Good(text), Library(text)) << text;
    }
}
