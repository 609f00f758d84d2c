/* proxy_response_fuzz.c - any bytes as what a function behind a gateway answered: an HTTP
 * answer that holds together, or malformed and untouched. */
#include "local_lambda/proxy_response.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_headers(const struct fan_http_answer *answer)
{
    size_t bytes = 0;
    for (size_t i = 0; i < answer->header_count; i++) {
        const char *name = answer->header[i].name, *value = answer->header[i].value;
        if (!*name || strpbrk(name, " :\r\n") || strpbrk(value, "\r\n")) abort();
        bytes += strlen(name) + strlen(value);
    }
    /* with a Content-Type of ours */
    if (bytes > FAN_PROXY_HEADER_BYTES_MAX + 64) abort();
    if (answer->header_count > FAN_PROXY_HEADERS_MAX + 1) abort();
}

static void check(int version, const char *bytes, size_t n)
{
    struct fan_http_answer answer;
    fan_http_answer_init(&answer, 0);
    bool right = version == 2 ? fan_proxy_response_v2(&answer, bytes, n)
                              : fan_proxy_response_v1(&answer, bytes, n, version == 1);
    if (right) {
        if (answer.status < 200 || answer.status > 599) abort();
        check_headers(&answer);
    } else if (answer.status != 0 || answer.header_count != 0 || answer.body.size != 0) {
        abort();
    }
    fan_http_answer_clear(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int version = 0; version < 3; version++)
        check(version, (const char *)data, size);
    return 0;
}
