// The control calls: answers as the service gives them, and nothing changed by a wrong
// call.
#include "tests/local_lambda/made_control.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <jansson.h>
#include <string>
#include <vector>

namespace
{

TEST(ControlCreate, AnswersTheConfiguration)
{
    Control control;
    Reply reply =
        control.call("POST", functions,
                     Control::creation("sieve", ",\"MemorySize\":512,\"Timeout\":30,"
                                                "\"Description\":\"d\","
                                                "\"Architectures\":[\"arm64\"],"
                                                "\"Environment\":{\"Variables\":{"
                                                "\"ABC\":\"x=y\",\"B_1\":\"\"}}"));
    ASSERT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.get("FunctionName"), "sieve");
    EXPECT_EQ(reply.get("FunctionArn"), std::string(arn) + "sieve");
    EXPECT_EQ(reply.get("Runtime"), "provided.al2023");
    EXPECT_EQ(reply.get("Role"), "arn:aws:iam::123456789012:role/r");
    EXPECT_EQ(reply.get("Handler"), "sieve");
    EXPECT_EQ(reply.get("Description"), "d");
    EXPECT_EQ(reply.get("MemorySize"), "512");
    EXPECT_EQ(reply.get("Timeout"), "30");
    EXPECT_EQ(reply.get("Version"), "$LATEST");
    EXPECT_EQ(reply.get("State"), "Active");
    EXPECT_EQ(reply.get("LastUpdateStatus"), "Successful");
    EXPECT_EQ(reply.get("PackageType"), "Zip");
    EXPECT_EQ(reply.get("Architectures"), "[\"arm64\"]");
    EXPECT_EQ(reply.get("EphemeralStorage.Size"), "512");
    EXPECT_EQ(reply.get("TracingConfig.Mode"), "PassThrough");
    EXPECT_EQ(reply.get("Environment.Variables"), "{\"ABC\":\"x=y\",\"B_1\":\"\"}");
    EXPECT_EQ(reply.get("CodeSha256").size(), 44u);
    EXPECT_NE(reply.get("CodeSize"), "0");
    struct fan_function *function = fan_registry_find(control.registry, "sieve");
    ASSERT_NE(function, nullptr);
    EXPECT_TRUE(
        std::filesystem::exists(std::string(function->package_dir) + "/bootstrap"));
    EXPECT_STREQ(function->environment[0], "ABC=x=y");
}

TEST(ControlCreate, DefaultsAreThoseOfAws)
{
    Control control;
    control.create("f");
    Reply reply = control.call("GET", functions + "/f/configuration");
    EXPECT_EQ(reply.get("MemorySize"), "128");
    EXPECT_EQ(reply.get("Timeout"), "3");
    EXPECT_EQ(reply.get("Architectures"), "[\"x86_64\"]");
    EXPECT_EQ(reply.get("Description"), "");
    EXPECT_EQ(reply.get("Environment"), "absent");
}

TEST(ControlCreate, TheHashIsThatOfThePackage)
{
    Control control;
    std::string zip = MadeZip().add("bootstrap", "#!/bin/sh\n", 0100755).bytes();
    control.create("f");
    EXPECT_EQ(control.call("GET", functions + "/f").get("Configuration.CodeSize"),
              std::to_string(zip.size()));
}

TEST(ControlCreate, RefusesDuplicates)
{
    Control control;
    control.create("f");
    Reply reply = control.call("POST", functions, Control::creation("f"));
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.type, "ResourceConflictException");
    EXPECT_EQ(reply.get("message"), "Function already exist: f");
}

