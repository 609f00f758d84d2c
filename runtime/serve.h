/* serve.h - the life of a function program: start, get an event, answer it, until the
 * platform ends the process. */
#ifndef FAN_RUNTIME_SERVE_H
#define FAN_RUNTIME_SERVE_H

#include "common/err.h"
#include "runtime/answer.h"
#include "runtime/runtime_api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a program brings along. */
struct fan_served {
    /* Make the function. On failure its text is posted as an init error of type
     * *error_type, which is preset to Runtime.Unknown. */
    enum fan_status (*open)(void **function, const char **error_type,
                            struct fan_err *err);
    /* Never fails: whatever is wrong becomes the answer. */
    void (*answer)(void *function, const struct fan_runtime_event *event,
                   struct fan_answer *answer);
    void (*close)(void *function); /* takes NULL */
};

/**
 * Serve until it cannot go on; the platform's address is in AWS_LAMBDA_RUNTIME_API.
 * Returns the program's exit status: 1 it could not start, 2 the platform is gone. Says
 * why on stderr.
 */
int fan_serve(const struct fan_served *served);

/* A variable of the environment, "" when it is not set. */
const char *fan_serve_variable(const char *name);

#ifdef __cplusplus
}
#endif
#endif
