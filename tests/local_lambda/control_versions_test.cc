// Control calls on versions and aliases.
#include "local_lambda/aliases.h"
#include "local_lambda/versions.h"
#include "tests/local_lambda/made_control.h"

#include <filesystem>

namespace
{

// A function f with versions 1 and 2, of 128 and 256 MB.
struct Versioned : Control {
    Versioned()
    {
        create("f", ",\"Publish\":true");
        EXPECT_EQ(
            call("PUT", functions + "/f/configuration", "{\"MemorySize\":256}").status,
            200);
        EXPECT_EQ(call("POST", functions + "/f/versions").get("Version"), "2");
        changes.clear();
    }
    Reply alias(const std::string &body)
    {
        return call("POST", functions + "/f/aliases", body);
    }
};

TEST(ControlPublish, AnswersTheVersion)
{
    Control control;
    Reply made =
        control.call("POST", functions, Control::creation("f", ",\"Publish\":true"));
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.get("Version"), "1");
    EXPECT_EQ(made.get("FunctionArn"), std::string(arn) + "f:1");
    Reply same = control.call("POST", functions + "/f/versions", "{}");
    EXPECT_EQ(same.status, 201);
    EXPECT_EQ(same.get("Version"), "1") << "nothing changed";
    EXPECT_EQ(same.get("RevisionId"), made.get("RevisionId"));
    control.call("PUT", functions + "/f/configuration", "{\"Timeout\":9}");
    Reply two = control.call("POST", functions + "/f/versions",
                             "{\"Description\":\"slower\",\"RevisionId\":null}");
    EXPECT_EQ(two.get("Version"), "2");
    EXPECT_EQ(two.get("Description"), "slower");
    EXPECT_EQ(two.get("Timeout"), "9");
    EXPECT_EQ(control.call("GET", functions + "/f:1").get("Configuration.Timeout"), "3");
    EXPECT_EQ(control.call("GET", functions + "/f").get("Configuration.Version"),
              "$LATEST");
    std::string zip = MadeZip().add("bootstrap", "#!/bin/bash\n", 0100755).bytes();
    Reply three =
        control.call("PUT", functions + "/f/code",
                     "{\"Publish\":true,\"ZipFile\":\"" + base64_of(zip) + "\"}");
    EXPECT_EQ(three.status, 200);
    EXPECT_EQ(three.get("Version"), "3");
    EXPECT_NE(three.get("CodeSha256"), two.get("CodeSha256"));
    EXPECT_NE(control.call("GET", functions + "/f:2").get("Code.Location"),
              control.call("GET", functions + "/f:3").get("Code.Location"))
        << "a version keeps its package";
}

TEST(ControlPublish, ChecksWhatTheCallerMeans)
{
    Control control;
    control.create("f");
    const std::string target = functions + "/f/versions";
    struct fan_function *function = fan_registry_find(control.registry, "f");
    Reply code = control.call("POST", target, "{\"CodeSha256\":\"other\"}");
    EXPECT_EQ(code.type, "InvalidParameterValueException");
    EXPECT_EQ(code.get("message"),
              std::string("CodeSHA256 (other) is different from current CodeSHA256 in "
                          "$LATEST (") +
                  function->code_sha256 +
                  "). Please try again with the CodeSHA256 in $LATEST.");
    Reply revision = control.call("POST", target, "{\"RevisionId\":\"old\"}");
    EXPECT_EQ(revision.status, 412);
    EXPECT_EQ(revision.type, "PreconditionFailedException");
    EXPECT_EQ(control.call("POST", target, "{\"Description\":7}").type,
              "SerializationException");
    EXPECT_EQ(
        control
            .call("POST", target, "{\"Description\":\"" + std::string(257, 'x') + "\"}")
            .type,
        "ValidationException");
    EXPECT_EQ(control.call("POST", target, "[]").type, "SerializationException");
    EXPECT_EQ(fan_versions_count(function), 0u) << "a refused call changes nothing";
    EXPECT_EQ(control
                  .call("POST", target,
                        std::string("{\"CodeSha256\":\"") + function->code_sha256 +
                            "\",\"RevisionId\":\"" + function->revision_id + "\"}")
                  .get("Version"),
              "1");
}

