/* converter.c - see converter.h. */
#define _GNU_SOURCE  /* posix_spawn_file_actions_addchdir_np: a child in another folder  \
                      */
#include "analysis/converter.h"

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

#define COMPLAINT_MAX 300 /* bytes of a program's error text that are passed on */

extern char **environ;

/* A running child and our ends of its two pipes; -1 when closed. */
struct child {
    pid_t pid;
    int out, complaint;
};

static void close_fd(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

/* Default signal actions and an empty mask, whatever this process has set for itself. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigemptyset(&all);
    const int signals[] = { SIGINT, SIGTERM, SIGPIPE, SIGCHLD, SIGHUP, SIGQUIT };
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaddset(&all, signals[i]);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setpgroup(attributes, 0);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP);
}

static int spawn(pid_t *pid, const char *const *argv, const char *dir, int out,
                 int complaint)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    union {
        const char *const *in;
        char *const *out; /* the form that posix_spawn declares; it changes nothing */
    } arguments = { argv };

    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) failed = set_attributes(&attributes);
    if (!failed) failed = posix_spawn_file_actions_addchdir_np(&actions, dir);
    if (!failed)
        failed = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, out, 1);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, complaint, 2);
    if (!failed)
        failed =
            posix_spawnp(pid, argv[0], &actions, &attributes, arguments.out, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static enum fan_status start(struct child *child, const char *const *argv,
                             const char *dir, struct fan_err *err)
{
    int out[2] = { -1, -1 }, complaint[2] = { -1, -1 };
    int failed = 0;
    if (pipe2(out, O_CLOEXEC) || pipe2(complaint, O_CLOEXEC)) failed = errno;
    if (!failed) failed = spawn(&child->pid, argv, dir, out[1], complaint[1]);

    close_fd(&out[1]);
    close_fd(&complaint[1]);
    child->out = out[0];
    child->complaint = complaint[0];
    if (!failed) return FAN_OK;
    close_fd(&child->out);
    close_fd(&child->complaint);
    return fan_fail(err, failed == ENOENT ? FAN_ENOTFOUND : FAN_EIO,
                    "cannot start '%s': %s", argv[0], strerror(failed));
}

/* Read what is there; closes *fd at its end. */
static enum fan_status take(int *fd, struct fan_buf *into, bool tail, struct fan_err *err)
{
    char chunk[16384];
    const ssize_t n = read(*fd, chunk, sizeof chunk);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return FAN_OK;
    if (n <= 0) {
        close_fd(fd);
        return FAN_OK;
    }
    if (!tail) return fan_buf_add(into, chunk, (size_t)n, err);
    /* Of a long complaint the end is kept: a traceback names its cause there. */
    const size_t keep = (size_t)n < into->max ? (size_t)n : into->max;
    if (into->size + keep > into->max) {
        const size_t drop = into->size + keep - into->max;
        memmove(into->data, into->data + drop, into->size - drop);
        into->size -= drop;
    }
    return fan_buf_add(into, chunk + ((size_t)n - keep), keep, err);
}

static enum fan_status listen_to(struct child *child, const char *name, int timeout_ms,
                                 struct fan_buf *output, struct fan_buf *complaint,
                                 struct fan_err *err)
{
    const int64_t deadline_ns = fan_clock_mono_ns() + (int64_t)timeout_ms * 1000000;
    enum fan_status st = FAN_OK;

    while (!st && (child->out >= 0 || child->complaint >= 0)) {
        struct pollfd wait[2] = { { child->out, POLLIN, 0 },
                                  { child->complaint, POLLIN, 0 } };
        const int64_t left_ms = (deadline_ns - fan_clock_mono_ns()) / 1000000;
        if (left_ms <= 0)
            return fan_fail(err, FAN_EIO, "'%s' did not end within %d s", name,
                            timeout_ms / 1000);
        if (poll(wait, 2, (int)left_ms) < 0 && errno != EINTR)
            return fan_fail(err, FAN_EIO, "cannot wait for '%s': %s", name,
                            strerror(errno));
        if (wait[0].revents) st = take(&child->out, output, false, err);
        if (!st && wait[1].revents) st = take(&child->complaint, complaint, true, err);
    }
    return st;
}

/* The child's exit, with the end of its error text. */
static enum fan_status judge(int status, const char *name, struct fan_buf *complaint,
                             struct fan_err *err)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return FAN_OK;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return fan_fail(err, FAN_ENOTFOUND, "cannot run '%s'", name);
    for (size_t i = 0; i < complaint->size; i++)
        if ((unsigned char)complaint->data[i] < ' ') complaint->data[i] = ' ';
    const char *said = complaint->size > 0 ? complaint->data : "no error text";
    if (WIFSIGNALED(status))
        return fan_fail(err, FAN_EIO, "'%s' was killed by signal %d: %s", name,
                        WTERMSIG(status), said);
    return fan_fail(err, FAN_EIO, "'%s' ended with status %d: %s", name,
                    WEXITSTATUS(status), said);
}

enum fan_status fan_converter_run(const char *const *argv, const char *dir,
                                  int timeout_ms, struct fan_buf *output,
                                  struct fan_err *err)
{
    struct fan_buf complaint = FAN_BUF_INIT(COMPLAINT_MAX);
    struct child child = { -1, -1, -1 };
    int status = 0;

    enum fan_status st = start(&child, argv, dir, err);
    if (st) return st;
    st = listen_to(&child, argv[0], timeout_ms, output, &complaint, err);
    close_fd(&child.out);
    close_fd(&child.complaint);
    if (st) kill(-child.pid, SIGKILL);
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!st) st = judge(status, argv[0], &complaint, err);
    fan_buf_clear(&complaint);
    return st;
}
