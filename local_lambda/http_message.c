/* http_message.c - see http_message.h. */
#include "local_lambda/http_message.h"

#include "local_lambda/percent.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Most names differ in their first letter: a call is asked for some 15 of its headers. */
static bool same_name(const char *a, const char *b)
{
    return ((a[0] ^ b[0]) & ~0x20) == 0 && strcasecmp(a, b) == 0;
}

const char *fan_http_header(const struct fan_http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (same_name(request->header[i].name, name)) return request->header[i].value;
    return NULL;
}

int fan_http_query(const struct fan_http_request *request, const char *name, char *value,
                   size_t capacity)
{
    size_t name_bytes = strlen(name);
    for (const char *part = request->query; *part;) {
        size_t n = strcspn(part, "&");
        size_t key = strcspn(part, "=&");
        if (key == name_bytes && strncmp(part, name, key) == 0) {
            size_t skip = key < n ? key + 1 : key; /* "name" without '=' is empty */
            return fan_percent_decode(part + skip, n - skip, value, capacity) < 0 ? -1
                                                                                  : 1;
        }
        part += n;
        if (*part) part++;
    }
    return 0;
}

void fan_http_answer_init(struct fan_http_answer *answer, int status)
{
    answer->status = status;
    answer->header_count = 0;
    fan_buf_init(&answer->body, FAN_HTTP_ANSWER_BYTES_MAX);
}

static size_t find_header(const struct fan_http_answer *answer, const char *name)
{
    size_t i = 0;
    while (i < answer->header_count && !same_name(answer->header[i].name, name))
        i++;
    return i;
}

const char *fan_http_answer_get(const struct fan_http_answer *answer, const char *name)
{
    size_t i = find_header(answer, name);
    return i < answer->header_count ? answer->header[i].value : NULL;
}

static void append(struct fan_http_answer *answer, const char *name, size_t name_bytes)
{
    size_t i = answer->header_count++;
    memcpy(answer->header[i].name, name, name_bytes + 1);
    answer->header[i].value = NULL;
}

static char *clean_copy(const char *value)
{
    char *copy = fan_strdup(value);
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' ';
    return copy;
}

void fan_http_answer_header(struct fan_http_answer *answer, const char *name,
                            const char *value)
{
    size_t i = find_header(answer, name), name_bytes = strlen(name);
    if (i == answer->header_count) {
        assert(i < FAN_HTTP_ANSWER_HEADERS_MAX);
        assert(name_bytes < sizeof answer->header[i].name);
        append(answer, name, name_bytes);
    }
    char *copy = clean_copy(value);
    free(answer->header[i].value);
    answer->header[i].value = copy;
}

static bool is_token(const char *name, size_t n)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < n; i++) {
        char c = name[i];
        bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && !strchr(others, c)) return false;
    }
    return n > 0;
}

enum fan_status fan_http_answer_add(struct fan_http_answer *answer, const char *name,
                                    const char *value)
{
    size_t n = strlen(name);
    if (n >= FAN_HTTP_ANSWER_NAME_MAX) return FAN_ELIMIT;
    if (answer->header_count == FAN_HTTP_ANSWER_HEADERS_MAX) return FAN_ELIMIT;
    if (!is_token(name, n)) return FAN_EFORMAT;
    append(answer, name, n);
    answer->header[answer->header_count - 1].value = clean_copy(value);
    return FAN_OK;
}

void fan_http_answer_clear(struct fan_http_answer *answer)
{
    if (!answer) return;
    for (size_t i = 0; i < answer->header_count; i++)
        free(answer->header[i].value);
    answer->header_count = 0;
    fan_buf_clear(&answer->body);
}