TEST(ControlPublish, NeedsRoomForTheCode)
{
    Control control;
    control.create("f");
    uint64_t bytes = fan_registry_find(control.registry, "f")->code_bytes;
    fan_registry_free(control.registry);
    control.cfg.code_bytes_max = 2 * bytes;
    control.registry = fan_registry_new(&control.cfg);
    control.create("f", ",\"Publish\":true");
    EXPECT_EQ(control.call("POST", functions + "/f/versions").status, 201)
        << "the same version takes no more room";
    Reply another = control.call("POST", functions, Control::creation("g"));
    EXPECT_EQ(another.status, 400);
    EXPECT_EQ(another.type, "CodeStorageExceededException");
    EXPECT_EQ(another.get("message"), "Code storage limit exceeded.");
    control.call("PUT", functions + "/f/configuration", "{\"Timeout\":9}");
    EXPECT_EQ(control.call("POST", functions + "/f/versions").type,
              "CodeStorageExceededException");
    std::string zip = MadeZip().add("bootstrap", "#!/bin/sh\n", 0100755).bytes();
    const std::string code = "\"ZipFile\":\"" + base64_of(zip) + "\"}";
    EXPECT_EQ(
        control.call("PUT", functions + "/f/code", "{\"Publish\":true," + code).type,
        "CodeStorageExceededException");
    EXPECT_EQ(control.call("PUT", functions + "/f/code", "{" + code).status, 200)
        << "it takes the place of the old one";
    EXPECT_EQ(control.call("GET", "/2016-08-19/account-settings")
                  .get("AccountLimit.TotalCodeSize"),
              std::to_string(2 * bytes));
    EXPECT_EQ(fan_registry_count(control.registry), 1u);
}

TEST(ControlVersions, AreListedInPages)
{
    Versioned control;
    Reply all = control.call("GET", functions + "/f/versions");
    ASSERT_EQ(json_array_size(json_object_get(all.json, "Versions")), 3u);
    EXPECT_EQ(all.get("NextMarker"), "null");
    std::string seen, marker;
    for (int page = 0; page < 4; page++) {
        Reply reply =
            control.call("GET", functions + "/f/versions?MaxItems=1" +
                                    (marker.empty() ? "" : "&Marker=" + marker));
        json_t *list = json_object_get(reply.json, "Versions");
        if (json_array_size(list) == 0) break;
        seen += std::string(json_string_value(
                    json_object_get(json_array_get(list, 0), "Version"))) +
                " ";
        marker = reply.get("NextMarker");
        if (marker == "null") break;
        if (marker == "$LATEST") marker = "%24LATEST";
    }
    EXPECT_EQ(seen, "$LATEST 1 2 ");
    EXPECT_EQ(control.call("GET", functions + "/f/versions?MaxItems=0").status, 400);
}

TEST(ControlVersions, AreListedWithTheFunctionsWhenAskedFor)
{
    Versioned control;
    control.create("e", ",\"Publish\":true");
    control.create("f2");
    auto listed = [&](const std::string &query, std::string *next) {
        Reply reply = control.call("GET", functions + "?" + query);
        std::string text;
        size_t i;
        json_t *one;
        json_array_foreach(json_object_get(reply.json, "Functions"), i, one) text +=
            std::string(json_string_value(json_object_get(one, "FunctionName"))) + "/" +
            json_string_value(json_object_get(one, "Version")) + " ";
        if (next) *next = reply.get("NextMarker");
        return text;
    };
    EXPECT_EQ(listed("", nullptr), "e/$LATEST f/$LATEST f2/$LATEST ");
    const std::string all = "e/$LATEST e/1 f/$LATEST f/1 f/2 f2/$LATEST ";
    EXPECT_EQ(listed("FunctionVersion=ALL", nullptr), all);
    for (const char *size : { "1", "2", "4", "6" }) {
        std::string seen, next,
            query = std::string("FunctionVersion=ALL&MaxItems=") + size;
        seen = listed(query, &next);
        for (int page = 0; next != "null" && page < 9; page++)
            seen += listed(query + "&Marker=" + next, &next);
        EXPECT_EQ(seen, all) << size;
    }
    EXPECT_EQ(control.call("GET", functions + "?FunctionVersion=1").type,
              "ValidationException");
}

