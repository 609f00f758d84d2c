/* access_event.c - see access_event.h. */
#include "authorizer/access_event.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

/* arn:PARTITION:execute-api:REGION:ACCOUNT: and then API/STAGE/METHOD/PATH */
#define ARN_FIELDS 5

static bool is_plain(const char *text, size_t n)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_$";
    return n > 0 && strspn(text, allowed) >= n;
}

/* Bytes of the ARN up to and with the slash behind the stage; 0 when it is no such ARN.
 * A wildcard in what is kept would widen the policy. */
static size_t stage_bytes(const char *arn)
{
    const char *p = arn;
    for (int i = 0; i < ARN_FIELDS; i++) {
        size_t n = strcspn(p, ":/");
        if (p[n] != ':' || !is_plain(p, n)) return 0;
        if (i == 0 && (n != 3 || memcmp(p, "arn", n) != 0)) return 0;
        if (i == 2 && (n != 11 || memcmp(p, "execute-api", n) != 0)) return 0;
        p += n + 1;
    }
    for (int i = 0; i < 2; i++) {
        size_t n = strcspn(p, "/");
        if (p[n] != '/' || !is_plain(p, n)) return 0;
        p += n + 1;
    }
    return (size_t)(p - arn);
}

static enum fan_status read_resource(struct fan_access_event *event, struct fan_err *err)
{
    const json_t *arn = json_object_get(event->whole, "methodArn");
    if (!arn) arn = json_object_get(event->whole, "routeArn");
    size_t n = json_is_string(arn) ? stage_bytes(json_string_value(arn)) : 0;
    if (n == 0 || n + 2 > sizeof event->resource)
        return fan_fail(err, FAN_EFORMAT,
                        "cannot use the event: expected \"methodArn\": "
                        "\"arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH\"");
    snprintf(event->resource, sizeof event->resource, "%.*s*", (int)n,
             json_string_value(arn));
    return FAN_OK;
}

/* The header's value; NULL when it is missing or there more than once. */
static const char *authorization_of(json_t *headers)
{
    const char *name, *found = NULL;
    json_t *value;
    int count = 0;
    json_object_foreach(headers, name, value)
    {
        if (strcasecmp(name, "Authorization") != 0) continue;
        found = json_string_value(value);
        count++;
    }
    return count == 1 ? found : NULL;
}

/* Does the list of all values name the header more than once? */
static bool is_repeated(json_t *multi_value_headers)
{
    const char *name;
    json_t *values;
    json_object_foreach(multi_value_headers, name,
                        values) if (strcasecmp(name, "Authorization") == 0 &&
                                    json_array_size(values) > 1) return true;
    return false;
}

static enum fan_status read_credentials(struct fan_access_event *event,
                                        struct fan_err *err)
{
    const char *type = json_string_value(json_object_get(event->whole, "type"));
    if (type && strcmp(type, "TOKEN") == 0) {
        event->credentials =
            json_string_value(json_object_get(event->whole, "authorizationToken"));
        return FAN_OK;
    }
    if (!type || strcmp(type, "REQUEST") != 0)
        return fan_fail(err, FAN_EFORMAT,
                        "cannot use the event: expected \"type\": TOKEN or REQUEST");
    if (!is_repeated(json_object_get(event->whole, "multiValueHeaders")))
        event->credentials = authorization_of(json_object_get(event->whole, "headers"));
    return FAN_OK;
}

enum fan_status fan_access_event_read(struct fan_access_event *event, const char *bytes,
                                      size_t n, struct fan_err *err)
{
    json_error_t cause;
    memset(event, 0, sizeof *event);
    if (n > FAN_ACCESS_EVENT_MAX)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot use an event of %zu bytes: expected at most %d", n,
                        FAN_ACCESS_EVENT_MAX);
    event->whole = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &cause);
    if (!event->whole)
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read the event as JSON: line %d, column %d", cause.line,
                        cause.column);
    enum fan_status st = read_resource(event, err);
    if (!st) st = read_credentials(event, err);
    if (st) fan_access_event_clear(event);
    return st;
}

void fan_access_event_clear(struct fan_access_event *event)
{
    json_decref(event->whole);
    memset(event, 0, sizeof *event);
}

const char *fan_access_event_token(const char *credentials, size_t *n)
{
    static const char scheme[] = "Bearer ";
    if (!credentials || strncasecmp(credentials, scheme, sizeof scheme - 1) != 0)
        return NULL;
    const char *token = credentials + sizeof scheme - 1;
    token += strspn(token, " ");
    *n = strlen(token);
    return *n ? token : NULL;
}
