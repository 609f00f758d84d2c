/* codec.c - see codec.h. */
#include "record/codec.h"

#include <string.h>

#include "record/fields.h"

enum fan_status fan_codec_put_record(struct fan_buf *out, const struct fan_record *record,
                                     struct fan_err *err)
{
    if (record->body_bytes <= FAN_RECORD_BODY_MAX)
        return fan_fields_put(out, &fan_record_table, record, err);
    struct fan_record cut = *record;
    cut.body_bytes = FAN_RECORD_BODY_MAX;
    cut.body_cut = true;
    return fan_fields_put(out, &fan_record_table, &cut, err);
}

enum fan_status fan_codec_get_record(const void *bytes, size_t n, size_t *offset,
                                     struct fan_record *record, struct fan_err *err)
{
    memset(record, 0, sizeof *record);
    enum fan_status st = fan_fields_get(bytes, n, offset, &fan_record_table, record, err);
    if (st) fan_record_clear(record);
    return st;
}
