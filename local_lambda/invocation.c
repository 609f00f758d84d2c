/* invocation.c - see invocation.h. */
#include "local_lambda/invocation.h"

#include "common/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Ids must be unique, not secret: one system call seeds them all. */
static uint64_t random_u64(void)
{
    static struct fan_random random;
    static bool seeded;
    if (!seeded) {
        fan_random_system(&random, sizeof random);
        seeded = true;
    }
    return fan_random_u64(&random);
}

static char *hex(char *text, uint64_t value, int digits)
{
    for (int i = digits - 1; i >= 0; i--, value >>= 4)
        text[i] = "0123456789abcdef"[value & 15];
    return text + digits;
}

void fan_request_id(char text[FAN_REQUEST_ID_MAX])
{
    uint64_t a = random_u64(), b = random_u64();
    a = (a & ~UINT64_C(0xf000)) | 0x4000;              /* version 4 */
    b = (b & (UINT64_MAX >> 2)) | (UINT64_C(1) << 63); /* variant of RFC 9562 */
    char *p = hex(text, a >> 32, 8);
    *p++ = '-';
    p = hex(p, a >> 16, 4);
    *p++ = '-';
    p = hex(p, a, 4);
    *p++ = '-';
    p = hex(p, b >> 48, 4);
    *p++ = '-';
    p = hex(p, b, 12);
    *p = '\0';
}

static char *put(char *p, const char *text)
{
    size_t n = strlen(text);
    memcpy(p, text, n);
    return p + n;
}

static char *trace_root(char *text)
{
    char *p = hex(put(text, "Root=1-"), (uint64_t)time(NULL), 8);
    p = hex(put(p, "-"), random_u64(), 16);
    return hex(p, random_u64(), 8);
}

void fan_trace_root(char text[FAN_TRACE_ID_MAX])
{
    *trace_root(text) = '\0';
}

/* Root=1-8hex-24hex;Parent=16hex;Sampled=0;Lineage=1:8hex:0 */
static void trace_id(char text[FAN_TRACE_ID_MAX])
{
    char *p = hex(put(trace_root(text), ";Parent="), random_u64(), 16);
    p = hex(put(p, ";Sampled=0;Lineage=1:"), random_u64(), 8);
    p = put(p, ":0");
    *p = '\0';
}

struct fan_invocation *fan_invocation_new(void)
{
    struct fan_invocation *invocation = fan_alloc_zero(1, sizeof *invocation);
    fan_tail_init(&invocation->tail);
    invocation->init_ms = -1;
    fan_buf_init(&invocation->body, FAN_RESPONSE_BYTES_MAX);
    fan_request_id(invocation->request_id);
    trace_id(invocation->trace_id);
    return invocation;
}

void fan_invocation_free(struct fan_invocation *invocation)
{
    if (!invocation) return;
    fan_buf_clear(&invocation->body);
    fan_tail_clear(&invocation->tail);
    free(invocation);
}

void fan_invocation_fail(struct fan_invocation *invocation,
                         enum fan_invocation_status status, const char *type,
                         const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    invocation->status = status;
    snprintf(invocation->error_type, sizeof invocation->error_type, "%s", type);
    fan_buf_reset(&invocation->body);
    /* far below the buffer's maximum */
    (void)!fan_buf_addf(
        &invocation->body, NULL,
        "{\"errorType\":\"%s\",\"errorMessage\":\"RequestId: %s Error: %s\"}", type,
        invocation->request_id, text);
}
