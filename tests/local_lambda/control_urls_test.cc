// Control calls about function URLs.
#include "local_lambda/control_api.h"
#include "tests/local_lambda/made_json.h"
#include "tests/local_lambda/made_request.h"
#include "tests/local_lambda/scratch_dir.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

struct Account {
    ScratchDir scratch;
    struct fan_registry_cfg cfg = { "us-east-1", "123456789012", scratch.path.c_str(),
                                    1000, 100, 0 };
    struct fan_registry *registry = fan_registry_new(&cfg);
    int status = 0;
    std::string type;

    Account()
    {
        struct fan_function *function = nullptr;
        EXPECT_EQ(fan_registry_add(registry, "f", &function, nullptr), FAN_OK);
        fan_urls_set_port(fan_registry_urls(registry), 9100);
    }
    ~Account()
    {
        fan_registry_free(registry);
    }

    // the answer's body; status and type beside it
    std::string call(const std::string &method, const std::string &body = "",
                     const std::string &query = "",
                     const std::string &path = "/2021-10-31/functions/f/url")
    {
        MadeRequest made;
        MadeAnswer answer;
        made.method = method;
        made.path = path;
        made.query = query;
        made.body = body;
        struct fan_http_request request = made.view();
        fan_control_answer(registry, &request, nullptr, nullptr, &answer.answer);
        status = answer.answer.status;
        type = answer.header("x-amzn-ErrorType");
        return answer.body();
    }
};

TEST(ControlUrls, ALife)
{
    Account account;
    EXPECT_EQ(
        account.call("GET"),
        "{\"Type\":\"User\",\"Message\":\"The resource you requested does not exist.\"}");
    EXPECT_EQ(account.status, 404);

    MadeJson made(account.call(
        "POST", "{\"AuthType\":\"AWS_IAM\",\"InvokeMode\":\"BUFFERED\",\"Cors\":{}}"));
    EXPECT_EQ(account.status, 201);
    EXPECT_EQ(made.get("FunctionArn"),
              "\"arn:aws:lambda:us-east-1:123456789012:function:f\"");
    EXPECT_EQ(made.get("AuthType"), "\"AWS_IAM\"");
    EXPECT_EQ(made.get("InvokeMode"), "\"BUFFERED\"");
    EXPECT_EQ(made.get("LastModifiedTime"), "absent");
    EXPECT_NE(made.get("FunctionUrl").find(".lambda-url.us-east-1.localhost:9100/"),
              std::string::npos);

    MadeJson got(account.call("GET"));
    EXPECT_EQ(got.get("FunctionUrl"), made.get("FunctionUrl"));
    EXPECT_EQ(got.get("CreationTime"), made.get("CreationTime"));
    EXPECT_EQ(got.get("LastModifiedTime"), made.get("CreationTime"));

    MadeJson changed(account.call("PUT", "{\"AuthType\":\"NONE\"}"));
    EXPECT_EQ(account.status, 200);
    EXPECT_EQ(changed.get("AuthType"), "\"NONE\"");
    EXPECT_EQ(changed.get("FunctionUrl"), made.get("FunctionUrl"));
    MadeJson unchanged(account.call("PUT", "{}"));
    EXPECT_EQ(unchanged.get("AuthType"), "\"NONE\"");

    MadeJson list(account.call("GET", "", "", "/2021-10-31/functions/f/urls"));
    EXPECT_EQ(json_array_size(json_object_get(list.value, "FunctionUrlConfigs")), 1u);

    EXPECT_EQ(account.call("DELETE"), "");
    EXPECT_EQ(account.status, 204);
    account.call("DELETE");
    EXPECT_EQ(account.status, 404);
    MadeJson none(account.call("GET", "", "", "/2021-10-31/functions/f/urls"));
    EXPECT_EQ(none.get("FunctionUrlConfigs"), "[]");
}

TEST(ControlUrls, OneForAFunction)
{
    Account account;
    account.call("POST", "{\"AuthType\":\"NONE\"}");
    EXPECT_EQ(account.call("POST", "{\"AuthType\":\"NONE\"}"),
              "{\"Type\":\"User\",\"message\":\"Failed to create function url config for "
              "[functionArn = "
              "arn:aws:lambda:us-east-1:123456789012:function:f]. Error message:  "
              "FunctionUrlConfig exists for this "
              "Lambda function\"}");
    EXPECT_EQ(account.status, 409);
    EXPECT_EQ(account.type, "ResourceConflictException");
}

TEST(ControlUrls, RefusesBadValuesAndAddsNothing)
{
    const struct {
        const char *body, *type, *part;
    } cases[] = {
        { "{}", "ValidationException",
          "Value null at 'authType' failed to satisfy constraint: Member must not be "
          "null" },
        { "{\"AuthType\":\"none\"}", "ValidationException",
          "enum value set: [NONE, AWS_IAM]" },
        { "{\"AuthType\":7}", "ValidationException", "'authType'" },
        { "{\"AuthType\":\"NONE\",\"InvokeMode\":\"x\"}", "ValidationException",
          "[BUFFERED, RESPONSE_STREAM]" },
        { "{\"AuthType\":\"NONE\",\"InvokeMode\":\"RESPONSE_STREAM\"}",
          "InvalidParameterValueException", "BUFFERED" },
        { "{\"AuthType\":\"NONE\",\"Cors\":{\"MaxAge\":1}}",
          "InvalidParameterValueException", "CORS" },
        { "[]", "SerializationException", "an object is expected" },
    };
    Account account;
    for (const auto &c : cases) {
        std::string body = account.call("POST", c.body);
        EXPECT_EQ(account.status, 400) << c.body;
        EXPECT_EQ(account.type, c.type) << c.body;
        EXPECT_NE(body.find(c.part), std::string::npos) << body;
    }
    EXPECT_EQ(fan_urls_count(fan_registry_urls(account.registry)), 0u);
}

TEST(ControlUrls, AQualifierIsAnAlias)
{
    Account account;
    std::string body =
        account.call("POST", "{\"AuthType\":\"NONE\"}", "Qualifier=%24LATEST");
    EXPECT_NE(body.find("'qualifier'"), std::string::npos);
    EXPECT_EQ(account.type, "ValidationException");
}

} // namespace
