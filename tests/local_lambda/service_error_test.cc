// Error bodies, byte for byte as the service sends them.
#include "local_lambda/service_error.h"
#include "tests/local_lambda/made_request.h"

#include <gtest/gtest.h>

namespace
{

TEST(ServiceError, ThrottlesCarryTheirReason)
{
    MadeAnswer made;
    fan_service_error(&made.answer, 429, "TooManyRequestsException",
                      "ConcurrentInvocationLimitExceeded", "Rate Exceeded.");
    EXPECT_EQ(made.answer.status, 429);
    EXPECT_EQ(made.header("x-amzn-ErrorType"), "TooManyRequestsException");
    EXPECT_EQ(made.header("Content-Type"), "application/json");
    EXPECT_EQ(made.body(), "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":"
                           "\"User\",\"message\":\"Rate Exceeded.\"}");
}

TEST(ServiceError, MessageKeyFollowsTheType)
{
    const struct {
        const char *type, *body;
    } cases[] = {
        { "ResourceNotFoundException", "{\"Type\":\"User\",\"Message\":\"m\"}" },
        { "ServiceException", "{\"Type\":\"Service\",\"Message\":\"m\"}" },
        { "InvalidRequestContentException", "{\"Type\":\"User\",\"message\":\"m\"}" },
        { "InvalidParameterValueException", "{\"Type\":\"User\",\"message\":\"m\"}" },
        { "ResourceConflictException", "{\"Type\":\"User\",\"message\":\"m\"}" },
        { "AccessDeniedException", "{\"Message\":\"m\"}" },
        { "ValidationException", "{\"message\":\"m\"}" },
        { "MissingAuthenticationTokenException", "{\"message\":\"m\"}" },
    };
    for (const auto &c : cases) {
        MadeAnswer made;
        fan_service_error(&made.answer, 400, c.type, nullptr, "m");
        EXPECT_EQ(made.body(), c.body);
    }
}

TEST(ServiceError, ReplacesBodyAndKeepsOtherHeaders)
{
    MadeAnswer made;
    fan_http_answer_header(&made.answer, "x-amzn-RequestId", "id");
    ASSERT_EQ(fan_buf_adds(&made.answer.body, "half an answer", nullptr), FAN_OK);
    fan_service_error(&made.answer, 500, "ServiceException", nullptr, "%s", "broken");
    EXPECT_EQ(made.header("x-amzn-RequestId"), "id");
    EXPECT_EQ(made.body(), "{\"Type\":\"Service\",\"Message\":\"broken\"}");
}

TEST(ServiceError, AnyBytesMakeValidJson)
{
    MadeAnswer quoted, binary, longest;
    fan_service_error(&quoted.answer, 400, "X", nullptr, "a \"b\" \\ \n\t\x01");
    EXPECT_EQ(quoted.body(), "{\"message\":\"a \\\"b\\\" \\\\ \\n\\t\\u0001\"}");
    fan_service_error(&binary.answer, 400, "X", nullptr, "\xff\xfe");
    EXPECT_EQ(binary.body(),
              "{\"message\":\"The request holds text that is not UTF-8.\"}");
    fan_service_error(&longest.answer, 400, "X", nullptr, "%s",
                      std::string(100000, 'x').c_str());
    EXPECT_LT(longest.body().size(), 5000u);
}

} // namespace

TEST(ServiceInvalid, QuotesTheValueUnlessThereIsNone)
{
    struct fan_http_answer answer;
    fan_http_answer_init(&answer, 200);
    fan_service_invalid(&answer, "0", "timeout", "be positive");
    EXPECT_EQ(answer.status, 400);
    EXPECT_STREQ(answer.body.data,
                 "{\"message\":\"1 validation error detected: Value '0' at "
                 "'timeout' failed to satisfy constraint: Member must be "
                 "positive\"}");
    fan_service_invalid(&answer, nullptr, "role", "not be null");
    EXPECT_NE(std::string(answer.body.data).find("Value null at 'role'"),
              std::string::npos);
    fan_service_invalid_name(&answer, "a%20b", 5);
    EXPECT_NE(std::string(answer.body.data).find("Value 'a b' at 'functionName'"),
              std::string::npos);
    fan_service_invalid_name(&answer, "%zz", 3);
    EXPECT_NE(std::string(answer.body.data).find("Value '%zz'"), std::string::npos);
    fan_http_answer_clear(&answer);
}
