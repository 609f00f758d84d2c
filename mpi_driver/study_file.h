/* study_file.h - a study: several jobs, run one after the other into one report. */
#ifndef FAN_MPI_DRIVER_STUDY_FILE_H
#define FAN_MPI_DRIVER_STUDY_FILE_H

#include "common/buf.h"
#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_STUDY_PARTS_MAX 32

struct fan_study_text_list {
    char **text;
    size_t count;
};

struct fan_study_part {
    char *job;                          /* path, relative to the study's file */
    char *title;                        /* the question; NULL: the job's name */
    struct fan_study_text_list set;     /* "key=value", laid over the job */
    struct fan_study_text_list answers; /* chapters of the report; none: all that arise */
};

struct fan_study_file {
    char *name, *title; /* title: NULL when not given */
    struct fan_study_part *part;
    size_t part_count;
    struct {
        uint64_t invocations; /* over all parts; 0: no limit */
        double usd;
    } budget;
};

/* Whether a text has a key `study` at its top. Text that is no YAML is no study. */
bool fan_study_is(const char *text, size_t n);

/**
 * Parse and check a study. name is what messages call the file; sets are the --set
 * arguments: name=, title=, budget. and study. are the study's own, all others are laid
 * over every part, after its own. Owns: fan_study_file_free. Errors: FAN_EUSAGE naming
 * file and line or argument, key and what was expected.
 */
enum fan_status fan_study_parse(struct fan_study_file **study, const char *name,
                                const char *text, size_t n, const char *const *sets,
                                size_t set_count, struct fan_err *err) FAN_MUST_CHECK;
void fan_study_file_free(struct fan_study_file *study);

/* The study of a result folder, whose parts are the jobs in folders[i]. Errors:
 * FAN_ELIMIT. */
enum fan_status fan_study_write(const struct fan_study_file *study,
                                const char *const *folders, struct fan_buf *out,
                                struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
