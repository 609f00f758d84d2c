/* guard.c - see guard.h. It learns of groups through a pipe; the pipe's end of file is
 * the endpoint's end, whatever its cause. */
#define _GNU_SOURCE /* pipe2 */
#include "local_lambda/guard.h"

#include "common/buf.h"
#include "local_lambda/package.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct fan_guard {
    int fd;
    pid_t pid;
};

struct message {
    pid_t group;
    int running;
};

struct groups {
    pid_t *pid;
    size_t count, capacity;
};

static void learn(struct groups *groups, const struct message *message)
{
    if (message->running) {
        if (groups->count == groups->capacity) {
            groups->capacity = groups->capacity ? 2 * groups->capacity : 256;
            groups->pid = fan_realloc(groups->pid, groups->capacity, sizeof(pid_t));
        }
        groups->pid[groups->count++] = message->group;
        return;
    }
    for (size_t i = groups->count; i-- > 0;)
        if (groups->pid[i] == message->group) {
            groups->pid[i] = groups->pid[--groups->count];
            return;
        }
}

static void stand_guard(int fd, const char *work_dir)
{
    struct groups groups = { NULL, 0, 0 };
    struct message message;
    for (;;) {
        /* messages are far below PIPE_BUF: they are read whole or not at all */
        ssize_t n = read(fd, &message, sizeof message);
        if (n < 0 && errno == EINTR) continue;
        if (n != (ssize_t)sizeof message) break;
        learn(&groups, &message);
    }
    for (size_t i = 0; i < groups.count; i++)
        kill(-groups.pid[i], SIGKILL);
    if (work_dir) fan_package_remove(work_dir);
}

/* Out of the endpoint's session and off its streams: who waits for the endpoint's output
 * to end must not wait for the guard. */
static void detach(void)
{
    setsid();
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3 && null >= 0; fd++)
        dup2(null, fd);
}

enum fan_status fan_guard_start(struct fan_guard **out, const char *work_dir,
                                struct fan_err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return fan_fail(err, FAN_EIO, "cannot open a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return fan_fail(err, FAN_EIO, "cannot start the guard: %s", strerror(errno));
    }
    if (pid == 0) {
        close(ends[1]);
        detach();
        stand_guard(ends[0], work_dir);
        _exit(0);
    }
    close(ends[0]);
    struct fan_guard *guard = fan_alloc(sizeof *guard);
    guard->fd = ends[1];
    guard->pid = pid;
    *out = guard;
    return FAN_OK;
}

void fan_guard_free(struct fan_guard *guard)
{
    if (!guard) return;
    close(guard->fd);
    while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    free(guard);
}

void fan_guard_tell(struct fan_guard *guard, pid_t group, bool running)
{
    if (!guard) return;
    struct message message = { group, running };
    while (write(guard->fd, &message, sizeof message) < 0 && errno == EINTR)
        continue;
}
