// The chain of sources, each with what it reads, and what is said when nothing is found.
#include "invoke/key_source.h"

#include "common/clock.h"
#include "invoke/settings.h"
#include "invoke/source_container.h"
#include "tests/invoke/key_test_support.h"
#include "tests/invoke/tiny_server.h"

#include <gtest/gtest.h>

#include <sstream>

namespace
{
struct Found {
    fan_status st = FAN_OK;
    fan_err err{};
    std::string id, secret, token, from;
    explicit Found(const char *profile = nullptr)
    {
        fan_provider *provider = fan_provider_chain(profile);
        fan_credentials keys{};
        st = fan_provider_current(provider, &keys, nullptr, &err);
        if (!st) {
            id = keys.access_key_id;
            secret = keys.secret_access_key;
            token = keys.session_token ? keys.session_token : "";
            from = fan_provider_from(provider);
        }
        fan_provider_free(provider);
    }
};

std::string FromHex(const std::string &hex)
{
    std::string bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += (char)std::stoi(hex.substr(i, 2), nullptr, 16);
    return bytes;
}

// A date so many seconds from now.
std::string In(int64_t seconds)
{
    char text[FAN_TIME_ISO_MAX];
    fan_clock_iso(fan_clock_wall_ns() + seconds * 1000000000, text);
    return text;
}
} // namespace

// tests/e2e/test_credentials.py names a file with a case per line, its variables and its
// profile in hexadecimal, and compares what is answered.
TEST(KeySourceForOthers, FindsTheKeysOfTheCasesOfAFile)
{
    const char *asked = getenv("FAN_FIND_CASES"), *answered = getenv("FAN_FIND_ANSWERS");
    if (!asked || !answered) return; // run by itself there is nothing to answer
    std::ifstream in(asked);
    std::ofstream out(answered);
    std::string line;
    while (std::getline(in, line)) {
        Surroundings s;
        std::istringstream words(line);
        std::string word, name;
        words >> name; // of the profile; "-" for none
        while (words >> word) {
            const std::string setting = FromHex(word);
            const size_t equals = setting.find('=');
            s.Set(setting.substr(0, equals).c_str(), setting.substr(equals + 1));
        }
        name = name == "-" ? "" : FromHex(name);
        Found f(name.empty() ? nullptr : name.c_str());
        fan_profile *profile = nullptr;
        char region[FAN_REGION_MAX] = "";
        if (!fan_profile_open(&profile, name.empty() ? nullptr : name.c_str(), nullptr) &&
            fan_settings_region(region, profile, false, nullptr))
            region[0] = '\0';
        fan_profile_close(profile);
        out << (f.st ? "error" : f.id + " " + f.secret + " " + f.token) << "|" << region
            << "\n";
    }
}

TEST(KeySource, EnvironmentGoesFirst)
{
    Surroundings s;
    s.Set("AWS_ACCESS_KEY_ID", "AKIDENV");
    s.Set("AWS_SECRET_ACCESS_KEY", "secret-env");
    s.Write(".aws/credentials", "[default]\naws_access_key_id = AKIDFILE\n"
                                "aws_secret_access_key = secret-file\n");
    Found f;
    EXPECT_EQ("AKIDENV", f.id) << f.err.text;
    EXPECT_EQ("", f.token);
    EXPECT_EQ("the environment", f.from);
    s.Set("AWS_SECURITY_TOKEN", "old");
    EXPECT_EQ("old", Found().token);
    s.Set("AWS_SESSION_TOKEN", "new");
    EXPECT_EQ("new", Found().token);
    EXPECT_EQ("AKIDFILE", Found("default").id) << "a named profile goes before";
    s.Set("AWS_CREDENTIAL_EXPIRATION", In(-10));
    EXPECT_EQ(FAN_ESTATE, Found().st);
    s.Set("AWS_CREDENTIAL_EXPIRATION", In(1000));
    EXPECT_EQ("AKIDENV", Found().id);
    s.Unset("AWS_SECRET_ACCESS_KEY");
    Found half;
    EXPECT_EQ(FAN_EINVAL, half.st) << "and no other keys in place of them";
    EXPECT_STREQ("half of the keys is missing: AWS_ACCESS_KEY_ID is set in the "
                 "environment, AWS_SECRET_ACCESS_KEY is not",
                 half.err.text);
}

