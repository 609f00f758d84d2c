// Which route a request means.
#include "local_lambda/gateway_lookup.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

const char *const description =
    R"({"stage": "prod", "routes": [
        {"method": "ANY", "path": "/{proxy+}", "function": "rest"},
        {"method": "ANY", "path": "/items", "function": "any"},
        {"method": "GET", "path": "/items", "function": "get"},
        {"method": "GET", "path": "/items/{id}", "function": "one"},
        {"method": "PUT", "path": "/items/{id}", "function": "put"},
        {"method": "POST", "path": "/items/new", "function": "new"}]})";

struct Api {
    struct fan_gateway_config config;
    Api()
    {
        EXPECT_EQ(fan_gateway_config_parse(&config, description, strlen(description), "g",
                                           nullptr),
                  FAN_OK);
    }
    ~Api()
    {
        fan_gateway_config_clear(&config);
    }
    Api(const Api &) = delete;
    Api &operator=(const Api &) = delete;

    std::string find(const char *method, const char *path)
    {
        struct fan_route_match match;
        const struct fan_gateway_route *route =
            fan_gateway_find_route(&config, method, path, &match);
        return route ? route->function.name : "none";
    }
};

TEST(GatewayLookup, ResourceThenMethod)
{
    Api api;
    EXPECT_EQ(api.find("GET", "/items"), "get");
    EXPECT_EQ(api.find("POST", "/items/"), "any");
    EXPECT_EQ(api.find("GET", "/items/7"), "one");
    EXPECT_EQ(api.find("PUT", "/items/7"), "put");
    EXPECT_EQ(api.find("POST", "/items/new"), "new");
    EXPECT_EQ(api.find("GET", "/items/7/more"), "rest");
    EXPECT_EQ(api.find("GET", "/"), "none");
    // the more specific resource hides those that have the method
    EXPECT_EQ(api.find("GET", "/items/new"), "none");
    EXPECT_EQ(api.find("DELETE", "/items/7"), "none");
}

TEST(GatewayLookup, StageIsTheFirstSegment)
{
    Api api;
    auto below = [&](const char *path) {
        const char *found = fan_gateway_below_stage(&api.config, path);
        return std::string(found ? found : "outside");
    };
    EXPECT_EQ(below("/prod"), "/");
    EXPECT_EQ(below("/prod/"), "/");
    EXPECT_EQ(below("/prod/a/b"), "/a/b");
    for (const char *path :
         { "", "/", "/pro", "/prods/a", "prod/a", "//prod/a", "/PROD" })
        EXPECT_EQ(below(path), "outside") << path;
}

} // namespace
