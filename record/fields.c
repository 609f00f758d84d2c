/* fields.c - see fields.h. */
#include "record/fields.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <msgpack.h>

#include "record/journal.h"
#include "record/record.h"

/* clang-format off */
#define R(name, type)  { #name, FAN_FIELD_##type, offsetof(struct fan_record, name), sizeof(((struct fan_record *)0)->name) }
#define H(name, type)  { #name, FAN_FIELD_##type, offsetof(struct fan_journal_header, name), sizeof(((struct fan_journal_header *)0)->name) }
#define P(name, type)  { #name, FAN_FIELD_##type, offsetof(struct fan_phase_mark, name), sizeof(((struct fan_phase_mark *)0)->name) }

static const struct fan_field record_fields[] = {
    R(rank, U32), R(seq, U64), R(call, U64), R(attempt, U32), R(cell, U32), R(block, U32),
    R(slot, U32), R(in_flight, U32), R(level, U32),
    R(intended_ns, I64), R(sent_ns, I64), R(connect_ns, I64), R(tls_ns, I64),
    R(first_byte_ns, I64), R(end_ns, I64), R(backoff_ns, I64),
    R(outcome, OUTCOME), R(reason, REASON), R(never_sent, BOOL), R(http_status, U32), R(function, TEXT),
    R(executed_version, TEXT), R(request_id, TEXT), R(error_type, TEXT), R(error_text, TEXT),
    R(reported, BOOL), R(cold, BOOL), R(host_limited, BOOL), R(duration_ms, DOUBLE),
    R(init_ms, DOUBLE), R(billed_ms, U64), R(memory_mb, U32), R(max_memory_mb, U32),
    R(function_s, DOUBLE), R(function_cpu_s, DOUBLE), R(instance, TEXT), R(cpu_model, TEXT),
    R(body_cut, BOOL),
    { "body", FAN_FIELD_BODY, offsetof(struct fan_record, body), offsetof(struct fan_record, body_bytes) },
};
static const struct fan_field header_fields[] = {
    H(version, U32), H(rank, U32), H(ranks, U32), H(started_wall_ns, I64), H(epoch_ns, I64),
    H(job_crc, U64), H(host, TEXT), H(program, TEXT),
};
static const struct fan_field phase_fields[] = {
    P(phase, U32), P(cell, U32), P(block, U32), P(start_ns, I64), P(end_ns, I64), P(calls, U32),
    P(missed, U32),
};
/* clang-format on */

#define TABLE(array)                                                                     \
    {                                                                                    \
        array, sizeof(array) / sizeof *(array)                                           \
    }
const struct fan_field_table fan_record_table = TABLE(record_fields);
const struct fan_field_table fan_header_table = TABLE(header_fields);
const struct fan_field_table fan_phase_table = TABLE(phase_fields);

#define FIELDS_MAX 64 /* more keys than this are no map of ours */

/* ---- writing ---- */

struct sink {
    struct fan_buf *out;
    struct fan_err *err;
    enum fan_status status;
};

static int sink_write(void *context, const char *bytes, size_t n)
{
    struct sink *sink = context;
    if (!sink->status) sink->status = fan_buf_add(sink->out, bytes, n, sink->err);
    return sink->status ? -1 : 0;
}

static const void *at(const void *item, size_t offset)
{
    return (const char *)item + offset;
}

static uint32_t get_u32(const void *item, size_t offset)
{
    uint32_t value;
    memcpy(&value, at(item, offset), sizeof value);
    return value;
}

static uint64_t get_u64(const void *item, size_t offset)
{
    uint64_t value;
    memcpy(&value, at(item, offset), sizeof value);
    return value;
}

static double get_double(const void *item, size_t offset)
{
    double value;
    memcpy(&value, at(item, offset), sizeof value);
    return value;
}

static size_t get_size(const void *item, size_t offset)
{
    size_t value;
    memcpy(&value, at(item, offset), sizeof value);
    return value;
}

static bool is_written(const struct fan_field *f, const void *item)
{
    switch (f->type) {
    case FAN_FIELD_U32:
    case FAN_FIELD_REASON: return get_u32(item, f->offset) != 0;
    case FAN_FIELD_U64:
    case FAN_FIELD_I64: return get_u64(item, f->offset) != 0;
    case FAN_FIELD_DOUBLE: {
        double value = get_double(item, f->offset);
        return isfinite(value) && value != 0;
    }
    case FAN_FIELD_BOOL:
    case FAN_FIELD_TEXT: return *(const char *)at(item, f->offset) != 0;
    case FAN_FIELD_OUTCOME: return true;
    case FAN_FIELD_BODY: return get_size(item, f->size) != 0;
    }
    return false;
}

static void put_text(msgpack_packer *packer, const char *text, size_t n)
{
    msgpack_pack_str(packer, n);
    msgpack_pack_str_body(packer, text, n);
}

