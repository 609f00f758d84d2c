/* report_line.h - the platform's lines in a function's log: START, END, REPORT,
 * INIT_REPORT. Pure. */
#ifndef FAN_LOCAL_LAMBDA_REPORT_LINE_H
#define FAN_LOCAL_LAMBDA_REPORT_LINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_REPORT_LINE_MAX 512 /* no line is longer, its NUL included */

/* What an invocation cost. Strings are the caller's; none may be NULL. */
struct fan_report {
    const char *request_id;
    double duration_ms; /* of the handler phase */
    double init_ms;     /* of a cold start's init; < 0: the call was warm */
    uint64_t billed_ms; /* fan_report_billed_ms of the two */
    uint32_t memory_mb, max_memory_mb;
    const char *status;     /* "" when all went well, "timeout" or "error" */
    const char *error_type; /* "Runtime.OutOfMemory"; read when status is "error" */
};

/**
 * Billed milliseconds: ceil(init + duration), at least 1. Both are first rounded to the
 * hundredths that the REPORT line prints, so that a reader who adds the printed numbers
 * gets the billed one. init_ms < 0: none. Source: Lambda pricing since August 2025.
 */
uint64_t fan_report_billed_ms(double duration_ms, double init_ms);

/**
 * Write one line with its newline and a NUL into text; returns the length without the
 * NUL. Texts longer than 128 bytes are cut. Errors: none. Source: Lambda developer guide,
 * "Log formats", system logs in plain text.
 */
size_t fan_report_start(char text[FAN_REPORT_LINE_MAX], const char *request_id,
                        const char *version);
size_t fan_report_end(char text[FAN_REPORT_LINE_MAX], const char *request_id);
size_t fan_report_line(char text[FAN_REPORT_LINE_MAX], const struct fan_report *report);

/**
 * The line of an init phase that failed. phase: "init", or "invoke" when the init was run
 * again inside a call; status: "timeout" or "error"; error_type is read for "error".
 */
size_t fan_report_init(char text[FAN_REPORT_LINE_MAX], double init_ms, const char *phase,
                       const char *status, const char *error_type);

#ifdef __cplusplus
}
#endif
#endif
