/* async_event.h - the life of an asynchronous event: what follows each attempt to run it,
 * and the record that its destination gets. Pure. */
#ifndef FAN_LOCAL_LAMBDA_ASYNC_EVENT_H
#define FAN_LOCAL_LAMBDA_ASYNC_EVENT_H

#include "common/buf.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How long is waited, and how often. AWS: retry_ns 1 minute, backoff_ns 1 second. */
struct fan_async_rules {
    int64_t retry_ns; /* after the first error of the function; twice after the second */
    int64_t backoff_ns; /* after a refusal; doubles with each up to 300 times */
    uint32_t retries_max;
    int64_t age_max_ns;
};

/* How an attempt ended. */
enum fan_async_outcome {
    FAN_ASYNC_RAN,     /* the function answered */
    FAN_ASYNC_FAILED,  /* the function ran and failed */
    FAN_ASYNC_REFUSED, /* throttled, or an error of the service: nothing ran */
    FAN_ASYNC_BLOCKED  /* the function's reserved concurrency is 0 */
};

/* What follows: another attempt, or the end for this reason. */
enum fan_async_end {
    FAN_ASYNC_AGAIN,
    FAN_ASYNC_SUCCESS,
    FAN_ASYNC_RETRIES_EXHAUSTED,
    FAN_ASYNC_AGE_EXCEEDED,
    FAN_ASYNC_ZERO_RESERVED
};

/* How far an event has come. Zeroed but for submitted_ns at its start. */
struct fan_async_progress {
    int64_t submitted_ns;        /* monotonic, as now_ns below */
    uint32_t runs;               /* of the function */
    uint32_t failures, refusals; /* refusals: since the function last ran */
};

/**
 * Note the outcome of an attempt that ended at now_ns, and say what follows; *due_ns is
 * set when it is another attempt. An attempt that would come after the event's maximum
 * age is not waited for. Source: Lambda developer guide, "How Lambda handles errors and
 * retries with asynchronous invocation".
 */
enum fan_async_end fan_async_next(const struct fan_async_rules *rules,
                                  struct fan_async_progress *progress,
                                  enum fan_async_outcome outcome, int64_t now_ns,
                                  int64_t *due_ns);

/* What a destination is told. Strings and bytes are the caller's. */
struct fan_async_record {
    const char *request_id, *function_arn; /* the ARN with its qualifier */
    enum fan_async_end end;                /* not FAN_ASYNC_AGAIN */
    uint32_t runs;
    int64_t now_ns; /* wall clock */
    const char *event;
    size_t event_bytes;
    const char *executed_version; /* NULL: the last attempt did not run, there is no
                                     response */
    const char *response;
    size_t response_bytes;
    bool failed; /* the response is an error */
};

/**
 * Write the record as JSON. What is not JSON itself becomes a JSON string. Errors:
 * FAN_ELIMIT (out's maximum). Source: Lambda developer guide, "Capturing records of
 * Lambda asynchronous invocations".
 */
enum fan_status fan_async_record_write(const struct fan_async_record *record,
                                       struct fan_buf *out,
                                       struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
