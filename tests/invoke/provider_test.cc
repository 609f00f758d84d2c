// Keys that expire, in the time of the provider's own clock.
#include "invoke/provider.h"

#include "common/clock.h"
#include "common/log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace
{
constexpr int64_t kSecond = 1000000000;

// What the source says, and how often it was asked.
struct Source {
    std::string id = "AKID1";
    int64_t expires_ns = FAN_NEVER_NS;
    bool fails = false, late_is_good = false;
    std::atomic<int> asked{ 0 };
    std::atomic<bool> held{ false }; // up in its search
    static fan_status Find(const void *context, fan_key_set *keys, fan_err *err)
    {
        Source *s = *static_cast<Source *const *>(context);
        while (s->held)
            fan_clock_sleep_ns(1000000);
        s->asked++;
        if (s->fails) return fan_fail(err, FAN_ENET, "nobody there");
        const fan_credentials c = { s->id.c_str(), "secret", "" };
        fan_status st = fan_key_set_fill(keys, &c, err);
        keys->expires_ns = s->expires_ns;
        keys->late_is_good = s->late_is_good;
        snprintf(keys->from, sizeof keys->from, "a test");
        return st;
    }
};

struct Provider {
    Source source;
    fan_provider *provider;
    Provider()
    {
        fan_log_setup(FAN_LOG_ERROR, "test");
        Source **context = static_cast<Source **>(malloc(sizeof *context));
        *context = &source;
        provider = fan_provider_new(Source::Find, context);
    }
    ~Provider()
    {
        fan_provider_free(provider);
        fan_log_setup(FAN_LOG_WARN, nullptr);
    }
    // Let so much time pass.
    void Pass(int64_t seconds)
    {
        fan_provider_set_ahead(provider,
                               fan_provider_ahead_ns(provider) + seconds * kSecond);
    }
    // Set when the keys of the next look expire.
    void ExpireIn(int64_t seconds)
    {
        source.expires_ns = fan_provider_now_ns(provider) + seconds * kSecond;
    }
    // The keys that are there when a renewal, if this asks for one, has ended.
    std::string Current(fan_err *err = nullptr)
    {
        fan_credentials c{};
        if (!fan_provider_current(provider, &c, nullptr, nullptr))
            fan_provider_settle(provider);
        if (fan_provider_current(provider, &c, nullptr, err)) return "";
        return c.access_key_id;
    }
};
} // namespace

TEST(Provider, AsksOnceForKeysThatStay)
{
    Provider p;
    EXPECT_EQ(0, p.source.asked) << "not before they are wanted";
    EXPECT_EQ("AKID1", p.Current());
    p.Pass(100000000);
    EXPECT_EQ("AKID1", p.Current());
    EXPECT_EQ(1, p.source.asked);
    EXPECT_STREQ("a test", fan_provider_from(p.provider));
}

TEST(Provider, RenewsFiveMinutesBeforeTheEnd)
{
    Provider p;
    p.ExpireIn(3600);
    EXPECT_EQ("AKID1", p.Current());
    p.source.id = "AKID2";
    p.Pass(3200);
    EXPECT_EQ("AKID1", p.Current());
    EXPECT_EQ(1, p.source.asked);
    p.Pass(200);
    p.ExpireIn(3600);
    EXPECT_EQ("AKID2", p.Current());
    EXPECT_EQ(2, p.source.asked);
}

TEST(Provider, KeepsOldKeysWhileTheyAreValid)
{
    Provider p;
    p.ExpireIn(3600);
    EXPECT_EQ("AKID1", p.Current());
    p.source.fails = true;
    p.Pass(3400);
    for (int i = 0; i < 100; i++)
        EXPECT_EQ("AKID1", p.Current());
    EXPECT_EQ(2, p.source.asked) << "a failure is not repeated at every signature";
    p.Pass(61);
    EXPECT_EQ("AKID1", p.Current());
    EXPECT_EQ(3, p.source.asked);
    p.Pass(200);
    fan_err err{};
    EXPECT_EQ("", p.Current(&err));
    EXPECT_EQ(FAN_ENET, err.code);
    EXPECT_STREQ("nobody there", err.text);
    p.source.fails = false;
    p.source.id = "AKID2";
    p.ExpireIn(3600);
    p.Pass(2);
    EXPECT_EQ("AKID2", p.Current()) << "and comes back";
}

TEST(Provider, LooksWhenKeysEndBeforeTheNextLookWasDue)
{
    Provider p;
    p.source.expires_ns = fan_provider_now_ns(p.provider) + kSecond / 2;
    EXPECT_EQ("AKID1", p.Current());
    p.source.id = "AKID2";
    fan_provider_set_ahead(p.provider, kSecond * 3 / 4);
    p.source.expires_ns = fan_provider_now_ns(p.provider) + kSecond / 2;
    EXPECT_EQ("AKID2", p.Current());
    p.source.fails = true;
    fan_provider_set_ahead(p.provider, kSecond * 3 / 2);
    fan_err err{};
    EXPECT_EQ("", p.Current(&err));
    EXPECT_STREQ("nobody there", err.text);
    EXPECT_EQ(3, p.source.asked);
}

TEST(Provider, LooksAgainWhenNewKeysHaveEndedUnused)
{
    Provider p;
    fan_credentials c{};
    p.ExpireIn(400);
    EXPECT_EQ("AKID1", p.Current());
    p.Pass(200);
    ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, nullptr, nullptr));
    while (p.source.asked < 2) // beside us
        fan_clock_sleep_ns(1000000);
    fan_clock_sleep_ns(20000000);
    p.source.id = "AKID2";
    p.Pass(10000); // a laptop that sleeps, for one
    p.ExpireIn(3600);
    EXPECT_EQ("AKID2", p.Current());
    EXPECT_EQ(3, p.source.asked);
}

