/* invoke_message.h - the Invoke API's request and answer as bytes.  Pure. */
#ifndef FAN_INVOKE_INVOKE_MESSAGE_H
#define FAN_INVOKE_INVOKE_MESSAGE_H

#include "common/err.h"
#include "record/record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_invoke_target {
    char path[1024]; /* percent-encoded */
    char query[512]; /* percent-encoded, "" for none */
};

/**
 * Path and query of an invocation. function: name, name:qualifier, partial or full ARN;
 * qualifier: version, alias, or NULL for the unpublished version. Errors: FAN_EINVAL for
 * an empty, too long or malformed name. Source: Lambda API reference, Invoke.
 */
enum fan_status fan_invoke_build(struct fan_invoke_target *target, const char *function,
                                 const char *qualifier,
                                 struct fan_err *err) FAN_MUST_CHECK;

/**
 * The path below /2015-03-31/functions/ that control calls share: encoded name and, when
 * it is not NULL, "/" and suffix. Errors: as above.
 */
enum fan_status fan_function_path(char *path, size_t capacity, const char *version,
                                  const char *function, const char *suffix,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* A complete HTTP answer. */
struct fan_invoke_answer {
    uint32_t status;
    const char *head; /* header lines, "Name: value\r\n" each, terminated */
    const char *body; /* terminated by a NUL that is not counted */
    size_t body_bytes;
};

/**
 * Read an answer into the fields of record that it tells: http_status, outcome, reason,
 * executed_version, request_id, error_type, error_text, all that the platform reported
 * (from the log tail), all that the function said of itself, host_limited. The record's
 * body is not touched. Returns the wait in ms that the service asks for (Retry-After), 0
 * without one. Nothing in an answer is an error of this function: what cannot be read
 * stays empty.
 */
uint32_t fan_invoke_read(const struct fan_invoke_answer *answer,
                         struct fan_record *record);

#ifdef __cplusplus
}
#endif
#endif
