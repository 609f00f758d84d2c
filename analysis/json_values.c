/* json_values.c - see json_values.h. */
#include "analysis/json_values.h"

#include <math.h>

#include <jansson.h>

json_t *fan_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *fan_json_count(uint64_t value)
{
    return json_integer((json_int_t)value);
}

json_t *fan_json_interval(struct fan_interval bounds)
{
    json_t *pair = json_array();
    json_array_append_new(pair, fan_json_number(bounds.lower));
    json_array_append_new(pair, fan_json_number(bounds.upper));
    return pair;
}

void fan_json_set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value ? value : json_string(""));
}
