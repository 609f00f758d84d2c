/* async_event.c - see async_event.h. */
#include "local_lambda/async_event.h"

#include "common/clock.h"
#include "local_lambda/json_check.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#define BACKOFF_TIMES_MAX 300 /* 1 s grows to 5 min */

static int64_t backoff_ns(const struct fan_async_rules *rules, uint32_t refusals)
{
    int64_t times = refusals > 9 ? BACKOFF_TIMES_MAX : INT64_C(1) << (refusals - 1);
    return rules->backoff_ns * (times < BACKOFF_TIMES_MAX ? times : BACKOFF_TIMES_MAX);
}

enum fan_async_end fan_async_next(const struct fan_async_rules *rules,
                                  struct fan_async_progress *progress,
                                  enum fan_async_outcome outcome, int64_t now_ns,
                                  int64_t *due_ns)
{
    int64_t wait_ns = 0;
    switch (outcome) {
    case FAN_ASYNC_BLOCKED: return FAN_ASYNC_ZERO_RESERVED;
    case FAN_ASYNC_RAN: progress->runs++; return FAN_ASYNC_SUCCESS;
    case FAN_ASYNC_FAILED:
        progress->runs++;
        progress->failures++;
        progress->refusals = 0;
        if (progress->failures > rules->retries_max) return FAN_ASYNC_RETRIES_EXHAUSTED;
        wait_ns = rules->retry_ns * progress->failures;
        break;
    case FAN_ASYNC_REFUSED: wait_ns = backoff_ns(rules, ++progress->refusals); break;
    }
    if (now_ns + wait_ns - progress->submitted_ns > rules->age_max_ns)
        return FAN_ASYNC_AGE_EXCEEDED;
    *due_ns = now_ns + wait_ns;
    return FAN_ASYNC_AGAIN;
}

/* Bytes as a JSON value: as they are, if they are one. */
static enum fan_status add_json(struct fan_buf *out, const char *bytes, size_t n,
                                struct fan_err *err)
{
    size_t wrong_at = 0;
    if (n > 0 && fan_json_check(bytes, n, &wrong_at))
        return fan_buf_add(out, bytes, n, err);
    json_t *string = json_stringn(n ? bytes : "", n); /* NULL: it is not even UTF-8 */
    char *text = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    enum fan_status st = fan_buf_adds(out, text ? text : "null", err);
    free(text);
    json_decref(string);
    return st;
}

static enum fan_status add_response(struct fan_buf *out,
                                    const struct fan_async_record *record,
                                    struct fan_err *err)
{
    if (!record->executed_version) return FAN_OK;
    enum fan_status st = fan_buf_addf(
        out, err,
        ",\"responseContext\":{\"statusCode\":200,\"executedVersion\":\"%s\"%s},"
        "\"responsePayload\":",
        record->executed_version,
        record->failed ? ",\"functionError\":\"Unhandled\"" : "");
    return st ? st : add_json(out, record->response, record->response_bytes, err);
}

enum fan_status fan_async_record_write(const struct fan_async_record *record,
                                       struct fan_buf *out, struct fan_err *err)
{
    static const char *const conditions[] = { "", "Success", "RetriesExhausted",
                                              "EventAgeExceeded",
                                              "ZeroReservedConcurrency" };
    char iso[FAN_TIME_ISO_MAX];
    assert(record->end != FAN_ASYNC_AGAIN);
    fan_clock_iso(record->now_ns, iso);
    enum fan_status st = fan_buf_addf(
        out, err,
        "{\"version\":\"1.0\",\"timestamp\":\"%s\",\"requestContext\":{\"requestId\":"
        "\"%s\",\"functionArn\":\"%s\",\"condition\":\"%s\",\"approximateInvokeCount\":%u"
        "},\"requestPayload\":",
        iso, record->request_id, record->function_arn, conditions[record->end],
        record->runs);
    if (!st) st = add_json(out, record->event, record->event_bytes, err);
    if (!st) st = add_response(out, record, err);
    if (!st) st = fan_buf_adds(out, "}", err);
    return st;
}
