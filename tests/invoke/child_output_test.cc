#include "invoke/child_output.h"

#include "common/clock.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace
{
struct Output {
    fan_buf text;
    fan_err err{};
    fan_status st;
    Output(std::vector<std::string> words, uint32_t timeout_ms = 30000, size_t max = 1000)
    {
        std::vector<char *> pointers;
        for (auto &word : words)
            pointers.push_back(&word[0]);
        pointers.push_back(nullptr);
        fan_buf_init(&text, max);
        st = fan_child_output(pointers.data(), timeout_ms, &text, &err);
    }
    ~Output()
    {
        fan_buf_clear(&text);
    }
};
} // namespace

TEST(ChildOutput, IsWhatItPrints)
{
    Output o({ "sh", "-c", "printf a; cat; printf b" });
    EXPECT_EQ(FAN_OK, o.st) << o.err.text;
    EXPECT_STREQ("ab", o.text.data) << "its input is empty";
}

TEST(ChildOutput, KillsWhatTakesTooLongAndItsChildren)
{
    int64_t before = fan_clock_mono_ns();
    // the grandchild would hold the pipe open, and tells who it is
    Output o({ "sh", "-c", "sleep 600 & echo $!; wait" }, 200);
    EXPECT_EQ(FAN_EREMOTE, o.st);
    EXPECT_STREQ("it took too long", o.err.text);
    EXPECT_LT(fan_clock_mono_ns() - before, 20000000000);
    ASSERT_GT(o.text.size, 0u);
    pid_t grandchild = (pid_t)atoi(o.text.data);
    bool gone = false;
    for (int i = 0; i < 1000 && !gone; i++) {
        std::string path = "/proc/" + std::to_string(grandchild) + "/stat", stat;
        fan_buf text = FAN_BUF_INIT(4096);
        gone = fan_buf_read_file(&text, path.c_str(), nullptr) != FAN_OK ||
               strstr(text.data, ") Z ");
        fan_buf_clear(&text);
        if (!gone) fan_clock_sleep_ns(10000000);
    }
    EXPECT_TRUE(gone);
}

TEST(ChildOutput, BoundsWhatIsPrinted)
{
    Output o({ "yes" });
    EXPECT_EQ(FAN_ELIMIT, o.st);
    EXPECT_EQ(FAN_OK, Output({ "head", "-c", "1000", "/dev/zero" }).st);
}

TEST(ChildOutput, TellsHowItEnded)
{
    EXPECT_EQ(FAN_ENOTFOUND, Output({ "/nonexistent/program" }).st);
    EXPECT_STREQ("it ended with status 3", Output({ "sh", "-c", "exit 3" }).err.text);
    EXPECT_STREQ("it was ended by signal 15",
                 Output({ "sh", "-c", "kill -15 $$" }).err.text);
    EXPECT_STREQ("it took too long",
                 Output({ "sh", "-c", "exec >&-; sleep 600" }, 200).err.text);
}

TEST(ChildOutput, CanBeReadWithoutWaiting)
{
    char name[] = "/tmp/fan-child-XXXXXX";
    ASSERT_NE(nullptr, mkdtemp(name));
    const std::string gate = std::string(name) + "/gate";
    ASSERT_EQ(0, mkfifo(gate.c_str(), 0600));
    std::string script = "read word < " + gate + "; printf %s $word";
    char sh[] = "sh", c[] = "-c";
    char *words[] = { sh, c, &script[0], nullptr };
    fan_child child{};
    fan_buf text = FAN_BUF_INIT(1000);
    bool ended = true;
    ASSERT_EQ(FAN_OK, fan_child_start(&child, words, 60000, nullptr));
    ASSERT_EQ(FAN_OK, fan_child_read(&child, 0, &text, &ended, nullptr));
    EXPECT_FALSE(ended);
    std::ofstream(gate) << "opened\n";
    while (!ended)
        ASSERT_EQ(FAN_OK, fan_child_read(&child, 1, &text, &ended, nullptr));
    EXPECT_STREQ("opened", text.data);
    EXPECT_EQ(0, child.pid);
    fan_child_kill(&child);

    ASSERT_EQ(FAN_OK, fan_child_start(&child, words, 60000, nullptr));
    ASSERT_GT(child.pid, 0);
    fan_child_kill(&child); // while it waits
    EXPECT_EQ(0, child.pid);
    fan_buf_clear(&text);
    remove(gate.c_str());
    rmdir(name);
}