TEST(ControlCreate, RefusesBadValuesAndAddsNothing)
{
    const struct {
        std::string more;
        const char *type, *part;
    } cases[] = {
        { ",\"MemorySize\":127", "ValidationException",
          "Value '127' at 'memorySize' failed to satisfy constraint: Member must have "
          "value "
          "greater than or equal to 128" },
        { ",\"MemorySize\":10241", "ValidationException", "less than or equal to 10240" },
        { ",\"MemorySize\":\"512\"", "SerializationException", "MemorySize" },
        { ",\"MemorySize\":1e3", "SerializationException", "MemorySize" },
        { ",\"Timeout\":0", "ValidationException", "'timeout'" },
        { ",\"Timeout\":901", "ValidationException", "less than or equal to 900" },
        { ",\"Runtime\":\"python3.12\"", "InvalidParameterValueException",
          "Value python3.12 at 'runtime' failed to satisfy constraint: local_lambda runs "
          "provided.al2023 and provided.al2" },
        { ",\"Runtime\":null", "InvalidParameterValueException", "Runtime and Handler" },
        { ",\"Handler\":null", "InvalidParameterValueException", "Runtime and Handler" },
        { ",\"Handler\":\"a b\"", "ValidationException", "'handler'" },
        { ",\"Handler\":\"" + std::string(129, 'h') + "\"", "ValidationException",
          "less than or equal to 128" },
        { ",\"Role\":null", "ValidationException", "Value null at 'role'" },
        { ",\"Role\":\"admin\"", "ValidationException", "'role'" },
        { ",\"Architectures\":[\"mips\"]", "ValidationException", "[x86_64, arm64]" },
        { ",\"Architectures\":[]", "ValidationException", "[x86_64, arm64]" },
        { ",\"PackageType\":\"Image\"", "InvalidParameterValueException", "Zip only" },
        { ",\"Layers\":[\"arn\"]", "InvalidParameterValueException", "Layers" },
        { ",\"EphemeralStorage\":{\"Size\":1024}", "InvalidParameterValueException",
          "512" },
        { ",\"Environment\":{\"Variables\":{\"AWS_REGION\":\"x\",\"_HANDLER\":\"y\"}}",
          "InvalidParameterValueException",
          "Reserved keys used in this request: AWS_REGION, _HANDLER" },
        { ",\"Environment\":{\"Variables\":{\"1A\":\"x\"}}", "ValidationException",
          "1A" },
        { ",\"Environment\":{\"Variables\":{\"A=B\":\"x\"}}", "ValidationException",
          "A=B" },
        { ",\"Environment\":{\"Variables\":{\"AB\":1}}", "SerializationException",
          "strings" },
        { ",\"Environment\":{\"Variables\":{\"AB\":\"" + std::string(4096, 'x') + "\"}}",
          "InvalidParameterValueException", "4KB" },
        { ",\"Code\":{}", "InvalidParameterValueException", "Please provide a source" },
        { ",\"Code\":{\"S3Bucket\":\"b\"}", "InvalidParameterValueException",
          "ZipFile only" },
        { ",\"Code\":{\"ZipFile\":\"\"}", "InvalidParameterValueException",
          "non-empty zip" },
        { ",\"Code\":{\"ZipFile\":\"abc\"}", "SerializationException", "base64" },
        { ",\"Code\":{\"ZipFile\":\"ab=c\"}", "SerializationException", "base64" },
        { ",\"Code\":{\"ZipFile\":\"ab*c\"}", "SerializationException", "base64" },
        { ",\"Code\":{\"ZipFile\":\"====\"}", "SerializationException", "base64" },
        { ",\"Code\":{\"ZipFile\":\"bm8gemlw\"}", "InvalidParameterValueException",
          "Could not unzip uploaded file" },
        { ",\"FunctionName\":\"a b\"", "ValidationException", "'functionName'" },
        { ",\"FunctionName\":\"a%62\"", "ValidationException", "'functionName'" },
        { ",\"FunctionName\":\"f:prod\"", "ValidationException", "'functionName'" },
        { ",\"FunctionName\":7", "ValidationException", "'functionName'" },
    };
    Control control;
    for (const auto &c : cases) {
        // the last member of a name wins
        Reply reply = control.call("POST", functions, Control::creation("f", c.more));
        EXPECT_EQ(reply.status, 400) << c.more;
        EXPECT_EQ(reply.type, c.type) << c.more;
        EXPECT_NE(reply.body.find(c.part), std::string::npos) << c.more << "\n"
                                                              << reply.body;
    }
    EXPECT_EQ(fan_registry_count(control.registry), 0u);
    EXPECT_TRUE(std::filesystem::is_empty(control.scratch.path))
        << "nothing stays on disk";
}

