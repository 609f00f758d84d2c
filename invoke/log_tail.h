/*
 * log_tail.h - what the platform says of an invocation at the end of its log: the REPORT
 * line, as text or as JSON.  Pure.
 */
#ifndef FAN_INVOKE_LOG_TAIL_H
#define FAN_INVOKE_LOG_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_LOG_TAIL_MAX 4096 /* bytes the service returns at most */

/* Zero or empty where the line says nothing. */
struct fan_log_report {
    bool has_init; /* an init duration was given: a cold start */
    double duration_ms, init_ms;
    uint64_t billed_ms;
    uint32_t memory_mb, max_memory_mb;
    char request_id[40];
    char status[16];     /* "timeout", "error", ... */
    char error_type[64]; /* "Runtime.OutOfMemory" */
};

/**
 * Find the last report in n bytes of log. Understands the tab-separated REPORT line in
 * all its forms (with and without Init Duration, Status, Error Type, trace line behind
 * it) and the JSON event "platform.report". A log that begins inside a line is expected.
 * Returns false when there is no report with a duration. Source: Lambda developer guide,
 * "Log and report fields", and the Telemetry API's event schema.
 */
bool fan_log_report_parse(struct fan_log_report *report, const char *log, size_t n);

/**
 * The same from the value of X-Amz-Log-Result: base64 of the log.
 */
bool fan_log_report_decode(struct fan_log_report *report, const char *value, size_t n);

#ifdef __cplusplus
}
#endif
#endif
