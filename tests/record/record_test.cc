#include "record/record.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace
{
std::string Clean(const std::string &text, size_t size = 100)
{
    std::string out(size, 'x');
    size_t n = fan_record_clean_text(&out[0], size, text.data(), text.size());
    EXPECT_EQ('\0', out[n]);
    return out.substr(0, n);
}
} // namespace

TEST(RecordNames, ComeBack)
{
    for (int i = 0; i < FAN_REASON_COUNT; i++)
        EXPECT_EQ(i, fan_reason_parse(fan_reason_name(static_cast<fan_reason>(i))));
    EXPECT_EQ(FAN_REASON_OTHER, fan_reason_parse("news"));
    EXPECT_STREQ("throttle", fan_outcome_name(FAN_OUTCOME_THROTTLE));
    EXPECT_STREQ("unknown", fan_outcome_name(FAN_OUTCOME_COUNT));
    EXPECT_STREQ("other", fan_reason_name(FAN_REASON_COUNT));
}

TEST(RecordBillable, FollowsTheOutcome)
{
    struct {
        fan_outcome outcome;
        bool never_sent, billable;
    } rows[] = {
        { FAN_OUTCOME_OK, false, true },        { FAN_OUTCOME_FUNCTION, false, true },
        { FAN_OUTCOME_THROTTLE, false, false }, { FAN_OUTCOME_CLIENT, false, false },
        { FAN_OUTCOME_SERVICE, false, true },   { FAN_OUTCOME_NETWORK, false, true },
        { FAN_OUTCOME_NETWORK, true, false },
    };
    for (auto &row : rows) {
        fan_record r{};
        r.outcome = row.outcome;
        r.never_sent = row.never_sent;
        EXPECT_EQ(row.billable, fan_record_billable(&r)) << fan_outcome_name(row.outcome);
    }
}

TEST(RecordText, KeepsGoodUtf8AndMarksTheRest)
{
    EXPECT_EQ("plain", Clean("plain"));
    EXPECT_EQ("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
              Clean("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    EXPECT_EQ("a?b", Clean("a\xff"
                           "b"));
    EXPECT_EQ("??", Clean("\xc0\x80")) << "overlong";
    EXPECT_EQ("???", Clean("\xed\xa0\x80")) << "surrogate";
    EXPECT_EQ("????", Clean("\xf4\x90\x80\x80")) << "above U+10FFFF";
    EXPECT_EQ("?", Clean("\xc3")) << "cut";
}

TEST(RecordText, IsCutBetweenCharacters)
{
    EXPECT_EQ("abc", Clean("abcdef", 4));
    EXPECT_EQ("ab", Clean("ab\xc3\xa9", 4));
    EXPECT_EQ("ab\xc3\xa9", Clean("ab\xc3\xa9", 5));
    EXPECT_EQ("", Clean("abc", 1));
    char field[8];
    fan_record_set_text(field, sizeof field, "a\nb\0c\x7f", 6);
    EXPECT_STREQ("a b c ", field);
}

TEST(RecordClear, FreesTheBodyAndTakesNothing)
{
    fan_record r{};
    r.body = strdup("x");
    r.body_bytes = 1;
    fan_record_clear(&r);
    EXPECT_EQ(nullptr, r.body);
    fan_record_clear(&r);
    fan_record_clear(nullptr);
}
