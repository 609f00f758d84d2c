// The life of an asynchronous event, in made-up time, and the record of its end.
#include "local_lambda/async_event.h"

#include <gtest/gtest.h>

#include <jansson.h>
#include <string>
#include <vector>

namespace
{

const int64_t second = 1000000000;
const struct fan_async_rules aws = { 60 * second, second, 2, 21600 * second };

struct Life {
    struct fan_async_rules rules = aws;
    struct fan_async_progress progress = {};
    int64_t now_ns = 0;
    // seconds waited for the next attempt; -1: the end
    int64_t after(enum fan_async_outcome outcome, enum fan_async_end expected)
    {
        int64_t due_ns = -1;
        EXPECT_EQ(fan_async_next(&rules, &progress, outcome, now_ns, &due_ns), expected);
        if (expected != FAN_ASYNC_AGAIN) return -1;
        int64_t waited = (due_ns - now_ns) / second;
        now_ns = due_ns;
        return waited;
    }
};

TEST(AsyncEvent, ASuccessIsTheEnd)
{
    Life life;
    life.after(FAN_ASYNC_RAN, FAN_ASYNC_SUCCESS);
    EXPECT_EQ(life.progress.runs, 1u);
}

TEST(AsyncEvent, AFunctionsErrorIsTriedAgainAfterOneAndTwoMinutes)
{
    Life life;
    EXPECT_EQ(life.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGAIN), 60);
    EXPECT_EQ(life.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGAIN), 120);
    life.after(FAN_ASYNC_FAILED, FAN_ASYNC_RETRIES_EXHAUSTED);
    EXPECT_EQ(life.progress.runs, 3u);
}

TEST(AsyncEvent, FewerRetriesMayBeAskedFor)
{
    Life life;
    life.rules.retries_max = 0;
    life.after(FAN_ASYNC_FAILED, FAN_ASYNC_RETRIES_EXHAUSTED);
    Life once;
    once.rules.retries_max = 1;
    EXPECT_EQ(once.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGAIN), 60);
    once.after(FAN_ASYNC_FAILED, FAN_ASYNC_RETRIES_EXHAUSTED);
}

TEST(AsyncEvent, RefusalsBackOffUntilTheEventIsTooOld)
{
    Life life;
    std::vector<int64_t> waits;
    for (int i = 0; i < 11; i++)
        waits.push_back(life.after(FAN_ASYNC_REFUSED, FAN_ASYNC_AGAIN));
    EXPECT_EQ(waits,
              (std::vector<int64_t>{ 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 }));
    int more = 0;
    int64_t due_ns = 0;
    while (fan_async_next(&life.rules, &life.progress, FAN_ASYNC_REFUSED, life.now_ns,
                          &due_ns) == FAN_ASYNC_AGAIN) {
        life.now_ns = due_ns;
        ASSERT_LT(++more, 100);
    }
    EXPECT_LE(life.now_ns, 21600 * second);
    EXPECT_GT(life.now_ns, (21600 - 300) * second);
    EXPECT_EQ(life.progress.runs, 0u) << "a refused attempt is no run";
}

TEST(AsyncEvent, ARunStartsTheBackOffAnew)
{
    Life life;
    life.after(FAN_ASYNC_REFUSED, FAN_ASYNC_AGAIN);
    EXPECT_EQ(life.after(FAN_ASYNC_REFUSED, FAN_ASYNC_AGAIN), 2);
    EXPECT_EQ(life.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGAIN), 60);
    EXPECT_EQ(life.after(FAN_ASYNC_REFUSED, FAN_ASYNC_AGAIN), 1);
    EXPECT_EQ(life.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGAIN), 120)
        << "refusals use up no retry";
}

TEST(AsyncEvent, ARetryThatComesTooLateIsNotWaitedFor)
{
    Life life;
    life.rules.age_max_ns = 100 * second;
    EXPECT_EQ(life.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGAIN), 60);
    life.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGE_EXCEEDED);
    Life exactly;
    exactly.rules.age_max_ns = 60 * second;
    EXPECT_EQ(exactly.after(FAN_ASYNC_FAILED, FAN_ASYNC_AGAIN), 60);
}