static void put_value(msgpack_packer *packer, const struct fan_field *f, const void *item)
{
    const char *text = NULL;
    switch (f->type) {
    case FAN_FIELD_U32: msgpack_pack_uint32(packer, get_u32(item, f->offset)); return;
    case FAN_FIELD_U64: msgpack_pack_uint64(packer, get_u64(item, f->offset)); return;
    case FAN_FIELD_I64:
        msgpack_pack_int64(packer, (int64_t)get_u64(item, f->offset));
        return;
    case FAN_FIELD_DOUBLE:
        msgpack_pack_double(packer, get_double(item, f->offset));
        return;
    case FAN_FIELD_BOOL: msgpack_pack_true(packer); return;
    case FAN_FIELD_TEXT:
        text = at(item, f->offset);
        put_text(packer, text, strnlen(text, f->size));
        return;
    case FAN_FIELD_OUTCOME:
        text = fan_outcome_name((enum fan_outcome)get_u32(item, f->offset));
        put_text(packer, text, strlen(text));
        return;
    case FAN_FIELD_REASON:
        text = fan_reason_name((enum fan_reason)get_u32(item, f->offset));
        put_text(packer, text, strlen(text));
        return;
    case FAN_FIELD_BODY: {
        size_t n = get_size(item, f->size);
        memcpy(&text, at(item, f->offset), sizeof text);
        msgpack_pack_bin(packer, n);
        msgpack_pack_bin_body(packer, text, n);
        return;
    }
    }
}

enum fan_status fan_fields_put(struct fan_buf *out, const struct fan_field_table *table,
                               const void *item, struct fan_err *err)
{
    struct sink sink = { out, err, FAN_OK };
    msgpack_packer packer;
    msgpack_packer_init(&packer, &sink, sink_write);
    bool written[FIELDS_MAX] = { false };
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        written[i] = is_written(&table->field[i], item);
        count += written[i];
    }
    msgpack_pack_map(&packer, count);
    for (size_t i = 0; i < table->count; i++) {
        if (!written[i]) continue;
        put_text(&packer, table->field[i].name, strlen(table->field[i].name));
        put_value(&packer, &table->field[i], item);
    }
    return sink.status;
}

/* ---- reading ---- */

/* Bytes that hold a length of this many bytes, big endian. */
static uint64_t big_endian(const uint8_t *p, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | p[i];
    return value;
}

/* Whole size of the scalar that begins at p (n >= 1 bytes left); 0 if it is none of
 * msgpack's scalars, or is cut. */
static size_t scalar_bytes(const uint8_t *p, size_t n)
{
    static const uint8_t fixed[] = { 5, 9, 2, 3, 5, 9, 2, 3, 5, 9 }; /* 0xca..0xd3 */
    uint8_t tag = p[0];
    uint64_t need = 0;
    size_t length = 0; /* bytes of a length behind the tag */
    if (tag < 0x80 || tag >= 0xe0 || tag == 0xc0 || tag == 0xc2 || tag == 0xc3)
        need = 1;
    else if (tag >= 0xa0 && tag <= 0xbf)
        need = 1u + (tag & 0x1fu);
    else if (tag >= 0xca && tag <= 0xd3)
        need = fixed[tag - 0xca];
    else if (tag >= 0xc4 && tag <= 0xc6)
        length = (size_t)1 << (tag - 0xc4);
    else if (tag >= 0xd9 && tag <= 0xdb)
        length = (size_t)1 << (tag - 0xd9);
    if (length && n > length) need = 1 + length + big_endian(p + 1, length);
    return need <= n ? (size_t)need : 0;
}

/*
 * Size of the flat map at p, 0 if there is none: no nested values, all lengths inside n.
 * The library allocates what a header promises before it looks at the bytes, so nothing
 * is given to it that has not passed here.
 */
static size_t flat_map_bytes(const uint8_t *p, size_t n)
{
    if (n == 0) return 0;
    size_t header = p[0] == 0xde ? 3 : p[0] == 0xdf ? 5 : (p[0] & 0xf0) == 0x80 ? 1 : 0;
    if (header == 0 || n < header) return 0;
    uint64_t pairs = header == 1 ? p[0] & 0x0fu : big_endian(p + 1, header - 1);
    if (pairs > FIELDS_MAX) return 0;
    size_t used = header;
    for (uint64_t i = 0; i < 2 * pairs; i++) {
        size_t size = used < n ? scalar_bytes(p + used, n - used) : 0;
        if (size == 0) return 0;
        used += size;
    }
    return used;
}

static bool set_integer(void *item, const struct fan_field *f,
                        const msgpack_object *value)
{
    uint64_t max = f->type == FAN_FIELD_U32   ? UINT32_MAX
                   : f->type == FAN_FIELD_U64 ? UINT64_MAX
                                              : INT64_MAX;
    if (value->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
        if (f->type != FAN_FIELD_I64) return false;
    } else if (value->type != MSGPACK_OBJECT_POSITIVE_INTEGER || value->via.u64 > max) {
        return false;
    }
    uint32_t narrow = (uint32_t)value->via.u64;
    if (f->type == FAN_FIELD_U32)
        memcpy((char *)item + f->offset, &narrow, sizeof narrow);
    else
        memcpy((char *)item + f->offset, &value->via.u64, sizeof value->via.u64);
    return true;
}

