#include "common/options.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

struct Fields {
    bool quiet;
    uint64_t port;
    double rate;
    const char *out;
    int cpu;
    fan_option_list set;
};

#define AT(field) offsetof(Fields, field)
static const fan_option table[] = {
    { "quiet", FAN_OPTION_FLAG, AT(quiet), nullptr, 0, 0, nullptr, "say less" },
    { "port", FAN_OPTION_U64, AT(port), "9100", 0, 65535, "N", "where to listen" },
    { "rate", FAN_OPTION_NUMBER, AT(rate), "0.5", 0, 1, "SHARE", "how often" },
    { "out", FAN_OPTION_TEXT, AT(out), nullptr, 0, 0, "DIR", "where to write" },
    { "cpu", FAN_OPTION_CHOICE, AT(cpu), "quota", 0, 0, "tick|quota|off", "model" },
    { "set", FAN_OPTION_LIST, AT(set), nullptr, 0, 0, "KEY=VALUE", "override" },
    { nullptr, FAN_OPTION_FLAG, 0, nullptr, 0, 0, nullptr, nullptr },
};
static const fan_command command = { "tool run JOB [options]", "Does it.", table, 1, 2 };

static fan_status parse(std::vector<std::string> words, Fields *fields,
                        fan_arguments *args, std::string *text)
{
    static std::vector<std::string> kept;
    kept = words;
    std::vector<char *> argv;
    for (auto &w : kept)
        argv.push_back(&w[0]);
    fan_err err = {};
    *fields = {};
    fan_status st = fan_options_parse(&command, static_cast<int>(argv.size()),
                                      argv.data(), 0, fields, args, &err);
    *text = err.text;
    return st;
}

TEST(OptionsParse, FillsDefaultsThenArguments)
{
    Fields f;
    fan_arguments a;
    std::string text;
    ASSERT_EQ(FAN_OK, parse({ "job", "--port=0", "--set", "a=1", "--cpu", "off",
                              "--quiet", "--set=b=2", "--", "--odd" },
                            &f, &a, &text))
        << text;
    EXPECT_TRUE(f.quiet);
    EXPECT_EQ(0u, f.port);
    EXPECT_DOUBLE_EQ(0.5, f.rate);
    EXPECT_EQ(nullptr, f.out);
    EXPECT_EQ(2, f.cpu);
    ASSERT_EQ(2u, f.set.count);
    EXPECT_STREQ("b=2", f.set.item[1]);
    ASSERT_EQ(2, a.count);
    EXPECT_STREQ("--odd", a.positional[1]);
}

TEST(OptionsParse, NamesWhatIsWrong)
{
    struct {
        std::vector<std::string> words;
        const char *says;
    } cases[] = {
        { { "job", "--bogus" }, "unknown option '--bogus'" },
        { { "job", "-x" }, "unknown option '-x'" },
        { { "job", "--port" }, "'--port' needs a value (N)" },
        { { "job", "--port", "70000" }, "'70000' is not an integer from 0 to 65535" },
        { { "job", "--rate=2" }, "'2' is not a number from 0 to 1" },
        { { "job", "--cpu", "fast" }, "'fast' is not one of tick|quota|off" },
        { { "job", "--quiet=yes" }, "'--quiet' takes no value" },
        { {}, "missing argument" },
        { { "a", "b", "c" }, "unexpected argument 'c'" },
    };
    for (const auto &c : cases) {
        Fields f;
        fan_arguments a;
        std::string text;
        EXPECT_EQ(FAN_EUSAGE, parse(c.words, &f, &a, &text));
        EXPECT_NE(std::string::npos, text.find(c.says)) << text;
    }
}

TEST(OptionsParse, HelpStopsEverythingElse)
{
    Fields f;
    fan_arguments a;
    std::string text;
    EXPECT_EQ(FAN_OK, parse({ "--bogus", "--help" }, &f, &a, &text));
    EXPECT_TRUE(a.help);
}

TEST(OptionsHelp, ShowsEveryRowWithItsDefault)
{
    char *text = nullptr;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fan_options_help(&command, out);
    fclose(out);
    std::string help(text, size);
    free(text);
    for (const char *part : { "usage: tool run JOB", "--port N", "[9100]",
                              "--cpu tick|quota|off", "say less", "--help" })
        EXPECT_NE(std::string::npos, help.find(part)) << part;
}