TEST(KeySource, ProfilesOfBothFiles)
{
    Surroundings s;
    s.Write(".aws/credentials", "[default]\naws_access_key_id = AKIDONE\n"
                                "aws_secret_access_key = one\naws_session_token = t\n"
                                "[both]\naws_access_key_id = AKIDTWO\n"
                                "aws_secret_access_key = two\n"
                                "[half]\naws_access_key_id = AKIDHALF\n");
    s.Write(".aws/config", "[default]\nregion = r\n"
                           "[profile both]\naws_access_key_id = AKIDOTHER\n"
                           "aws_secret_access_key = other\n"
                           "[profile \"a name\"]\naws_access_key_id = AKIDTHREE\n"
                           "aws_secret_access_key = three\n"
                           "[third]\naws_access_key_id = AKIDNOPROFILE\n"
                           "aws_secret_access_key = none\n");
    EXPECT_EQ("AKIDONE", Found().id);
    EXPECT_EQ("t", Found().token);
    EXPECT_EQ("profile 'default'", Found().from);
    EXPECT_EQ("AKIDTWO", Found("both").id);
    EXPECT_EQ("AKIDTHREE", Found("a name").id);
    s.Set("AWS_PROFILE", "both");
    EXPECT_EQ("AKIDTWO", Found().id);
    EXPECT_EQ("AKIDONE", Found("default").id);
    EXPECT_EQ(FAN_EUSAGE, Found("third").st) << "no [profile third]";
    Found half("half");
    EXPECT_EQ(FAN_EINVAL, half.st);
    EXPECT_NE(nullptr, strstr(half.err.text, "profile 'half'")) << half.err.text;
    EXPECT_NE(nullptr, strstr(half.err.text, "no aws_secret_access_key"));
    s.Set("AWS_SHARED_CREDENTIALS_FILE",
          s.Write("file", "[elsewhere]\naws_access_key_id = AKIDELSE\n"
                          "aws_secret_access_key = else\n"));
    EXPECT_EQ("AKIDELSE", Found("elsewhere").id);
    s.Set("AWS_SHARED_CREDENTIALS_FILE", "~/file");
    EXPECT_EQ("AKIDELSE", Found("elsewhere").id);
}

TEST(KeySource, TellsWhatWasLookedAtAndNoValue)
{
    Surroundings s;
    Found nothing;
    EXPECT_EQ(FAN_ENOTFOUND, nothing.st);
    EXPECT_EQ("no AWS credentials: AWS_ACCESS_KEY_ID is not set; no keys of profile "
              "'default' in '" +
                  s.home() + "/.aws/credentials'; no keys of profile 'default' in '" +
                  s.home() +
                  "/.aws/config'; AWS_CONTAINER_CREDENTIALS_*_URI are not set; instance "
                  "metadata: AWS_EC2_METADATA_DISABLED is true",
              nothing.err.text);
    Found absent("nobody");
    EXPECT_EQ(FAN_EUSAGE, absent.st);
    EXPECT_NE(nullptr, strstr(absent.err.text, "no profile 'nobody'")) << absent.err.text;
    s.Write(".aws/credentials", "[default]\naws_access_key_id = AKIDONE\n"
                                "aws_secret_access_key = VERY SECRET\n");
    Found malformed;
    EXPECT_EQ(FAN_EINVAL, malformed.st);
    EXPECT_EQ(nullptr, strstr(malformed.err.text, "VERY"));
    EXPECT_NE(nullptr, strstr(malformed.err.text, "secret access key is empty or malf"));
    s.Write(".aws/credentials", "[default]\nVERY SECRET\n");
    Found broken;
    EXPECT_EQ(FAN_EFORMAT, broken.st);
    EXPECT_EQ(nullptr, strstr(broken.err.text, "VERY"));
    EXPECT_NE(nullptr, strstr(broken.err.text, "line 2")) << broken.err.text;
}

