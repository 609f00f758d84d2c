/*
 * job_value.h - single values of a job file: numbers, words, choices, with their bounds.
 *
 * A reader remembers the first failure; after it every call does nothing, so that a list
 * of checks needs no branch after each. A NULL text (the key is missing) leaves the value
 * as it is: its default.
 */
#ifndef FAN_MPI_DRIVER_JOB_VALUE_H
#define FAN_MPI_DRIVER_JOB_VALUE_H

#include "common/err.h"
#include "mpi_driver/job_tree.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_value_reader {
    const struct fan_node *root;
    const char *name; /* of the file */
    struct fan_err *err;
    enum fan_status st; /* FAN_OK until something failed */
};

struct fan_bounds {
    uint64_t min, max;
    const char *expected; /* in words: "megabytes such as 128" */
};

struct fan_interval {
    double min, max;
    const char *expected;
};

struct fan_span_bounds {
    int64_t min_ns, max_ns;
    const char *expected;
};

struct fan_charset {
    size_t min, max;   /* bytes */
    const char *extra; /* besides letters and digits; NULL: any printable character */
    const char *expected;
};

struct fan_text_list {
    char **text;
    size_t count;
};

/* Book a failure of the value at path (fan_tree_fail). */
void fan_value_fail(struct fan_value_reader *r, const char *path, const char *fmt, ...)
    FAN_PRINTF(3, 4);

void fan_value_u32(struct fan_value_reader *r, const char *path, const char *text,
                   struct fan_bounds bounds, uint32_t *value);
void fan_value_u64(struct fan_value_reader *r, const char *path, const char *text,
                   struct fan_bounds bounds, uint64_t *value);
void fan_value_double(struct fan_value_reader *r, const char *path, const char *text,
                      struct fan_interval interval, double *value);

/* A duration with its unit, such as 30s. */
void fan_value_duration(struct fan_value_reader *r, const char *path, const char *text,
                        struct fan_span_bounds bounds, int64_t *value_ns);

/* The index of text in words (NULL-terminated); failures suggest the nearest word. */
void fan_value_choice(struct fan_value_reader *r, const char *path, const char *text,
                      const char *const *words, int *index);

/* A word of allowed characters. Owns: *value is the caller's copy. */
void fan_value_word(struct fan_value_reader *r, const char *path, const char *text,
                    struct fan_charset set, char **value);

/* JSON text / http[s]://host[:port] without a path. Owns: as above. */
void fan_value_json(struct fan_value_reader *r, const char *path, const char *text,
                    char **value);
void fan_value_url(struct fan_value_reader *r, const char *path, const char *text,
                   char **value);

/* Distinct numbers; an empty list becomes { 1 }. Owns: *values is the caller's. */
void fan_value_list(struct fan_value_reader *r, const char *path,
                    struct fan_text_list list, struct fan_bounds bounds,
                    uint32_t **values, size_t *count);

/* "section.index.key" into path; returns path. */
const char *fan_value_path(char path[FAN_TREE_PATH_MAX], const char *section,
                           size_t index, const char *key);

#ifdef __cplusplus
}
#endif
#endif
