/* control_api.h - the control calls (create, list, get, update, limit, delete, settings).
 */
#ifndef FAN_LOCAL_LAMBDA_CONTROL_API_H
#define FAN_LOCAL_LAMBDA_CONTROL_API_H

#include "local_lambda/function_id.h"
#include "local_lambda/http_message.h"
#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Told before a function goes away (all its versions with it) or changes, or a version
 * goes away, so that its instances can be retired. */
typedef void fan_function_changed_fn(void *context, struct fan_function *function,
                                     bool deleted);

/**
 * Answer a (verified) control call, an unknown path (404) or method too. Knows
 * CreateFunction, ListFunctions, GetFunction, GetFunctionConfiguration,
 * UpdateFunctionConfiguration, UpdateFunctionCode, DeleteFunction, PublishVersion,
 * ListVersionsByFunction, Create/Update/Get/List/DeleteAlias,
 * Put/Update/Get/Delete/ListFunctionEventInvokeConfig(s),
 * Create/Get/Update/DeleteFunctionUrlConfig, ListFunctionUrlConfigs,
 * Put/Get/DeleteFunctionConcurrency, GetAccountSettings, ListTags. Source: Lambda API
 * reference.
 */
void fan_control_answer(struct fan_registry *registry,
                        const struct fan_http_request *request,
                        fan_function_changed_fn *changed, void *context,
                        struct fan_http_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