TEST(KeySource, RefusesRolesAndSsoWithTheWayOut)
{
    Surroundings s;
    s.Write(".aws/credentials", "[r]\naws_access_key_id = AKIDONE\n"
                                "aws_secret_access_key = one\n");
    for (const char *setting :
         { "role_arn = arn:aws:iam::1:role/x\nsource_profile = r", "sso_session = corp",
           "sso_start_url = https://x", "web_identity_token_file = /x" }) {
        s.Write(".aws/config", std::string("[profile r]\n") + setting + "\n");
        Found f("r");
        EXPECT_EQ(FAN_EUSAGE, f.st);
        EXPECT_NE(nullptr, strstr(f.err.text, "'credential_process = aws configure "
                                              "export-credentials --profile r "
                                              "--format process'"))
            << f.err.text;
        EXPECT_NE(nullptr, strstr(f.err.text, "profile 'r' has '")) << f.err.text;
    }
    s.Write(".aws/config",
            "[profile r]\nsso_session = corp\n"
            "credential_process = echo '{\"Version\":1,\"AccessKeyId\":\"AKIDTWO\","
            "\"SecretAccessKey\":\"two\"}'\n");
    s.Unset("AWS_SHARED_CREDENTIALS_FILE");
    s.Write(".aws/credentials", "");
    EXPECT_EQ("AKIDTWO", Found("r").id);
    s.Set("AWS_WEB_IDENTITY_TOKEN_FILE", "/x");
    EXPECT_EQ(FAN_EUSAGE, Found().st);
}

TEST(KeySource, ProcessPrintsKeys)
{
    Surroundings s;
    const std::string good = "{\"Version\":1,\"AccessKeyId\":\"AKIDP\","
                             "\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\","
                             "\"Expiration\":\"" +
                             In(3600) + "\"}";
    struct {
        std::string command;
        const char *error;
    } cases[] = {
        { "printf %s '" + good + "'", nullptr },
        { "sh -c 'cat >/dev/null; printf %s \"$1\"' - '" + good + "'", nullptr },
        { "/nonexistent/program", "no such program" },
        { "false", "it ended with status 1" },
        { "sh -c 'kill -9 $$'", "it was ended by signal 9" },
        { "echo hello", "it is no JSON object" },
        { "echo '{}'", "does not say \"Version\": 1" },
        { "echo '{\"Version\":2}'", "does not say \"Version\": 1" },
        { "echo '{\"Version\":1}'", "it has no AccessKeyId" },
        { "echo '{\"Version\":1,\"AccessKeyId\":\"a\"}'", "it has no SecretAccessKey" },
        { "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"VERY "
          "SECRET\"}'",
          "secret access key is empty or malformed" },
        { "echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\","
          "\"Expiration\":\"soon\"}'",
          "Expiration is no date" },
        { "yes", "it printed more than 65536 bytes" },
        { "echo 'a", "a quote or backslash of the command has no end" },
    };
    for (const auto &one : cases) {
        s.Write(".aws/config", "[default]\ncredential_process = " + one.command + "\n");
        Found f;
        if (!one.error) {
            EXPECT_EQ("AKIDP", f.id) << f.err.text;
            EXPECT_EQ("t", f.token);
            EXPECT_EQ("credential_process of profile 'default'", f.from);
            continue;
        }
        EXPECT_NE(FAN_OK, f.st) << one.command;
        EXPECT_NE(FAN_ENOTFOUND, f.st) << "it is set up: nothing else is looked for";
        EXPECT_NE(nullptr, strstr(f.err.text, one.error)) << f.err.text;
        EXPECT_NE(nullptr, strstr(f.err.text, "credential_process of profile 'default'"));
        EXPECT_EQ(nullptr, strstr(f.err.text, "VERY")) << f.err.text;
    }
}

