#include "local_lambda/invocation.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

TEST(RequestId, IsAFreshVersionFourUuid)
{
    std::regex uuid(
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    std::set<std::string> seen;
    for (int i = 0; i < 1000; i++) {
        char id[FAN_REQUEST_ID_MAX];
        fan_request_id(id);
        ASSERT_TRUE(std::regex_match(id, uuid)) << id;
        seen.insert(id);
    }
    EXPECT_EQ(seen.size(), 1000u);
}

TEST(Invocation, StartsWarmAndWithoutFailure)
{
    struct fan_invocation *invocation = fan_invocation_new();
    EXPECT_EQ(invocation->status, FAN_INVOCATION_OK);
    EXPECT_LT(invocation->init_ms, 0);
    EXPECT_EQ(std::string(invocation->trace_id).rfind("Root=1-", 0), 0u);
    fan_invocation_free(invocation);
    fan_invocation_free(nullptr);
}

TEST(InvocationFail, WritesTheServicesBody)
{
    struct fan_invocation *invocation = fan_invocation_new();
    fan_invocation_fail(invocation, FAN_INVOCATION_TIMEOUT, "Sandbox.Timedout",
                        "Task timed out after %u.00 seconds", 3u);
    std::string expected =
        std::string(
            "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: ") +
        invocation->request_id + " Error: Task timed out after 3.00 seconds\"}";
    EXPECT_EQ(std::string(invocation->body.data, invocation->body.size), expected);
    EXPECT_EQ(invocation->status, FAN_INVOCATION_TIMEOUT);
    /* a later failure replaces the earlier one */
    fan_invocation_fail(invocation, FAN_INVOCATION_ERROR, "Runtime.ExitError", "x");
    EXPECT_EQ(std::string(invocation->body.data).find("Sandbox"), std::string::npos);
    fan_invocation_free(invocation);
}
