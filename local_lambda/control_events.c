/* control_events.c - control calls about how asynchronous events are retried and where
 * their outcome goes. */
#include "local_lambda/control_call.h"

#include "common/clock.h"
#include "local_lambda/event_config.h"
#include "local_lambda/function_json.h"
#include "local_lambda/service_error.h"
#include "local_lambda/versions.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static json_t *destination_json(const char *arn)
{
    return *arn ? json_pack("{s:s}", "Destination", arn) : json_object();
}

static json_t *config_json(const struct fan_function *function,
                           const struct fan_event_config *config)
{
    char arn[sizeof function->arn + sizeof config->qualifier + 1];
    snprintf(arn, sizeof arn, "%s:%s", function->arn, config->qualifier);
    json_t *object =
        json_pack("{s:f,s:s,s:{s:o,s:o}}", "LastModified",
                  (double)(config->modified_ns / 1000000) / 1e3, "FunctionArn", arn,
                  "DestinationConfig", "OnSuccess", destination_json(config->on_success),
                  "OnFailure", destination_json(config->on_failure));
    if (config->retries_set)
        json_object_set_new(object, "MaximumRetryAttempts",
                            json_integer((json_int_t)config->retries));
    if (config->age_set)
        json_object_set_new(object, "MaximumEventAgeInSeconds",
                            json_integer((json_int_t)config->age_s));
    return object;
}

/* --- what a request says ------------------------------------------------------------ */

struct number {
    const char *key, *member;
    uint32_t min, max;
};

/* An absent one leaves number as it is. */
static bool read_number(struct fan_control_call *call, const struct number *rule,
                        uint32_t *number, bool *set)
{
    const json_t *value = json_object_get(call->body, rule->key);
    if (!value || json_is_null(value)) return true;
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < rule->min || n > rule->max) {
        char given[32], must[80];
        snprintf(given, sizeof given, "%lld", (long long)n);
        snprintf(must, sizeof must, "be an integer from %" PRIu32 " to %" PRIu32,
                 rule->min, rule->max);
        fan_service_invalid(call->answer, json_is_integer(value) ? given : NULL,
                            rule->member, must);
        return false;
    }
    *number = (uint32_t)n;
    *set = true;
    return true;
}

static bool refuse_destination(struct fan_control_call *call, const char *arn,
                               const char *why)
{
    fan_service_error(call->answer, 400, "InvalidParameterValueException", NULL,
                      "The destination ARN %.400s is invalid: %s", arn, why);
    return false;
}

/* Events go to functions of this endpoint only. */
static bool check_destination(struct fan_control_call *call, const char *arn)
{
    char name[65], qualifier[129];
    size_t prefix = strlen(call->function->arn) - strlen(call->function->name);
    if (!*arn) return true;
    if (strncmp(arn, call->function->arn, prefix) != 0 ||
        fan_function_id_parse(arn, strlen(arn), name, qualifier, NULL))
        return refuse_destination(call, arn,
                                  "local_lambda delivers to its own functions only.");
    if (strcmp(name, call->function->name) == 0)
        return refuse_destination(
            call, arn, "You can't specify the function as a destination for itself.");
    return fan_registry_find(call->registry, name) ||
           refuse_destination(call, arn, "there is no such function.");
}

/* One side of the DestinationConfig; an absent one leaves arn as it is. */
static bool read_destination(struct fan_control_call *call, const char *side,
                             char arn[FAN_DESTINATION_MAX])
{
    const json_t *config = json_object_get(call->body, "DestinationConfig");
    const json_t *one = json_object_get(config, side);
    const json_t *value = json_object_get(one, "Destination");
    if (one && json_is_object(one) && !value) arn[0] = '\0';
    if (!value || json_is_null(value)) return true;
    const char *text = json_string_value(value);
    if (!text || json_string_length(value) >= FAN_DESTINATION_MAX)
        return refuse_destination(call, text ? text : "",
                                  "it must be a string of at most 350 bytes.");
    memcpy(arn, text, json_string_length(value) + 1);
    return check_destination(call, arn);
}

static bool read_config(struct fan_control_call *call, struct fan_event_config *config)
{
    static const struct number retries = { "MaximumRetryAttempts", "maximumRetryAttempts",
                                           0, FAN_EVENT_RETRIES_MAX };
    static const struct number age = { "MaximumEventAgeInSeconds",
                                       "maximumEventAgeInSeconds", FAN_EVENT_AGE_MIN_S,
                                       FAN_EVENT_AGE_MAX_S };
    if (!json_object_get(call->body, retries.key) &&
        !json_object_get(call->body, age.key) &&
        !json_object_get(call->body, "DestinationConfig")) {
        fan_control_refuse(call, "You must specify at least one of error handling or "
                                 "destination setting.");
        return false;
    }
    return read_number(call, &retries, &config->retries, &config->retries_set) &&
           read_number(call, &age, &config->age_s, &config->age_set) &&
           read_destination(call, "OnSuccess", config->on_success) &&
           read_destination(call, "OnFailure", config->on_failure);
}

/* --- the calls ---------------------------------------------------------------------- */

static void store(struct fan_control_call *call, struct fan_event_config *config)
{
    if (!read_config(call, config)) return;
    config->modified_ns = fan_clock_wall_ns();
    fan_answer_json(
        call->answer, 200,
        config_json(call->function, fan_event_configs_put(call->function, config)));
}

/* The configuration of the call's qualifier; NULL: answered with a 404. */
static const struct fan_event_config *find_config(struct fan_control_call *call)
{
    const struct fan_event_config *config =
        fan_event_configs_find(call->function, call->qualifier);
    if (!config)
        fan_service_error(call->answer, 404, "ResourceNotFoundException", NULL,
                          "The function %s:%s doesn't have an EventInvokeConfig",
                          call->function->arn,
                          *call->qualifier ? call->qualifier : FAN_VERSION_LATEST);
    return config;
}

void fan_control_put_event_config(struct fan_control_call *call)
{
    struct fan_event_config config = fan_event_config_default(call->qualifier);
    store(call, &config);
}

void fan_control_update_event_config(struct fan_control_call *call)
{
    const struct fan_event_config *config = find_config(call);
    if (!config) return;
    struct fan_event_config changed = *config;
    store(call, &changed);
}

void fan_control_get_event_config(struct fan_control_call *call)
{
    const struct fan_event_config *config = find_config(call);
    if (config) fan_answer_json(call->answer, 200, config_json(call->function, config));
}

void fan_control_delete_event_config(struct fan_control_call *call)
{
    if (!find_config(call)) return;
    fan_event_configs_remove(call->function, call->qualifier);
    fan_answer_json(call->answer, 204, NULL);
}

/* All on one page: a function has as many as it has versions and aliases, at most. */
void fan_control_list_event_configs(struct fan_control_call *call)
{
    json_t *list = json_array();
    for (size_t i = 0; i < fan_event_configs_count(call->function); i++)
        json_array_append_new(
            list, config_json(call->function, fan_event_configs_at(call->function, i)));
    fan_answer_json(call->answer, 200,
                    json_pack("{s:o}", "FunctionEventInvokeConfigs", list));
}