TEST(KeySource, ContainerAgent)
{
    Surroundings s;
    std::string body = R"({"AccessKeyId":"AKIDC","SecretAccessKey":"s","Token":"t",)"
                       R"("Expiration":")" +
                       In(3600) + "\"}";
    std::vector<TinyServer::Request> seen;
    std::string status = "200 OK";
    TinyServer server([&](const TinyServer::Request &r) {
        seen.push_back(r);
        return TinyServer::Answer{ TinyServer::With(status, "", body) };
    });
    s.Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.Url() + "/v1/keys?role=x");
    Found f;
    EXPECT_EQ("AKIDC", f.id) << f.err.text;
    EXPECT_EQ("t", f.token);
    EXPECT_EQ("/v1/keys?role=x", seen.at(0).target);
    EXPECT_EQ(std::string::npos, seen[0].head.find("Authorization"));
    s.Set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc");
    EXPECT_EQ("AKIDC", Found().id);
    EXPECT_NE(std::string::npos, seen.at(1).head.find("Authorization: Basic abc\r\n"));
    s.Set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", s.Write("file", "from-a-file\n"));
    EXPECT_EQ("AKIDC", Found().id);
    EXPECT_NE(std::string::npos, seen.at(2).head.find("Authorization: from-a-file\r\n"));
    s.Write("file", "VERY\nSECRET\n");
    Found split;
    EXPECT_EQ(FAN_EINVAL, split.st);
    EXPECT_EQ(nullptr, strstr(split.err.text, "SECRET")) << split.err.text;
    s.Unset("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    seen.clear();
    status = "403 Forbidden";
    Found refused;
    EXPECT_EQ(FAN_EREMOTE, refused.st);
    EXPECT_EQ(1u, seen.size());
    EXPECT_NE(nullptr, strstr(refused.err.text, "HTTP 403")) << refused.err.text;
    status = "503 Later";
    EXPECT_EQ(FAN_EREMOTE, Found().st);
    EXPECT_EQ(4u, seen.size()) << "three times";
}

TEST(KeySource, ContainerAddresses)
{
    fan_container_address a;
    ASSERT_EQ(FAN_OK,
              fan_container_address_parse(&a, "/v2/credentials/x", nullptr, nullptr));
    EXPECT_STREQ("http://169.254.170.2", a.origin);
    EXPECT_STREQ("/v2/credentials/x", a.target);
    for (const char *good :
         { "http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]:8/x",
           "http://169.254.170.2/x", "http://169.254.170.23:80/x",
           "http://[fd00:ec2::23]/x", "https://example.com/x" }) {
        ASSERT_EQ(FAN_OK, fan_container_address_parse(&a, nullptr, good, nullptr))
            << good;
        EXPECT_STREQ("/x", a.target);
    }
    ASSERT_EQ(FAN_OK,
              fan_container_address_parse(&a, nullptr, "http://127.0.0.1", nullptr));
    EXPECT_STREQ("/", a.target);
    for (const char *bad :
         { "http://example.com/x", "http://169.254.170.24/x", "http://169.254.170.2.x/x",
           "http://127.0.0.1@example.com/x", "ftp://127.0.0.1/x", "127.0.0.1/x",
           "http://127.0.0.1/a b", "http://127.0.0.1/a\r\nb", "", "http://" })
        EXPECT_EQ(FAN_EINVAL, fan_container_address_parse(&a, nullptr, bad, nullptr))
            << bad;
    for (const char *bad : { "", "x", "/a b", "/a#b", "//x\n" })
        EXPECT_EQ(FAN_EINVAL, fan_container_address_parse(&a, bad, nullptr, nullptr))
            << bad;
    const std::string too_long = "http://127.0.0.1/" + std::string(2000, 'x');
    EXPECT_EQ(FAN_EINVAL,
              fan_container_address_parse(&a, nullptr, too_long.c_str(), nullptr));
}

