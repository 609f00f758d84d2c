// The Invoke API's answers, as the service sends them, into record fields.
#include "invoke/invoke_message.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{
struct Read {
    fan_record r{};
    uint32_t retry_after_ms;
    Read(uint32_t status, const std::string &head, const std::string &body)
    {
        fan_invoke_answer answer = { status, head.c_str(), body.c_str(), body.size() };
        retry_after_ms = fan_invoke_read(&answer, &r);
    }
};
const char kHead[] = "Content-Type: application/json\r\n"
                     "x-amzn-RequestId: 11112222-3333-4444-5555-666677778888\r\n"
                     "X-Amz-Executed-Version: $LATEST\r\n";
} // namespace

TEST(InvokeTarget, NamesAndArns)
{
    fan_invoke_target t;
    ASSERT_EQ(FAN_OK, fan_invoke_build(&t, "sieve-1769", nullptr, nullptr));
    EXPECT_STREQ("/2015-03-31/functions/sieve-1769/invocations", t.path);
    EXPECT_STREQ("", t.query);
    ASSERT_EQ(FAN_OK, fan_invoke_build(&t, "f:prod", "$LATEST", nullptr));
    EXPECT_STREQ("/2015-03-31/functions/f%3Aprod/invocations", t.path);
    EXPECT_STREQ("Qualifier=%24LATEST", t.query);
    ASSERT_EQ(FAN_OK,
              fan_invoke_build(&t, "arn:aws:lambda:us-east-1:123456789012:function:f",
                               "7", nullptr));
    EXPECT_STREQ(
        "/2015-03-31/functions/"
        "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/invocations",
        t.path);
}

TEST(InvokeTarget, RefusesWhatIsNoName)
{
    fan_invoke_target t;
    const std::string huge(300, 'f');
    for (const char *name :
         { "", ".", "..", "a b", "a/b", "a?b", "a\r\nb", huge.c_str() })
        EXPECT_EQ(FAN_EINVAL, fan_invoke_build(&t, name, nullptr, nullptr)) << name;
    EXPECT_EQ(FAN_EINVAL, fan_invoke_build(&t, nullptr, nullptr, nullptr));
    for (const char *qualifier : { "", "a b", "a&b" })
        EXPECT_EQ(FAN_EINVAL, fan_invoke_build(&t, "f", qualifier, nullptr)) << qualifier;
}

TEST(InvokeAnswer, Success)
{
    Read a(
        200, kHead,
        R"({"lo":0,"count":4,"durationSeconds":0.5,"kernelSeconds":9,"cpuSeconds":0.25,)"
        R"("instance":"i-1","cold":true,"cpuModel":"Xeon"})");
    EXPECT_EQ(FAN_OUTCOME_OK, a.r.outcome);
    EXPECT_EQ(200u, a.r.http_status);
    EXPECT_STREQ("11112222-3333-4444-5555-666677778888", a.r.request_id);
    EXPECT_STREQ("$LATEST", a.r.executed_version);
    EXPECT_DOUBLE_EQ(0.5, a.r.function_s);
    EXPECT_DOUBLE_EQ(0.25, a.r.function_cpu_s);
    EXPECT_STREQ("i-1", a.r.instance);
    EXPECT_STREQ("Xeon", a.r.cpu_model);
    EXPECT_TRUE(a.r.cold);
    EXPECT_FALSE(a.r.reported);
    EXPECT_STREQ("", a.r.error_type);
    EXPECT_STREQ("", a.r.error_text);
    EXPECT_EQ(nullptr, a.r.body);
    EXPECT_DOUBLE_EQ(9, Read(200, "", R"({"kernelSeconds":9})").r.function_s);
}

TEST(InvokeAnswer, SuccessWithAnyBody)
{
    for (const char *body :
         { "", "null", "7", "\"text\"", "[1]", "{}", "{broken \"cold\"", "\xff\xfe",
           R"({"cold":"yes","instance":7,"cpuSeconds":"x"})",
           R"({"durationSeconds":-1})" }) {
        Read a(200, kHead, body);
        EXPECT_EQ(FAN_OUTCOME_OK, a.r.outcome) << body;
        EXPECT_FALSE(a.r.cold);
        EXPECT_DOUBLE_EQ(0, a.r.function_s);
        EXPECT_STREQ("", a.r.error_text);
    }
    EXPECT_EQ(FAN_OUTCOME_OK, Read(202, "", "").r.outcome) << "event";
    EXPECT_EQ(FAN_OUTCOME_OK, Read(204, "", "").r.outcome) << "dry run";
}

TEST(InvokeAnswer, LogTailAndHostLimited)
{
    // REPORT RequestId: x\tDuration: 2.50 ms\tBilled Duration: 83 ms\tMemory Size: 128 MB
    // \tMax Memory Used: 30 MB\tInit Duration: 80.00 ms\t\n
    Read a(200,
           std::string(kHead) + "X-Local-Lambda-Host-Limited: 1\r\nX-Amz-Log-Result: "
                                "UkVQT1JUIFJlcXVlc3RJZDogeAlEdXJhdGlvbjogMi41MCBtcwlCaWxs"
                                "ZWQgRHVyYXRpb246IDgzIG1z"
                                "CU1lbW9yeSBTaXplOiAxMjggTUIJTWF4IE1lbW9yeSBVc2VkOiAzMCBN"
                                "QglJbml0IER1cmF0aW9uOiA4"
                                "MC4wMCBtcwkK\r\n",
           "{}");
    EXPECT_TRUE(a.r.reported);
    EXPECT_TRUE(a.r.cold);
    EXPECT_TRUE(a.r.host_limited);
    EXPECT_DOUBLE_EQ(2.5, a.r.duration_ms);
    EXPECT_DOUBLE_EQ(80, a.r.init_ms);
    EXPECT_EQ(83u, a.r.billed_ms);
    EXPECT_EQ(128u, a.r.memory_mb);
    EXPECT_EQ(30u, a.r.max_memory_mb);
    EXPECT_FALSE(Read(200, "X-Local-Lambda-Host-Limited: 0\r\n", "{}").r.host_limited);
}

