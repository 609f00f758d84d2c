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

static void close_out(struct fan_child *child)
{
    if (child->out >= 0) close(child->out);
    child->out = -1;
}

/* Read what it prints, to its end or to the time. */
static enum fan_status read_on(struct fan_child *child, int64_t until_ns,
                               struct fan_buf *output, struct fan_err *err)
{
    char chunk[4096];
    struct pollfd watched = { child->out, POLLIN, 0 };
    for (;;) {
        int64_t ms = left_ms(until_ns);
        int n = poll(&watched, 1, ms > 1000 ? 1000 : (int)ms);
        if (n < 0 && errno != EINTR)
            return fan_fail(err, FAN_EIO, "cannot wait for it: %s", strerror(errno));
        if (n <= 0 && left_ms(until_ns) == 0) return FAN_OK;
        if (n <= 0) continue;
        ssize_t got = read(child->out, chunk, sizeof chunk);
        if (got == 0) {
            close_out(child);
            return FAN_OK;
        }
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

void fan_child_kill(struct fan_child *child)
{
    int status;
    if (child->pid <= 0) return;
    close_out(child);
    kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
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

enum fan_status fan_child_start(struct fan_child *child, char *const *words,
                                uint32_t timeout_ms, struct fan_err *err)
{
    int pipe_of[2];
    pid_t pid = 0;
    int64_t until_ns = fan_clock_mono_ns() + (int64_t)timeout_ms * MS_NS;
    if (pipe(pipe_of) != 0)
        return fan_fail(err, FAN_EIO, "cannot make a pipe: %s", strerror(errno));
    (void)fcntl(pipe_of[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(pipe_of[1], F_SETFD, FD_CLOEXEC);
    int cause = spawn(words, pipe_of[1], &pid);
    close(pipe_of[1]);
    if (!cause) {
        *child = (struct fan_child){ pid, pipe_of[0], until_ns };
        return FAN_OK;
    }
    close(pipe_of[0]);
    if (cause == ENOENT) return fan_fail(err, FAN_ENOTFOUND, "there is no such program");
    return fan_fail(err, FAN_EIO, "cannot start it: %s", strerror(cause));
}

enum fan_status fan_child_read(struct fan_child *child, uint32_t wait_ms,
                               struct fan_buf *output, bool *ended, struct fan_err *err)
{
    int status = 0;
    int64_t wait_ns = fan_clock_mono_ns() + (int64_t)wait_ms * MS_NS;
    int64_t until_ns = wait_ns < child->until_ns ? wait_ns : child->until_ns;
    enum fan_status st = FAN_OK;
    *ended = false;
    if (child->out >= 0) st = read_on(child, until_ns, output, err);
    if (!st && child->out < 0) {
        int64_t end_ns = child->until_ns + WAIT_AT_END * MS_NS;
        if (reap(child->pid, wait_ns < end_ns ? wait_ns : end_ns, &status)) {
            child->pid = 0;
            *ended = status == 0;
            return judge(status, err);
        }
    }
    int64_t grace_ns = child->out < 0 ? WAIT_AT_END * MS_NS : 0;
    if (!st && left_ms(child->until_ns + grace_ns) == 0)
        st = fan_fail(err, FAN_EREMOTE, "it took too long");
    if (st) fan_child_kill(child);
    return st;
}

enum fan_status fan_child_output(char *const *words, uint32_t timeout_ms,
                                 struct fan_buf *output, struct fan_err *err)
{
    struct fan_child child;
    bool ended = false;
    enum fan_status st = fan_child_start(&child, words, timeout_ms, err);
    while (!st && !ended)
        st = fan_child_read(&child, timeout_ms, output, &ended, err);
    return st;
}
