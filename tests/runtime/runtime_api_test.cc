#include "runtime/runtime_api.h"

#include <gtest/gtest.h>

#include <string>

TEST(RuntimeAddress, ReadsHostPortAndPrefix)
{
    fan_runtime_address a;
    ASSERT_EQ(fan_runtime_address_parse("169.254.100.1:9001", &a, nullptr), FAN_OK);
    EXPECT_STREQ(a.host, "169.254.100.1");
    EXPECT_EQ(a.port, 9001);
    EXPECT_STREQ(a.authority, "169.254.100.1:9001");
    EXPECT_STREQ(a.prefix, "");
    ASSERT_EQ(fan_runtime_address_parse("localhost:80/i/7-a/", &a, nullptr), FAN_OK);
    EXPECT_STREQ(a.host, "127.0.0.1");
    EXPECT_STREQ(a.authority, "localhost:80");
    EXPECT_STREQ(a.prefix, "/i/7-a");
    ASSERT_EQ(fan_runtime_address_parse("[::1]:65535/", &a, nullptr), FAN_OK);
    EXPECT_STREQ(a.host, "::1");
    EXPECT_EQ(a.port, 65535);
    EXPECT_STREQ(a.prefix, "");
}

TEST(RuntimeAddress, RefusesWhatItCannotReach)
{
    for (const std::string &text :
         { std::string(""), std::string("127.0.0.1"), std::string(":9001"),
           std::string("127.0.0.1:"), std::string("127.0.0.1:0"),
           std::string("127.0.0.1:65536"), std::string("127.0.0.1:1e3"),
           std::string("host.example:80"), std::string("::1:80"), std::string("[]:80"),
           std::string("127.0.0.1:80/a b"), std::string("127.0.0.1:80/a\r\nX: y"),
           "127.0.0.1:80/" + std::string(300, 'a'), std::string(100, '1') + ":80" }) {
        fan_runtime_address a;
        fan_err err = {};
        EXPECT_EQ(fan_runtime_address_parse(text.c_str(), &a, &err), FAN_EINVAL) << text;
        EXPECT_NE(std::string(err.text).find("expected"), std::string::npos);
    }
}

TEST(RuntimeOpen, ConnectsOnlyWhenUsedAndSaysWhatFailed)
{
    fan_runtime *runtime = nullptr;
    fan_err err = {};
    ASSERT_EQ(fan_runtime_open(&runtime, "127.0.0.1:1", &err), FAN_OK);
    fan_runtime_event event;
    EXPECT_EQ(fan_runtime_next(runtime, &event, &err), FAN_ENET);
    EXPECT_EQ(std::string(err.text).find("cannot connect to 127.0.0.1:1"), 0U)
        << err.text;
    fan_runtime_close(runtime);
    fan_runtime_close(nullptr);
}