TEST(Provider, RefusesKeysThatHaveExpired)
{
    Provider p;
    p.ExpireIn(-10);
    fan_err err{};
    EXPECT_EQ("", p.Current(&err));
    EXPECT_EQ(FAN_ESTATE, err.code);
    EXPECT_NE(nullptr, strstr(err.text, "the keys of a test expired at 20")) << err.text;
}

TEST(Provider, GoesOnWithTheKeysOfALateIssuer)
{
    Provider p;
    p.source.late_is_good = true;
    p.ExpireIn(-10);
    EXPECT_EQ("AKID1", p.Current());
    p.Pass(200);
    EXPECT_EQ("AKID1", p.Current());
    EXPECT_EQ(1, p.source.asked);
    p.Pass(200);
    EXPECT_EQ("AKID1", p.Current());
    EXPECT_EQ(2, p.source.asked);
}

TEST(Provider, NumbersTheKeysNotTheLooks)
{
    Provider p;
    fan_credentials c{};
    uint64_t first = 0, second = 0;
    p.ExpireIn(3600);
    ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, &first, nullptr));
    p.Pass(3400);
    p.ExpireIn(3600);
    p.Current();
    ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, &second, nullptr));
    EXPECT_EQ(2, p.source.asked);
    EXPECT_EQ(first, second) << "the same keys with another end";
    p.source.id = "AKID2";
    p.Pass(3400);
    p.ExpireIn(3600);
    p.Current();
    ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, &second, nullptr));
    EXPECT_NE(first, second);
}

TEST(Provider, RenewsWhatWasRefused)
{
    Provider p;
    fan_credentials c{};
    uint64_t generation = 0;
    ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, &generation, nullptr));
    EXPECT_FALSE(fan_provider_renew(p.provider, generation)) << "just looked";
    EXPECT_EQ(1, p.source.asked);
    EXPECT_TRUE(fan_provider_renew(p.provider, generation - 1)) << "there are newer ones";
    EXPECT_EQ(1, p.source.asked);
}

TEST(Provider, DoesNotWaitForARenewalWhileTheOldKeysAreGood)
{
    Provider p;
    p.ExpireIn(3600);
    EXPECT_EQ("AKID1", p.Current());
    p.Pass(3400);
    p.ExpireIn(3600);
    p.source.id = "AKID2";
    p.source.held = true;
    fan_credentials c{};
    for (int i = 0; i < 100; i++) {
        ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, nullptr, nullptr));
        EXPECT_STREQ("AKID1", c.access_key_id);
    }
    p.source.held = false;
    EXPECT_EQ("AKID2", p.Current());
    EXPECT_EQ(2, p.source.asked);
}

TEST(Provider, WaitsForARenewalWhenTheOldKeysHaveEnded)
{
    Provider p;
    p.ExpireIn(3600);
    EXPECT_EQ("AKID1", p.Current());
    p.Pass(3400);
    p.ExpireIn(3600);
    p.source.id = "AKID2";
    p.source.held = true;
    fan_credentials c{};
    ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, nullptr, nullptr));
    p.Pass(300);
    std::thread opener([&] {
        fan_clock_sleep_ns(20000000);
        p.source.held = false;
    });
    ASSERT_EQ(FAN_OK, fan_provider_current(p.provider, &c, nullptr, nullptr));
    EXPECT_STREQ("AKID2", c.access_key_id);
    opener.join();
}

TEST(Provider, LeavesARenewalToItselfWhenItIsFreed)
{
    static std::mutex gate; // outlives the thread
    static std::atomic<int> ended;
    ended = 0;
    struct Slow {
        static fan_status Find(const void *context, fan_key_set *keys, fan_err *err)
        {
            const fan_credentials c = { "id", "secret", nullptr };
            std::lock_guard<std::mutex> pass(gate);
            fan_status st = fan_key_set_fill(keys, &c, err);
            keys->expires_ns = fan_clock_wall_ns() + 3600 * kSecond;
            ended += *static_cast<const char *>(context) == 'x';
            return st;
        }
    };
    fan_provider *provider = fan_provider_new(Slow::Find, strdup("x"));
    fan_credentials c{};
    ASSERT_EQ(FAN_OK, fan_provider_current(provider, &c, nullptr, nullptr));
    fan_provider_set_ahead(provider, 3400 * kSecond);
    std::unique_lock<std::mutex> held(gate);
    ASSERT_EQ(FAN_OK, fan_provider_current(provider, &c, nullptr, nullptr));
    fan_provider_free(provider); // does not wait
    held.unlock();
    for (int i = 0; i < 1000 && ended < 2; i++)
        fan_clock_sleep_ns(10000000);
    EXPECT_EQ(2, ended);
}

TEST(Provider, FixedKeysAreCheckedAndStay)
{
    fan_provider *provider = nullptr;
    fan_err err{};
    const fan_credentials bad = { "id", "se cret", nullptr };
    EXPECT_EQ(FAN_EINVAL, fan_provider_fixed(&provider, &bad, &err));
    EXPECT_STREQ("the secret access key is empty or malformed", err.text);
    const fan_credentials keys = { "id", "secret", "token" };
    ASSERT_EQ(FAN_OK, fan_provider_fixed(&provider, &keys, nullptr));
    fan_credentials c{};
    uint64_t generation = 0;
    ASSERT_EQ(FAN_OK, fan_provider_current(provider, &c, &generation, nullptr));
    EXPECT_STREQ("token", c.session_token);
    EXPECT_FALSE(fan_provider_renew(provider, generation));
    fan_provider_free(provider);
}
