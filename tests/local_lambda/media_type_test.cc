// Media types against lists of them.
#include "local_lambda/media_type.h"
#include "tests/local_lambda/made_json.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

TEST(MediaType, ListsAndWildcards)
{
    MadeJson some(std::string("[\"image/png\",\"audio/*\"]")),
        all(std::string("[\"*/*\"]"));
    EXPECT_TRUE(fan_media_type_listed(some.value, "image/png"));
    EXPECT_TRUE(fan_media_type_listed(some.value, " IMAGE/PNG;q=0.9, text/html"));
    EXPECT_TRUE(fan_media_type_listed(some.value, "audio/wav"));
    for (const char *type :
         { "", "image/p", "image/pngx", "audio", "audi/o", "text/html, image/png" })
        EXPECT_FALSE(fan_media_type_listed(some.value, type)) << type;
    EXPECT_FALSE(fan_media_type_listed(some.value, nullptr));
    EXPECT_FALSE(fan_media_type_listed(nullptr, "image/png"));
    EXPECT_TRUE(fan_media_type_listed(all.value, nullptr));
}

TEST(MediaType, TextsOfFunctionUrls)
{
    for (const char *type :
         { "text/plain", "application/json; charset=utf-8", "application/xml",
           "application/javascript", "application/ld+json", "image/svg+xml" })
        EXPECT_TRUE(fan_media_type_is_text(type)) << type;
    for (const char *type :
         { "", "application/octet-stream", "application/x-www-form-urlencoded",
           "image/png", "application/jsonx", "application/a+jsonb" })
        EXPECT_FALSE(fan_media_type_is_text(type)) << type;
    EXPECT_FALSE(fan_media_type_is_text(nullptr));
}

} // namespace
