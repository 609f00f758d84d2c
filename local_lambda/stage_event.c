/* stage_event.c - see stage_event.h. */
#include "local_lambda/stage_event.h"

#include "local_lambda/json_text.h"
#include "local_lambda/url_query.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Headers that are about the connection: API Gateway keeps them to itself. */
static bool is_dropped(const char *name)
{
    static const char *const dropped[] = {
        "Connection", "Content-Length", "Content-MD5",        "Expect",
        "Server",     "Max-Forwards",   "Proxy-Authenticate", "TE",
        "Trailer",    "Upgrade",        "Transfer-Encoding",  "WWW-Authenticate",
    };
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (strcasecmp(name, dropped[i]) == 0) return true;
    return false;
}

/* A value in both shapes of an event: the last one alone, and all of them. */
static void add_pair(json_t *single, json_t *multi, const char *name, const char *value)
{
    json_t *key = fan_json_string(name), *text = fan_json_string(value);
    const char *safe = json_string_value(key);
    json_t *all = json_object_get(multi, safe);
    if (!all) json_object_set_new(multi, safe, all = json_array());
    json_array_append(all, text);
    json_object_set_new(single, safe, text);
    json_decref(key);
}

/* Headers of one name in other letters are one header, called as it came first. */
static const char *known_name(json_t *single, const char *name)
{
    for (void *at = json_object_iter(single); at; at = json_object_iter_next(single, at))
        if (strcasecmp(json_object_iter_key(at), name) == 0)
            return json_object_iter_key(at);
    return name;
}

static void add_header(json_t *single, json_t *multi, const char *name, const char *value)
{
    add_pair(single, multi, known_name(single, name), value);
}

/* What the gateway itself puts in, in place of what a caller may have sent. */
static void add_gateways_headers(const struct fan_stage_request *request, json_t *single,
                                 json_t *multi)
{
    char text[512];
    const char *before = fan_http_header(request->http, "X-Forwarded-For");
    snprintf(text, sizeof text, "%.400s%s%s", before ? before : "", before ? ", " : "",
             request->source_ip);
    add_pair(single, multi, "X-Forwarded-For", text);
    snprintf(text, sizeof text, "%u", request->port);
    add_pair(single, multi, "X-Forwarded-Port", text);
    add_pair(single, multi, "X-Forwarded-Proto", "http");
    if (!fan_http_header(request->http, "X-Amzn-Trace-Id"))
        add_pair(single, multi, "X-Amzn-Trace-Id", request->trace_id);
}

static void set_headers(json_t *event, const struct fan_stage_request *request,
                        bool multi)
{
    json_t *single = json_object(), *all = json_object();
    for (size_t i = 0; i < request->http->header_count; i++) {
        const struct fan_http_field *field = &request->http->header[i];
        if (is_dropped(field->name) || strncasecmp(field->name, "X-Forwarded-", 12) == 0)
            continue;
        add_header(single, all, field->name, field->value);
    }
    add_gateways_headers(request, single, all);
    json_object_set_new(event, "headers", single);
    if (multi)
        json_object_set_new(event, "multiValueHeaders", all);
    else
        json_decref(all);
}

/* A value that is null when it holds nothing. */
static void set_or_null(json_t *event, const char *key, json_t *object)
{
    if (json_object_size(object)) {
        json_object_set_new(event, key, object);
        return;
    }
    json_decref(object);
    json_object_set_new(event, key, json_null());
}

static void set_query(json_t *event, const struct fan_stage_request *request, bool multi)
{
    json_t *single = json_object(), *all = json_object();
    struct fan_url_query query;
    const char *name = NULL, *value = NULL;
    fan_url_query_init(&query, request->http->query);
    while (fan_url_query_next(&query, &name, &value))
        add_pair(single, all, name, value);
    fan_url_query_clear(&query);
    set_or_null(event, "queryStringParameters", single);
    if (multi)
        set_or_null(event, "multiValueQueryStringParameters", all);
    else
        json_decref(all);
}

static void set_parameters(json_t *event, const struct fan_stage_request *request)
{
    json_t *object = json_object();
    for (size_t i = 0; i < request->match->count; i++) {
        const struct fan_route_param *param = &request->match->param[i];
        char name[520];
        snprintf(name, sizeof name, "%.*s", (int)param->name_bytes, param->name);
        json_object_set_new(object, name,
                            fan_json_text(param->value, param->value_bytes));
    }
    set_or_null(event, "pathParameters", object);
}

