// What the gateway answers by itself, byte for byte.
#include "local_lambda/gateway_error.h"
#include "tests/local_lambda/made_json.h"
#include "tests/local_lambda/made_request.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string error(enum fan_gateway_error which)
{
    MadeAnswer made;
    fan_gateway_error(&made.answer, which);
    EXPECT_EQ(made.header("Content-Type"), "application/json");
    return std::to_string(made.answer.status) + " " + made.header("x-amzn-ErrorType") +
           " " + made.body();
}

TEST(GatewayError, SizesAreThoseThatWereRecorded)
{
    auto bytes = [](enum fan_gateway_error which) {
        MadeAnswer made;
        fan_gateway_error(&made.answer, which);
        return made.answer.body.size;
    };
    EXPECT_EQ(bytes(FAN_GATEWAY_BAD_KEY), 23u);
    EXPECT_EQ(bytes(FAN_GATEWAY_NO_ROUTE), 42u);
    EXPECT_EQ(bytes(FAN_GATEWAY_UNAUTHORIZED), 26u);
    EXPECT_EQ(bytes(FAN_GATEWAY_BAD_INTEGRATION), 36u);
}

TEST(GatewayError, TypesAndStatuses)
{
    EXPECT_EQ(error(FAN_GATEWAY_THROTTLED),
              "429 TooManyRequestsException {\"message\":\"Too Many Requests\"}");
    EXPECT_EQ(error(FAN_GATEWAY_QUOTA),
              "429 LimitExceededException {\"message\":\"Limit Exceeded\"}");
    EXPECT_EQ(
        error(FAN_GATEWAY_TIMEOUT),
        "504 InternalServerErrorException {\"message\": \"Endpoint request timed out\"}");
    EXPECT_EQ(error(FAN_GATEWAY_NOT_ALLOWED),
              "403 AccessDeniedException {\"Message\":\"User is not authorized to access "
              "this resource\"}");
    for (int i = 0; i < FAN_GATEWAY_ERROR_COUNT; i++) {
        std::string text = error(static_cast<enum fan_gateway_error>(i));
        MadeJson body(text.substr(text.find('{')));
        EXPECT_TRUE(json_is_object(body.value)) << text;
    }
}

} // namespace
