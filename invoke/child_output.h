/* child_output.h - what a program prints, within a time and a size. */
#ifndef FAN_INVOKE_CHILD_OUTPUT_H
#define FAN_INVOKE_CHILD_OUTPUT_H

#include "common/buf.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Run words[0], searched in PATH, with these arguments and this process's environment,
 * and append what it prints on stdout to output. Its stdin is empty, its stderr is ours:
 * what it has to say to the user it says itself. After timeout_ms, or when it prints more
 * than output takes, it is killed with all that it started. Errors: FAN_ENOTFOUND (no
 * such program), FAN_EIO, FAN_ELIMIT, FAN_EREMOTE (it failed: with which status or
 * signal, or was too slow); none shows its arguments.
 */
enum fan_status fan_child_output(char *const *words, uint32_t timeout_ms,
                                 struct fan_buf *output,
                                 struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
