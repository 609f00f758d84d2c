/* control_limits.c - control calls about reserved concurrency and the account's limits.
 */
#include "local_lambda/control_call.h"

#include "local_lambda/function_json.h"
#include "local_lambda/service_error.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

bool fan_control_storage(struct fan_control_call *call, uint64_t freed, uint64_t added)
{
    uint64_t max = fan_registry_settings(call->registry)->code_bytes_max;
    if (fan_registry_code_bytes(call->registry) - freed + added <= max) return true;
    fan_service_error(call->answer, 400, "CodeStorageExceededException", NULL,
                      "Code storage limit exceeded.");
    return false;
}

void fan_control_get_concurrency(struct fan_control_call *call)
{
    json_t *body = json_object();
    if (call->function->reserved_set)
        json_object_set_new(body, "ReservedConcurrentExecutions",
                            json_integer((json_int_t)call->function->reserved));
    fan_answer_json(call->answer, 200, body);
}

void fan_control_put_concurrency(struct fan_control_call *call)
{
    const json_t *count = json_object_get(call->body, "ReservedConcurrentExecutions");
    if (!json_is_integer(count) || json_integer_value(count) < 0) {
        char *value = count ? json_dumps(count, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
        fan_service_invalid(call->answer, value, "reservedConcurrentExecutions",
                            "be an integer greater than or equal to 0");
        free(value);
        return;
    }
    if (fan_registry_reserve(call->registry, call->function, json_integer_value(count),
                             NULL)) {
        fan_service_error(
            call->answer, 400, "InvalidParameterValueException", NULL,
            "Specified ReservedConcurrentExecutions for function decreases "
            "account's UnreservedConcurrentExecution below its minimum value "
            "of [%" PRIu32 "].",
            fan_registry_settings(call->registry)->unreserved_min);
        return;
    }
    fan_control_get_concurrency(call);
}

void fan_control_delete_concurrency(struct fan_control_call *call)
{
    /* giving a reservation back cannot break the minimum */
    if (fan_registry_reserve(call->registry, call->function, -1, NULL)) abort();
    fan_answer_json(call->answer, 204, NULL);
}

void fan_control_account_settings(struct fan_control_call *call)
{
    const struct fan_registry_cfg *cfg = fan_registry_settings(call->registry);
    uint64_t code_bytes = fan_registry_code_bytes(call->registry);
    json_t *limit = json_pack(
        "{s:I,s:I,s:I,s:I,s:I}", "TotalCodeSize", (json_int_t)cfg->code_bytes_max,
        "CodeSizeUnzipped", (json_int_t)262144000, "CodeSizeZipped", (json_int_t)52428800,
        "ConcurrentExecutions", (json_int_t)cfg->concurrency,
        "UnreservedConcurrentExecutions",
        (json_int_t)fan_registry_unreserved(call->registry));
    json_t *usage =
        json_pack("{s:I,s:I}", "TotalCodeSize", (json_int_t)code_bytes, "FunctionCount",
                  (json_int_t)fan_registry_count(call->registry));
    fan_answer_json(call->answer, 200,
                    json_pack("{s:o,s:o}", "AccountLimit", limit, "AccountUsage", usage));
}
