/* guard.h - a small process that outlives the endpoint by a moment: when the endpoint
 * ends, even by kill -9, it kills the functions that still run and removes the work
 * folder. */
#ifndef FAN_LOCAL_LAMBDA_GUARD_H
#define FAN_LOCAL_LAMBDA_GUARD_H

#include "common/err.h"

#include <stdbool.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_guard;

/**
 * Fork the guard; call this early, while the process is small. work_dir: removed at the
 * end, or NULL. Owns: fan_guard_free, which lets the guard do its work and end. Errors:
 * FAN_EIO.
 */
enum fan_status fan_guard_start(struct fan_guard **guard, const char *work_dir,
                                struct fan_err *err) FAN_MUST_CHECK;
void fan_guard_free(struct fan_guard *guard);

/* A process group started, or ended. guard may be NULL. */
void fan_guard_tell(struct fan_guard *guard, pid_t group, bool running);

#ifdef __cplusplus
}
#endif
#endif
