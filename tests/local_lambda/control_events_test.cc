// Control calls about asynchronous events.
#include "local_lambda/event_config.h"
#include "tests/local_lambda/made_control.h"

namespace
{

const std::string target = "/2019-09-25/functions/f/event-invoke-config";

struct Eventful : Control {
    Eventful()
    {
        create("f", ",\"Publish\":true");
        create("sink");
        call("POST", functions + "/f/aliases",
             "{\"Name\":\"live\",\"FunctionVersion\":\"1\"}");
    }
    const struct fan_event_config *config(const char *qualifier)
    {
        return fan_event_configs_find(fan_registry_find(registry, "f"), qualifier);
    }
};

TEST(ControlEvents, ConfigurationsLiveTheirLife)
{
    Eventful control;
    Reply none = control.call("GET", target);
    EXPECT_EQ(none.status, 404);
    EXPECT_EQ(none.get("Message"), std::string("The function ") + arn +
                                       "f:$LATEST doesn't have an EventInvokeConfig");
    EXPECT_EQ(control.call("POST", target, "{\"MaximumRetryAttempts\":1}").status, 404);
    Reply put = control.call("PUT", target,
                             std::string("{\"MaximumRetryAttempts\":0,"
                                         "\"DestinationConfig\":{\"OnFailure\":{"
                                         "\"Destination\":\"") +
                                 arn + "sink\"}}}");
    ASSERT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(put.get("FunctionArn"), std::string(arn) + "f:$LATEST");
    EXPECT_EQ(put.get("MaximumRetryAttempts"), "0");
    EXPECT_EQ(put.get("MaximumEventAgeInSeconds"), "absent") << "only what was set";
    EXPECT_EQ(put.get("DestinationConfig.OnSuccess"), "{}");
    EXPECT_EQ(put.get("DestinationConfig.OnFailure.Destination"),
              std::string(arn) + "sink");
    EXPECT_TRUE(json_is_number(json_object_get(put.json, "LastModified")));
    Reply updated = control.call("POST", target, "{\"MaximumEventAgeInSeconds\":60}");
    EXPECT_EQ(updated.get("MaximumRetryAttempts"), "0") << "what is not named stays";
    EXPECT_EQ(updated.get("MaximumEventAgeInSeconds"), "60");
    EXPECT_EQ(control.call("GET", target).body, updated.body);
    Reply replaced = control.call("PUT", target, "{\"MaximumRetryAttempts\":2}");
    EXPECT_EQ(replaced.get("DestinationConfig.OnFailure"), "{}")
        << "put starts from nothing";
    EXPECT_EQ(control.config("")->age_s, 21600u);
    EXPECT_EQ(control.call("DELETE", target).status, 204);
    EXPECT_EQ(control.call("DELETE", target).status, 404);
}

TEST(ControlEvents, EachQualifierHasItsOwn)
{
    Eventful control;
    for (const char *qualifier : { "%24LATEST", "1", "live" })
        EXPECT_EQ(control
                      .call("PUT", target + "?Qualifier=" + qualifier,
                            "{\"MaximumRetryAttempts\":1}")
                      .status,
                  200);
    EXPECT_EQ(control.call("PUT", target + "?Qualifier=2", "{}").status, 404);
    Reply list = control.call("GET", target + "/list");
    EXPECT_EQ(json_array_size(json_object_get(list.json, "FunctionEventInvokeConfigs")),
              3u);
    EXPECT_EQ(control.call("DELETE", functions + "/f/aliases/live").status, 204);
    EXPECT_EQ(control.config("live"), nullptr) << "goes with its alias";
    EXPECT_EQ(control.call("DELETE", functions + "/f:1").status, 204);
    EXPECT_EQ(control.config("1"), nullptr) << "and with its version";
    EXPECT_NE(control.config("$LATEST"), nullptr);
}

TEST(ControlEvents, RefuseWhatCannotBe)
{
    Eventful control;
    auto sent_to = [](const std::string &destination) {
        return "{\"DestinationConfig\":{\"OnSuccess\":{\"Destination\":" + destination +
               "}}}";
    };
    const std::string quoted = std::string("\"") + arn;
    const struct {
        std::string body;
        const char *type, *part;
    } cases[] = {
        { "{}", "InvalidParameterValueException", "at least one of error handling" },
        { "{\"MaximumRetryAttempts\":3}", "ValidationException", "from 0 to 2" },
        { "{\"MaximumRetryAttempts\":-1}", "ValidationException", "Value '-1'" },
        { "{\"MaximumRetryAttempts\":\"1\"}", "ValidationException", "integer" },
        { "{\"MaximumEventAgeInSeconds\":59}", "ValidationException",
          "from 60 to 21600" },
        { "{\"MaximumEventAgeInSeconds\":21601}", "ValidationException", "21601" },
        { sent_to(quoted + "f\""), "InvalidParameterValueException", "itself" },
        { sent_to(quoted + "nobody\""), "InvalidParameterValueException",
          "no such function" },
        { sent_to("\"arn:aws:sqs:us-east-1:123456789012:q\""),
          "InvalidParameterValueException", "own functions only" },
        { sent_to("\"sink\""), "InvalidParameterValueException", "own functions only" },
        { sent_to(quoted + "si nk\""), "InvalidParameterValueException",
          "own functions only" },
        { sent_to("7"), "InvalidParameterValueException", "string" },
        { sent_to("\"" + std::string(351, 'x') + "\""), "InvalidParameterValueException",
          "350" },
        { "[]", "SerializationException", "object" },
    };
    for (const auto &c : cases) {
        Reply reply = control.call("PUT", target, c.body);
        EXPECT_EQ(reply.status, 400) << c.body;
        EXPECT_EQ(reply.type, c.type) << c.body;
        EXPECT_NE(reply.body.find(c.part), std::string::npos) << c.body << "\n"
                                                              << reply.body;
    }
    EXPECT_EQ(control.config(""), nullptr);
    EXPECT_EQ(control.call("PUT", target, sent_to("\"\"")).status, 200)
        << "an empty one is none";
}

} // namespace
