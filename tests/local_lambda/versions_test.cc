// Published versions: what makes a new one, and that they never change.
#include "local_lambda/versions.h"
#include "tests/local_lambda/scratch_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace
{

struct Made {
    ScratchDir scratch;
    struct fan_registry_cfg cfg = { "us-east-1", "123456789012", scratch.path.c_str(),
                                    1000, 100, 0 };
    struct fan_registry *registry = fan_registry_new(&cfg);
    struct fan_function *function = nullptr;
    Made()
    {
        EXPECT_EQ(fan_registry_add(registry, "f", &function, nullptr), FAN_OK);
        function->memory_mb = 128;
        function->timeout_s = 3;
        function->code_bytes = 1000;
        function->package_dir = strdup("/packages/f/0");
        function->environment[function->environment_count++] = strdup("A=1");
        snprintf(function->description, sizeof function->description, "first");
    }
    ~Made()
    {
        fan_registry_free(registry);
    }
};

TEST(Versions, CountFromOneAndKeepWhatWasPublished)
{
    Made made;
    struct fan_function *one = fan_versions_publish(made.function, nullptr);
    EXPECT_STREQ(one->version, "1");
    EXPECT_EQ(one->latest, made.function);
    EXPECT_STREQ(one->arn, made.function->arn);
    EXPECT_STRNE(one->revision_id, made.function->revision_id);
    made.function->memory_mb = 256;
    free(made.function->environment[0]);
    made.function->environment[0] = strdup("A=2");
    free(made.function->package_dir);
    made.function->package_dir = strdup("/packages/f/1");
    struct fan_function *two = fan_versions_publish(made.function, "second");
    EXPECT_STREQ(two->version, "2");
    EXPECT_STREQ(two->description, "second");
    EXPECT_EQ(one->memory_mb, 128u);
    EXPECT_STREQ(one->environment[0], "A=1");
    EXPECT_STREQ(one->package_dir, "/packages/f/0");
    EXPECT_STREQ(one->description, "first");
    ASSERT_EQ(fan_versions_count(made.function), 2u);
    EXPECT_EQ(fan_versions_at(made.function, 1), two);
    EXPECT_EQ(fan_registry_code_bytes(made.registry), 3000u) << "each version counts";
}

TEST(Versions, AreNotMadeTwiceOfTheSame)
{
    Made made;
    struct fan_function *one = fan_versions_publish(made.function, "of the version");
    EXPECT_EQ(fan_versions_publish(made.function, nullptr), one);
    EXPECT_EQ(fan_versions_publish(made.function, "another"), one);
    fan_registry_touch(made.function); // a change back to the same
    EXPECT_EQ(fan_versions_publish(made.function, nullptr), one);
    struct Change {
        const char *what;
        void (*apply)(struct fan_function *);
    } changes[] = {
        { "memory", [](struct fan_function *f) { f->memory_mb++; } },
        { "timeout", [](struct fan_function *f) { f->timeout_s++; } },
        { "handler", [](struct fan_function *f) { strcpy(f->handler, "other"); } },
        { "role", [](struct fan_function *f) { strcpy(f->role, "other"); } },
        { "runtime", [](struct fan_function *f) { strcpy(f->runtime, "other"); } },
        { "arch", [](struct fan_function *f) { strcpy(f->arch, "arm64"); } },
        { "code", [](struct fan_function *f) { strcpy(f->code_sha256, "other"); } },
        { "description", [](struct fan_function *f) { strcpy(f->description, "x"); } },
        { "variable", [](struct fan_function *f) { f->environment[0][2] = '9'; } },
        { "no variable",
          [](struct fan_function *f) { free(f->environment[--f->environment_count]); } },
    };
    uint64_t expected = 2;
    for (const Change &change : changes) {
        change.apply(made.function);
        EXPECT_EQ(fan_versions_publish(made.function, nullptr)->version,
                  std::to_string(expected++))
            << change.what;
    }
}

TEST(Versions, AreFoundByNumberAndNumbersAreNotReused)
{
    Made made;
    struct fan_function *one = fan_versions_publish(made.function, nullptr);
    EXPECT_EQ(fan_versions_find(made.function, "$LATEST"), made.function);
    EXPECT_EQ(fan_versions_find(made.function, "1"), one);
    for (const char *none : { "2", "01", "", "$latest", "1 " })
        EXPECT_EQ(fan_versions_find(made.function, none), nullptr) << none;
    fan_versions_remove(one);
    EXPECT_EQ(fan_versions_find(made.function, "1"), nullptr);
    EXPECT_STREQ(fan_versions_publish(made.function, nullptr)->version, "2");
}

} // namespace
