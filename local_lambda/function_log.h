/* function_log.h - what functions print: the tail that a caller may ask for, and the file
 * that collects everything. */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_LOG_H
#define FAN_LOCAL_LAMBDA_FUNCTION_LOG_H

#include "common/buf.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_TAIL_BYTES      4096 /* of the log come back to the caller */
#define FAN_TAIL_BASE64_MAX (FAN_TAIL_BYTES / 3 * 4 + 8)

/* The last bytes of one invocation's log. Takes memory when something is added. */
struct fan_tail {
    struct fan_buf text; /* a little more than the tail */
};

/* Owns: fan_tail_clear. */
void fan_tail_init(struct fan_tail *tail);
void fan_tail_clear(struct fan_tail *tail);

void fan_tail_add(struct fan_tail *tail, const char *text, size_t n);

/* The last FAN_TAIL_BYTES at most, as base64. Returns text. */
const char *fan_tail_base64(const struct fan_tail *tail, char text[FAN_TAIL_BASE64_MAX]);

/**
 * Write lines to descriptor fd, each behind "name: "; a last line without its newline
 * gets one. Best effort: a full disk must not stop functions.
 */
void fan_function_log_write(int fd, const char *name, const char *text, size_t n);

#ifdef __cplusplus
}
#endif
#endif