TEST(ControlCreate, RefusesBodiesThatAreNoObject)
{
    Control control;
    for (const char *body :
         { "", "{", "[]", "\"x\"", "{\"FunctionName\":\"a\\u0000\"}", "\xff" }) {
        Reply reply = control.call("POST", functions, body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_EQ(reply.type, "SerializationException") << body;
    }
}

TEST(ControlCreate, APackageWithoutBootstrapIsTaken)
{
    Control control;
    std::string zip = base64_of(MadeZip().add("main.py", "x").bytes());
    control.create("f", ",\"Code\":{\"ZipFile\":\"" + zip + "\"}");
}

TEST(ControlList, PagesThroughAllFunctionsInOrder)
{
    Control control;
    for (const char *name : { "d", "a", "c", "b", "e" })
        control.create(name);
    std::string seen, marker;
    for (int pages = 0; pages < 5; pages++) {
        Reply reply =
            control.call("GET", functions + "/?MaxItems=2" +
                                    (marker.empty() ? "" : "&Marker=" + marker));
        ASSERT_EQ(reply.status, 200);
        json_t *list = json_object_get(reply.json, "Functions");
        for (size_t i = 0; i < json_array_size(list); i++)
            seen += json_string_value(
                json_object_get(json_array_get(list, i), "FunctionName"));
        if (reply.get("NextMarker") == "null") break;
        marker = reply.get("NextMarker");
        seen += "|";
    }
    EXPECT_EQ(seen, "ab|cd|e");
    EXPECT_EQ(control.call("GET", functions + "?MaxItems=0").status, 400);
    EXPECT_EQ(control.call("GET", functions + "?MaxItems=x").status, 400);
    EXPECT_EQ(control.call("GET", functions + "?MaxItems=10001").status, 400);
    EXPECT_EQ(control.call("GET", functions + "?Marker=%zz").status, 400);
}

TEST(ControlGet, NamesTheFunctionInAnyForm)
{
    Control control;
    control.create("f");
    for (const char *name :
         { "f", "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af",
           "123456789012:function:f" }) {
        Reply reply = control.call("GET", functions + "/" + name);
        EXPECT_EQ(reply.status, 200) << name;
        EXPECT_EQ(reply.get("Configuration.FunctionArn"), std::string(arn) + "f");
    }
    for (const char *target :
         { "/f?Qualifier=%24LATEST", "/f:$LATEST", "/f%3A%24LATEST" })
        EXPECT_EQ(
            control.call("GET", functions + target).get("Configuration.FunctionArn"),
            std::string(arn) + "f:$LATEST")
            << target;
    EXPECT_EQ(control.call("GET", functions + "/f").get("Concurrency"), "absent");
}

TEST(ControlGet, UnknownFunctionsAreNotFound)
{
    Control control;
    control.create("f");
    Reply reply = control.call("GET", functions + "/g");
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.type, "ResourceNotFoundException");
    EXPECT_EQ(reply.get("Message"), std::string("Function not found: ") + arn + "g");
    EXPECT_EQ(reply.get("Type"), "User");
    EXPECT_EQ(control.call("GET", functions + "/f?Qualifier=prod").get("Message"),
              std::string("Function not found: ") + arn + "f:prod");
    EXPECT_EQ(control.call("GET", functions + "/f:1/configuration").status, 404);
    EXPECT_EQ(control.call("GET", functions + "/f:1?Qualifier=2").status, 400);
    EXPECT_EQ(control.call("GET", functions + "/a%20b").type, "ValidationException");
}

