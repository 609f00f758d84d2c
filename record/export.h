/* export.h - records as CSV and JSON Lines (schema: docs/records.md). */
#ifndef FAN_RECORD_EXPORT_H
#define FAN_RECORD_EXPORT_H

#include "common/err.h"
#include "record/record.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fan_export_format { FAN_EXPORT_CSV, FAN_EXPORT_JSONL };

/**
 * Write all records: CSV (RFC 4180, one header line) or JSON Lines (one object a line,
 * with the answer's text as "body"; CSV leaves the body out). Errors: FAN_EIO.
 */
enum fan_status fan_export_records(FILE *out, enum fan_export_format format,
                                   const struct fan_record *records, size_t count,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* Sort by (rank, seq), so that equal runs give equal files. */
void fan_records_sort(struct fan_record *records, size_t count);

#ifdef __cplusplus
}
#endif
#endif
