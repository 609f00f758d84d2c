// What gateways and function URLs are asked and answer, as literals.
#include "invoke/front_message.h"

#include "invoke/retry.h"

#include <gtest/gtest.h>

namespace
{
struct Read {
    fan_record record{};
    uint32_t wait_ms;
    Read(uint32_t status, const std::string &head, const std::string &body)
    {
        fan_invoke_answer answer = { status, head.c_str(), body.c_str(), body.size() };
        wait_ms = fan_front_read(&answer, &record);
    }
};

struct Case {
    uint32_t status;
    const char *type; // X-Amzn-ErrorType; NULL: none
    const char *body;
    fan_outcome outcome;
    const char *error_type, *error_text;
};
} // namespace

TEST(FrontBuild, TakesThePathOrTheName)
{
    fan_invoke_target target;
    ASSERT_EQ(FAN_OK, fan_front_build(&target, "/a/b%20c", "f", nullptr));
    EXPECT_STREQ("/a/b%20c", target.path);
    EXPECT_STREQ("", target.query);
    ASSERT_EQ(FAN_OK, fan_front_build(&target, nullptr, "f-1_x", nullptr));
    EXPECT_STREQ("/f-1_x", target.path);
    for (const char *bad : { "", "a", "/a b", "/a?b", "/a\r\nX: y" })
        EXPECT_EQ(FAN_EINVAL, fan_front_build(&target, bad, "f", nullptr)) << bad;
    EXPECT_EQ(FAN_EINVAL, fan_front_build(&target, nullptr, nullptr, nullptr));
    EXPECT_EQ(FAN_ELIMIT, fan_front_build(&target, ("/" + std::string(2000, 'a')).c_str(),
                                          "f", nullptr));
}

TEST(FrontRead, TakesWhatTheFunctionSaysOfItself)
{
    Read read(
        200, "x-amzn-RequestId: id-1\r\nX-Amzn-Trace-Id: Root=1\r\n",
        R"({"durationSeconds":1.5,"cpuSeconds":1.25,"instance":"i-1","cold":true})");
    const fan_record &r = read.record;
    EXPECT_EQ(FAN_OUTCOME_OK, r.outcome);
    EXPECT_FALSE(r.reported);
    EXPECT_TRUE(r.cold);
    EXPECT_DOUBLE_EQ(1.5, r.function_s);
    EXPECT_DOUBLE_EQ(1.25, r.function_cpu_s);
    EXPECT_STREQ("i-1", r.instance);
    EXPECT_STREQ("id-1", r.request_id);
    EXPECT_STREQ("", r.error_type);
}

TEST(FrontRead, DoesNotTakeAHeaderForALog)
{
    // base64 of a REPORT line
    Read read(
        200,
        "X-Amz-Log-Result: UkVQT1JUIFJlcXVlc3RJZDogYQlEdXJhdGlvbjogMS4wMCBtcwlCaWxs"
        "ZWQgRHVyYXRpb246IDIgbXMJTWVtb3J5IFNpemU6IDEyOCBNQglNYXggTWVtb3J5IFVzZWQ6IDcg"
        "TUIJSW5pdCBEdXJhdGlvbjogMS4wMCBtcwkK\r\n",
        "{}");
    EXPECT_FALSE(read.record.reported);
    EXPECT_FALSE(read.record.cold);
    EXPECT_EQ(0u, read.record.billed_ms);
}