TEST(AsyncEvent, ABlockedFunctionIsNotTried)
{
    Life life;
    life.after(FAN_ASYNC_BLOCKED, FAN_ASYNC_ZERO_RESERVED);
    EXPECT_EQ(life.progress.runs, 0u);
}

std::string record_text(const struct fan_async_record &record, size_t max = 100000)
{
    struct fan_buf out = FAN_BUF_INIT(max);
    enum fan_status st = fan_async_record_write(&record, &out, nullptr);
    std::string text = st ? "too large" : std::string(out.data, out.size);
    fan_buf_clear(&out);
    return text;
}

struct fan_async_record plain_record()
{
    struct fan_async_record record = {};
    record.request_id = "id";
    record.function_arn = "arn:f:$LATEST";
    record.end = FAN_ASYNC_RETRIES_EXHAUSTED;
    record.runs = 3;
    record.now_ns = INT64_C(1700000000123) * 1000000;
    record.event = "{\"n\":18446744073709551617}";
    record.event_bytes = 26;
    record.executed_version = "$LATEST";
    record.response = "{\"errorType\":\"E\"}";
    record.response_bytes = 17;
    record.failed = true;
    return record;
}

TEST(AsyncRecord, HoldsEventAndResponseAsTheyWere)
{
    struct fan_async_record record = plain_record();
    EXPECT_EQ(
        record_text(record),
        "{\"version\":\"1.0\",\"timestamp\":\"2023-11-14T22:13:20.123Z\","
        "\"requestContext\":{\"requestId\":\"id\",\"functionArn\":\"arn:f:$LATEST\","
        "\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":3},"
        "\"requestPayload\":{\"n\":18446744073709551617},\"responseContext\":{"
        "\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":"
        "\"Unhandled\"},\"responsePayload\":{\"errorType\":\"E\"}}");
    record.end = FAN_ASYNC_SUCCESS;
    record.failed = false;
    EXPECT_EQ(record_text(record).find("functionError"), std::string::npos);
    EXPECT_NE(record_text(record).find("\"condition\":\"Success\""), std::string::npos);
}

TEST(AsyncRecord, HasNoResponseWhereNothingRan)
{
    struct fan_async_record record = plain_record();
    record.end = FAN_ASYNC_ZERO_RESERVED;
    record.runs = 0;
    record.executed_version = nullptr;
    std::string text = record_text(record);
    EXPECT_EQ(text.find("response"), std::string::npos);
    EXPECT_NE(text.find("\"ZeroReservedConcurrency\",\"approximateInvokeCount\":0"),
              std::string::npos);
    record.end = FAN_ASYNC_AGE_EXCEEDED;
    EXPECT_NE(record_text(record).find("\"EventAgeExceeded\""), std::string::npos);
}

TEST(AsyncRecord, IsJsonWhateverTheFunctionSaid)
{
    struct fan_async_record record = plain_record();
    for (const std::string &said : { std::string("plain \"text\"\n"), std::string(),
                                     std::string("\xff\xfe"), std::string("{\"a\":") }) {
        record.response = said.data();
        record.response_bytes = said.size();
        record.event = said.data();
        record.event_bytes = said.size();
        json_t *json = json_loads(record_text(record).c_str(), 0, nullptr);
        ASSERT_TRUE(json) << record_text(record);
        json_t *told = json_object_get(json, "responsePayload");
        if (said[0] == '\xff')
            EXPECT_TRUE(json_is_null(told));
        else
            EXPECT_EQ(json_string_value(told), said);
        json_decref(json);
    }
}

TEST(AsyncRecord, IsBounded)
{
    EXPECT_EQ(record_text(plain_record(), 200), "too large");
}

} // namespace
