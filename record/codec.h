/* codec.h - records to and from msgpack bytes (journal payloads, and the gather to rank
 * 0). */
#ifndef FAN_RECORD_CODEC_H
#define FAN_RECORD_CODEC_H

#include "common/buf.h"
#include "common/err.h"
#include "record/record.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Append one record as a msgpack map to out. Errors: FAN_ELIMIT of out.
 */
enum fan_status fan_codec_put_record(struct fan_buf *out, const struct fan_record *record,
                                     struct fan_err *err) FAN_MUST_CHECK;

/**
 * Decode the record that starts at bytes[*offset] and advance *offset behind it. Unknown
 * keys are skipped, missing ones stay zero, strings are cut to their fields. Owns: the
 * caller clears *record. Errors: FAN_EFORMAT (not a map, wrong types, truncated, body
 * over its maximum).
 */
enum fan_status fan_codec_get_record(const void *bytes, size_t n, size_t *offset,
                                     struct fan_record *record,
                                     struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
