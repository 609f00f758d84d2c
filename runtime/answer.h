/* answer.h - what a function answers to an event, and how it words an error. */
#ifndef FAN_RUNTIME_ANSWER_H
#define FAN_RUNTIME_ANSWER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* errorTypes that every function may answer; the form is the one that the runtime API
 * accepts in its header. */
#define FAN_ERROR_INVALID_INPUT "Function.InvalidInput"
#define FAN_ERROR_INTERNAL      "Function.InternalError"

struct fan_answer {
    const char *error_type; /* NULL: success (also when a proxied caller gets a 4xx) */
    char *body;             /* JSON text */
    size_t body_bytes;
};

/* Frees the body. */
void fan_answer_clear(struct fan_answer *answer);

/* JSON text {"errorType","errorMessage","stackTrace":[]}. Owns: the caller frees it. */
char *fan_answer_error_body(const char *error_type, const char *message);

#ifdef __cplusplus
}
#endif
#endif
