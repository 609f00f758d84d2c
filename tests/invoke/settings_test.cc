// Region, address and certificates, from the environment and the shared files.
#include "invoke/settings.h"

#include "tests/invoke/key_test_support.h"
#include "tests/invoke/tiny_server.h"

#include <gtest/gtest.h>

namespace
{
struct Profile {
    fan_profile *profile = nullptr;
    explicit Profile(const char *name = nullptr)
    {
        fan_err err{};
        EXPECT_EQ(FAN_OK, fan_profile_open(&profile, name, &err)) << err.text;
    }
    ~Profile()
    {
        fan_profile_close(profile);
    }
};

std::string Region(const char *name = nullptr, fan_err *err = nullptr, bool ask = true)
{
    Profile p(name);
    char region[FAN_REGION_MAX];
    return fan_settings_region(region, p.profile, ask, err) ? "" : region;
}

std::string Url(const char *name = nullptr, const char *region = "eu-west-1",
                fan_err *err = nullptr)
{
    Profile p(name);
    char url[512];
    return fan_settings_lambda_url(url, sizeof url, region, p.profile, err) ? "" : url;
}

std::string CaFile(const char *name = nullptr, fan_err *err = nullptr)
{
    Profile p(name);
    char path[PATH_MAX];
    return fan_settings_ca_file(path, p.profile, err) ? "(error)" : path;
}
} // namespace

TEST(SettingsRegion, OrderOfThePlaces)
{
    Surroundings s;
    TinyServer server([&](const TinyServer::Request &r) {
        if (r.target == "/latest/api/token")
            return TinyServer::Answer{ TinyServer::Ok("t") };
        EXPECT_EQ("/latest/meta-data/placement/region", r.target);
        return TinyServer::Answer{ TinyServer::Ok("ap-south-1") };
    });
    fan_err err{};
    EXPECT_EQ("", Region(nullptr, &err));
    EXPECT_EQ(FAN_ENOTFOUND, err.code);
    EXPECT_STREQ(
        "no AWS region: AWS_REGION and AWS_DEFAULT_REGION are not set; profile "
        "'default' has none; instance metadata: AWS_EC2_METADATA_DISABLED is true",
        err.text);
    s.Set("AWS_EC2_METADATA_DISABLED", "");
    s.Set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.Url());
    EXPECT_EQ("ap-south-1", Region());
    EXPECT_EQ("", Region(nullptr, nullptr, false));
    s.Write(".aws/config",
            "[default]\nregion = eu-north-1\n[profile x]\nregion=us-west-2\n");
    EXPECT_EQ("eu-north-1", Region());
    EXPECT_EQ("us-west-2", Region("x"));
    s.Set("AWS_DEFAULT_REGION", "sa-east-1");
    EXPECT_EQ("sa-east-1", Region("x"));
    s.Set("AWS_REGION", "ca-central-1");
    EXPECT_EQ("ca-central-1", Region());
    s.Set("AWS_REGION", "no region");
    err = {};
    EXPECT_EQ("", Region(nullptr, &err));
    EXPECT_STREQ("AWS_REGION is no region: expected one such as us-east-1", err.text);
}

TEST(SettingsUrl, OrderOfThePlaces)
{
    Surroundings s;
    EXPECT_EQ("https://lambda.eu-west-1.amazonaws.com", Url());
    EXPECT_EQ("https://lambda.cn-north-1.amazonaws.com.cn", Url(nullptr, "cn-north-1"));
    s.Write(".aws/config", "[profile a]\nendpoint_url = http://a:1\nservices = mine\n"
                           "[profile b]\nendpoint_url = http://b:2\n"
                           "[profile c]\nendpoint_url = http://c:2\n"
                           "ignore_configured_endpoint_urls = true\n"
                           "[services mine]\nlambda =\n  endpoint_url = http://l:3\n"
                           "s3 =\n  endpoint_url = http://s:4\n");
    EXPECT_EQ("http://l:3", Url("a"));
    EXPECT_EQ("http://b:2", Url("b"));
    EXPECT_EQ("https://lambda.eu-west-1.amazonaws.com", Url("c"));
    s.Set("AWS_ENDPOINT_URL", "https://all.example:8443/path");
    EXPECT_EQ("https://all.example:8443/path", Url("a"));
    s.Set("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9000");
    EXPECT_EQ("http://127.0.0.1:9000", Url("a"));
    s.Set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE");
    EXPECT_EQ("https://lambda.eu-west-1.amazonaws.com", Url("a"));
    s.Unset("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    s.Set("AWS_ENDPOINT_URL_LAMBDA", "http://user:PASSWORD@host");
    fan_err err{};
    EXPECT_EQ("", Url(nullptr, "r", &err));
    EXPECT_EQ(nullptr, strstr(err.text, "PASSWORD"));
    EXPECT_NE(nullptr, strstr(err.text, "AWS_ENDPOINT_URL_LAMBDA is not an address"));
}

TEST(SettingsCaFile, OrderOfThePlaces)
{
    Surroundings s;
    EXPECT_EQ("", CaFile());
    const std::string file = s.Write("file", "x");
    s.Set("SSL_CERT_FILE", file);
    EXPECT_EQ(file, CaFile());
    s.Write(".aws/config", "[default]\nca_bundle = /nonexistent/of-profile\n");
    fan_err err{};
    EXPECT_EQ("(error)", CaFile(nullptr, &err));
    EXPECT_STREQ(
        "ca_bundle of the profile: cannot read '/nonexistent/of-profile': No such "
        "file or directory",
        err.text);
    s.Set("AWS_CA_BUNDLE", file);
    EXPECT_EQ(file, CaFile());
}
