/* front_answer_fuzz.c - any bytes as an answer of a gateway or function URL, and as a
 * bearer token. */
#include "common/buf.h"
#include "invoke/front_message.h"
#include "invoke/jwt_expiry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds) abort();
}

static void read_answer(uint32_t status, const char *head, const char *body, size_t n)
{
    struct fan_record record;
    struct fan_invoke_answer answer = { status, head, body, n };
    memset(&record, 0, sizeof record);
    (void)fan_front_read(&answer, &record);
    require(!record.reported && record.billed_ms == 0 && record.http_status == status);
    require(memchr(record.error_text, '\0', sizeof record.error_text) != NULL);
    require(memchr(record.error_type, '\0', sizeof record.error_type) != NULL);
    require(record.outcome != FAN_OUTCOME_NETWORK);
    require((record.reason != FAN_REASON_NONE) ==
            (record.outcome == FAN_OUTCOME_THROTTLE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t statuses[] = {
        200, 302, 401, 403, 404, 429, 500, 502, 503, 504
    };
    int64_t expires_ns = -1;
    bool known = fan_jwt_expiry((const char *)data, size, &expires_ns);
    require(known == (expires_ns >= 0));
    /* head and body, split at the first NUL */
    char *text = fan_alloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    size_t head = strlen(text);
    const char *body = head < size ? text + head + 1 : "";
    size_t n = head < size ? size - head - 1 : 0;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        read_answer(statuses[i], text, body, n);
    free(text);
    return 0;
}
