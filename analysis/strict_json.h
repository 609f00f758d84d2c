/*
 * strict_json.h - reads JSON that people wrote: every key must be known, every value of
 * its kind and in its range, and every complaint says where.  Pure.
 */
#ifndef FAN_ANALYSIS_STRICT_JSON_H
#define FAN_ANALYSIS_STRICT_JSON_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* jansson's */

#define FAN_STRICT_PATH_MAX 160

/* Remembers the first failure, so that fields can be read without a branch after each:
 * once st is an error, nothing is read any more. */
struct fan_strict {
    const char *name; /* what messages call the text */
    struct fan_err *err;
    enum fan_status st;
};

/* A value and the keys that lead to it, "regions.us-east-1"; NULL: not there, or bad. */
struct fan_strict_place {
    char path[FAN_STRICT_PATH_MAX];
    struct json_t *value;
};

/* Store "NAME: key 'PATH': ..." as the first failure (FAN_EUSAGE). */
void fan_strict_fail(struct fan_strict *r, const char *path, const char *fmt, ...)
    FAN_PRINTF(3, 4);

/* Take a text apart: the value of the whole; NULL and a failure that names line and
 * column, with `expected`, when it is no JSON. Owns: fan_strict_close(value). */
struct json_t *fan_strict_open(struct fan_strict *r, const char *text, size_t n,
                               const char *expected);
void fan_strict_close(struct json_t *root);

/* The object itself, all of whose keys must be in `keys` (words between single spaces;
 * NULL: any). */
void fan_strict_check(struct fan_strict *r, struct fan_strict_place *place,
                      const char *keys);

/* The value of a key. Without one the place has none, and unless it is optional that is a
 * failure. expected ends the sentence "..., expected ...". */
struct fan_strict_place fan_strict_get(struct fan_strict *r,
                                       const struct fan_strict_place *parent,
                                       const char *key, bool optional,
                                       const char *expected);
struct fan_strict_place fan_strict_object(struct fan_strict *r,
                                          const struct fan_strict_place *parent,
                                          const char *key, bool optional,
                                          const char *keys);

/* Entries of a list, `most` at most; 0, and a failure, for anything else. */
size_t fan_strict_length(struct fan_strict *r, const struct fan_strict_place *list,
                         size_t most, const char *expected);
struct fan_strict_place fan_strict_entry(struct fan_strict *r,
                                         const struct fan_strict_place *list, size_t i);

/* Single values of a key; *out is left alone when it is not there or bad. */
void fan_strict_number(struct fan_strict *r, const struct fan_strict_place *parent,
                       const char *key, bool optional, double most, const char *expected,
                       double *out); /* from 0 to most */
void fan_strict_bool(struct fan_strict *r, const struct fan_strict_place *parent,
                     const char *key, bool *out);
void fan_strict_text(struct fan_strict *r, const struct fan_strict_place *parent,
                     const char *key, const char *expected, char *out,
                     size_t capacity); /* 1 to capacity - 1 printable bytes */

#ifdef __cplusplus
}
#endif
#endif
