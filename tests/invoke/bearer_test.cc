// Tokens from the environment and from commands, and when commands are asked again.
#include "invoke/bearer.h"

#include "common/clock.h"
#include "invoke/jwt_expiry.h"
#include "tests/invoke/make_jwt.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <fstream>
#include <unistd.h>

namespace
{
std::string In(double seconds)
{
    int64_t ns = fan_clock_wall_ns() + (int64_t)(seconds * 1e9);
    return MakeJwt("{\"exp\":" + std::to_string((double)ns / 1e9) + "}");
}

// A command that prints what stands in a file, and notes that it ran.
struct Command {
    std::string dir = [] {
        char name[] = "/tmp/fan-token-XXXXXX";
        EXPECT_NE(nullptr, mkdtemp(name));
        return std::string(name);
    }();
    std::string script = "cat " + dir + "/token; echo x >> " + dir + "/runs";
    char sh[3] = "sh", c[3] = "-c";
    char *words[4] = { sh, c, &script[0], nullptr };
    fan_bearer *source = fan_bearer_command(words);
    ~Command()
    {
        fan_bearer_free(source);
        remove((dir + "/token").c_str());
        remove((dir + "/runs").c_str());
        rmdir(dir.c_str());
    }
    void Print(const std::string &token)
    {
        std::ofstream(dir + "/token") << token;
    }
    long Runs()
    {
        std::ifstream file(dir + "/runs");
        return std::count(std::istreambuf_iterator<char>(file), {}, 'x');
    }
    std::string Header(uint64_t *generation = nullptr)
    {
        const char *header = "";
        uint64_t ignored;
        fan_err err{};
        fan_status st =
            fan_bearer_header(source, &header, generation ? generation : &ignored, &err);
        return st ? std::string("error: ") + err.text : header;
    }
};
} // namespace

TEST(BearerVariable, IsReadOnceAndNeverShown)
{
    fan_bearer *source = nullptr;
    const char *header = nullptr;
    uint64_t generation = 0;
    fan_err err{};
    unsetenv("FAN_TEST_TOKEN");
    EXPECT_EQ(FAN_ENOTFOUND, fan_bearer_variable(&source, "FAN_TEST_TOKEN", &err));
    EXPECT_STREQ("cannot send a token: FAN_TEST_TOKEN is not set in the environment",
                 err.text);
    setenv("FAN_TEST_TOKEN", "se\ncret", 1);
    err = {};
    EXPECT_EQ(FAN_EINVAL, fan_bearer_variable(&source, "FAN_TEST_TOKEN", &err));
    EXPECT_EQ(nullptr, strstr(err.text, "cret"));
    setenv("FAN_TEST_TOKEN", std::string(FAN_JWT_MAX + 1, 'a').c_str(), 1);
    EXPECT_EQ(FAN_EINVAL, fan_bearer_variable(&source, "FAN_TEST_TOKEN", nullptr));
    EXPECT_EQ(nullptr, source);
    setenv("FAN_TEST_TOKEN", " opaque-token \n", 1);
    ASSERT_EQ(FAN_OK, fan_bearer_variable(&source, "FAN_TEST_TOKEN", nullptr));
    ASSERT_EQ(FAN_OK, fan_bearer_header(source, &header, &generation, nullptr));
    EXPECT_STREQ("Bearer opaque-token", header);
    EXPECT_FALSE(fan_bearer_renew(source, generation)) << "there is no other";
    fan_bearer_free(source);
    fan_bearer_free(nullptr);
}

TEST(BearerVariable, TellsWhenItHasExpired)
{
    fan_bearer *source = nullptr;
    fan_err err{};
    setenv("FAN_TEST_TOKEN", MakeJwt(R"({"exp":1700000000})").c_str(), 1);
    EXPECT_EQ(FAN_ESTATE, fan_bearer_variable(&source, "FAN_TEST_TOKEN", &err));
    EXPECT_STREQ("variable 'FAN_TEST_TOKEN': the token expired at "
                 "2023-11-14T22:13:20.000Z",
                 err.text);
}

