/* child_output.h - what a program prints, within a time and a size. */
#ifndef FAN_INVOKE_CHILD_OUTPUT_H
#define FAN_INVOKE_CHILD_OUTPUT_H

#include "common/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A program that runs, or none when zeroed. */
struct fan_child {
    pid_t pid; /* 0: none */
    int out;   /* what it prints; -1: it has closed its stdout */
    int64_t until_ns;
};

/**
 * Start words[0], searched in PATH, with these arguments and this process's environment.
 * Its stdin is empty, its stderr is ours: what it has to say to the user it says itself.
 * After timeout_ms it is killed with all that it started, by the next call below. Owns:
 * *child until it has ended, or fan_child_kill. Errors: FAN_ENOTFOUND (no such program),
 * FAN_EIO; none shows its arguments.
 */
enum fan_status fan_child_start(struct fan_child *child, char *const *words,
                                uint32_t timeout_ms, struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append to output what it prints on stdout, and wait for its end, for wait_ms at most
 * (0: do not). *ended: it has ended well, and is none any more. Errors: FAN_EIO;
 * FAN_ELIMIT (it printed more than output takes), FAN_EREMOTE (it failed: with which
 * status or signal, or was too slow), FAN_ENOTFOUND (a shell's word for no such program);
 * it is none any more then.
 */
enum fan_status fan_child_read(struct fan_child *child, uint32_t wait_ms,
                               struct fan_buf *output, bool *ended,
                               struct fan_err *err) FAN_MUST_CHECK;

/* End it with all that it started. Zeroed is accepted. */
void fan_child_kill(struct fan_child *child);

/**
 * All of the above at once: run words[0] to its end and append what it prints.
 * Errors: theirs.
 */
enum fan_status fan_child_output(char *const *words, uint32_t timeout_ms,
                                 struct fan_buf *output,
                                 struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
