/* proxy_event.h - parameters out of a plain event or an API Gateway proxy event, and the
 * answer in kind.   Pure.
 * Source: API Gateway developer guide, Lambda proxy integrations, payload formats 1.0 and
 * 2.0 (the latter also serves function URLs). */
#ifndef FAN_LAMBDA_KERNEL_PROXY_EVENT_H
#define FAN_LAMBDA_KERNEL_PROXY_EVENT_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

struct fan_event {
    bool proxied;
    struct json_t *parameters; /* an object */
};

/**
 * Read the bytes of an event; no bytes count as {}. A proxy event gives its JSON body (as
 * text or base64) or, when it has none, its query string. event->proxied is set even on
 * failure, so that an error can be answered in kind.
 * Owns: fan_event_clear. Errors: FAN_EFORMAT (not JSON, not an object).
 */
enum fan_status fan_event_parse(struct fan_event *event, const char *bytes, size_t n,
                                struct fan_err *err) FAN_MUST_CHECK;
void fan_event_clear(struct fan_event *event);

/**
 * Wrap a JSON text as the reply that API Gateway expects of a proxied function.
 * Owns: the caller frees the text. NULL when the body is not UTF-8.
 */
char *fan_event_reply(int http_status, const char *body);

#ifdef __cplusplus
}
#endif
#endif
