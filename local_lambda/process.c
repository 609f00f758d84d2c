/* process.c - see process.h. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np, pipe2, prlimit */
#include "local_lambda/process.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Our limit of descriptors is raised for thousands of connections; a function has 1,024
 * as on AWS, from its first instruction on: it inherits what holds here at that moment.
 * The file actions must be made before: they refuse descriptors above the limit.
 */
static int start_limited(const struct fan_process_cfg *cfg, pid_t *pid,
                         const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes)
{
    char *argv[] = { (char[]){ "bootstrap" }, NULL };
    struct rlimit own = { 0, 0 };
    bool lower = !getrlimit(RLIMIT_NOFILE, &own) && own.rlim_cur > cfg->descriptor_max;
    struct rlimit lowered = { cfg->descriptor_max, own.rlim_max };
    if (lower) (void)!setrlimit(RLIMIT_NOFILE, &lowered);
    int rc = posix_spawn(pid, "./bootstrap", actions, attributes, argv, cfg->env);
    if (lower) (void)!setrlimit(RLIMIT_NOFILE, &own);
    return rc;
}

static enum fan_status spawn(const struct fan_process_cfg *cfg, int log_fd, pid_t *pid,
                             struct fan_err *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!rc) rc = posix_spawn_file_actions_adddup2(&actions, log_fd, 1);
    if (!rc) rc = posix_spawn_file_actions_adddup2(&actions, log_fd, 2);
    if (!rc) rc = posix_spawn_file_actions_addchdir_np(&actions, cfg->dir);
    if (!rc) rc = posix_spawnattr_setpgroup(&attributes, 0);
    if (!rc) rc = posix_spawnattr_setsigmask(&attributes, &none);
    if (!rc) rc = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!rc)
        rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                                       POSIX_SPAWN_SETSIGMASK |
                                                       POSIX_SPAWN_SETSIGDEF);
    if (!rc) rc = start_limited(cfg, pid, &actions, &attributes);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (!rc) return FAN_OK;
    char cause[128];
    snprintf(cause, sizeof cause, "%s", strerror(rc));
    cause[0] = (char)tolower((unsigned char)cause[0]);
    return fan_fail(err, rc == ENOENT ? FAN_ENOTFOUND : FAN_EIO, "%s", cause);
}

enum fan_status fan_process_start(struct fan_process *process,
                                  const struct fan_process_cfg *cfg, struct fan_err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
        return fan_fail(err, FAN_EIO, "cannot open a log pipe: %s", strerror(errno));
    /* the function's end blocks, as an ordinary stdout does */
    fcntl(ends[1], F_SETFL, 0);
    pid_t pid = 0;
    enum fan_status st = spawn(cfg, ends[1], &pid, err);
    close(ends[1]);
    if (st) {
        close(ends[0]);
        return st;
    }
    /* nor may it raise the limit again */
    struct rlimit limit = { cfg->descriptor_max, cfg->descriptor_max };
    (void)!prlimit(pid, RLIMIT_NOFILE, &limit, NULL);
    process->pid = pid;
    process->log_fd = ends[0];
    return FAN_OK;
}

void fan_process_kill(pid_t pid)
{
    if (pid > 1) kill(-pid, SIGKILL);
}

/* Go's names of the signals, which AWS's texts carry */
static const char *signal_name(int number)
{
    switch (number) {
    case SIGHUP: return "hangup";
    case SIGINT: return "interrupt";
    case SIGQUIT: return "quit";
    case SIGILL: return "illegal instruction";
    case SIGTRAP: return "trace/breakpoint trap";
    case SIGABRT: return "aborted";
    case SIGBUS: return "bus error";
    case SIGFPE: return "floating point exception";
    case SIGKILL: return "killed";
    case SIGSEGV: return "segmentation fault";
    case SIGPIPE: return "broken pipe";
    case SIGALRM: return "alarm clock";
    case SIGTERM: return "terminated";
    default: return NULL;
    }
}

const char *fan_process_end_text(int status, char text[64])
{
    text[0] = '\0';
    if (WIFSIGNALED(status)) {
        const char *name = signal_name(WTERMSIG(status));
        if (name)
            snprintf(text, 64, "signal: %s", name);
        else
            snprintf(text, 64, "signal: signal %d", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        snprintf(text, 64, "exit status %d", WEXITSTATUS(status));
    }
    return text;
}