TEST(ControlVersions, AreDeletedUnlessAnAliasNeedsThem)
{
    Versioned control;
    control.alias("{\"Name\":\"live\",\"FunctionVersion\":\"2\",\"RoutingConfig\":{"
                  "\"AdditionalVersionWeights\":{\"1\":0.5}}}");
    for (const char *version : { "1", "2" }) {
        Reply reply = control.call("DELETE", functions + "/f?Qualifier=" + version);
        EXPECT_EQ(reply.status, 409);
        EXPECT_EQ(reply.type, "ResourceConflictException");
        EXPECT_EQ(reply.get("message"),
                  "Unable to delete version because the following aliases reference it: "
                  "[live]");
    }
    EXPECT_EQ(control.call("DELETE", functions + "/f:live").get("message"),
              "Deletion of aliases is not currently supported.");
    EXPECT_EQ(control
                  .call("PUT", functions + "/f/aliases/live",
                        "{\"RoutingConfig\":{\"AdditionalVersionWeights\":{}}}")
                  .status,
              200);
    EXPECT_EQ(control.call("DELETE", functions + "/f:1").status, 204);
    EXPECT_EQ(control.call("DELETE", functions + "/f:1").status, 204) << "gone is gone";
    EXPECT_EQ(control.call("GET", functions + "/f:1").status, 404);
    EXPECT_EQ(control.changes, std::vector<std::string>{ "-f" }) << "told once";
    EXPECT_EQ(control.call("GET", functions + "/f:2").status, 200);
    EXPECT_EQ(control.call("DELETE", functions + "/f").status, 204)
        << "the whole function may go with its aliases";
    EXPECT_TRUE(std::filesystem::is_empty(control.scratch.path));
}

TEST(ControlVersions, AreNotForOtherCalls)
{
    Versioned control;
    for (auto &[method, target] : std::vector<std::pair<std::string, std::string>>{
             { "PUT", functions + "/f:1/configuration" },
             { "PUT", functions + "/f:1/code" },
             { "POST", functions + "/f:1/versions" },
             { "PUT", "/2017-10-31/functions/f:1/concurrency" } }) {
        Reply reply = control.call(method, target, "{}");
        EXPECT_EQ(reply.status, 400) << target;
        EXPECT_EQ(reply.type, "InvalidParameterValueException") << target;
    }
}

