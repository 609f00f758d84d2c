#include "local_lambda/process.h"
#include "local_lambda/process_usage.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace
{
/* A folder with a bootstrap, gone at the end. */
struct Folder {
    char path[32] = "/tmp/process_test.XXXXXX";
    explicit Folder(const char *script)
    {
        EXPECT_NE(mkdtemp(path), nullptr);
        if (!script) return;
        FILE *file = fopen(File().c_str(), "w");
        fputs(script, file);
        fchmod(fileno(file), 0755);
        fclose(file);
    }
    ~Folder()
    {
        unlink(File().c_str());
        rmdir(path);
    }
    std::string File() const
    {
        return std::string(path) + "/bootstrap";
    }
};

char *const no_env[] = { nullptr };

std::string ReadAll(int fd)
{
    fcntl(fd, F_SETFL, 0);
    std::string text;
    char bytes[1000];
    for (ssize_t n; (n = read(fd, bytes, sizeof bytes)) > 0;)
        text.append(bytes, (size_t)n);
    close(fd);
    return text;
}
} // namespace

TEST(Process, RunsBootstrapInItsFolderAndGroupWithItsEnvironmentOnly)
{
    Folder folder("#!/bin/sh\necho out $A $PWD; echo err >&2; ulimit -n; cat; exit 3\n");
    char setting[] = "A=apple";
    char *const env[] = { setting, nullptr };
    struct fan_process_cfg cfg = { folder.path, env, 512 };
    struct fan_process process;
    ASSERT_EQ(fan_process_start(&process, &cfg, nullptr), FAN_OK);
    EXPECT_EQ(getpgid(process.pid), process.pid);
    EXPECT_EQ(ReadAll(process.log_fd),
              std::string("out apple ") + folder.path + "\nerr\n512\n");
    int status = 0;
    ASSERT_EQ(waitpid(process.pid, &status, 0), process.pid);
    char text[64];
    EXPECT_STREQ(fan_process_end_text(status, text), "exit status 3");
}

/* With a thousand instances, the log pipe's number is above the function's own limit. */
TEST(Process, StartsWhateverTheNumberOfItsLogPipe)
{
    Folder folder("#!/bin/sh\necho here; ulimit -n\n");
    std::vector<int> taken;
    do
        taken.push_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
    while (taken.back() >= 0 && taken.back() < 200);
    struct fan_process_cfg cfg = { folder.path, no_env, 64 };
    struct fan_process process;
    fan_err err = {};
    EXPECT_EQ(fan_process_start(&process, &cfg, &err), FAN_OK) << err.text;
    EXPECT_GT(process.log_fd, 64);
    EXPECT_EQ(ReadAll(process.log_fd), "here\n64\n");
    waitpid(process.pid, nullptr, 0);
    for (int fd : taken)
        close(fd);
}

TEST(Process, TellsWhyItCannotStart)
{
    Folder none(nullptr), empty("no interpreter\n");
    struct fan_process process;
    struct fan_err err = { FAN_OK, "" };
    struct fan_process_cfg cfg = { none.path, no_env, 100 };
    EXPECT_EQ(fan_process_start(&process, &cfg, &err), FAN_ENOTFOUND);
    EXPECT_STREQ(err.text, "no such file or directory");
    err = { FAN_OK, "" };
    cfg.dir = empty.path;
    EXPECT_EQ(fan_process_start(&process, &cfg, &err), FAN_EIO);
    EXPECT_STREQ(err.text, "exec format error");
}

TEST(Process, KillsTheWholeGroup)
{
    Folder folder("#!/bin/sh\nsleep 100 &\nwait\n");
    struct fan_process_cfg cfg = { folder.path, no_env, 100 };
    struct fan_process process;
    ASSERT_EQ(fan_process_start(&process, &cfg, nullptr), FAN_OK);
    fan_process_kill(process.pid);
    /* the pipe ends only when sleep, too, has let go of it */
    EXPECT_EQ(ReadAll(process.log_fd), "");
    int status = 0;
    ASSERT_EQ(waitpid(process.pid, &status, 0), process.pid);
    char text[64];
    EXPECT_STREQ(fan_process_end_text(status, text), "signal: killed");
}

TEST(ProcessEnd, IsWordedLikeTheServices)
{
    char text[64];
    EXPECT_STREQ(fan_process_end_text(0, text), "");
    EXPECT_STREQ(fan_process_end_text(127 << 8, text), "exit status 127");
    EXPECT_STREQ(fan_process_end_text(SIGSEGV, text), "signal: segmentation fault");
    EXPECT_STREQ(fan_process_end_text(SIGUSR2, text), "signal: signal 12");
}

TEST(Usage, OfOurselvesIsPlausible)
{
    struct fan_usage usage;
    fan_usage_open(&usage, getpid());
    EXPECT_GT(fan_usage_cpu_ns(&usage), 0);
    EXPECT_GE(fan_usage_runqueue_ns(&usage), 0);
    EXPECT_GT(fan_usage_resident_bytes(&usage), 100000u);
    EXPECT_GE(fan_usage_peak_bytes(&usage) + (1 << 20), fan_usage_resident_bytes(&usage));
    EXPECT_FALSE(fan_usage_has_children(&usage));
    int64_t before = fan_usage_cpu_ns(&usage);
    for (volatile int i = 0; i < 1000000; i = i + 1)
        continue;
    EXPECT_GT(fan_usage_cpu_ns(&usage), before);
    fan_usage_close(&usage);
}

TEST(Usage, SeesDescendants)
{
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)!write(ready[1], "x", 1);
        pause();
        _exit(0);
    }
    char byte;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    struct fan_usage usage;
    fan_usage_open(&usage, getpid());
    EXPECT_TRUE(fan_usage_has_children(&usage));
    EXPECT_GT(fan_usage_family(&usage).resident_bytes, 0u);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_FALSE(fan_usage_has_children(&usage));
    fan_usage_close(&usage);
    close(ready[0]);
    close(ready[1]);
}

TEST(Usage, OfNothingIsZero)
{
    struct fan_usage usage = {};
    EXPECT_EQ(fan_usage_cpu_ns(&usage), 0);
    EXPECT_EQ(fan_usage_resident_bytes(&usage), 0u);
    EXPECT_EQ(fan_usage_peak_bytes(&usage), 0u);
    EXPECT_EQ(fan_usage_family(&usage).cpu_ns, 0);
    fan_usage_close(&usage);
}
