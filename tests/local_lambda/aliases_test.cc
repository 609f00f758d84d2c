// Aliases: names for versions, and the split of calls between two of them.
#include "local_lambda/aliases.h"
#include "local_lambda/versions.h"
#include "tests/local_lambda/scratch_dir.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace
{

struct Made {
    ScratchDir scratch;
    struct fan_registry_cfg cfg = { "us-east-1", "123456789012", scratch.path.c_str(),
                                    1000, 100, 0 };
    struct fan_registry *registry = fan_registry_new(&cfg);
    struct fan_function *function = nullptr, *one, *two;
    Made()
    {
        EXPECT_EQ(fan_registry_add(registry, "f", &function, nullptr), FAN_OK);
        function->memory_mb = 128;
        one = fan_versions_publish(function, nullptr);
        function->memory_mb = 256;
        two = fan_versions_publish(function, nullptr);
    }
    ~Made()
    {
        fan_registry_free(registry);
    }
    const struct fan_alias *put(const char *name, const char *version,
                                const char *extra = "", double weight = 0)
    {
        struct fan_alias alias = {};
        snprintf(alias.name, sizeof alias.name, "%s", name);
        snprintf(alias.version, sizeof alias.version, "%s", version);
        snprintf(alias.extra, sizeof alias.extra, "%s", extra);
        alias.weight = weight;
        return fan_aliases_put(function, &alias);
    }
};

TEST(Aliases, ArePutFoundAndRemoved)
{
    Made made;
    EXPECT_EQ(fan_aliases_find(made.function, "live"), nullptr);
    for (const char *name : { "live", "blue", "next", "a", "z" })
        made.put(name, "1");
    ASSERT_EQ(fan_aliases_count(made.function), 5u);
    std::string before;
    for (size_t i = 0; i < 5; i++) {
        std::string name = fan_aliases_at(made.function, i)->name;
        EXPECT_LT(before, name);
        before = name;
    }
    std::string revision = fan_aliases_find(made.function, "live")->revision_id;
    EXPECT_EQ(revision.size(), 36u);
    made.put("live", "2");
    EXPECT_EQ(fan_aliases_count(made.function), 5u);
    EXPECT_STREQ(fan_aliases_find(made.function, "live")->version, "2");
    EXPECT_NE(fan_aliases_find(made.function, "live")->revision_id, revision);
    fan_aliases_remove(made.function, "live");
    fan_aliases_remove(made.function, "live");
    EXPECT_EQ(fan_aliases_find(made.function, "live"), nullptr);
    EXPECT_EQ(fan_aliases_count(made.function), 4u);
}

TEST(Aliases, TellWhoLeadsToAVersion)
{
    Made made;
    char names[64];
    EXPECT_FALSE(fan_aliases_of(made.function, "1", names, sizeof names));
    made.put("live", "2", "1", 0.1);
    made.put("old", "1");
    EXPECT_TRUE(fan_aliases_of(made.function, "1", names, sizeof names));
    EXPECT_STREQ(names, "live, old");
    EXPECT_TRUE(fan_aliases_of(made.function, "2", names, sizeof names));
    EXPECT_STREQ(names, "live");
    char few[6];
    EXPECT_TRUE(fan_aliases_of(made.function, "1", few, sizeof few));
    EXPECT_STREQ(few, "live,");
}

TEST(Aliases, ResolveAnyQualifier)
{
    Made made;
    made.put("live", "1");
    made.put("newest", "$LATEST");
    EXPECT_EQ(fan_aliases_resolve(made.function, "", nullptr), made.function);
    EXPECT_EQ(fan_aliases_resolve(made.function, "$LATEST", nullptr), made.function);
    EXPECT_EQ(fan_aliases_resolve(made.function, "2", nullptr), made.two);
    EXPECT_EQ(fan_aliases_resolve(made.function, "live", nullptr), made.one);
    EXPECT_EQ(fan_aliases_resolve(made.function, "newest", nullptr), made.function);
    for (const char *none : { "3", "Live", "$latest" })
        EXPECT_EQ(fan_aliases_resolve(made.function, none, nullptr), nullptr) << none;
}

TEST(Aliases, SplitCallsByWeight)
{
    Made made;
    struct fan_random random;
    for (double weight : { 0.0, 0.1, 0.5, 1.0 }) {
        made.put("live", "1", "2", weight);
        fan_random_init(&random, 7, 1);
        int second = 0;
        for (int i = 0; i < 10000; i++)
            second += fan_aliases_resolve(made.function, "live", &random) == made.two;
        // four standard deviations; none at the ends
        EXPECT_NEAR(second, 10000 * weight, 400 * sqrt(weight * (1 - weight))) << weight;
    }
    EXPECT_EQ(fan_aliases_resolve(made.function, "live", nullptr), made.one)
        << "without chance the one that gets the rest";
}

} // namespace
