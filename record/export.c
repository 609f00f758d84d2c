/* export.c - see export.h. */
#include "record/export.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/buf.h"
#include "record/fields.h"

/* Times are measured to 0.01 ms or a clock's nanosecond: 15 digits lose nothing and never
 * print 0.1 as 0.10000000000000001. */
#define DIGITS 15

static uint32_t load_u32(const void *p)
{
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static int64_t load_i64(const void *p)
{
    int64_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static double load_double(const void *p)
{
    double value;
    memcpy(&value, p, sizeof value);
    return value;
}

/* A field as an outcome's, reason's or string field's text; NULL for other types. */
static const char *field_text(const struct fan_field *f, const void *p)
{
    if (f->type == FAN_FIELD_TEXT) return p;
    if (f->type == FAN_FIELD_OUTCOME)
        return fan_outcome_name((enum fan_outcome)load_u32(p));
    if (f->type == FAN_FIELD_REASON) return fan_reason_name((enum fan_reason)load_u32(p));
    return NULL;
}

static void put_csv_text(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_csv_field(FILE *out, const struct fan_field *f, const void *p)
{
    switch (f->type) {
    case FAN_FIELD_U32: fprintf(out, "%lu", (unsigned long)load_u32(p)); break;
    case FAN_FIELD_U64: fprintf(out, "%llu", (unsigned long long)load_i64(p)); break;
    case FAN_FIELD_I64: fprintf(out, "%lld", (long long)load_i64(p)); break;
    case FAN_FIELD_DOUBLE:
        if (isfinite(load_double(p))) fprintf(out, "%.*g", DIGITS, load_double(p));
        break;
    case FAN_FIELD_BOOL: fputs(*(const bool *)p ? "true" : "false", out); break;
    case FAN_FIELD_TEXT:
    case FAN_FIELD_OUTCOME:
    case FAN_FIELD_REASON: put_csv_text(out, field_text(f, p)); break;
    case FAN_FIELD_BODY: break;
    }
}

static void put_csv_record(FILE *out, const struct fan_record *record)
{
    for (size_t i = 0; i < fan_record_table.count; i++) {
        const struct fan_field *f = &fan_record_table.field[i];
        if (f->type == FAN_FIELD_BODY) continue;
        if (i > 0) fputc(',', out);
        if (record)
            put_csv_field(out, f, (const char *)record + f->offset);
        else
            fputs(f->name, out); /* the header line */
    }
    fputs("\r\n", out); /* RFC 4180 */
}

static json_t *body_json(const struct fan_record *record)
{
    if (record->body_bytes == 0) return json_null();
    size_t capacity = record->body_bytes + 1; /* cleaning never lengthens */
    char *text = fan_alloc(capacity);
    size_t n = fan_record_clean_text(text, capacity, record->body, record->body_bytes);
    json_t *value = json_stringn(text, n);
    free(text);
    return value;
}

static json_t *field_json(const struct fan_field *f, const struct fan_record *record)
{
    const void *p = (const char *)record + f->offset;
    switch (f->type) {
    case FAN_FIELD_U32: return json_integer(load_u32(p));
    case FAN_FIELD_U64: /* the library's integers are signed */
        if (load_i64(p) < 0) return json_real((double)(uint64_t)load_i64(p));
        return json_integer(load_i64(p));
    case FAN_FIELD_I64: return json_integer(load_i64(p));
    case FAN_FIELD_DOUBLE:
        return isfinite(load_double(p)) ? json_real(load_double(p)) : json_null();
    case FAN_FIELD_BOOL: return json_boolean(*(const bool *)p);
    case FAN_FIELD_TEXT:
    case FAN_FIELD_OUTCOME:
    case FAN_FIELD_REASON: return json_string(field_text(f, p));
    case FAN_FIELD_BODY: return body_json(record);
    }
    return NULL;
}

static void put_json_record(FILE *out, const struct fan_record *record)
{
    json_t *object = json_object();
    for (size_t i = 0; i < fan_record_table.count; i++) {
        const struct fan_field *f = &fan_record_table.field[i];
        json_object_set_new_nocheck(object, f->name, field_json(f, record));
    }
    char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
    if (line) fprintf(out, "%s\n", line);
    free(line);
    json_decref(object);
}

enum fan_status fan_export_records(FILE *out, enum fan_export_format format,
                                   const struct fan_record *records, size_t count,
                                   struct fan_err *err)
{
    if (format == FAN_EXPORT_CSV) put_csv_record(out, NULL);
    for (size_t i = 0; i < count; i++) {
        if (format == FAN_EXPORT_CSV)
            put_csv_record(out, &records[i]);
        else
            put_json_record(out, &records[i]);
    }
    if (fflush(out) == 0 && !ferror(out)) return FAN_OK;
    return fan_fail(err, FAN_EIO, "cannot write records: %s", strerror(errno));
}

static int by_rank_and_seq(const void *left, const void *right)
{
    const struct fan_record *a = left, *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->seq != b->seq) return a->seq < b->seq ? -1 : 1;
    return 0;
}

void fan_records_sort(struct fan_record *records, size_t count)
{
    if (count > 1) qsort(records, count, sizeof *records, by_rank_and_seq);
}