TEST(ControlAliases, LiveTheirLife)
{
    Versioned control;
    Reply made = control.alias("{\"Name\":\"live\",\"FunctionVersion\":\"1\","
                               "\"Description\":\"d\"}");
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.get("AliasArn"), std::string(arn) + "f:live");
    EXPECT_EQ(made.get("Name"), "live");
    EXPECT_EQ(made.get("FunctionVersion"), "1");
    EXPECT_EQ(made.get("Description"), "d");
    EXPECT_EQ(made.get("RoutingConfig"), "absent");
    Reply split = control.call("PUT", functions + "/f/aliases/live",
                               "{\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":"
                               "0.1}}}");
    EXPECT_EQ(split.status, 200) << split.body;
    EXPECT_EQ(split.get("FunctionVersion"), "1") << "what is not named stays";
    EXPECT_EQ(split.get("Description"), "d");
    EXPECT_NE(split.body.find("\"AdditionalVersionWeights\":{\"2\":0.1}"),
              std::string::npos)
        << split.body;
    EXPECT_NE(split.get("RevisionId"), made.get("RevisionId"));
    EXPECT_EQ(control.call("GET", functions + "/f/aliases/live").body, split.body);
    Reply old = control.call("PUT", functions + "/f/aliases/live",
                             "{\"FunctionVersion\":\"2\",\"RevisionId\":\"" +
                                 made.get("RevisionId") + "\"}");
    EXPECT_EQ(old.type, "PreconditionFailedException");
    Reply moved = control.call("PUT", functions + "/f/aliases/live",
                               "{\"FunctionVersion\":\"2\",\"RoutingConfig\":{},"
                               "\"RevisionId\":\"" +
                                   split.get("RevisionId") + "\"}");
    EXPECT_EQ(moved.get("FunctionVersion"), "2");
    EXPECT_EQ(moved.get("RoutingConfig"), "absent");
    Reply through = control.call("GET", functions + "/f?Qualifier=live");
    EXPECT_EQ(through.get("Configuration.Version"), "2");
    EXPECT_EQ(through.get("Configuration.FunctionArn"), std::string(arn) + "f:live");
    EXPECT_EQ(through.get("Configuration.MemorySize"), "256");
    EXPECT_EQ(control.call("DELETE", functions + "/f/aliases/live").status, 204);
    EXPECT_EQ(control.call("DELETE", functions + "/f/aliases/live").status, 204);
    Reply gone = control.call("GET", functions + "/f/aliases/live");
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(gone.get("Message"),
              std::string("Cannot find alias arn: ") + arn + "f:live");
    EXPECT_EQ(control.call("PUT", functions + "/f/aliases/live", "{}").status, 404);
}

TEST(ControlAliases, AreListedByVersionAndInPages)
{
    Versioned control;
    for (const char *body :
         { "{\"Name\":\"b\",\"FunctionVersion\":\"1\"}",
           "{\"Name\":\"a\",\"FunctionVersion\":\"$LATEST\"}",
           "{\"Name\":\"c\",\"FunctionVersion\":\"2\",\"RoutingConfig\":"
           "{\"AdditionalVersionWeights\":{\"1\":1}}}" })
        ASSERT_EQ(control.alias(body).status, 201) << body;
    auto names = [&](const std::string &query) {
        Reply reply = control.call("GET", functions + "/f/aliases" + query);
        std::string text;
        size_t i;
        json_t *alias;
        json_array_foreach(json_object_get(reply.json, "Aliases"), i, alias) text +=
            json_string_value(json_object_get(alias, "Name"));
        return text + "/" + reply.get("NextMarker");
    };
    EXPECT_EQ(names(""), "abc/null");
    EXPECT_EQ(names("?FunctionVersion=1"), "bc/null");
    EXPECT_EQ(names("?FunctionVersion=%24LATEST"), "a/null");
    EXPECT_EQ(names("?FunctionVersion=7"), "/null");
    EXPECT_EQ(names("?MaxItems=2"), "ab/b");
    EXPECT_EQ(names("?MaxItems=2&Marker=b"), "c/null");
}

