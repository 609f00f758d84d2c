// API keys and usage plans, on a clock that the test turns.
#include "local_lambda/api_key.h"
#include "local_lambda/usage_plan.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace
{

const int64_t second_ns = 1000000000;

struct Holder {
    struct fan_usage_plan plan = {};
    struct fan_key_use use = {};
    struct fan_stage_use stage = {};
    Holder()
    {
        stage.throttle = { 1e6, 1000000 };
    }
    // 'A'dmitted, 'T'hrottled, 'Q'uota
    char ask(int64_t mono_ns, int64_t wall_s = 0, const char *method = "GET",
             const char *path = "/")
    {
        struct fan_usage_request request = { method, path, mono_ns, wall_s };
        return "ATQ"[fan_usage_admit(&plan, &use, &stage, &request)];
    }
};

TEST(UsagePlan, BurstThenRate)
{
    Holder holder;
    holder.plan.has_throttle = true;
    holder.plan.throttle = { 2, 3 };
    std::string answers;
    for (int i = 0; i < 5; i++)
        answers += holder.ask(0);
    EXPECT_EQ(answers, "AAATT");
    EXPECT_EQ(holder.ask(second_ns / 2 - 1000), 'T');
    EXPECT_EQ(holder.ask(second_ns / 2), 'A');
    EXPECT_EQ(holder.ask(second_ns / 2), 'T');
    answers.clear();
    for (int i = 0; i < 5; i++)
        answers += holder.ask(100 * second_ns);
    EXPECT_EQ(answers, "AAATT");
}

TEST(UsagePlan, ZeroBlocks)
{
    Holder holder;
    holder.plan.has_throttle = true;
    holder.plan.throttle = { 0, 0 };
    EXPECT_EQ(holder.ask(0), 'T');
    EXPECT_EQ(holder.ask(1000 * second_ns), 'T');
}

TEST(UsagePlan, ThrottledRequestsDoNotUseUpTheQuota)
{
    Holder holder;
    holder.plan.has_throttle = holder.plan.has_quota = true;
    holder.plan.throttle = { 1, 1 };
    holder.plan.quota = { 2, FAN_QUOTA_DAY, 0 };
    EXPECT_EQ(holder.ask(0), 'A');
    for (int i = 0; i < 10; i++)
        EXPECT_EQ(holder.ask(0), 'T');
    EXPECT_EQ(holder.ask(second_ns), 'A');
    EXPECT_EQ(holder.ask(2 * second_ns), 'Q');
    // and the quota's refusal takes no token
    EXPECT_EQ(holder.ask(2 * second_ns, 86400), 'A');
}

TEST(UsagePlan, QuotaComesBackWithTheNextPeriod)
{
    Holder holder;
    holder.plan.has_quota = true;
    holder.plan.quota = { 1, FAN_QUOTA_DAY, 0 };
    EXPECT_EQ(holder.ask(0, 86399), 'A');
    EXPECT_EQ(holder.ask(0, 86399), 'Q');
    EXPECT_EQ(holder.ask(0, 86400), 'A');
    EXPECT_EQ(holder.ask(0, 2 * 86400 - 1), 'Q');
}

TEST(UsagePlan, AMethodsOwnThrottleReplacesThePlans)
{
    Holder holder;
    holder.plan.has_throttle = true;
    holder.plan.throttle = { 1, 5 };
    holder.plan.method_count = 2;
    holder.plan.method[0] = { "POST", "/a", { 1, 1 } };
    holder.plan.method[1] = { "*", "/b", { 1, 2 } };
    EXPECT_EQ(holder.ask(0, 0, "POST", "/a"), 'A');
    EXPECT_EQ(holder.ask(0, 0, "POST", "/a"), 'T');
    EXPECT_EQ(holder.ask(0, 0, "GET", "/a"), 'A');
    EXPECT_EQ(holder.ask(0, 0, "GET", "/b"), 'A');
    EXPECT_EQ(holder.ask(0, 0, "PUT", "/b"), 'A');
    EXPECT_EQ(holder.ask(0, 0, "GET", "/b"), 'T');
}

TEST(UsagePlan, TheStageLimitsAllTogether)
{
    Holder holder;
    holder.stage.throttle = { 1, 1 };
    struct fan_usage_request request = { "GET", "/", 0, 0 };
    EXPECT_EQ(fan_usage_admit(nullptr, nullptr, &holder.stage, &request),
              FAN_USAGE_ADMITTED);
    EXPECT_EQ(holder.ask(0), 'T');
    EXPECT_EQ(fan_usage_admit(nullptr, nullptr, &holder.stage, &request),
              FAN_USAGE_THROTTLED);
}

// seconds of dates, by date -u
const int64_t sunday_2026_11_29 = 1795910400, first_2026_12_01 = 1796083200;

TEST(QuotaPeriod, BeginsAtMidnightSundayAndTheFirst)
{
    auto edge = [](enum fan_quota_period period, uint32_t offset, int64_t at) {
        struct fan_quota quota = { 1, period, offset };
        return fan_quota_period_at(&quota, at - 1) != fan_quota_period_at(&quota, at);
    };
    EXPECT_TRUE(edge(FAN_QUOTA_DAY, 0, sunday_2026_11_29));
    EXPECT_FALSE(edge(FAN_QUOTA_DAY, 0, sunday_2026_11_29 + 3600));
    for (int day = -10; day <= 10; day++) {
        EXPECT_EQ(edge(FAN_QUOTA_WEEK, 0, sunday_2026_11_29 + day * 86400), day % 7 == 0)
            << day;
        EXPECT_EQ(edge(FAN_QUOTA_WEEK, 2, sunday_2026_11_29 + (day + 2) * 86400),
                  day % 7 == 0)
            << day;
        EXPECT_EQ(edge(FAN_QUOTA_MONTH, 0, first_2026_12_01 + day * 86400), day == 0)
            << day;
        EXPECT_EQ(edge(FAN_QUOTA_MONTH, 14, first_2026_12_01 + (day + 14) * 86400),
                  day == 0)
            << day;
    }
}

struct fan_api_key key(const std::string &value)
{
    struct fan_api_key made = {};
    memcpy(made.value, value.data(), value.size());
    return made;
}

TEST(ApiKey, IsFoundByItsWholeValue)
{
    std::vector<struct fan_api_key> keys = { key("aaaaaaaaaaaaaaaaaaaa"),
                                             key("bbbbbbbbbbbbbbbbbbbb"),
                                             key(std::string(128, 'c')) };
    auto find = [&](const std::string &value) {
        return fan_api_key_find(keys.data(), keys.size(), value.c_str());
    };
    EXPECT_EQ(find("aaaaaaaaaaaaaaaaaaaa"), 0);
    EXPECT_EQ(find("bbbbbbbbbbbbbbbbbbbb"), 1);
    EXPECT_EQ(find(std::string(128, 'c')), 2);
    for (const std::string &other :
         { std::string(), std::string("a"), std::string("aaaaaaaaaaaaaaaaaaaaa"),
           std::string("aaaaaaaaaaaaaaaaaaab"), std::string(129, 'c'),
           std::string(5000, 'c') })
        EXPECT_EQ(find(other), -1) << other;
    EXPECT_EQ(fan_api_key_find(nullptr, 0, "aaaaaaaaaaaaaaaaaaaa"), -1);
}

} // namespace