TEST(FrontRead, KnowsTheDoorsRefusals)
{
    const char *internal = "InternalServerErrorException";
    const Case cases[] = {
        { 403, "ForbiddenException", R"({"message":"Forbidden"})", FAN_OUTCOME_CLIENT,
          "ForbiddenException",
          "Forbidden: the API key is missing, not known or in no usage plan of this "
          "stage" },
        { 403, "MissingAuthenticationTokenException",
          R"({"message":"Missing Authentication Token"})", FAN_OUTCOME_CLIENT,
          "MissingAuthenticationTokenException",
          "Missing Authentication Token: there is no such path with POST, or it wants a "
          "signature" },
        { 401, "UnauthorizedException", R"({"message":"Unauthorized"})",
          FAN_OUTCOME_CLIENT, "UnauthorizedException",
          "Unauthorized: no token was sent, or the authorizer refuses it" },
        { 403, "AccessDeniedException",
          R"({"Message":"User is not authorized to access this resource"})",
          FAN_OUTCOME_CLIENT, "AccessDeniedException",
          "User is not authorized to access this resource" },
        { 429, "TooManyRequestsException", R"({"message":"Too Many Requests"})",
          FAN_OUTCOME_THROTTLE, "TooManyRequestsException", "Too Many Requests" },
        { 429, "LimitExceededException", R"({"message":"Limit Exceeded"})",
          FAN_OUTCOME_THROTTLE, "LimitExceededException",
          "Limit Exceeded: the quota of the usage plan is used up" },
        { 429, nullptr, R"({"message":"Limit Exceeded"})", FAN_OUTCOME_THROTTLE,
          "LimitExceededException",
          "Limit Exceeded: the quota of the usage plan is used up" },
        { 502, internal, R"({"message": "Internal server error"})", FAN_OUTCOME_FUNCTION,
          internal, "Internal server error" },
        { 504, internal, R"({"message": "Endpoint request timed out"})",
          FAN_OUTCOME_FUNCTION, internal, "Endpoint request timed out" },
        { 500, internal, R"({"message": "Internal server error"})", FAN_OUTCOME_SERVICE,
          internal, "Internal server error" },
        { 500, "AuthorizerConfigurationException", R"({"message":null})",
          FAN_OUTCOME_SERVICE, "AuthorizerConfigurationException",
          R"({"message":null})" },
        { 503, nullptr, R"({"message":"Service Unavailable"})", FAN_OUTCOME_SERVICE,
          "HTTP 503", "Service Unavailable" },
        { 404, nullptr, R"({"message":"Not Found"})", FAN_OUTCOME_CLIENT, "HTTP 404",
          "Not Found" },
        { 413, "RequestTooLargeException", R"({"message":"Request Too Long"})",
          FAN_OUTCOME_CLIENT, "RequestTooLargeException", "Request Too Long" },
        { 502, nullptr, "Internal Server Error", FAN_OUTCOME_FUNCTION, "HTTP 502",
          "Internal Server Error" },
        { 403, "AccessDeniedException", R"({"Message":null})", FAN_OUTCOME_CLIENT,
          "AccessDeniedException", R"({"Message":null})" },
        { 301, nullptr, "", FAN_OUTCOME_CLIENT, "HTTP 301", "" },
    };
    for (const Case &c : cases) {
        std::string head =
            c.type ? std::string("x-amzn-ErrorType: ") + c.type + "\r\n" : "";
        Read read(c.status, head, c.body);
        const fan_record &r = read.record;
        EXPECT_EQ(c.outcome, r.outcome) << c.status << c.body;
        EXPECT_STREQ(c.error_type, r.error_type) << c.status << c.body;
        EXPECT_STREQ(c.error_text, r.error_text) << c.status << c.body;
        EXPECT_EQ(c.outcome == FAN_OUTCOME_THROTTLE ? FAN_REASON_OTHER : FAN_REASON_NONE,
                  r.reason);
        EXPECT_FALSE(r.reported);
    }
}

TEST(FrontRead, ThrottlesOfAFunctionUrlHaveAReason)
{
    Read read(
        429, "x-amzn-ErrorType: TooManyRequestsException\r\nRetry-After: 2\r\n",
        R"({"Reason":"ConcurrentInvocationLimitExceeded","message":"Rate Exceeded."})");
    EXPECT_EQ(FAN_OUTCOME_THROTTLE, read.record.outcome);
    EXPECT_EQ(FAN_REASON_CONCURRENCY, read.record.reason);
    EXPECT_EQ(2000u, read.wait_ms);
}

TEST(FrontRead, AFunctionsOwnErrorIsTheFunctions)
{
    const char *body = R"({"errorType":"InvalidInput","errorMessage":"max: too large"})";
    for (uint32_t status : { 400u, 404u, 429u, 500u, 503u }) {
        Read own(status, "", body);
        EXPECT_EQ(FAN_OUTCOME_FUNCTION, own.record.outcome) << status;
        EXPECT_STREQ("InvalidInput", own.record.error_type);
        EXPECT_STREQ("max: too large", own.record.error_text);
        EXPECT_EQ(status, own.record.http_status);
        EXPECT_TRUE(fan_record_billable(&own.record));
        EXPECT_EQ(FAN_REASON_NONE, own.record.reason);
    }
    Read doors(403, "x-amzn-ErrorType: ForbiddenException\r\n", body);
    EXPECT_EQ(FAN_OUTCOME_CLIENT, doors.record.outcome) << "the door has its own header";
}

TEST(FrontRead, AQuotaThatIsUsedUpIsNotTriedAgain)
{
    fan_retry_policy policy = fan_retry_defaults(true);
    Read busy(429, "x-amzn-ErrorType: TooManyRequestsException\r\n",
              R"({"message":"Too Many Requests"})");
    EXPECT_EQ(FAN_VERDICT_RETRY, fan_retry_verdict(&policy, &busy.record));
    Read used_up(429, "x-amzn-ErrorType: LimitExceededException\r\n",
                 R"({"message":"Limit Exceeded"})");
    EXPECT_EQ(FAN_VERDICT_FAIL, fan_retry_verdict(&policy, &used_up.record));
    Read failed(502, "x-amzn-ErrorType: InternalServerErrorException\r\n",
                R"({"message": "Internal server error"})");
    EXPECT_EQ(FAN_VERDICT_FAIL, fan_retry_verdict(&policy, &failed.record));
    Read refused(401, "", R"({"message":"Unauthorized"})");
    EXPECT_EQ(FAN_VERDICT_FAIL, fan_retry_verdict(&policy, &refused.record));
}
