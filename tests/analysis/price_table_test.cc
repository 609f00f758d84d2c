/* Price tables: what is built in, what is written reads back, and every way to be bad. */
#include "analysis/price_table.h"

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace
{

using Table = std::unique_ptr<fan_price_table, decltype(&std::free)>;

/* Its error text goes to *error when it is bad. */
Table Parse(const std::string &text, std::string *error = nullptr)
{
    fan_err err = {};
    fan_price_table *table = nullptr;
    const fan_status st =
        fan_price_table_parse(&table, "p.json", text.data(), text.size(), &err);
    EXPECT_EQ(st == FAN_OK, table != nullptr);
    EXPECT_TRUE(st == FAN_OK || st == FAN_EUSAGE);
    if (error) *error = err.text;
    return Table(table, std::free);
}

const char GOOD[] = R"({"format": 1, "date": "2030-01-31", "source": "test",
  "billing": {"round_up_ms": 100, "init": false},
  "regions": {
    "eu-west-9": {"lambda": {"request_usd": 1e-6,
      "arm64": {"gb_second_usd": [{"usd": 2e-5}]},
      "x86_64": {"gb_second_usd": [{"up_to": 10, "usd": 0.5}, {"usd": 0.25}]}}},
    "us-east-1": {"lambda": {"request_usd": 2e-6, "x86_64": {"gb_second_usd": [{"usd": 3e-5}]}}}}})";

/* GOOD with one place changed. */
std::string Changed(const std::string &from, const std::string &to)
{
    std::string text = GOOD;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string ErrorOf(const std::string &text)
{
    std::string error;
    EXPECT_EQ(Parse(text, &error), nullptr) << text;
    return error;
}

} // namespace

TEST(PriceTableBuiltIn, AllAreGoodAndSortedByDate)
{
    ASSERT_GE(fan_price_file_count, 3u);
    std::string before;
    for (size_t i = 0; i < fan_price_file_count; i++) {
        const fan_price_file &file = fan_price_files[i];
        const Table table = Parse(std::string(file.text, file.n));
        ASSERT_TRUE(table) << file.name;
        EXPECT_EQ(std::string(table->price[0].date) + ".json", file.name);
        EXPECT_LT(before, file.name);
        before = file.name;
    }
    EXPECT_STREQ(fan_price_find(nullptr, nullptr)->date, "2026-11");
}

TEST(PriceTableBuiltIn, HasTodaysListOfVirginia)
{
    const fan_price *x86 = fan_price_find("us-east-1", "x86_64");
    const fan_price *arm = fan_price_find("us-east-1", "arm64");
    EXPECT_DOUBLE_EQ(fan_price_tiered(&x86->gb_seconds, 20e9),
                     6e9 * 0.0000166667 + 9e9 * 0.000015 + 5e9 * 0.0000133334);
    EXPECT_DOUBLE_EQ(fan_price_tiered(&arm->gb_seconds, 18.75e9),
                     7.5e9 * 0.0000133334 + 11.25e9 * 0.0000120001);
    /* The third tier of arm64 is not known for certain: then neither is the sum. */
    EXPECT_TRUE(std::isnan(fan_price_tiered(&arm->gb_seconds, 19e9)));
    EXPECT_DOUBLE_EQ(fan_price_tiered(&x86->gateway_http, 400e6), 300 + 90);
    EXPECT_DOUBLE_EQ(fan_price_tiered(&x86->gateway_rest, 1e9), 333 * 3.5 + 667 * 2.8);
    EXPECT_DOUBLE_EQ(x86->sqs_request, 0.4e-6);
    EXPECT_DOUBLE_EQ(x86->sqs_fifo_request, 0.5e-6);
    EXPECT_DOUBLE_EQ(x86->s3_put, 5e-6);
    EXPECT_DOUBLE_EQ(x86->s3_get, 0.4e-6);
    EXPECT_DOUBLE_EQ(x86->tuning_ms, 2.1e-9);
    EXPECT_DOUBLE_EQ(arm->tuning_ms, 1.7e-9);
    EXPECT_TRUE(x86->init_billed);
}

TEST(PriceTableFind, TakesTheRegionOrTheUsualOne)
{
    const Table table = Parse(GOOD);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->n, 3u);
    EXPECT_DOUBLE_EQ(fan_price_table_find(table.get(), "eu-west-9", "arm64")->gb_second,
                     2e-5);
    EXPECT_STREQ(fan_price_table_find(table.get(), "af-south-1", "x86_64")->region,
                 "us-east-1");
    EXPECT_STREQ(fan_price_table_find(table.get(), "af-south-1", "arm64")->region,
                 "eu-west-9");
    EXPECT_EQ(fan_price_table_find(table.get(), "us-east-1", "riscv"), nullptr);
    const fan_price *price = fan_price_table_find(table.get(), "eu-west-9", "x86_64");
    EXPECT_EQ(price->free_requests, 0);
    EXPECT_EQ(price->gateway_http.n, 0u);
    EXPECT_TRUE(std::isnan(price->s3_get));
    EXPECT_DOUBLE_EQ(price->tuning_ms, 0.5 / 1000 / 8); /* derived */
}

