/* sieve_answer.c - see sieve_answer.h. */
#include "mpi_driver/sieve_answer.h"

#include "common/number.h"

#include <jansson.h>

static enum fan_status read_u64(const json_t *object, const char *key, uint64_t *value,
                                struct fan_err *err)
{
    const json_t *field = json_object_get(object, key);
    if (json_is_integer(field) && json_integer_value(field) >= 0) {
        *value = (uint64_t)json_integer_value(field);
        return FAN_OK;
    }
    if (json_is_string(field) &&
        fan_number_u64(json_string_value(field), 0, UINT64_MAX, value, NULL) == FAN_OK)
        return FAN_OK;
    return fan_fail(err, FAN_EFORMAT,
                    "read the sieve's answer: key '%s' is missing or not a whole number",
                    key);
}

enum fan_status fan_sieve_answer_parse(const char *body, size_t n,
                                       struct fan_sieve_wanted wanted,
                                       struct fan_sieve_result *result,
                                       struct fan_err *err)
{
    struct fan_sieve_result r = { .count = 0 };
    json_error_t cause;
    json_t *root = body ? json_loadb(body, n, JSON_REJECT_DUPLICATES, &cause) : NULL;
    if (!json_is_object(root)) {
        json_decref(root);
        return fan_fail(err, FAN_EFORMAT,
                        "read the sieve's answer: it is no JSON object");
    }
    enum fan_status st = read_u64(root, "lo", &r.range.begin, err);
    if (!st) st = read_u64(root, "hi", &r.range.end, err);
    if (!st) st = read_u64(root, "count", &r.count, err);
    if (!st) st = read_u64(root, "checksum", &r.checksum, err);
    if (!st) st = read_u64(root, "first", &r.first, err);
    if (!st) st = read_u64(root, "last", &r.last, err);
    if (!st && wanted.twins) st = read_u64(root, "twins", &r.twins, err);
    if (!st && wanted.gap) st = read_u64(root, "gap", &r.gap, err);
    if (!st && wanted.gap) st = read_u64(root, "gapStart", &r.gap_start, err);
    json_decref(root);
    if (!st) *result = r;
    return st;
}