TEST(ControlAliases, RefuseWhatCannotBe)
{
    Versioned control;
    ASSERT_EQ(control.alias("{\"Name\":\"live\",\"FunctionVersion\":\"1\"}").status, 201);
    auto routed = [](const char *version, const char *weights) {
        return std::string("{\"Name\":\"n\",\"FunctionVersion\":\"") + version +
               "\",\"RoutingConfig\":{\"AdditionalVersionWeights\":" + weights + "}}";
    };
    const struct {
        std::string body;
        int status;
        const char *type, *part;
    } cases[] = {
        { "{\"Name\":\"live\",\"FunctionVersion\":\"2\"}", 409,
          "ResourceConflictException", "Alias already exists: arn:" },
        { "{\"Name\":\"n\",\"FunctionVersion\":\"3\"}", 404, "ResourceNotFoundException",
          "function:f:3" },
        { "{\"Name\":\"n\",\"FunctionVersion\":\"live\"}", 400, "ValidationException",
          "'functionVersion'" },
        { "{\"Name\":\"n\"}", 400, "ValidationException",
          "Value null at 'functionVersion'" },
        { "{\"FunctionVersion\":\"1\"}", 400, "ValidationException",
          "Value null at 'name'" },
        { "{\"Name\":\"12\",\"FunctionVersion\":\"1\"}", 400, "ValidationException",
          "'name'" },
        { "{\"Name\":\"$LATEST\",\"FunctionVersion\":\"1\"}", 400, "ValidationException",
          "'name'" },
        { "{\"Name\":\"" + std::string(129, 'x') + "\",\"FunctionVersion\":\"1\"}", 400,
          "ValidationException", "128" },
        { "{\"Name\":7,\"FunctionVersion\":\"1\"}", 400, "SerializationException",
          "Name" },
        { routed("1", "{\"2\":0.1,\"3\":0.1}"), 400, "InvalidParameterValueException",
          "cannot be greater than 1" },
        { routed("1", "{\"2\":1.01}"), 400, "ValidationException", "{2=1.01}" },
        { routed("1", "{\"2\":-0.01}"), 400, "ValidationException", "0.0" },
        { routed("1", "{\"2\":\"0.1\"}"), 400, "ValidationException", "Map value" },
        { routed("1", "{\"live\":0.1}"), 400, "ValidationException", "Map keys" },
        { routed("1", "{\"$LATEST\":0.1}"), 400, "ValidationException", "Map keys" },
        { routed("1", "{\"9\":0.1}"), 404, "ResourceNotFoundException", "function:f:9" },
        { routed("1", "{\"1\":0.1}"), 400, "InvalidParameterValueException",
          "already included in routing configuration" },
        { routed("$LATEST", "{\"1\":0.1}"), 400, "InvalidParameterValueException",
          "$LATEST is not supported for an alias pointing to more than 1 version" },
        { routed("1", "[]"), 400, "SerializationException", "RoutingConfig" },
        { "{\"Name\":\"n\",\"FunctionVersion\":\"1\",\"RoutingConfig\":7}", 400,
          "SerializationException", "RoutingConfig" },
    };
    for (const auto &c : cases) {
        Reply reply = control.alias(c.body);
        EXPECT_EQ(reply.status, c.status) << c.body;
        EXPECT_EQ(reply.type, c.type) << c.body;
        EXPECT_NE(reply.body.find(c.part), std::string::npos) << c.body << "\n"
                                                              << reply.body;
    }
    struct fan_function *function = fan_registry_find(control.registry, "f");
    EXPECT_EQ(fan_aliases_count(function), 1u);
    EXPECT_EQ(control
                  .call("PUT", functions + "/f/aliases/live",
                        "{\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":2}}}")
                  .status,
              400);
    EXPECT_STREQ(fan_aliases_find(function, "live")->extra, "");
    EXPECT_EQ(control.call("GET", functions + "/f/aliases/12").type,
              "ValidationException");
    EXPECT_EQ(control.call("GET", functions + "/f/aliases/a%2fb").type,
              "ValidationException");
}

TEST(ControlAliases, SplitBetweenRolesIsRefused)
{
    Versioned control;
    control.call("PUT", functions + "/f/configuration",
                 "{\"Role\":\"arn:aws:iam::123456789012:role/other\"}");
    ASSERT_EQ(control.call("POST", functions + "/f/versions").get("Version"), "3");
    Reply reply =
        control.alias("{\"Name\":\"n\",\"FunctionVersion\":\"3\",\"RoutingConfig\":{"
                      "\"AdditionalVersionWeights\":{\"1\":0.5}}}");
    EXPECT_EQ(reply.status, 400);
    EXPECT_NE(reply.body.find("same role"), std::string::npos) << reply.body;
}

} // namespace
