#include "common/number.h"

#include <gtest/gtest.h>
#include <string>

static bool parse(const char *text, uint64_t *value)
{
    return fan_number_u64(text, 0, UINT64_MAX, value, nullptr) == FAN_OK;
}

TEST(NumberInteger, ReadsWhatPeopleWrite)
{
    struct {
        const char *text;
        uint64_t value;
    } cases[] = { { "0", 0 },
                  { "1e10", 10000000000u },
                  { "1E+3", 1000 },
                  { "2.5e6", 2500000 },
                  { "1_000_000", 1000000 },
                  { "18446744073709551615", UINT64_MAX },
                  { "1e18", 1000000000000000000u },
                  { "10.0", 10 },
                  { "0e300", 0 },
                  { "1.5e1", 15 } };
    for (const auto &c : cases) {
        uint64_t v = 1;
        EXPECT_TRUE(parse(c.text, &v)) << c.text;
        EXPECT_EQ(c.value, v) << c.text;
    }
}

TEST(NumberInteger, RefusesEverythingElse)
{
    for (const char *text :
         { "",       "-1",  "+1",   " 1",   "1 ",   "1x",
           "0x10",   "1e",  "1e-3", "1.5",  "1e20", "18446744073709551616",
           "1.25e1", ".",   "e5",   "1__0", "_1",   "1_",
           "1e999",  "nan", "1.2.3" }) {
        uint64_t v = 42;
        EXPECT_FALSE(parse(text, &v)) << text;
        EXPECT_EQ(42u, v) << text;
    }
}

TEST(NumberInteger, NamesTheBounds)
{
    uint64_t v;
    fan_err err = {};
    EXPECT_EQ(FAN_EINVAL, fan_number_u64("127", 128, 10240, &v, &err));
    EXPECT_STREQ("'127' is not an integer from 128 to 10240", err.text);
}

TEST(NumberDouble, ReadsPercentAndRefusesNonsense)
{
    double v;
    EXPECT_EQ(FAN_OK, fan_number_double("20%", 0, 1, &v, nullptr));
    EXPECT_DOUBLE_EQ(0.2, v);
    EXPECT_EQ(FAN_OK, fan_number_double("-1.5e-3", -1, 1, &v, nullptr));
    EXPECT_DOUBLE_EQ(-1.5e-3, v);
    for (const char *text : { "", "nan", "inf", "1x", "120%", "2", "%", "--1", " 1" })
        EXPECT_EQ(FAN_EINVAL, fan_number_double(text, 0, 1, &v, nullptr)) << text;
}

TEST(NumberBool, KnowsTheWords)
{
    bool v;
    for (const char *text : { "true", "yes", "on", "1" }) {
        EXPECT_EQ(FAN_OK, fan_number_bool(text, &v, nullptr));
        EXPECT_TRUE(v);
    }
    for (const char *text : { "false", "no", "off", "0" }) {
        EXPECT_EQ(FAN_OK, fan_number_bool(text, &v, nullptr));
        EXPECT_FALSE(v);
    }
    EXPECT_EQ(FAN_EINVAL, fan_number_bool("TRUE", &v, nullptr));
}

TEST(NumberGrouped, PutsCommas)
{
    char text[FAN_NUMBER_GROUPED_MAX];
    EXPECT_STREQ("0", fan_number_grouped(0, text));
    EXPECT_STREQ("999", fan_number_grouped(999, text));
    EXPECT_STREQ("455,052,511", fan_number_grouped(455052511, text));
    EXPECT_STREQ("18,446,744,073,709,551,615", fan_number_grouped(UINT64_MAX, text));
}

TEST(NumberDuration, ReadsWhatPeopleWrite)
{
    struct {
        const char *text;
        int64_t ns;
    } cases[] = { { "500ms", 500000000 },
                  { "30s", 30000000000 },
                  { "5m", 300000000000 },
                  { "1.5m", 90000000000 },
                  { "6h", 21600000000000 },
                  { "2d", 172800000000000 },
                  { "0", 0 },
                  { "0s", 0 },
                  { "0.25ms", 250000 } };
    for (const auto &c : cases) {
        int64_t ns = -1;
        EXPECT_EQ(FAN_OK, fan_number_duration(c.text, 0, INT64_MAX, &ns, nullptr))
            << c.text;
        EXPECT_EQ(c.ns, ns) << c.text;
        char text[FAN_NUMBER_DURATION_MAX];
        int64_t again = -1;
        fan_number_duration_text(ns, text);
        EXPECT_EQ(FAN_OK, fan_number_duration(text, 0, INT64_MAX, &again, nullptr));
        EXPECT_EQ(ns, again) << text;
    }
}

TEST(NumberDuration, WritesTheLongestUnitThatDivides)
{
    char text[FAN_NUMBER_DURATION_MAX];
    EXPECT_STREQ("6h", fan_number_duration_text(21600000000000, text));
    EXPECT_STREQ("90s", fan_number_duration_text(90000000000, text));
    EXPECT_STREQ("1500ms", fan_number_duration_text(1500000000, text));
    EXPECT_STREQ("0s", fan_number_duration_text(0, text));
}

TEST(NumberDuration, RefusesEverythingElse)
{
    for (const char *text :
         { "", "5", "s", "-5s", "+5s", " 5s", "5 s", "5sec", "5M", "1e999s", "nan",
           "nans", "0x10s5", "5s ", "inf", "1h30m" }) {
        int64_t ns = 42;
        EXPECT_EQ(FAN_EINVAL, fan_number_duration(text, 0, INT64_MAX, &ns, nullptr))
            << text;
        EXPECT_EQ(42, ns) << text;
    }
    int64_t ns;
    fan_err err = {};
    EXPECT_EQ(FAN_EINVAL,
              fan_number_duration("10ms", 100000000, 86400000000000, &ns, &err));
    EXPECT_STREQ("'10ms' is not a duration from 100ms to 1d", err.text);
}
