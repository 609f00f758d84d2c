/* process.h - function processes: started with their own group, log pipe and environment,
 * killed as a group. */
#ifndef FAN_LOCAL_LAMBDA_PROCESS_H
#define FAN_LOCAL_LAMBDA_PROCESS_H

#include "common/err.h"

#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_process {
    pid_t pid;  /* leader of its own process group */
    int log_fd; /* read end of its stdout and stderr, non-blocking; the caller closes it
                 */
};

struct fan_process_cfg {
    const char *dir;         /* working directory, holds the program "bootstrap" */
    char *const *env;        /* NULL-terminated */
    uint32_t descriptor_max; /* RLIMIT_NOFILE of the process */
};

/**
 * Start dir/bootstrap. Errors: FAN_ENOTFOUND (no such file), FAN_EIO (not executable and
 * others); the text is the operating system's cause, as AWS quotes it.
 */
enum fan_status fan_process_start(struct fan_process *process,
                                  const struct fan_process_cfg *cfg,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Kill the group of a process that was not waited for yet, or what is left of it. */
void fan_process_kill(pid_t pid);

/* What the end of a process (status of waitpid) means, as AWS words it: "exit status
 * 127", "signal: killed"; "" for a plain exit with status 0. */
const char *fan_process_end_text(int status, char text[64]);

#ifdef __cplusplus
}
#endif
#endif
