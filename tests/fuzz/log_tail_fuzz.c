/* log_tail_fuzz.c - any bytes as a log, as its header, and as an answer of the service.
 */
#include "common/buf.h"
#include "invoke/invoke_message.h"
#include "invoke/log_tail.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fan_log_report report;
    struct fan_record record;
    (void)fan_log_report_decode(&report, (const char *)data, size);
    if (fan_log_report_parse(&report, (const char *)data, size) &&
        !(report.duration_ms >= 0 && report.init_ms >= 0))
        abort();
    /* head and body, split at the first NUL; the second byte picks the status */
    char *text = fan_alloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    size_t head = strlen(text);
    struct fan_invoke_answer answer = { 200, text, "", 0 };
    if (head < size) {
        answer.body = text + head + 1;
        answer.body_bytes = size - head - 1;
    }
    static const uint32_t statuses[] = { 200, 429, 500, 404, 302, 0 };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        memset(&record, 0, sizeof record);
        answer.status = statuses[i];
        (void)fan_invoke_read(&answer, &record);
        if (!memchr(record.error_text, '\0', sizeof record.error_text)) abort();
    }
    free(text);
    return 0;
}
