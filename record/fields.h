/* fields.h - a struct as a table of named fields; one table serves msgpack, CSV and JSON.
 */
#ifndef FAN_RECORD_FIELDS_H
#define FAN_RECORD_FIELDS_H

#include "common/buf.h"
#include "common/err.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Type of the C field. Doubles are finite. */
enum fan_field_type {
    FAN_FIELD_U32,
    FAN_FIELD_U64,
    FAN_FIELD_I64,
    FAN_FIELD_DOUBLE,
    FAN_FIELD_BOOL,
    FAN_FIELD_TEXT,    /* char[size] */
    FAN_FIELD_OUTCOME, /* enum fan_outcome, written as its name */
    FAN_FIELD_REASON,  /* enum fan_reason, written as its name */
    FAN_FIELD_BODY     /* char * at offset, its length (size_t) at offset `size` */
};

struct fan_field {
    const char *name;
    enum fan_field_type type;
    size_t offset;
    size_t size;
};

struct fan_field_table {
    const struct fan_field *field;
    size_t count;
};

/* Tables of struct fan_record (the body is the last field), fan_journal_header and
 * fan_phase_mark. */
extern const struct fan_field_table fan_record_table;
extern const struct fan_field_table fan_header_table;
extern const struct fan_field_table fan_phase_table;

/**
 * Append a struct as one msgpack map from field name to value; zero, false and empty
 * fields are left out, an outcome never is. Errors: FAN_ELIMIT of out.
 */
enum fan_status fan_fields_put(struct fan_buf *out, const struct fan_field_table *table,
                               const void *item, struct fan_err *err) FAN_MUST_CHECK;

/**
 * Read the map at bytes[*offset] into item, which the caller zeroed, and advance *offset.
 * Unknown keys are skipped. Owns: a body read into item is the caller's, on failure too.
 * Errors: FAN_EFORMAT naming the field.
 */
enum fan_status fan_fields_get(const void *bytes, size_t n, size_t *offset,
                               const struct fan_field_table *table, void *item,
                               struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
