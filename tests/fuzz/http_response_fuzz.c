/* http_response_fuzz.c - the response parser on any bytes, in two pieces: the first
 * input byte says where the cut is. Whole and cut must agree. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/http_response.h"

#define BODY_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum fan_status feed(struct fan_http_response *r, const char *bytes, size_t n)
{
    size_t used = 0;
    enum fan_status st = fan_http_response_feed(r, bytes, n, &used, NULL);
    if (!st && used != n && r->state != FAN_HTTP_DONE) abort();
    return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fan_http_response whole, cut;
    if (size < 1) return 0;
    const char *bytes = (const char *)data + 1;
    size_t n = size - 1, first = n * data[0] / 255;
    fan_http_response_init(&whole, BODY_MAX);
    fan_http_response_init(&cut, BODY_MAX);
    enum fan_status a = feed(&whole, bytes, n);
    enum fan_status b = feed(&cut, bytes, first);
    if (!b) b = feed(&cut, bytes + first, n - first);
    if (a != b || whole.state != cut.state) abort();
    if (!a &&
        (whole.status != cut.status || whole.body.size != cut.body.size ||
         whole.body.size > BODY_MAX || whole.head.size > FAN_HTTP_HEAD_MAX ||
         whole.head.size != cut.head.size ||
         (whole.head.size && memcmp(whole.head.data, cut.head.data, cut.head.size))))
        abort();
    fan_http_response_clear(&whole);
    fan_http_response_clear(&cut);
    return 0;
}
