// The functions of the account.
#include "local_lambda/registry.h"
#include "tests/local_lambda/scratch_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

namespace
{

struct Registry {
    ScratchDir scratch;
    struct fan_registry_cfg cfg = { "us-east-1", "123456789012", scratch.path.c_str(),
                                    1000, 100, 0 };
    struct fan_registry *registry = fan_registry_new(&cfg);
    ~Registry()
    {
        fan_registry_free(registry);
    }
    struct fan_function *add(const char *name)
    {
        struct fan_function *function = nullptr;
        EXPECT_EQ(fan_registry_add(registry, name, &function, nullptr), FAN_OK) << name;
        return function;
    }
};

TEST(Registry, FindsWhatWasAddedAndKeepsItSorted)
{
    Registry r;
    std::set<std::string> names;
    for (int i = 0; i < 200; i++) {
        std::string name = "f" + std::to_string(i * 7919 % 200);
        names.insert(name);
        r.add(name.c_str());
    }
    ASSERT_EQ(fan_registry_count(r.registry), names.size());
    size_t at = 0;
    for (const std::string &name : names) {
        EXPECT_EQ(name, fan_registry_at(r.registry, at)->name);
        EXPECT_EQ(fan_registry_find(r.registry, name.c_str()),
                  fan_registry_at(r.registry, at));
        at++;
    }
    EXPECT_EQ(fan_registry_find(r.registry, "f"), nullptr);
    EXPECT_EQ(fan_registry_find(r.registry, "zz"), nullptr);
}

TEST(Registry, FillsInIdentity)
{
    Registry r;
    struct fan_function *function = r.add("sieve");
    EXPECT_STREQ(function->arn, "arn:aws:lambda:us-east-1:123456789012:function:sieve");
    EXPECT_EQ(std::string(function->revision_id).size(), 36u);
    EXPECT_EQ(function->revision_id[14], '4') << "a random UUID";
    std::string modified = function->last_modified; // 2026-01-31T10:00:00.123+0000
    ASSERT_EQ(modified.size(), 28u);
    EXPECT_EQ(modified[10], 'T');
    EXPECT_EQ(modified.substr(23), "+0000");
}

TEST(Registry, TouchStartsANewGeneration)
{
    Registry r;
    struct fan_function *function = r.add("f");
    uint32_t generation = function->generation;
    std::string revision = function->revision_id;
    fan_registry_touch(function);
    EXPECT_EQ(function->generation, generation + 1);
    EXPECT_NE(function->revision_id, revision);
}

TEST(Registry, RefusesDuplicatesAndBadNames)
{
    Registry r;
    r.add("f");
    struct fan_function *function = nullptr;
    struct fan_err err = {};
    EXPECT_EQ(fan_registry_add(r.registry, "f", &function, &err), FAN_ESTATE);
    EXPECT_STREQ(err.text, "cannot add function 'f': it exists");
    for (const char *name : { "", "a b", "../x", "a/b" })
        EXPECT_EQ(fan_registry_add(r.registry, name, &function, nullptr), FAN_EINVAL)
            << name;
    EXPECT_EQ(function, nullptr);
}

TEST(Registry, RemovedFunctionsAreGoneWithTheirFolders)
{
    Registry r;
    struct fan_function *function = r.add("f");
    char *dir = nullptr;
    ASSERT_EQ(fan_registry_package_dir(r.registry, function, &dir, nullptr), FAN_OK);
    EXPECT_FALSE(std::filesystem::exists(dir));
    std::filesystem::create_directory(dir);
    function->package_dir = dir;
    char *second = nullptr;
    ASSERT_EQ(fan_registry_package_dir(r.registry, function, &second, nullptr), FAN_OK);
    EXPECT_STRNE(dir, second);
    free(second);
    fan_registry_remove(r.registry, function);
    EXPECT_EQ(fan_registry_find(r.registry, "f"), nullptr);
    EXPECT_TRUE(std::filesystem::is_empty(r.scratch.path));
}

TEST(RegistryReserve, KeepsTheMinimumUnreserved)
{
    Registry r;
    struct fan_function *a = r.add("a"), *b = r.add("b");
    EXPECT_EQ(fan_registry_unreserved(r.registry), 1000u);
    EXPECT_EQ(fan_registry_reserve(r.registry, a, 500, nullptr), FAN_OK);
    EXPECT_EQ(fan_registry_reserve(r.registry, b, 401, nullptr), FAN_ELIMIT);
    EXPECT_EQ(fan_registry_reserve(r.registry, b, 400, nullptr), FAN_OK);
    EXPECT_EQ(fan_registry_unreserved(r.registry), 100u);
    EXPECT_EQ(fan_registry_reserve(r.registry, a, 501, nullptr), FAN_ELIMIT);
    EXPECT_EQ(a->reserved, 500u) << "a refused change changes nothing";
    EXPECT_EQ(fan_registry_reserve(r.registry, a, INT64_MAX, nullptr), FAN_ELIMIT);
}

TEST(RegistryReserve, IsGivenBackByRemovalAndByHand)
{
    Registry r;
    struct fan_function *a = r.add("a"), *b = r.add("b");
    ASSERT_EQ(fan_registry_reserve(r.registry, a, 5, nullptr), FAN_OK);
    ASSERT_EQ(fan_registry_reserve(r.registry, b, 7, nullptr), FAN_OK);
    ASSERT_EQ(fan_registry_reserve(r.registry, b, -1, nullptr), FAN_OK);
    EXPECT_FALSE(b->reserved_set);
    EXPECT_EQ(fan_registry_unreserved(r.registry), 995u);
    fan_registry_remove(r.registry, a);
    EXPECT_EQ(fan_registry_unreserved(r.registry), 1000u);
}

TEST(RegistryReserve, ZeroIsAlwaysPossible)
{
    Registry r;
    r.cfg.unreserved_min = 1000;
    struct fan_registry *strict = fan_registry_new(&r.cfg);
    struct fan_function *function = nullptr;
    ASSERT_EQ(fan_registry_add(strict, "f", &function, nullptr), FAN_OK);
    EXPECT_EQ(fan_registry_reserve(strict, function, 1, nullptr), FAN_ELIMIT);
    EXPECT_EQ(fan_registry_reserve(strict, function, 0, nullptr), FAN_OK);
    EXPECT_TRUE(function->reserved_set);
    fan_registry_free(strict);
}

} // namespace
