#include "mpi_driver/sieve_answer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{

fan_status parse(const char *body, fan_sieve_result *result, fan_err *err)
{
    return fan_sieve_answer_parse(body, std::strlen(body), { false, false }, result, err);
}

TEST(SieveAnswer, TakesIntegersAndDecimalStrings)
{
    fan_sieve_result r;
    fan_err err = {};
    ASSERT_EQ(parse(R"({"lo":0,"hi":"100","count":25,"checksum":"18446744073709551615",)"
                    R"("first":2,"last":97,"cold":true})",
                    &r, &err),
              FAN_OK)
        << err.text;
    EXPECT_EQ(r.range.end, 100u);
    EXPECT_EQ(r.count, 25u);
    EXPECT_EQ(r.checksum, UINT64_MAX);
    EXPECT_EQ(r.first, 2u);
    EXPECT_EQ(r.last, 97u);
}

TEST(SieveAnswer, NamesWhatIsWrong)
{
    const struct {
        const char *body, *words;
    } cases[] = {
        { "", "no JSON object" },
        { "[1]", "no JSON object" },
        { R"({"lo":0)", "no JSON object" },
        { R"({"lo":0,"hi":10})", "'count'" },
        { R"({"lo":-1,"hi":10,"count":4})", "'lo'" },
        { R"({"lo":0.5,"hi":10,"count":4})", "'lo'" },
        { R"({"lo":"x","hi":10,"count":4})", "'lo'" },
    };
    for (const auto &c : cases) {
        fan_sieve_result r;
        fan_err err = {};
        EXPECT_EQ(parse(c.body, &r, &err), FAN_EFORMAT) << c.body;
        EXPECT_NE(std::string(err.text).find(c.words), std::string::npos) << err.text;
    }
}

TEST(SieveAnswer, NoBodyIsNoAnswer)
{
    fan_sieve_result r;
    EXPECT_EQ(fan_sieve_answer_parse(nullptr, 0, { false, false }, &r, nullptr), FAN_EFORMAT);
}

} // namespace

TEST(SieveAnswer, ReadsTwinsAndGapWhereTheyAreWanted)
{
    const std::string body = R"({"lo":10,"hi":30,"count":6,"checksum":"112","first":11,)"
                             R"("last":29,"twins":3,"gap":6,"gapStart":23})";
    fan_sieve_result r;
    ASSERT_EQ(fan_sieve_answer_parse(body.data(), body.size(), { true, true }, &r, nullptr),
              FAN_OK);
    EXPECT_EQ(r.twins, 3u);
    EXPECT_EQ(r.gap, 6u);
    EXPECT_EQ(r.gap_start, 23u);
    ASSERT_EQ(
        fan_sieve_answer_parse(body.data(), body.size(), { false, false }, &r, nullptr),
        FAN_OK);
    EXPECT_EQ(r.twins + r.gap + r.gap_start, 0u);
    const std::string plain = R"({"lo":10,"hi":30,"count":6,"checksum":"112","first":11,)"
                              R"("last":29})";
    fan_err err = {};
    EXPECT_EQ(
        fan_sieve_answer_parse(plain.data(), plain.size(), { false, true }, &r, &err),
        FAN_EFORMAT);
    EXPECT_NE(std::string(err.text).find("'gap'"), std::string::npos);
}
