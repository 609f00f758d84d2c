/* bootstrap_main.c - the function's program for custom runtimes: get an event, answer it,
 * until the platform ends the process. */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/number.h"
#include "lambda_kernel/function.h"
#include "lambda_kernel/runtime_api.h"

#define EXIT_INIT    1
#define EXIT_RUNTIME 2

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* Tell the platform why the function cannot start. */
static void report_init_error(struct fan_runtime *runtime, const char *message)
{
    struct fan_err err = { FAN_OK, "" };
    char *body = fan_answer_error_body(FAN_ERROR_UNKNOWN_HANDLER, message);
    fan_log(FAN_LOG_ERROR, "init", "%s", message);
    if (fan_runtime_init_error(runtime, FAN_ERROR_UNKNOWN_HANDLER, body, strlen(body),
                               &err))
        fan_log(FAN_LOG_ERROR, "init", "%s", err.text);
    free(body);
}

static enum fan_status serve(struct fan_runtime *runtime, struct fan_function *function,
                             struct fan_err *err)
{
    for (;;) {
        struct fan_runtime_event event;
        enum fan_status st = fan_runtime_next(runtime, &event, err);
        if (st) return st;
        setenv("_X_AMZN_TRACE_ID", event.trace_id, 1);
        struct fan_answer answer;
        fan_function_invoke(function, event.body, event.body_bytes, event.deadline_ms,
                            &answer);
        st = fan_runtime_answer(runtime, answer.error_type, answer.body,
                                answer.body_bytes, err);
        fan_answer_clear(&answer);
        if (st) return st;
    }
}

int main(void)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_runtime *runtime = NULL;
    struct fan_function *function = NULL;
    uint64_t memory_mb = 0;
    fan_log_setup(FAN_LOG_WARN, "bootstrap");
    if (fan_runtime_open(&runtime, environment("AWS_LAMBDA_RUNTIME_API"), &err)) {
        fan_log(FAN_LOG_ERROR, "init", "%s", err.text);
        return EXIT_INIT;
    }
    if (fan_number_u64(environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 1, UINT32_MAX,
                       &memory_mb, NULL))
        memory_mb = 0;
    int status = EXIT_INIT;
    if (fan_function_new(&function, environment("_HANDLER"), memory_mb, &err)) {
        report_init_error(runtime, err.text);
    } else if (serve(runtime, function, &err)) {
        fan_log(FAN_LOG_ERROR, "runtime", "%s", err.text);
        status = EXIT_RUNTIME;
    }
    fan_function_free(function);
    fan_runtime_close(runtime);
    return status;
}