static void set_variables(json_t *event, const struct fan_stage_request *request)
{
    json_object_set_new(event, "stageVariables",
                        request->stage_variables
                            ? json_deep_copy(request->stage_variables)
                            : json_null());
}

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text ? fan_json_string(text) : json_null());
}

static json_t *identity_of(const struct fan_stage_request *request)
{
    static const char *const nulls[] = { "accessKey",
                                         "accountId",
                                         "caller",
                                         "cognitoAuthenticationProvider",
                                         "cognitoAuthenticationType",
                                         "cognitoIdentityId",
                                         "cognitoIdentityPoolId",
                                         "principalOrgId",
                                         "user",
                                         "userArn" };
    json_t *identity = json_object();
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        json_object_set_new(identity, nulls[i], json_null());
    set_text(identity, "apiKey", request->api_key);
    set_text(identity, "apiKeyId", request->api_key_id);
    set_text(identity, "sourceIp", request->source_ip);
    set_text(identity, "userAgent", fan_http_header(request->http, "User-Agent"));
    return identity;
}

static void set_domain(json_t *context, const struct fan_http_request *http)
{
    const char *host = fan_http_header(http, "Host");
    if (!host) host = "";
    size_t name = strcspn(host, ":"), prefix = strcspn(host, ".:");
    json_object_set_new(context, "domainName", fan_json_text(host, name));
    json_object_set_new(context, "domainPrefix", fan_json_text(host, prefix));
}

static json_t *context_of(const struct fan_stage_request *request)
{
    char time[FAN_TIME_LOG_MAX];
    json_t *context = json_object();
    set_text(context, "accountId", request->account);
    set_text(context, "apiId", request->api_id);
    set_text(context, "deploymentId", "local0");
    set_domain(context, request->http);
    set_text(context, "extendedRequestId", request->extended_id);
    set_text(context, "httpMethod", request->http->method);
    json_object_set_new(context, "identity", identity_of(request));
    set_text(context, "path", request->http->path);
    set_text(context, "protocol", "HTTP/1.1");
    set_text(context, "requestId", request->request_id);
    set_text(context, "requestTime", fan_time_log(request->wall_ns, time));
    json_object_set_new(context, "requestTimeEpoch",
                        json_integer(request->wall_ns / 1000000));
    set_text(context, "resourceId", request->resource_id);
    set_text(context, "resourcePath", request->resource);
    set_text(context, "stage", request->stage);
    return context;
}

static json_t *body_of(const struct fan_stage_request *request)
{
    const struct fan_http_request *http = request->http;
    if (http->body_bytes == 0) return json_null();
    return request->binary ? fan_json_base64(http->body, http->body_bytes)
                           : fan_json_text(http->body, http->body_bytes);
}

static void set_request(json_t *event, const struct fan_stage_request *request)
{
    set_text(event, "resource", request->resource);
    set_text(event, "path", request->path);
    set_text(event, "httpMethod", request->http->method);
    set_headers(event, request, true);
    set_query(event, request, true);
    set_parameters(event, request);
    set_variables(event, request);
}

struct json_t *fan_stage_event(const struct fan_stage_request *request)
{
    json_t *event = json_object();
    set_request(event, request);
    json_t *context = context_of(request);
    if (request->authorizer)
        json_object_set_new(context, "authorizer", json_deep_copy(request->authorizer));
    json_object_set_new(event, "requestContext", context);
    json_object_set_new(event, "body", body_of(request));
    json_object_set_new(event, "isBase64Encoded",
                        json_boolean(request->binary && request->http->body_bytes));
    return event;
}

struct json_t *fan_authorizer_event(const struct fan_stage_request *request,
                                    const char *token, const char *method_arn)
{
    json_t *event = json_object();
    set_text(event, "type", token ? "TOKEN" : "REQUEST");
    set_text(event, "methodArn", method_arn);
    if (token) {
        set_text(event, "authorizationToken", token);
        return event;
    }
    set_request(event, request);
    json_object_set_new(event, "requestContext", context_of(request));
    return event;
}

bool fan_method_arn(const struct fan_stage_request *request, char arn[FAN_METHOD_ARN_MAX])
{
    int n = snprintf(arn, FAN_METHOD_ARN_MAX, "arn:aws:execute-api:%s:%s:%s/%s/%s%s",
                     request->region, request->account, request->api_id, request->stage,
                     request->http->method, request->path);
    return n > 0 && n < FAN_METHOD_ARN_MAX;
}