TEST(BearerCommand, RunsOnceForATokenThatLasts)
{
    Command command;
    command.Print("Bearer " + In(3600) + "\n");
    std::string first = command.Header();
    EXPECT_EQ(0u, first.find("Bearer eyJ")) << first;
    for (int i = 0; i < 10; i++)
        EXPECT_EQ(first, command.Header());
    EXPECT_EQ(1, command.Runs());
}

TEST(BearerCommand, RunsAgainWhenItsTokenHasExpired)
{
    Command command;
    uint64_t first = 0, second = 0;
    std::string old = In(0.2);
    command.Print(old);
    while (command.Header(&first) != "Bearer " + old) { // the machine may be that slow
        old = In(5);
        command.Print(old);
    }
    std::string fresh = In(3600);
    command.Print(fresh);
    while (command.Header(&second) == "Bearer " + old)
        usleep(20000);
    EXPECT_EQ("Bearer " + fresh, command.Header(&second));
    EXPECT_EQ(first + 1, second);
}

TEST(BearerCommand, RenewsARefusedTokenOnceASecondAtMost)
{
    Command command;
    uint64_t generation = 0;
    command.Print("one");
    EXPECT_EQ("Bearer one", command.Header(&generation));
    command.Print("two");
    while (!fan_bearer_renew(command.source, generation))
        usleep(20000);
    uint64_t second = 0;
    EXPECT_EQ("Bearer two", command.Header(&second));
    EXPECT_EQ(generation + 1, second);
    EXPECT_EQ(2, command.Runs());
    EXPECT_TRUE(fan_bearer_renew(command.source, generation)) << "another has seen to it";
    EXPECT_EQ(2, command.Runs());
}

TEST(BearerCommand, TellsWhatIsWrongWithoutShowingAnything)
{
    Command command;
    EXPECT_EQ("error: token command 'sh': expected a bearer token of 1 to 8192 visible "
              "characters",
              command.Header())
        << "nothing was printed";
    command.Print("two words");
    EXPECT_EQ(std::string::npos, command.Header().find("words"));
    command.Print(std::string(20000, 'a'));
    EXPECT_NE(std::string::npos, command.Header().find("printed more than"));
    command.Print(MakeJwt(R"({"exp":7})"));
    EXPECT_NE(std::string::npos, command.Header().find("expired at 1970-01-01T00:00:07"));
    char missing[] = "/nonexistent/program";
    char *words[] = { missing, nullptr };
    fan_bearer *none = fan_bearer_command(words);
    const char *header;
    uint64_t generation;
    fan_err err{};
    EXPECT_EQ(FAN_ENOTFOUND, fan_bearer_header(none, &header, &generation, &err));
    EXPECT_STREQ("token command '/nonexistent/program': there is no such program",
                 err.text);
    fan_bearer_free(none);
}

TEST(BearerCommand, RenewsBesideTheWorkWhileTheOldTokenServes)
{
    // the second run and later ones wait for `go`, or a second
    Command command;
    const std::string go = command.dir + "/go";
    command.script = "echo x >> " + command.dir + "/runs; if [ $(wc -l < " + command.dir +
                     "/runs) -gt 1 ]; then i=0; while [ ! -e " + go +
                     " ] && [ $i -lt 100 ]; do sleep 0.01; i=$((i+1)); done; fi; cat " +
                     command.dir + "/token";
    command.words[2] = &command.script[0];
    bool shown = false;
    for (int attempt = 0; attempt < 10 && !shown; attempt++) { // the machine may be slow
        remove(go.c_str());
        remove((command.dir + "/runs").c_str());
        fan_bearer_free(command.source);
        command.source = fan_bearer_command(command.words);
        std::string old = In(1.0 + attempt), seen = old;
        command.Print(old);
        if (command.Header() != "Bearer " + old) continue;
        std::string fresh = In(3600);
        command.Print(fresh);
        while (command.Runs() < 2) {
            seen = command.Header();
            usleep(1000);
        }
        shown = seen == "Bearer " + old; // a command that is waited for brings the fresh
        std::ofstream(go) << "";
        while (command.Header() != "Bearer " + fresh)
            usleep(1000);
    }
    EXPECT_TRUE(shown);
    remove(go.c_str());
}
