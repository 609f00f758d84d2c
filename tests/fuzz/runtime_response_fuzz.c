/* runtime_response_fuzz.c - the response parser on any bytes, in two pieces: the first
 * input byte says where the cut is. Whole and cut must agree. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/runtime_response.h"

#define BODY_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum fan_status feed(struct fan_runtime_response *r, const char *bytes, size_t n)
{
    size_t used = 0;
    enum fan_status st = fan_runtime_response_feed(r, bytes, n, &used, NULL);
    if (!st && used != n && r->state != FAN_RUNTIME_DONE) abort();
    return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fan_runtime_response whole, cut;
    if (size < 1) return 0;
    const char *bytes = (const char *)data + 1;
    size_t n = size - 1, first = n * data[0] / 255;
    fan_runtime_response_init(&whole, BODY_MAX);
    fan_runtime_response_init(&cut, BODY_MAX);
    enum fan_status a = feed(&whole, bytes, n);
    enum fan_status b = feed(&cut, bytes, first);
    if (!b) b = feed(&cut, bytes + first, n - first);
    if (a != b || whole.state != cut.state) abort();
    if (!a &&
        (whole.status != cut.status || whole.body.size != cut.body.size ||
         whole.body.size > BODY_MAX || strlen(whole.request_id) > FAN_RUNTIME_ID_MAX))
        abort();
    fan_runtime_response_clear(&whole);
    fan_runtime_response_clear(&cut);
    return 0;
}
