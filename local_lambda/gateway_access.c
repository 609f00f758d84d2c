/* gateway_access.c - see gateway_access.h. */
#include "local_lambda/gateway_access.h"

#include "common/buf.h"
#include "local_lambda/function_id.h"
#include "local_lambda/gateway_route.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE_MAX       1e6
#define NAME_BYTES_MAX 128

enum fan_status fan_gateway_read_target(const struct fan_place *at,
                                        struct fan_target *target)
{
    const char *text = NULL;
    enum fan_status st = fan_place_text(at, 1, 170, &text);
    if (st) return st;
    if (strchr(text, '%') ||
        fan_function_id_parse(text, strlen(text), target->name, target->qualifier, NULL))
        return fan_place_expected(at, "a function's name, NAME:QUALIFIER or an ARN");
    return FAN_OK;
}

enum fan_status fan_gateway_read_throttle(const struct fan_place *at,
                                          struct fan_throttle *throttle)
{
    static const char *const keys[] = { "rate", "burst", NULL };
    enum fan_status st = fan_place_object(at, keys);
    if (st) return st;
    struct fan_place rate = fan_place_member(at, "rate");
    struct fan_place burst = fan_place_member(at, "burst");
    long long capacity = 0;
    st = fan_place_number(&rate, 0, RATE_MAX, &throttle->rate);
    if (!st) st = fan_place_integer(&burst, 0, (long long)RATE_MAX, &capacity);
    throttle->burst = (uint32_t)capacity;
    return st;
}

enum fan_status fan_gateway_read_method(const struct fan_place *at, const char *any,
                                        const char **method)
{
    char choices[64];
    int index = 0;
    snprintf(choices, sizeof choices, "GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|%s", any);
    enum fan_status st = fan_place_choice(at, choices, &index);
    if (!st) *method = json_string_value(at->value);
    return st;
}

enum fan_status fan_gateway_read_name(const struct fan_place *at, const char **name)
{
    struct fan_place place = fan_place_member(at, "name");
    return fan_place_text(&place, 1, NAME_BYTES_MAX, name);
}

/* --- keys --------------------------------------------------------------------------- */

static bool printable(const char *text)
{
    for (; *text; text++)
        if (*text < 0x21 || *text > 0x7e) return false;
    return true;
}

/* The key's value: here, or in the environment, where a file need not hold a secret. */
static enum fan_status read_value(const struct fan_place *at, struct fan_api_key *key)
{
    struct fan_place value = fan_place_member(at, "value");
    struct fan_place variable = fan_place_member(at, "value_env");
    const char *text = NULL, *name = NULL;
    if ((value.value != NULL) == (variable.value != NULL))
        return fan_place_wrong(at, "expected either 'value' or 'value_env'");
    enum fan_status st = FAN_OK;
    if (value.value) {
        st = fan_place_text(&value, FAN_API_KEY_MIN, FAN_API_KEY_MAX, &text);
    } else {
        st = fan_place_text(&variable, 1, NAME_BYTES_MAX, &name);
        text = st ? NULL : getenv(name);
        if (!st &&
            (!text || strlen(text) < FAN_API_KEY_MIN || strlen(text) > FAN_API_KEY_MAX))
            st = fan_place_wrong(&variable,
                                 "expected an environment variable of %d to %d bytes",
                                 FAN_API_KEY_MIN, FAN_API_KEY_MAX);
    }
    if (!st && !printable(text))
        st = fan_place_wrong(at, "a key's value must be of visible ASCII characters");
    if (!st) memcpy(key->value, text, strlen(text));
    return st;
}

static enum fan_status read_key(const struct fan_place *at, struct fan_api_key *key)
{
    static const char *const keys[] = { "name",      "id",      "value",
                                        "value_env", "enabled", NULL };
    enum fan_status st = fan_place_object(at, keys);
    if (!st) st = fan_gateway_read_name(at, &key->name);
    if (st) return st;
    struct fan_place id = fan_place_member(at, "id");
    struct fan_place enabled = fan_place_member(at, "enabled");
    key->id = key->name;
    key->enabled = true;
    key->plan = -1;
    if (id.value) st = fan_place_text(&id, 1, NAME_BYTES_MAX, &key->id);
    if (!st && enabled.value) st = fan_place_boolean(&enabled, &key->enabled);
    if (!st) st = read_value(at, key);
    return st;
}

static enum fan_status check_unique(const struct fan_gateway_config *config, size_t i,
                                    const struct fan_place *at)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(config->key[j].name, config->key[i].name) == 0)
            return fan_place_wrong(at, "another key has this name");
        if (strcmp(config->key[j].value, config->key[i].value) == 0)
            return fan_place_wrong(at, "another key has this value");
    }
    return FAN_OK;
}