TEST(InvokeAnswer, FunctionErrors)
{
    Read a(
        200, std::string(kHead) + "X-Amz-Function-Error: Unhandled\r\n",
        R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: x Error: Task timed )"
        R"(out after 1.00 seconds"})");
    EXPECT_EQ(FAN_OUTCOME_FUNCTION, a.r.outcome);
    EXPECT_STREQ("Sandbox.Timedout", a.r.error_type);
    EXPECT_STREQ("RequestId: x Error: Task timed out after 1.00 seconds", a.r.error_text);
    Read old(
        200, "x-amz-function-error: Unhandled\r\n",
        R"({"errorMessage":"2024-04-02T09:11:22.333Z x Task timed out after 1.00 seconds"})");
    EXPECT_EQ(FAN_OUTCOME_FUNCTION, old.r.outcome);
    EXPECT_STREQ("Unhandled", old.r.error_type);
    Read plain(200, "X-Amz-Function-Error: Handled\r\n", "it\nbroke");
    EXPECT_STREQ("Handled", plain.r.error_type);
    EXPECT_STREQ("it broke", plain.r.error_text);
}

TEST(InvokeAnswer, ThrottlesWithTheirReason)
{
    for (const char *reason :
         { "ConcurrentInvocationLimitExceeded", "FunctionInvocationRateLimitExceeded",
           "ReservedFunctionConcurrentInvocationLimitExceeded",
           "ReservedFunctionInvocationRateLimitExceeded", "CallerRateLimitExceeded",
           "ConcurrentSnapshotCreateLimitExceeded" }) {
        Read a(429, "x-amzn-ErrorType: TooManyRequestsException\r\n",
               std::string(R"({"Reason":")") + reason +
                   R"(","Type":"User","message":"Rate Exceeded."})");
        EXPECT_EQ(FAN_OUTCOME_THROTTLE, a.r.outcome);
        EXPECT_STREQ(reason, fan_reason_name(a.r.reason));
        EXPECT_STREQ("TooManyRequestsException", a.r.error_type);
        EXPECT_STREQ("Rate Exceeded.", a.r.error_text);
        EXPECT_EQ(0u, a.retry_after_ms);
    }
    EXPECT_EQ(FAN_REASON_OTHER, Read(429, "", R"({"Reason":"New"})").r.reason);
    EXPECT_EQ(FAN_REASON_OTHER, Read(429, "", "").r.reason);
    EXPECT_EQ(FAN_REASON_NONE, Read(500, "", R"({"Reason":"New"})").r.reason);
}

TEST(InvokeAnswer, RetryAfter)
{
    EXPECT_EQ(2000u, Read(429, "Retry-After: 2\r\n", "").retry_after_ms);
    EXPECT_EQ(3600000u,
              Read(429, "Retry-After: 99999999999999999999\r\n", "").retry_after_ms);
    EXPECT_EQ(
        0u,
        Read(429, "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", "").retry_after_ms);
    EXPECT_EQ(0u, Read(429, "Retry-After: -1\r\n", "").retry_after_ms);
    EXPECT_EQ(0u, Read(429, "Retry-After:\r\n", "").retry_after_ms);
}

TEST(InvokeAnswer, ServiceAndClientErrors)
{
    Read missing(404, "x-amzn-ErrorType: ResourceNotFoundException\r\n",
                 R"({"Type":"User","Message":"Function not found: f"})");
    EXPECT_EQ(FAN_OUTCOME_CLIENT, missing.r.outcome);
    EXPECT_STREQ("ResourceNotFoundException", missing.r.error_type);
    EXPECT_STREQ("Function not found: f", missing.r.error_text);
    Read service(500,
                 "x-amzn-ErrorType: ServiceException:http://internal.amazon.com/\r\n",
                 R"({"Type":"Service","Message":"oops"})");
    EXPECT_EQ(FAN_OUTCOME_SERVICE, service.r.outcome);
    EXPECT_STREQ("ServiceException", service.r.error_type);
    Read signature(403, "",
                   R"({"__type":"InvalidSignatureException","message":"no match"})");
    EXPECT_EQ(FAN_OUTCOME_CLIENT, signature.r.outcome);
    EXPECT_STREQ("InvalidSignatureException", signature.r.error_type);
    EXPECT_STREQ("no match", signature.r.error_text);
    Read proxy(502, "", "<html>Bad Gateway</html>");
    EXPECT_EQ(FAN_OUTCOME_SERVICE, proxy.r.outcome);
    EXPECT_STREQ("<html>Bad Gateway</html>", proxy.r.error_text);
    EXPECT_EQ(FAN_OUTCOME_CLIENT, Read(302, "Location: /\r\n", "").r.outcome);
}

TEST(InvokeAnswer, TextFromOutsideIsCleanAndCut)
{
    Read a(400, "X-Amzn-RequestId: \xff\x01long" + std::string(100, 'x') + "\r\n",
           "{\"message\":\"a\\u0000b\\n" + std::string(300, 'y') + "\"}");
    EXPECT_EQ(sizeof a.r.request_id - 1, strlen(a.r.request_id));
    EXPECT_EQ('?', a.r.request_id[0]);
    EXPECT_EQ(' ', a.r.request_id[1]);
    EXPECT_LT(strlen(a.r.error_text), sizeof a.r.error_text);
}
