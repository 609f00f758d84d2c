/* event_config.h - how a function's asynchronous events are retried and where their
 * outcome goes, per qualifier. Pure. */
#ifndef FAN_LOCAL_LAMBDA_EVENT_CONFIG_H
#define FAN_LOCAL_LAMBDA_EVENT_CONFIG_H

#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_EVENT_RETRIES_MAX 2
#define FAN_EVENT_AGE_MIN_S   60
#define FAN_EVENT_AGE_MAX_S   21600
#define FAN_DESTINATION_MAX   351 /* an ARN and its NUL */

struct fan_event_config {
    char qualifier[129]; /* "$LATEST", a number or an alias */
    bool retries_set, age_set;
    uint32_t retries; /* after an error of the function; 2 unless set */
    uint32_t age_s;   /* an event older than this is given up; 6 h unless set */
    char on_success[FAN_DESTINATION_MAX], on_failure[FAN_DESTINATION_MAX]; /* or "" */
    int64_t modified_ns; /* wall clock */
};

/* AWS's defaults, for this qualifier ("" means "$LATEST"). */
struct fan_event_config fan_event_config_default(const char *qualifier);

/* All take the function itself ($LATEST), which owns its configurations. */

/* That of a qualifier ("" means "$LATEST"), or NULL. Valid until one is put or removed.
 */
const struct fan_event_config *fan_event_configs_find(const struct fan_function *latest,
                                                      const char *qualifier);
/* All of them, in the order of their making. */
size_t fan_event_configs_count(const struct fan_function *latest);
const struct fan_event_config *fan_event_configs_at(const struct fan_function *latest,
                                                    size_t index);

/* Add a copy, in place of one of the same qualifier. Returns it. */
const struct fan_event_config *
fan_event_configs_put(struct fan_function *latest, const struct fan_event_config *config);

/* Remove that of a qualifier, if there is one; or all. */
void fan_event_configs_remove(struct fan_function *latest, const char *qualifier);
void fan_event_configs_clear(struct fan_function *latest);

#ifdef __cplusplus
}
#endif
#endif
