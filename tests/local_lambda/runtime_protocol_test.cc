#include "local_lambda/runtime_protocol.h"

#include <gtest/gtest.h>

#include <string>

namespace
{
enum fan_runtime_call Route(const char *method, const std::string &path, std::string *id)
{
    const char *at = nullptr;
    size_t n = 0;
    enum fan_runtime_call call = fan_runtime_route(method, path.c_str(), &at, &n);
    *id = at ? std::string(at, n) : "";
    return call;
}
} // namespace

TEST(RuntimeProtocol, KnowsTheFourCalls)
{
    const std::string base = "/2018-06-01/runtime/";
    std::string id;
    EXPECT_EQ(Route("GET", base + "invocation/next", &id), FAN_RUNTIME_NEXT);
    EXPECT_EQ(Route("POST", base + "invocation/abc-1/response", &id),
              FAN_RUNTIME_RESPONSE);
    EXPECT_EQ(id, "abc-1");
    EXPECT_EQ(Route("POST", base + "invocation/abc/error", &id), FAN_RUNTIME_ERROR);
    EXPECT_EQ(Route("POST", base + "init/error", &id), FAN_RUNTIME_INIT_ERROR);
}

TEST(RuntimeProtocol, KnowsNoOther)
{
    std::string id;
    for (const char *path :
         { "", "/", "/2018-06-01/runtime/", "/2018-06-01/runtime/invocation/",
           "/2018-06-01/runtime/invocation//response", "/2018-06-01/runtime/invocation/x",
           "/2018-06-01/runtime/invocation/x/", "/2018-06-01/runtime/invocation/x/y",
           "/2019-06-01/runtime/invocation/next" })
        for (const char *method : { "GET", "POST", "PUT" })
            EXPECT_EQ(Route(method, path, &id), FAN_RUNTIME_UNKNOWN) << method << path;
    EXPECT_EQ(Route("POST", "/2018-06-01/runtime/invocation/next", &id),
              FAN_RUNTIME_UNKNOWN);
    EXPECT_EQ(Route("GET", "/2018-06-01/runtime/init/error", &id), FAN_RUNTIME_UNKNOWN);
}

TEST(RuntimeProtocol, RepliesCarryTheirLength)
{
    const struct {
        enum fan_runtime_reply reply;
        const char *status, *part;
    } rows[] = { { FAN_RUNTIME_ACCEPTED, "202", "{\"status\":\"OK\"}" },
                 { FAN_RUNTIME_BAD_REQUEST, "400", "TruncatedHTTPRequest" },
                 { FAN_RUNTIME_WRONG_ID, "400", "\"errorType\":\"InvalidRequestID\"" },
                 { FAN_RUNTIME_WRONG_STATE, "403", "InvalidStateTransition" },
                 { FAN_RUNTIME_NO_SUCH_CALL, "404", "errorType" },
                 { FAN_RUNTIME_TOO_LARGE, "413", "(6291556 bytes)." } };
    for (const auto &row : rows) {
        size_t n = 0;
        const char *text = fan_runtime_reply_text(row.reply, &n);
        std::string all(text, n);
        size_t body = all.find("\r\n\r\n") + 4;
        EXPECT_EQ(all.substr(9, 3), row.status);
        EXPECT_NE(all.find(row.part, body), std::string::npos) << all;
        EXPECT_NE(all.find("Content-Length: " + std::to_string(n - body) + "\r\n"),
                  std::string::npos)
            << all;
    }
}

TEST(RuntimeProtocol, EventHeadNamesWhatARuntimeNeeds)
{
    char head[FAN_RUNTIME_HEAD_MAX];
    struct fan_runtime_event event = { "id-1",  "arn:x",       "Root=1",
                                       nullptr, 1700000000123, 7 };
    std::string text(head, fan_runtime_event_head(head, &event));
    for (const char *line :
         { "HTTP/1.1 200 OK\r\n", "\r\nLambda-Runtime-Aws-Request-Id: id-1\r\n",
           "\r\nLambda-Runtime-Deadline-Ms: 1700000000123\r\n",
           "\r\nLambda-Runtime-Invoked-Function-Arn: arn:x\r\n",
           "\r\nLambda-Runtime-Trace-Id: Root=1\r\n", "\r\nContent-Length: 7\r\n\r\n" })
        EXPECT_NE(text.find(line), std::string::npos) << line;
    EXPECT_EQ(text.find("Client-Context"), std::string::npos);
    event.client_context = "{\"a\":1}";
    text.assign(head, fan_runtime_event_head(head, &event));
    EXPECT_NE(text.find("\r\nLambda-Runtime-Client-Context: {\"a\":1}\r\n"),
              std::string::npos);
}

TEST(RuntimeProtocol, KeepsErrorTypesThatLookLikeOnes)
{
    char text[129];
    EXPECT_STREQ(fan_runtime_error_type("Runtime.ImportModuleError", text),
                 "Runtime.ImportModuleError");
    EXPECT_STREQ(fan_runtime_error_type("Function.Raised", text), "Function.Raised");
    for (const char *bad : { "", "Runtime.", "Runtime.x", "Other.Reason", "Runtime.A b",
                             "Runtime.A\r", "Function" })
        EXPECT_STREQ(fan_runtime_error_type(bad, text), "Runtime.Unknown") << bad;
    EXPECT_STREQ(fan_runtime_error_type(nullptr, text), "Runtime.Unknown");
}