namespace
{
// The metadata service of an instance, version 2.
struct Metadata {
    std::string role = "the-role\n", keys, token = "SESSION";
    std::string token_status = "200 OK";
    std::vector<std::string> asked;
    TinyServer::Answer Answer(const TinyServer::Request &r)
    {
        const std::string roles = "/latest/meta-data/iam/security-credentials/";
        asked.push_back(r.target);
        if (r.target == "/latest/api/token") {
            EXPECT_EQ("PUT", r.method);
            EXPECT_NE(std::string::npos,
                      r.head.find("X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"));
            return { TinyServer::With(token_status, "", token) };
        }
        if (r.head.find("X-aws-ec2-metadata-token: " + token + "\r\n") ==
            std::string::npos)
            return { TinyServer::With("401 Unauthorized", "", "") };
        if (r.target == roles && !role.empty()) return { TinyServer::Ok(role) };
        if (r.target == roles + "the-role") return { TinyServer::Ok(keys) };
        return { TinyServer::With("404 Not Found", "", "") };
    }
};
} // namespace

TEST(KeySource, InstanceMetadata)
{
    Surroundings s;
    Metadata m;
    m.keys = R"({"Code":"Success","AccessKeyId":"AKIDI","SecretAccessKey":"s",)"
             R"("Token":"t","Expiration":")" +
             In(3600) + "\"}";
    TinyServer server([&](const TinyServer::Request &r) { return m.Answer(r); });
    s.Set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.Url() + "/");
    EXPECT_EQ(FAN_ENOTFOUND, Found().st) << "switched off";
    EXPECT_EQ(0u, m.asked.size());
    s.Set("AWS_EC2_METADATA_DISABLED", "false");
    Found f;
    EXPECT_EQ("AKIDI", f.id) << f.err.text;
    EXPECT_EQ("the instance's role", f.from);
    EXPECT_EQ(3u, m.asked.size());
    m.keys = R"({"AccessKeyId":"AKIDI","SecretAccessKey":"s","Token":"t",)"
             R"("Expiration":")" +
             In(-3600) + "\"}";
    EXPECT_EQ("AKIDI", Found().id) << "an issuer that is late";
    m.keys = R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot"})";
    Found refused;
    EXPECT_EQ(FAN_EREMOTE, refused.st);
    EXPECT_NE(nullptr,
              strstr(refused.err.text, "AssumeRoleUnauthorizedAccess: EC2 cannot"))
        << refused.err.text;
    m.role = "";
    Found none;
    EXPECT_EQ(FAN_ENOTFOUND, none.st);
    EXPECT_NE(nullptr, strstr(none.err.text, "HTTP 404")) << none.err.text;
    m.role = "../../evil\n";
    EXPECT_EQ(FAN_ENOTFOUND, Found().st);
    m.token_status = "403 Forbidden";
    EXPECT_EQ(FAN_ENOTFOUND, Found().st) << "switched off for this instance";
    m.token_status = "500 Oops";
    EXPECT_EQ(FAN_EREMOTE, Found().st);
    m.token_status = "200 OK";
    m.token = "a b";
    EXPECT_EQ(FAN_EREMOTE, Found().st);
    server.Stop();
    Found dead;
    EXPECT_EQ(FAN_ENOTFOUND, dead.st) << "this is no instance";
    EXPECT_NE(nullptr, strstr(dead.err.text, "Connection refused")) << dead.err.text;
    s.Set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "nonsense");
    EXPECT_EQ(FAN_EINVAL, Found().st);
}
