#include "runtime/runtime_response.h"

#include <gtest/gtest.h>

#include <string>

TEST(RuntimeResponseRead, FindsItsHeadersInAnyCase)
{
    fan_runtime_response r;
    ASSERT_EQ(fan_runtime_response_read(
                  &r,
                  "lambda-runtime-aws-request-id: 8476a536-e9f4-11e8-9739-2dfe5\r\n"
                  "Lambda-Runtime-Deadline-Ms: 1542409706888\r\n"
                  "Lambda-Runtime-Trace-Id:  Root=1-5bef4de7;Sampled=1 \r\n"
                  "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:x\r\n",
                  nullptr),
              FAN_OK);
    EXPECT_EQ(r.deadline_ms, 1542409706888);
    EXPECT_STREQ(r.request_id, "8476a536-e9f4-11e8-9739-2dfe5");
    EXPECT_STREQ(r.trace_id, "Root=1-5bef4de7;Sampled=1");
}

TEST(RuntimeResponseRead, ForgetsTheLastOne)
{
    fan_runtime_response r;
    ASSERT_EQ(fan_runtime_response_read(&r,
                                        "Lambda-Runtime-Aws-Request-Id: a\r\n"
                                        "Lambda-Runtime-Deadline-Ms: 1\r\n"
                                        "Lambda-Runtime-Trace-Id: b\r\n",
                                        nullptr),
              FAN_OK);
    ASSERT_EQ(fan_runtime_response_read(&r, nullptr, nullptr), FAN_OK);
    EXPECT_EQ(r.deadline_ms, 0);
    EXPECT_STREQ(r.request_id, "");
    EXPECT_STREQ(r.trace_id, "");
}

TEST(RuntimeResponseRead, RefusesWhatItCannotUse)
{
    for (const std::string &line :
         { std::string("Lambda-Runtime-Deadline-Ms: 1.5"),
           std::string("Lambda-Runtime-Deadline-Ms:"),
           std::string("Lambda-Runtime-Deadline-Ms: 9999999999999999999"),
           std::string("Lambda-Runtime-Aws-Request-Id:"),
           std::string("Lambda-Runtime-Aws-Request-Id: ../../x"),
           "Lambda-Runtime-Aws-Request-Id: " + std::string(129, 'a') }) {
        fan_runtime_response r;
        EXPECT_EQ(fan_runtime_response_read(&r, (line + "\r\n").c_str(), nullptr),
                  FAN_EFORMAT)
            << line;
    }
}

TEST(RuntimeResponseRead, DropsATraceIdThatIsTooLong)
{
    fan_runtime_response r;
    const std::string head =
        "Lambda-Runtime-Trace-Id: " + std::string(1024, 'a') + "\r\n";
    ASSERT_EQ(fan_runtime_response_read(&r, head.c_str(), nullptr), FAN_OK);
    EXPECT_STREQ(r.trace_id, "");
}
