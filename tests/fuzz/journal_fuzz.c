/* journal_fuzz.c - any bytes as a journal: read without a fault, and consistently. */
#include "record/codec.h"
#include "record/journal.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fan_journal_content content;
    struct fan_record record;
    size_t offset = 0;
    enum fan_status st = fan_journal_parse(&content, data, size, NULL);
    if ((st == FAN_OK) != (content.openings > 0)) abort();
    if (content.bad_bytes > size || content.good_end > size) abort();
    for (size_t i = 0; i < content.record_count; i++) {
        /* what was read can be written and read again */
        struct fan_buf out = FAN_BUF_INIT(1 << 20);
        size_t at = 0;
        if (fan_codec_put_record(&out, &content.records[i], NULL)) abort();
        if (fan_codec_get_record(out.data, out.size, &at, &record, NULL)) abort();
        if (at != out.size) abort();
        fan_record_clear(&record);
        fan_buf_clear(&out);
    }
    fan_journal_content_clear(&content);
    /* the gather decodes records without frames around them */
    while (offset < size && !fan_codec_get_record(data, size, &offset, &record, NULL))
        fan_record_clear(&record);
    return 0;
}