TEST(PriceTableWrite, ReadsBackAsItWas)
{
    for (const char *arch : { "x86_64", "arm64" }) {
        const fan_price *price = fan_price_find("us-east-1", arch);
        fan_buf once = FAN_BUF_INIT(1 << 20), twice = FAN_BUF_INIT(1 << 20);
        ASSERT_EQ(fan_price_table_write(price, &once, nullptr), FAN_OK);
        const Table table = Parse(std::string(once.data, once.size));
        ASSERT_TRUE(table);
        EXPECT_EQ(table->n, 1u);
        EXPECT_EQ(table->price[0].gb_second, price->gb_second);
        EXPECT_EQ(table->price[0].free_gb_seconds, 400000);
        ASSERT_EQ(fan_price_table_write(&table->price[0], &twice, nullptr), FAN_OK);
        EXPECT_STREQ(once.data, twice.data);
        fan_buf_clear(&once);
        fan_buf_clear(&twice);
    }
}

TEST(PriceTableBad, NamesPlaceFaultAndExpectation)
{
    const struct {
        const char *from, *to, *error;
    } cases[] = {
        { "\"format\": 1,", "", "p.json: key 'format': missing, expected the number 1" },
        { "\"format\": 1", "\"format\": 2", "key 'format': 2 is not known, expected" },
        { "2030-01-31", "31.1.2030", "key 'date': '31.1.2030' is no date, expected" },
        { "2030-01-31", "2030-01-31111111111", "is not a text of 1 to" },
        { "\"source\": \"test\",", "", "key 'source': missing, expected where" },
        { "\"test\"", "\"a\\u0007b\"", "is not a text of 1 to 159 printable bytes" },
        { "\"test\"", "7", "key 'source': this is a number, expected where" },
        { "100", "-1", "key 'billing.round_up_ms': -1 is not from 0 to 60000, expected" },
        { "false", "0", "key 'billing.init': this is a number, expected true or false" },
        { "\"billing\"", "\"biling\"",
          "key 'biling': unknown, expected one of: format date source billing regions" },
        { "\"request_usd\": 1e-6", "\"request_usd\": \"cheap\"",
          "key 'regions.eu-west-9.lambda.request_usd': this is text, expected dollars "
          "per "
          "request" },
        { "[{\"usd\": 2e-5}]", "2e-5",
          "key 'regions.eu-west-9.lambda.arm64.gb_second_usd': this is a number, "
          "expected "
          "a list such as" },
        { "[{\"usd\": 2e-5}]", "[]",
          "gb_second_usd': the list has 0 entries, expected 1" },
        { "{\"usd\": 2e-5}", "3", "gb_second_usd.0': this is a number, expected an obj" },
        { "\"usd\": 2e-5", "\"usd\": 2e9", "usd.0.usd': 2e+09 is not from 0 to 1000" },
        { "\"usd\": 2e-5", "\"eur\": 2e-5", "gb_second_usd.0.eur': unknown, expected" },
        { "\"up_to\": 10, ", "", "gb_second_usd.0.up_to': missing, expected the units" },
        { "{\"usd\": 0.25}", "{\"up_to\": 10, \"usd\": 0.25}",
          "gb_second_usd.1': up_to 10 is not above the tier before, expected more than "
          "10" },
        { "\"x86_64\": {\"gb_second_usd\": [{\"usd\": 3e-5}]}",
          "\"free_tier\": "
          "{\"requests\": 1, \"gb_seconds\": 1}",
          "key 'regions.us-east-1.lambda': no prices, expected x86_64 or arm64" },
        { "\"x86_64\": {\"gb_second_usd\": [{\"usd\": 3e-5}]}", "\"free_tier\": {}",
          "free_tier.requests': missing, expected requests per month" },
        { "us-east-1", "US East", "key 'regions.US East': no region's name" },
        { "us-east-1", "eu-west-9", "duplicate object key" },
        { "\"eu-west-9\": {", "\"eu-west-9\": 7, \"eu-west-8\": {",
          "key 'regions.eu-west-9': this is a number, expected an object with keys of" },
        { "}}}}}", "}}}}", "p.json: line 7, column" },
    };
    for (const auto &c : cases) {
        const std::string error = ErrorOf(Changed(c.from, c.to));
        EXPECT_NE(error.find(c.error), std::string::npos) << error << "\n" << c.error;
        EXPECT_EQ(error.rfind("p.json: ", 0), 0u) << error;
    }
}

TEST(PriceTableBad, WhatIsNoTableAtAll)
{
    for (const char *text : { "", "7", "[]", "null", "{", "{}", "\"a\"", "{\"format\":1}",
                              "\xff\xfe", "{\"regions\": {}}" })
        EXPECT_FALSE(ErrorOf(text).empty()) << text;
    EXPECT_NE(ErrorOf("[]").find("this is a list, expected an object"),
              std::string::npos);
    EXPECT_NE(ErrorOf(std::string(300000, ' ')).find("300000 bytes, expected at most"),
              std::string::npos);
    EXPECT_FALSE(ErrorOf(std::string(200000, '[')).empty());
}

TEST(PriceTableBad, TooManyRegionsAndTiers)
{
    std::string regions, tiers;
    for (int i = 0; i < 65; i++)
        regions += "\"r-" + std::to_string(i) +
                   "\": {\"lambda\": {\"request_usd\": 0, \"arm64\": "
                   "{\"gb_second_usd\": [{\"usd\": 0}]}}},";
    for (int i = 1; i < 10; i++)
        tiers += "{\"up_to\": " + std::to_string(i) + ", \"usd\": 1},";
    EXPECT_NE(ErrorOf(Changed("\"us-east-1\"", regions + "\"us-east-1\""))
                  .find("there are 67 regions, expected 1 to 64"),
              std::string::npos);
    EXPECT_NE(ErrorOf(Changed("[{\"usd\": 2e-5}]", "[" + tiers + "{\"usd\": 2e-5}]"))
                  .find("the list has 10 entries, expected 1 to 8"),
              std::string::npos);
}
