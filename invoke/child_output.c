/* child_output.c - see child_output.h. */
#include "invoke/child_output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"

#define MS_NS       INT64_C(1000000)
#define LOOK_AGAIN  (10 * MS_NS)
#define WAIT_AT_END 50 /* ms: a program has closed its stdout, and ends in a moment */

extern char **environ;

static int64_t left_ms(int64_t until_ns)
{
    int64_t left = until_ns - fan_clock_mono_ns();
    return left > 0 ? (left + MS_NS - 1) / MS_NS : 0;
}

/* The program in a process group of its own, so that it can be killed with its own
 * children; signals as a program expects them. */
static int spawn(char *const *words, int out, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGCHLD);
    sigaddset(&usual, SIGUSR1);
    if (posix_spawn_file_actions_init(&actions) != 0) return ENOMEM;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    int cause = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!cause) cause = posix_spawn_file_actions_adddup2(&actions, out, 1);
    if (!cause)
        cause = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                                          POSIX_SPAWN_SETSIGMASK |
                                                          POSIX_SPAWN_SETSIGDEF);
    if (!cause) cause = posix_spawnattr_setsigmask(&attributes, &none);
    if (!cause) cause = posix_spawnattr_setsigdefault(&attributes, &usual);
    if (!cause)
        cause = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return cause;
}

/* Read to the end of what it prints. */
static enum fan_status read_all(int fd, int64_t until_ns, struct fan_buf *output,
                                struct fan_err *err)
{
    char chunk[4096];
    struct pollfd watched = { fd, POLLIN, 0 };
    for (;;) {
        int64_t ms = left_ms(until_ns);
        int n = ms > 0 ? poll(&watched, 1, ms > 1000 ? 1000 : (int)ms) : 0;
        if (n < 0 && errno != EINTR)
            return fan_fail(err, FAN_EIO, "cannot wait for it: %s", strerror(errno));
        if (n == 0 && left_ms(until_ns) == 0)
            return fan_fail(err, FAN_EREMOTE, "it took too long");
        if (n <= 0) continue;
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got == 0) return FAN_OK;
        if (got < 0 && errno != EINTR)
            return fan_fail(err, FAN_EIO, "cannot read from it: %s", strerror(errno));
        if (got > 0 && fan_buf_add(output, chunk, (size_t)got, NULL))
            return fan_fail(err, FAN_ELIMIT, "it printed more than %zu bytes",
                            output->max);
    }
}

/* Wait for its end; false: it is still there. */
static bool reap(pid_t pid, int64_t until_ns, int *status)
{
    for (;;) {
        pid_t ended = waitpid(pid, status, WNOHANG);
        if (ended == pid) return true;
        if (ended < 0 && errno != EINTR) {
            *status = 0; /* somebody else has waited for it */
            return true;
        }
        if (left_ms(until_ns) == 0) return false;
        fan_clock_sleep_ns(LOOK_AGAIN / 10);
    }
}

static void kill_all(pid_t pid)
{
    int status;
    kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
}

static enum fan_status judge(int status, struct fan_err *err)
{
    if (WIFSIGNALED(status))
        return fan_fail(err, FAN_EREMOTE, "it was ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) == 127)
        return fan_fail(err, FAN_ENOTFOUND, "there is no such program");
    if (WEXITSTATUS(status) != 0)
        return fan_fail(err, FAN_EREMOTE, "it ended with status %d", WEXITSTATUS(status));
    return FAN_OK;
}

enum fan_status fan_child_output(char *const *words, uint32_t timeout_ms,
                                 struct fan_buf *output, struct fan_err *err)
{
    int pipe_of[2], status = 0;
    pid_t pid = -1;
    int64_t until_ns = fan_clock_mono_ns() + (int64_t)timeout_ms * MS_NS;
    if (pipe(pipe_of) != 0)
        return fan_fail(err, FAN_EIO, "cannot make a pipe: %s", strerror(errno));
    (void)fcntl(pipe_of[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(pipe_of[1], F_SETFD, FD_CLOEXEC);
    int cause = spawn(words, pipe_of[1], &pid);
    close(pipe_of[1]);
    enum fan_status st = FAN_OK;
    if (cause == ENOENT)
        st = fan_fail(err, FAN_ENOTFOUND, "there is no such program");
    else if (cause)
        st = fan_fail(err, FAN_EIO, "cannot start it: %s", strerror(cause));
    if (st) goto out;
    st = read_all(pipe_of[0], until_ns, output, err);
    if (!st && !reap(pid, until_ns + WAIT_AT_END * MS_NS, &status))
        st = fan_fail(err, FAN_EREMOTE, "it took too long");
    else if (!st)
        pid = -1;
    if (pid > 0) kill_all(pid);
    if (!st) st = judge(status, err);
out:
    close(pipe_of[0]);
    return st;
}
