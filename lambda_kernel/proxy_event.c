/* proxy_event.c - see proxy_event.h. */
#include "lambda_kernel/proxy_event.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/base64.h"
#include "common/buf.h"

static json_t *parse_object(const char *what, const char *bytes, size_t n,
                            struct fan_err *err)
{
    json_error_t cause;
    json_t *value =
        json_loadb(bytes, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &cause);
    if (!value) {
        fan_fail(err, FAN_EFORMAT,
                 "cannot read %s as JSON: line %d, column %d: %s (integers above "
                 "9223372036854775807 must be written as text)",
                 what, cause.line, cause.column, cause.text);
        return NULL;
    }
    if (!json_is_object(value)) {
        json_decref(value);
        fan_fail(err, FAN_EFORMAT, "cannot use %s: expected a JSON object", what);
        return NULL;
    }
    return value;
}

static bool is_proxied(const json_t *event)
{
    const json_t *context = json_object_get(event, "requestContext");
    if (!json_is_object(context)) return false;
    const char *version = json_string_value(json_object_get(event, "version"));
    if (version && strcmp(version, "2.0") == 0)
        return json_object_get(event, "rawPath") || json_object_get(context, "http");
    return json_is_string(json_object_get(event, "httpMethod"));
}

/* value of a base64 digit, or -1 */
static json_t *parse_base64_body(const char *text, size_t n, struct fan_err *err)
{
    const size_t room = n / 4 * 3 + 1; /* not none */
    char *decoded = fan_alloc(room);
    json_t *object = NULL;
    size_t decoded_bytes = 0;
    if (fan_base64_decode(text, n, decoded, room, &decoded_bytes))
        object = parse_object("the decoded body", decoded, decoded_bytes, err);
    else
        fan_fail(err, FAN_EFORMAT, "cannot decode the body: expected base64");
    free(decoded);
    return object;
}

static json_t *proxied_parameters(const json_t *event, struct fan_err *err)
{
    const json_t *body = json_object_get(event, "body");
    if (json_string_length(body) > 0) {
        const char *text = json_string_value(body);
        size_t n = json_string_length(body);
        return json_is_true(json_object_get(event, "isBase64Encoded"))
                   ? parse_base64_body(text, n, err)
                   : parse_object("the body", text, n, err);
    }
    json_t *query = json_object_get(event, "queryStringParameters");
    return json_is_object(query) ? json_incref(query) : json_object();
}

enum fan_status fan_event_parse(struct fan_event *event, const char *bytes, size_t n,
                                struct fan_err *err)
{
    struct fan_err cause = { FAN_OK, "" };
    *event = (struct fan_event){ false, NULL };
    json_t *whole = n ? parse_object("the event", bytes, n, &cause) : json_object();
    if (whole && is_proxied(whole)) {
        event->proxied = true;
        event->parameters = proxied_parameters(whole, &cause);
        json_decref(whole);
    } else {
        event->parameters = whole;
    }
    if (event->parameters) return FAN_OK;
    return fan_fail(err, cause.code ? cause.code : FAN_EFORMAT, "%s",
                    cause.code ? cause.text : "cannot allocate parameters");
}

void fan_event_clear(struct fan_event *event)
{
    json_decref(event->parameters);
    *event = (struct fan_event){ false, NULL };
}

char *fan_event_reply(int http_status, const char *body)
{
    json_t *reply =
        json_pack("{s:i, s:{s:s}, s:b, s:s}", "statusCode", http_status, "headers",
                  "Content-Type", "application/json", "isBase64Encoded", 0, "body", body);
    char *text = reply ? json_dumps(reply, JSON_COMPACT) : NULL;
    json_decref(reply);
    return text;
}
