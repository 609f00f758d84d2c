/* late_report.c - see late_report.h. */
#define _GNU_SOURCE /* POSIX_SPAWN_SETSID, posix_spawn_file_actions_addclosefrom_np */
#include "mpi_driver/late_report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

/* A child of its own session is in no process group that a launcher knows. */
static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t defaults, mask;
    sigfillset(&defaults);
    sigemptyset(&mask);
    posix_spawnattr_setsigdefault(attributes, &defaults);
    posix_spawnattr_setsigmask(attributes, &mask);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETSIGMASK);
}

enum fan_status fan_late_report_start(pid_t *reporter, const char *dir,
                                      struct fan_err *err)
{
    char program[] = "mpi_driver", verb[] = "report", wait[] = "--wait", path[4096];
    if (strlen(dir) >= sizeof path)
        return fan_fail(err, FAN_EIO, "start a report of '%s': path too long", dir);
    strcpy(path, dir);
    char *arguments[] = { program, verb, wait, path, NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    set_attributes(&attributes);
    int failure =
        posix_spawn(reporter, "/proc/self/exe", &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failure)
        return fan_fail(err, FAN_EIO, "start a report of '%s': %s", dir,
                        strerror(failure));
    return FAN_OK;
}

enum fan_status fan_late_report_wait(pid_t reporter, bool *good, struct fan_err *err)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(reporter, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended != reporter || !WIFEXITED(status))
        return fan_fail(err, FAN_EIO, "wait for the report: its process was killed");
    *good = WEXITSTATUS(status) == 0;
    return FAN_OK;
}
