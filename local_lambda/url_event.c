/* url_event.c - see url_event.h. */
#include "local_lambda/url_event.h"

#include "common/buf.h"
#include "local_lambda/json_text.h"
#include "local_lambda/media_type.h"
#include "local_lambda/url_query.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text ? fan_json_string(text) : json_null());
}

/* Values of one name are one text with commas. */
static void join(json_t *object, const char *name, const char *value)
{
    json_t *key = fan_json_string(name), *text = fan_json_string(value);
    const char *safe = json_string_value(key);
    const char *before = json_string_value(json_object_get(object, safe));
    if (before) {
        json_t *both = json_sprintf("%s,%s", before, json_string_value(text));
        json_decref(text);
        text = both;
    }
    json_object_set_new(object, safe, text);
    json_decref(key);
}

static void join_lower(json_t *object, const char *name, const char *value)
{
    char *lower = fan_strdup(name);
    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    join(object, lower, value);
    free(lower);
}

static void add_cookies(json_t *cookies, const char *value)
{
    while (*(value += strspn(value, "; "))) {
        size_t n = strcspn(value, ";");
        json_array_append_new(cookies, fan_json_text(value, n));
        value += n;
    }
}

/* Headers about the connection, and those that the service itself sets below. */
static bool is_ours(const char *name)
{
    return strcasecmp(name, "Connection") == 0 ||
           strncasecmp(name, "X-Forwarded-", 12) == 0;
}

static void set_headers(json_t *event, const struct fan_url_request *request)
{
    char port[8];
    json_t *headers = json_object(), *cookies = json_array();
    for (size_t i = 0; i < request->http->header_count; i++) {
        const struct fan_http_field *field = &request->http->header[i];
        if (strcasecmp(field->name, "Cookie") == 0)
            add_cookies(cookies, field->value);
        else if (!is_ours(field->name))
            join_lower(headers, field->name, field->value);
    }
    snprintf(port, sizeof port, "%u", request->port);
    set_text(headers, "x-forwarded-for", request->source_ip);
    set_text(headers, "x-forwarded-port", port);
    set_text(headers, "x-forwarded-proto", "http");
    if (!json_object_get(headers, "x-amzn-trace-id"))
        set_text(headers, "x-amzn-trace-id", request->trace_id);
    if (json_array_size(cookies)) json_object_set(event, "cookies", cookies);
    json_object_set_new(event, "headers", headers);
    json_decref(cookies);
}

static void set_query(json_t *event, const struct fan_url_request *request)
{
    json_t *parameters = json_object();
    struct fan_url_query query;
    const char *name = NULL, *value = NULL;
    fan_url_query_init(&query, request->http->query);
    while (fan_url_query_next(&query, &name, &value))
        join(parameters, name, value);
    fan_url_query_clear(&query);
    if (json_object_size(parameters))
        json_object_set(event, "queryStringParameters", parameters);
    json_decref(parameters);
}

static json_t *http_of(const struct fan_url_request *request)
{
    json_t *http = json_object();
    set_text(http, "method", request->http->method);
    set_text(http, "path", request->http->path);
    set_text(http, "protocol", "HTTP/1.1");
    set_text(http, "sourceIp", request->source_ip);
    set_text(http, "userAgent", fan_http_header(request->http, "User-Agent"));
    return http;
}

/* The one user of this account. */
static json_t *caller_of(const struct fan_url_request *request)
{
    json_t *iam = json_object();
    json_t *arn = json_sprintf("arn:aws:iam::%s:user/local", request->account);
    set_text(iam, "accessKey", request->access_key_id);
    set_text(iam, "accountId", request->account);
    set_text(iam, "callerId", request->access_key_id);
    set_text(iam, "cognitoIdentity", NULL);
    set_text(iam, "principalOrgId", NULL);
    json_object_set_new(iam, "userArn", arn);
    set_text(iam, "userId", request->access_key_id);
    return json_pack("{s:o}", "iam", iam);
}

static json_t *context_of(const struct fan_url_request *request)
{
    char time[FAN_TIME_LOG_MAX];
    const char *host = fan_http_header(request->http, "Host");
    json_t *context = json_object();
    set_text(context, "accountId",
             request->access_key_id ? request->account : "anonymous");
    set_text(context, "apiId", request->url_id);
    if (request->access_key_id) {
        set_text(context, "authentication", NULL);
        json_object_set_new(context, "authorizer", caller_of(request));
    }
    json_object_set_new(context, "domainName",
                        fan_json_text(host ? host : "", host ? strcspn(host, ":") : 0));
    set_text(context, "domainPrefix", request->url_id);
    json_object_set_new(context, "http", http_of(request));
    set_text(context, "requestId", request->request_id);
    set_text(context, "routeKey", "$default");
    set_text(context, "stage", "$default");
    set_text(context, "time", fan_time_log(request->wall_ns, time));
    json_object_set_new(context, "timeEpoch", json_integer(request->wall_ns / 1000000));
    return context;
}

static void set_body(json_t *event, const struct fan_http_request *http)
{
    bool text = fan_media_type_is_text(fan_http_header(http, "Content-Type")) &&
                fan_utf8_valid(http->body, http->body_bytes);
    if (http->body_bytes)
        json_object_set_new(event, "body",
                            text ? fan_json_text(http->body, http->body_bytes)
                                 : fan_json_base64(http->body, http->body_bytes));
    json_object_set_new(event, "isBase64Encoded",
                        json_boolean(http->body_bytes && !text));
}

struct json_t *fan_url_event(const struct fan_url_request *request)
{
    json_t *event = json_object();
    set_text(event, "version", "2.0");
    set_text(event, "routeKey", "$default");
    set_text(event, "rawPath", request->http->path);
    set_text(event, "rawQueryString", request->http->query);
    set_headers(event, request);
    set_query(event, request);
    json_object_set_new(event, "requestContext", context_of(request));
    set_body(event, request->http);
    return event;
}
