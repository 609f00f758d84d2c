/* proxy_response.c - see proxy_response.h. */
#include "local_lambda/proxy_response.h"

#include "common/base64.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STATUS_MIN 200 /* an interim answer is no answer */
#define STATUS_MAX 599

/* A header's value; false for what is none. */
static bool scalar(const json_t *value, char *number, size_t capacity, const char **text)
{
    if (json_is_string(value)) {
        *text = json_string_value(value);
        return strlen(*text) == json_string_length(value);
    }
    if (!json_is_boolean(value) && !json_is_number(value)) return false;
    if (json_is_boolean(value))
        snprintf(number, capacity, "%s", json_is_true(value) ? "true" : "false");
    else if (json_is_integer(value))
        snprintf(number, capacity, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        snprintf(number, capacity, "%.15g", json_real_value(value));
    *text = number;
    return true;
}

/* Headers that are the gateway's own go out under another name, or not at all. */
static bool add_header(struct fan_http_answer *answer, const char *name,
                       const char *value)
{
    static const char *const remapped[] = { "Connection", "Content-Length", "Date",
                                            "Server",     "Keep-Alive",     "Upgrade",
                                            "Trailer" };
    char other[FAN_HTTP_ANSWER_NAME_MAX];
    if (strcasecmp(name, "Transfer-Encoding") == 0) return true;
    for (size_t i = 0; i < sizeof remapped / sizeof *remapped; i++)
        if (strcasecmp(name, remapped[i]) == 0) {
            snprintf(other, sizeof other, "x-amzn-Remapped-%s", remapped[i]);
            name = other;
        }
    return fan_http_answer_add(answer, name, value) == FAN_OK;
}

/* Does multiValueHeaders hold this pair too? Then it goes out once. */
static bool is_repeated(const json_t *multi, const char *name, const char *value)
{
    const json_t *values = json_object_get(multi, name);
    for (size_t i = 0; i < json_array_size(values); i++) {
        const char *text = json_string_value(json_array_get(values, i));
        if (text && strcmp(text, value) == 0) return true;
    }
    return false;
}

static bool add_headers(struct fan_http_answer *answer, json_t *headers,
                        const json_t *multi)
{
    char number[40];
    const char *text = NULL;
    if (!headers || json_is_null(headers)) return true;
    if (!json_is_object(headers)) return false;
    for (void *at = json_object_iter(headers); at;
         at = json_object_iter_next(headers, at)) {
        const char *name = json_object_iter_key(at);
        if (!scalar(json_object_iter_value(at), number, sizeof number, &text))
            return false;
        if (is_repeated(multi, name, text)) continue;
        if (!add_header(answer, name, text)) return false;
    }
    return true;
}

static bool add_values(struct fan_http_answer *answer, const char *name,
                       const json_t *values)
{
    char number[40];
    const char *text = NULL;
    if (!json_is_array(values)) return false;
    for (size_t i = 0; i < json_array_size(values); i++)
        if (!scalar(json_array_get(values, i), number, sizeof number, &text) ||
            !add_header(answer, name, text))
            return false;
    return true;
}

static bool add_multi(struct fan_http_answer *answer, json_t *multi)
{
    if (!multi || json_is_null(multi)) return true;
    if (!json_is_object(multi)) return false;
    for (void *at = json_object_iter(multi); at; at = json_object_iter_next(multi, at))
        if (!add_values(answer, json_object_iter_key(at), json_object_iter_value(at)))
            return false;
    return true;
}

static bool header_bytes_hold(const struct fan_http_answer *answer)
{
    size_t bytes = 0;
    for (size_t i = 0; i < answer->header_count; i++)
        bytes += strlen(answer->header[i].name) + strlen(answer->header[i].value);
    return bytes <= FAN_PROXY_HEADER_BYTES_MAX;
}

static bool read_status(const json_t *value, int *status)
{
    long found = 200;
    if (json_is_integer(value)) {
        json_int_t number = json_integer_value(value);
        found = number < STATUS_MIN || number > STATUS_MAX ? 0 : (long)number;
    } else if (json_is_string(value)) {
        char *end = NULL;
        const char *text = json_string_value(value);
        found = strtol(text, &end, 10);
        if (end == text || *end) return false;
    } else if (value && !json_is_null(value)) {
        return false;
    }
    *status = (int)found;
    return found >= STATUS_MIN && found <= STATUS_MAX;
}

static bool read_body(struct fan_buf *body, const json_t *value, bool decode)
{
    fan_buf_reset(body);
    if (!value || json_is_null(value)) return true;
    if (!json_is_string(value)) return false;
    const char *text = json_string_value(value);
    size_t n = json_string_length(value);
    if (!decode) return fan_buf_add(body, text, n, NULL) == FAN_OK;
    const size_t room = n / 4 * 3;
    char *bytes = fan_alloc(room + 1);
    bool good = fan_base64_decode(text, n, bytes, room, &n) &&
                fan_buf_add(body, bytes, n, NULL) == FAN_OK;
    free(bytes);
    return good;
}

static bool keys_known(json_t *object, const char *const *keys)
{
    for (void *at = json_object_iter(object); at;
         at = json_object_iter_next(object, at)) {
        const char *const *key = keys;
        while (*key && strcmp(*key, json_object_iter_key(at)) != 0)
            key++;
        if (!*key) return false;
    }
    return true;
}

/* What may be left half-filled when the rest turns out to be malformed. */
static void restore(struct fan_http_answer *answer, int status, size_t header_count)
{
    while (answer->header_count > header_count)
        free(answer->header[--answer->header_count].value);
    answer->status = status;
    fan_buf_reset(&answer->body);
}

static void default_type(struct fan_http_answer *answer)
{
    if (!fan_http_answer_get(answer, "Content-Type"))
        fan_http_answer_header(answer, "Content-Type", "application/json");
}

/* An object of either version. */
static bool fill(struct fan_http_answer *answer, json_t *object, json_t *multi,
                 const json_t *cookies, bool may_decode)
{
    int before = answer->status;
    size_t header_count = answer->header_count;
    const json_t *encoded = json_object_get(object, "isBase64Encoded");
    bool decode = may_decode && json_is_true(encoded);
    bool right = (!encoded || json_is_boolean(encoded) || json_is_null(encoded)) &&
                 read_status(json_object_get(object, "statusCode"), &answer->status) &&
                 add_multi(answer, multi) &&
                 add_headers(answer, json_object_get(object, "headers"), multi) &&
                 (!cookies || json_is_null(cookies) ||
                  add_values(answer, "Set-Cookie", cookies)) &&
                 header_bytes_hold(answer) &&
                 answer->header_count <= FAN_PROXY_HEADERS_MAX &&
                 read_body(&answer->body, json_object_get(object, "body"), decode);
    if (right)
        default_type(answer);
    else
        restore(answer, before, header_count);
    return right;
}

bool fan_proxy_response_v1(struct fan_http_answer *answer, const char *bytes, size_t n,
                           bool decode)
{
    static const char *const keys[] = { "statusCode",        "headers",
                                        "multiValueHeaders", "body",
                                        "isBase64Encoded",   NULL };
    json_t *object = json_loadb(bytes, n, JSON_ALLOW_NUL, NULL);
    bool right =
        json_is_object(object) && keys_known(object, keys) &&
        fill(answer, object, json_object_get(object, "multiValueHeaders"), NULL, decode);
    json_decref(object);
    return right;
}

/* A value that says nothing of HTTP. */
static bool fill_value(struct fan_http_answer *answer, const json_t *value,
                       const char *bytes, size_t n)
{
    if (json_is_string(value)) {
        bytes = json_string_value(value);
        n = json_string_length(value);
    }
    fan_buf_reset(&answer->body);
    if (fan_buf_add(&answer->body, bytes, n, NULL)) return false;
    answer->status = 200;
    default_type(answer);
    return true;
}

bool fan_proxy_response_v2(struct fan_http_answer *answer, const char *bytes, size_t n)
{
    json_t *value = json_loadb(bytes, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    bool right = value != NULL;
    if (right && json_object_get(value, "statusCode"))
        right = fill(answer, value, NULL, json_object_get(value, "cookies"), true);
    else if (right)
        right = fill_value(answer, value, bytes, n);
    json_decref(value);
    return right;
}