TEST(ControlUpdate, ChangesOnlyWhatIsNamed)
{
    Control control;
    control.create("f", ",\"Timeout\":9,\"Environment\":{\"Variables\":{\"AB\":\"1\"}}");
    struct fan_function *function = fan_registry_find(control.registry, "f");
    uint32_t generation = function->generation;
    Reply reply =
        control.call("PUT", functions + "/f/configuration", "{\"MemorySize\":256}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.get("MemorySize"), "256");
    EXPECT_EQ(reply.get("Timeout"), "9");
    EXPECT_EQ(reply.get("Environment.Variables.AB"), "1");
    EXPECT_GT(function->generation, generation);
    EXPECT_EQ(control.changes, std::vector<std::string>{ "f" });
    EXPECT_EQ(control.call("PUT", functions + "/f/configuration", "{\"Environment\":{}}")
                  .get("Environment"),
              "absent");
}

TEST(ControlUpdate, ARefusedChangeChangesNothing)
{
    Control control;
    control.create("f");
    struct fan_function *function = fan_registry_find(control.registry, "f");
    uint32_t generation = function->generation;
    for (const char *body : { "{\"MemorySize\":256,\"Timeout\":901}",
                              "{\"RevisionId\":\"other\",\"Timeout\":5}",
                              "{\"Environment\":{\"Variables\":{\"AB\":\"1\",\"AWS_"
                              "REGION\":\"2\"}},\"Timeout\":5}" })
        EXPECT_GE(control.call("PUT", functions + "/f/configuration", body).status, 400)
            << body;
    EXPECT_EQ(function->memory_mb, 128u);
    EXPECT_EQ(function->timeout_s, 3u);
    EXPECT_EQ(function->environment_count, 0u);
    EXPECT_EQ(function->generation, generation);
    EXPECT_TRUE(control.changes.empty());
}

TEST(ControlUpdate, RevisionIdGuardsTheChange)
{
    Control control;
    control.create("f");
    std::string revision =
        control.call("GET", functions + "/f/configuration").get("RevisionId");
    EXPECT_EQ(control
                  .call("PUT", functions + "/f/configuration",
                        "{\"Timeout\":5,\"RevisionId\":\"" + revision + "\"}")
                  .status,
              200);
    Reply again = control.call("PUT", functions + "/f/configuration",
                               "{\"Timeout\":6,\"RevisionId\":\"" + revision + "\"}");
    EXPECT_EQ(again.status, 412);
    EXPECT_EQ(again.type, "PreconditionFailedException");
}

TEST(ControlCode, IsReplacedInANewFolder)
{
    Control control;
    control.create("f");
    struct fan_function *function = fan_registry_find(control.registry, "f");
    std::string old_dir = function->package_dir, old_hash = function->code_sha256;
    std::string zip = base64_of(MadeZip().add("bootstrap", "new", 0100755).bytes());
    Reply dry = control.call("PUT", functions + "/f/code",
                             "{\"DryRun\":true,\"ZipFile\":\"" + zip + "\"}");
    EXPECT_EQ(dry.status, 200);
    EXPECT_EQ(function->code_sha256, old_hash);
    EXPECT_TRUE(control.changes.empty());
    Reply reply =
        control.call("PUT", functions + "/f/code", "{\"ZipFile\":\"" + zip + "\"}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_NE(reply.get("CodeSha256"), old_hash);
    EXPECT_NE(function->package_dir, old_dir);
    EXPECT_TRUE(std::filesystem::exists(old_dir))
        << "running instances may still read it";
    EXPECT_EQ(control.changes, std::vector<std::string>{ "f" });
    EXPECT_EQ(
        control.call("PUT", functions + "/f/code", "{\"ZipFile\":\"bm8gemlw\"}").status,
        400);
    EXPECT_EQ(function->code_sha256, reply.get("CodeSha256"));
}

TEST(ControlDelete, TellsThenRemoves)
{
    Control control;
    control.create("f");
    EXPECT_EQ(control.call("DELETE", functions + "/f?Qualifier=%24LATEST").status, 400);
    Reply reply = control.call("DELETE", functions + "/f");
    EXPECT_EQ(reply.status, 204);
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(control.changes, std::vector<std::string>{ "-f" });
    EXPECT_EQ(control.call("DELETE", functions + "/f").status, 404);
    EXPECT_TRUE(std::filesystem::is_empty(control.scratch.path));
}

TEST(ControlConcurrency, IsSetReadAndGivenBack)
{
    Control control;
    control.create("f");
    const std::string put = "/2017-10-31/functions/f/concurrency";
    const std::string get = "/2019-09-30/functions/f/concurrency";
    EXPECT_EQ(control.call("GET", get).body, "{}");
    Reply reply = control.call("PUT", put, "{\"ReservedConcurrentExecutions\":5}");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "{\"ReservedConcurrentExecutions\":5}");
    EXPECT_EQ(control.call("GET", get).body, "{\"ReservedConcurrentExecutions\":5}");
    EXPECT_EQ(control.call("GET", functions + "/f")
                  .get("Concurrency.ReservedConcurrentExecutions"),
              "5");
    EXPECT_EQ(control.call("DELETE", put).status, 204);
    EXPECT_EQ(control.call("GET", get).body, "{}");
}

TEST(ControlConcurrency, LeavesAHundredUnreserved)
{
    Control control;
    control.create("f");
    const std::string put = "/2017-10-31/functions/f/concurrency";
    EXPECT_EQ(control.call("PUT", put, "{\"ReservedConcurrentExecutions\":900}").status,
              200);
    Reply reply = control.call("PUT", put, "{\"ReservedConcurrentExecutions\":901}");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.type, "InvalidParameterValueException");
    EXPECT_EQ(reply.get("message"),
              "Specified ReservedConcurrentExecutions for function decreases account's "
              "UnreservedConcurrentExecution below its minimum value of [100].");
    for (const char *body : { "{}", "{\"ReservedConcurrentExecutions\":-1}",
                              "{\"ReservedConcurrentExecutions\":\"5\"}" })
        EXPECT_EQ(control.call("PUT", put, body).type, "ValidationException") << body;
    EXPECT_EQ(fan_registry_find(control.registry, "f")->reserved, 900u);
}