enum fan_status fan_gateway_read_keys(struct fan_gateway_config *config,
                                      const struct fan_place *at)
{
    size_t count = 0;
    if (!at->value) return FAN_OK;
    enum fan_status st = fan_place_array(at, FAN_GATEWAY_KEYS_MAX, &count);
    if (st) return st;
    config->key = fan_alloc_zero(count + 1, sizeof *config->key);
    config->key_count = count;
    for (size_t i = 0; i < count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        st = read_key(&element, &config->key[i]);
        if (!st) st = check_unique(config, i, &element);
    }
    return st;
}

/* --- usage plans -------------------------------------------------------------------- */

static enum fan_status read_quota(const struct fan_place *at, struct fan_quota *quota)
{
    static const char *const keys[] = { "limit", "period", "offset", NULL };
    static const long long offset_max[] = { 0, 6, 27 };
    enum fan_status st = fan_place_object(at, keys);
    if (st) return st;
    struct fan_place limit = fan_place_member(at, "limit");
    struct fan_place period = fan_place_member(at, "period");
    struct fan_place offset = fan_place_member(at, "offset");
    long long requests = 0, days = 0;
    int index = 0;
    st = fan_place_integer(&limit, 0, INT64_MAX, &requests);
    if (!st) st = fan_place_choice(&period, "DAY|WEEK|MONTH", &index);
    if (!st && offset.value) st = fan_place_integer(&offset, 0, offset_max[index], &days);
    *quota = (struct fan_quota){ (uint64_t)requests, (enum fan_quota_period)index,
                                 (uint32_t)days };
    return st;
}

static enum fan_status read_plan_method(const struct fan_place *at,
                                        struct fan_plan_method *method)
{
    static const char *const keys[] = { "method", "path", "throttle", NULL };
    enum fan_status st = fan_place_object(at, keys);
    if (st) return st;
    struct fan_place verb = fan_place_member(at, "method");
    struct fan_place path = fan_place_member(at, "path");
    struct fan_place throttle = fan_place_member(at, "throttle");
    st = fan_gateway_read_method(&verb, "*", &method->method);
    if (!st) st = fan_place_text(&path, 1, 512, &method->path);
    if (!st && fan_route_problem(method->path))
        st = fan_place_wrong(&path, "%s", fan_route_problem(method->path));
    if (!st) st = fan_gateway_read_throttle(&throttle, &method->throttle);
    return st;
}

static enum fan_status read_plan_methods(const struct fan_place *at,
                                         struct fan_usage_plan *plan)
{
    if (!at->value) return FAN_OK;
    enum fan_status st = fan_place_array(at, FAN_PLAN_METHODS_MAX, &plan->method_count);
    for (size_t i = 0; i < plan->method_count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        st = read_plan_method(&element, &plan->method[i]);
    }
    return st;
}

static enum fan_status join_keys(struct fan_gateway_config *config, int plan,
                                 const struct fan_place *at)
{
    size_t count = 0;
    enum fan_status st = fan_place_array(at, FAN_GATEWAY_KEYS_MAX, &count);
    for (size_t i = 0; i < count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        const char *name = NULL;
        struct fan_api_key *key = NULL;
        st = fan_place_text(&element, 1, NAME_BYTES_MAX, &name);
        for (size_t j = 0; j < config->key_count && !st && !key; j++)
            if (strcmp(config->key[j].name, name) == 0) key = &config->key[j];
        if (!st && !key) st = fan_place_expected(&element, "the name of one of api_keys");
        if (!st && key->plan >= 0 && key->plan != plan)
            st = fan_place_wrong(&element, "the key is in another usage plan already");
        if (!st) key->plan = plan;
    }
    return st;
}

static enum fan_status read_plan(struct fan_gateway_config *config, int index,
                                 const struct fan_place *at)
{
    static const char *const keys[] = { "name",  "keys",    "throttle",
                                        "quota", "methods", NULL };
    struct fan_usage_plan *plan = &config->plan[index];
    enum fan_status st = fan_place_object(at, keys);
    if (!st) st = fan_gateway_read_name(at, &plan->name);
    if (st) return st;
    struct fan_place members = fan_place_member(at, "keys");
    struct fan_place throttle = fan_place_member(at, "throttle");
    struct fan_place quota = fan_place_member(at, "quota");
    struct fan_place methods = fan_place_member(at, "methods");
    plan->has_throttle = throttle.value != NULL;
    plan->has_quota = quota.value != NULL;
    st = join_keys(config, index, &members);
    if (!st && plan->has_throttle)
        st = fan_gateway_read_throttle(&throttle, &plan->throttle);
    if (!st && plan->has_quota) st = read_quota(&quota, &plan->quota);
    if (!st) st = read_plan_methods(&methods, plan);
    return st;
}

enum fan_status fan_gateway_read_plans(struct fan_gateway_config *config,
                                       const struct fan_place *at)
{
    size_t count = 0;
    if (!at->value) return FAN_OK;
    enum fan_status st = fan_place_array(at, FAN_GATEWAY_PLANS_MAX, &count);
    if (st) return st;
    config->plan = fan_alloc_zero(count + 1, sizeof *config->plan);
    config->plan_count = count;
    for (size_t i = 0; i < count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        st = read_plan(config, (int)i, &element);
    }
    return st;
}
