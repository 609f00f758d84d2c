#include "local_lambda/release.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

namespace
{
struct Made {
    struct fan_function function = {};
    std::string dir = "/packages/f";
    Made()
    {
        snprintf(function.name, sizeof function.name, "f");
        snprintf(function.arn, sizeof function.arn, "arn:f");
        snprintf(function.handler, sizeof function.handler, "sieve");
        function.memory_mb = 256;
        function.timeout_s = 9;
        function.generation = 4;
        function.package_dir = &dir[0];
    }
};

std::map<std::string, std::string> Env(const struct fan_release *release)
{
    std::map<std::string, std::string> env;
    for (size_t i = 0; i < release->env_count; i++) {
        std::string setting = release->env[i];
        size_t equals = setting.find('=');
        EXPECT_TRUE(
            env.emplace(setting.substr(0, equals), setting.substr(equals + 1)).second)
            << "twice: " << setting;
    }
    return env;
}
} // namespace

TEST(Release, HasLambdasEnvironmentAndNothingOfOurs)
{
    setenv("OF_THE_HOST", "secret", 1);
    Made made;
    struct fan_release *release = fan_release_new(&made.function, "eu-west-1");
    auto env = Env(release);
    EXPECT_EQ(env["_HANDLER"], "sieve");
    EXPECT_EQ(env["AWS_REGION"], "eu-west-1");
    EXPECT_EQ(env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256");
    EXPECT_EQ(env["LAMBDA_TASK_ROOT"], made.dir);
    EXPECT_EQ(env["TZ"], ":UTC");
    EXPECT_EQ(env.count("OF_THE_HOST"), 0u);
    EXPECT_EQ(release->env[release->env_count], nullptr);
    fan_release_unref(release);
}

TEST(Release, FunctionsSetTheirOwnVariablesButNotReservedOnes)
{
    Made made;
    std::string own[] = { "COLOUR=green", "TZ=Europe/Paris", "AWS_REGION=elsewhere",
                          "_HANDLER=other", "AWS_LAMBDA_FUNCTION_NAME=liar" };
    for (auto &setting : own)
        made.function.environment[made.function.environment_count++] = &setting[0];
    struct fan_release *release = fan_release_new(&made.function, "us-east-1");
    auto env = Env(release);
    EXPECT_EQ(env["COLOUR"], "green");
    EXPECT_EQ(env["TZ"], "Europe/Paris");
    EXPECT_EQ(env["AWS_REGION"], "us-east-1");
    EXPECT_EQ(env["_HANDLER"], "sieve");
    EXPECT_EQ(env["AWS_LAMBDA_FUNCTION_NAME"], "f");
    fan_release_unref(release);
}

TEST(Release, OutlivesChangesUntilItsLastReference)
{
    Made made;
    struct fan_release *release = fan_release_new(&made.function, "us-east-1");
    EXPECT_EQ(fan_release_ref(release), release);
    made.function.memory_mb = 512;
    fan_release_unref(release);
    EXPECT_EQ(release->memory_mb, 256u);
    EXPECT_EQ(release->generation, 4u);
    fan_release_unref(release);
    fan_release_unref(nullptr);
}