TEST(ControlSettings, CountWhatThereIs)
{
    Control control;
    control.create("f");
    control.call("PUT", "/2017-10-31/functions/f/concurrency",
                 "{\"ReservedConcurrentExecutions\":5}");
    Reply reply = control.call("GET", "/2016-08-19/account-settings/");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.get("AccountLimit.TotalCodeSize"), "80530636800");
    EXPECT_EQ(reply.get("AccountLimit.CodeSizeUnzipped"), "262144000");
    EXPECT_EQ(reply.get("AccountLimit.CodeSizeZipped"), "52428800");
    EXPECT_EQ(reply.get("AccountLimit.ConcurrentExecutions"), "1000");
    EXPECT_EQ(reply.get("AccountLimit.UnreservedConcurrentExecutions"), "995");
    EXPECT_EQ(reply.get("AccountUsage.FunctionCount"), "1");
    EXPECT_EQ(reply.get("AccountUsage.TotalCodeSize"),
              std::to_string(fan_registry_find(control.registry, "f")->code_bytes));
}

TEST(ControlVersions, ThereIsTheLatest)
{
    Control control;
    control.create("f");
    Reply reply = control.call("GET", functions + "/f/versions");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(json_array_size(json_object_get(reply.json, "Versions")), 1u);
    EXPECT_NE(reply.body.find(std::string(arn) + "f:$LATEST"), std::string::npos);
    EXPECT_EQ(control.call("GET", std::string("/2017-03-31/tags/") + arn + "f").body,
              "{\"Tags\":{}}");
}

TEST(ControlRoutes, UnknownOnesAreNotFound)
{
    Control control;
    control.create("f");
    const struct {
        const char *method, *path;
    } cases[] = { { "GET", "/" },
                  { "GET", "" },
                  { "PATCH", "/2015-03-31/functions" },
                  { "POST", "/2015-03-31/functions/f" },
                  { "GET", "/2015-03-31/functions//configuration" },
                  { "GET", "/2015-03-31/functions/f/configuration/x" },
                  { "GET", "/2015-03-31/function" },
                  { "get", "/2015-03-31/functions" } };
    for (const auto &c : cases) {
        Reply reply = control.call(c.method, c.path);
        EXPECT_EQ(reply.status, 404) << c.method << " " << c.path;
        EXPECT_EQ(reply.type, "UnknownOperationException");
    }
}

} // namespace
