/* answers_json.h - the tests' results as JSON; docs/summary.md describes every key. */
#ifndef FAN_ANALYSIS_ANSWERS_JSON_H
#define FAN_ANALYSIS_ANSWERS_JSON_H

#include "analysis/summary_data.h"

#ifdef __cplusplus
extern "C" {
#endif

struct json_t; /* jansson's */

/* The key `answers` of summary.json. Owns: the caller has the only reference. */
struct json_t *fan_answers_json(const struct fan_summary *summary);

/* The key `answers.versions` (versions_json.c). Owns: as above. */
struct json_t *fan_versions_json(const struct fan_summary *summary);

/* The key `tune`, of a tune (tune_json.c). Owns: as above. */
struct json_t *fan_tune_json(const struct fan_summary *summary);

#ifdef __cplusplus
}
#endif
#endif
