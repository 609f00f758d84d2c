/* version_names.h - which versions a study's settings call, and which answered.  Pure. */
#ifndef FAN_ANALYSIS_VERSION_NAMES_H
#define FAN_ANALYSIS_VERSION_NAMES_H

#include "analysis/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a setting's function that are its name, without the qualifier. */
size_t fan_versions_name_bytes(const struct fan_study_cell *cell);

/* Are these settings of one function at different versions or aliases, whatever else
 * differs? Does a study have such settings? */
bool fan_versions_of_one(const struct fan_study_cell *a, const struct fan_study_cell *b);
bool fan_versions_seen(const struct fan_study *study);

/* Versions that answered, older ones first: by number, $LATEST behind. */
#define FAN_VERSIONS_MAX 8 /* more are left out */
struct fan_versions_found {
    const char *name[FAN_VERSIONS_MAX]; /* the records' */
    size_t n;
};

/* Add a version, unless it is known or "". */
void fan_versions_note(struct fan_versions_found *seen, const char *name);

/* Move a version to the front, if it is there: it is what the others are to follow. */
void fan_versions_put_first(struct fan_versions_found *seen, const char *name);

/* Versions that answered calls of a study: "1, 2"; "" where no record tells. Cut to fit.
 */
void fan_versions_text(const struct fan_study *study, char *text, size_t capacity);

/* A number, and so no alias and not $LATEST. */
bool fan_version_is_number(const char *name);

#ifdef __cplusplus
}
#endif
#endif