static bool set_double(void *item, const struct fan_field *f, const msgpack_object *value)
{
    double number = 0;
    if (value->type == MSGPACK_OBJECT_FLOAT64 || value->type == MSGPACK_OBJECT_FLOAT32)
        number = value->via.f64;
    else if (value->type == MSGPACK_OBJECT_POSITIVE_INTEGER)
        number = (double)value->via.u64;
    else
        return false;
    if (!isfinite(number)) return false;
    memcpy((char *)item + f->offset, &number, sizeof number);
    return true;
}

static bool set_body(void *item, const struct fan_field *f, const msgpack_object *value)
{
    char *body = NULL;
    size_t n = value->via.bin.size;
    memcpy(&body, at(item, f->offset), sizeof body);
    if (value->type != MSGPACK_OBJECT_BIN || n > FAN_RECORD_BODY_MAX || body)
        return false;
    if (n == 0) return true;
    body = fan_alloc(n + 1); /* text is handy to print: always terminated */
    memcpy(body, value->via.bin.ptr, n);
    body[n] = '\0';
    memcpy((char *)item + f->offset, &body, sizeof body);
    memcpy((char *)item + f->size, &n, sizeof n);
    return true;
}

static bool set_name(void *item, const struct fan_field *f, const msgpack_object *value)
{
    char name[64];
    fan_record_set_text(name, sizeof name, value->via.str.ptr, value->via.str.size);
    uint32_t index = FAN_OUTCOME_COUNT;
    if (f->type == FAN_FIELD_REASON)
        index = fan_reason_parse(name);
    else
        while (index > 0 && strcmp(fan_outcome_name((enum fan_outcome)(index - 1)), name))
            index--;
    if (f->type == FAN_FIELD_OUTCOME && index-- == 0) return false;
    memcpy((char *)item + f->offset, &index, sizeof index);
    return true;
}

static bool set_value(void *item, const struct fan_field *f, const msgpack_object *value)
{
    switch (f->type) {
    case FAN_FIELD_U32:
    case FAN_FIELD_U64:
    case FAN_FIELD_I64: return set_integer(item, f, value);
    case FAN_FIELD_DOUBLE: return set_double(item, f, value);
    case FAN_FIELD_BOOL:
        if (value->type != MSGPACK_OBJECT_BOOLEAN) return false;
        memcpy((char *)item + f->offset, &value->via.boolean, sizeof(bool));
        return true;
    case FAN_FIELD_TEXT:
        if (value->type != MSGPACK_OBJECT_STR) return false;
        fan_record_set_text((char *)item + f->offset, f->size, value->via.str.ptr,
                            value->via.str.size);
        return true;
    case FAN_FIELD_OUTCOME:
    case FAN_FIELD_REASON:
        return value->type == MSGPACK_OBJECT_STR && set_name(item, f, value);
    case FAN_FIELD_BODY: return set_body(item, f, value);
    }
    return false;
}

/* The field with this name; keys come in table order, so the search starts at `from`. */
static const struct fan_field *find_field(const struct fan_field_table *table,
                                          size_t from, const msgpack_object *key)
{
    if (key->type != MSGPACK_OBJECT_STR) return NULL;
    for (size_t i = 0; i < table->count; i++) {
        const struct fan_field *f = &table->field[(from + i) % table->count];
        if (strlen(f->name) == key->via.str.size &&
            memcmp(f->name, key->via.str.ptr, key->via.str.size) == 0)
            return f;
    }
    return NULL;
}

enum fan_status fan_fields_get(const void *bytes, size_t n, size_t *offset,
                               const struct fan_field_table *table, void *item,
                               struct fan_err *err)
{
    const char *start = *offset < n ? (const char *)bytes + *offset : NULL;
    size_t size = start ? flat_map_bytes((const uint8_t *)start, n - *offset) : 0;
    if (size == 0)
        return fan_fail(err, FAN_EFORMAT, "cannot decode: expected a whole, flat map");
    enum fan_status st = FAN_OK;
    size_t used = 0, next = 0;
    msgpack_unpacked map;
    msgpack_unpacked_init(&map);
    msgpack_unpack_return got = msgpack_unpack_next(&map, start, size, &used);
    if (got != MSGPACK_UNPACK_SUCCESS || map.data.type != MSGPACK_OBJECT_MAP) {
        st = fan_fail(err, FAN_EFORMAT, "cannot decode: not a msgpack map");
        goto out;
    }
    for (uint32_t i = 0; i < map.data.via.map.size; i++) {
        const msgpack_object_kv *pair = &map.data.via.map.ptr[i];
        const struct fan_field *f = find_field(table, next, &pair->key);
        if (!f) continue;
        next = (size_t)(f - table->field) + 1;
        if (!set_value(item, f, &pair->val)) {
            st =
                fan_fail(err, FAN_EFORMAT,
                         "cannot decode field '%s': wrong type or out of range", f->name);
            goto out;
        }
    }
    *offset += size;
out:
    msgpack_unpacked_destroy(&map);
    return st;
}
