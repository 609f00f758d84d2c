#include "invoke/ini.h"

#include <gtest/gtest.h>

#include <map>

namespace
{
struct Ini {
    fan_ini *ini = nullptr;
    fan_err err{};
    fan_status st;
    explicit Ini(const std::string &text)
        : st(fan_ini_parse(&ini, "a/config", text.data(), text.size(), &err))
    {
    }
    ~Ini()
    {
        fan_ini_free(ini);
    }
    std::string Get(const char *section, const char *key) const
    {
        const char *value = fan_ini_get(ini, section, key);
        return value ? value : "(none)";
    }
};
} // namespace

TEST(Ini, ReadsSectionsAndSettings)
{
    const Ini i("# a comment\n"
                "[default]\r\n"
                "aws_access_key_id=AKID\n"
                "  \n"
                "; another\n"
                "AWS_Secret_Access_Key \t=  se=cr:et+/ \n"
                "region: eu-west-1\n"
                "empty =\n"
                "[ profile  x y ] # says\n"
                "note = not # a comment");
    ASSERT_EQ(FAN_OK, i.st) << i.err.text;
    EXPECT_EQ("AKID", i.Get("default", "aws_access_key_id"));
    EXPECT_EQ("se=cr:et+/", i.Get("default", "aws_secret_access_key"));
    EXPECT_EQ("eu-west-1", i.Get("default", "region"));
    EXPECT_EQ("", i.Get("default", "empty"));
    EXPECT_EQ("not # a comment", i.Get("profile  x y", "note"));
    EXPECT_EQ("(none)", i.Get("default", "note"));
    EXPECT_EQ("(none)", i.Get("nobody", "region"));
    EXPECT_TRUE(fan_ini_has(i.ini, "profile  x y"));
    EXPECT_STREQ("default", fan_ini_section(i.ini, 0));
    EXPECT_EQ(nullptr, fan_ini_section(i.ini, 2));
}

TEST(Ini, ReadsNestedSettingsAndLongValues)
{
    const Ini i("[services s]\n"
                "lambda =\n"
                "  endpoint_url = http://a:1\n"
                "\n"
                "  other=2\n"
                "s3 =\n"
                "    endpoint_url = http://b\n"
                "[profile p]\n"
                "  credential_process = a\n"
                "      # not part of it\n"
                "      b\n"
                "\n"
                "  region = r\n");
    ASSERT_EQ(FAN_OK, i.st) << i.err.text;
    EXPECT_EQ("http://a:1", i.Get("services s", "lambda.endpoint_url"));
    EXPECT_EQ("2", i.Get("services s", "lambda.other"));
    EXPECT_EQ("http://b", i.Get("services s", "s3.endpoint_url"));
    EXPECT_EQ("a\nb", i.Get("profile p", "credential_process"));
    EXPECT_EQ("r", i.Get("profile p", "region"));
}

TEST(Ini, TellsTheLineAndNeverWhatItSays)
{
    const std::map<std::string, std::string> bad = {
        { "region = SECRET\n", "line 1: expected a [section] first" },
        { "[a]\n\nSECRET\n", "line 3: expected [section] or key = value" },
        { "[a]\n= SECRET\n", "line 2: expected [section] or key = value" },
        { "[]\n", "line 1: expected a section such as [default]" },
        { "[SECRET\n", "line 1: expected a section such as [default]" },
        { "[a]\n[b]\n[a]\n", "line 3: this section is in the file twice" },
        { "[a]\nk=1\nK=SECRET\n", "line 3: this key is in its section twice" },
        { "[a]\nx = 1\nk =\n  SECRET\n",
          "line 3: expected key = value in the lines below" },
        { std::string("[a]\nk=\0SECRET", 13), "line 2: a NUL byte" },
    };
    for (const auto &one : bad) {
        const Ini i(one.first);
        EXPECT_EQ(FAN_EFORMAT, i.st) << one.first;
        EXPECT_EQ(nullptr, i.ini);
        EXPECT_EQ("cannot read 'a/config': " + one.second, i.err.text);
    }
}

TEST(Ini, IsBounded)
{
    EXPECT_EQ(FAN_ELIMIT, Ini(std::string(FAN_INI_BYTES_MAX + 1, '#')).st);
    std::string many = "[a]\n";
    for (int i = 0; i < 60000; i++)
        many += "k" + std::to_string(i) + "=\n[" + std::to_string(i) + "]\n";
    EXPECT_EQ(FAN_EFORMAT, Ini(many).st) << "too many sections";
    const Ini nothing("");
    EXPECT_EQ(FAN_OK, nothing.st);
    EXPECT_EQ(nullptr, fan_ini_get(nullptr, "a", "b"));
    EXPECT_FALSE(fan_ini_has(nullptr, "a"));
}

TEST(Ini, SkipsAByteOrderMark)
{
    const Ini i("\xef\xbb\xbf[default]\nregion = r\n");
    ASSERT_EQ(FAN_OK, i.st) << i.err.text;
    EXPECT_EQ("r", i.Get("default", "region"));
}
