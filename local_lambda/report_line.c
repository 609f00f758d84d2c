/* report_line.c - see report_line.h. */
#include "local_lambda/report_line.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* a time that prints in a bounded number of digits */
static double bounded_ms(double ms)
{
    return fmin(fmax(ms, 0), 1e15);
}

static uint64_t hundredths(double ms)
{
    return (uint64_t)llround(bounded_ms(ms) * 100);
}

uint64_t fan_report_billed_ms(double duration_ms, double init_ms)
{
    uint64_t billed = (hundredths(duration_ms) + hundredths(init_ms) + 99) / 100;
    return billed ? billed : 1;
}

/* what snprintf returned, as a length: every line fits, whatever the numbers are */
static size_t length(int n)
{
    if (n < 0) return 0;
    return n < FAN_REPORT_LINE_MAX ? (size_t)n : FAN_REPORT_LINE_MAX - 1;
}

size_t fan_report_start(char text[FAN_REPORT_LINE_MAX], const char *request_id,
                        const char *version)
{
    return length(snprintf(text, FAN_REPORT_LINE_MAX,
                           "START RequestId: %.128s Version: %.128s\n", request_id,
                           version));
}

size_t fan_report_end(char text[FAN_REPORT_LINE_MAX], const char *request_id)
{
    return length(
        snprintf(text, FAN_REPORT_LINE_MAX, "END RequestId: %.128s\n", request_id));
}

/* "Status: error\tError Type: X\n", or "Status: timeout\n" */
static size_t add_status(char *text, size_t at, const char *status,
                         const char *error_type)
{
    const char *label = "", *type = "";
    if (strcmp(status, "error") == 0) {
        label = "\tError Type: ";
        type = error_type;
    }
    int n = snprintf(text + at, FAN_REPORT_LINE_MAX - at, "Status: %.16s%s%.128s\n",
                     status, label, type);
    return at + length(n);
}

size_t fan_report_line(char text[FAN_REPORT_LINE_MAX], const struct fan_report *report)
{
    int n = snprintf(text, FAN_REPORT_LINE_MAX,
                     "REPORT RequestId: %.128s\tDuration: %.2f ms\tBilled Duration: "
                     "%" PRIu64 " ms\tMemory Size: %" PRIu32
                     " MB\tMax Memory Used: %" PRIu32 " MB\t",
                     report->request_id, bounded_ms(report->duration_ms),
                     report->billed_ms, report->memory_mb, report->max_memory_mb);
    size_t at = length(n);
    if (report->init_ms >= 0)
        at += length(snprintf(text + at, FAN_REPORT_LINE_MAX - at,
                              "Init Duration: %.2f ms\t", bounded_ms(report->init_ms)));
    if (report->status[0])
        return add_status(text, at, report->status, report->error_type);
    text[at++] = '\n';
    text[at] = '\0';
    return at;
}

size_t fan_report_init(char text[FAN_REPORT_LINE_MAX], double init_ms, const char *phase,
                       const char *status, const char *error_type)
{
    int n = snprintf(text, FAN_REPORT_LINE_MAX,
                     "INIT_REPORT Init Duration: %.2f ms\tPhase: %.16s\t",
                     bounded_ms(init_ms), phase);
    return add_status(text, length(n), status, error_type);
}
