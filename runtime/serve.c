/* serve.c - see serve.h. */
#include "runtime/serve.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"

#define EXIT_INIT    1
#define EXIT_RUNTIME 2

const char *fan_serve_variable(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

/* Tell the platform why the function cannot start. */
static void report_init_error(struct fan_runtime *runtime, const char *error_type,
                              const char *message)
{
    struct fan_err err = { FAN_OK, "" };
    char *body = fan_answer_error_body(error_type, message);
    fan_log(FAN_LOG_ERROR, "init", "%s", message);
    if (fan_runtime_init_error(runtime, error_type, body, strlen(body), &err))
        fan_log(FAN_LOG_ERROR, "init", "%s", err.text);
    free(body);
}

static enum fan_status serve_events(struct fan_runtime *runtime,
                                    const struct fan_served *served, void *function,
                                    struct fan_err *err)
{
    for (;;) {
        struct fan_runtime_event event;
        enum fan_status st = fan_runtime_next(runtime, &event, err);
        if (st) return st;
        setenv("_X_AMZN_TRACE_ID", event.trace_id, 1);
        struct fan_answer answer;
        served->answer(function, &event, &answer);
        st = fan_runtime_answer(runtime, answer.error_type, answer.body,
                                answer.body_bytes, err);
        fan_answer_clear(&answer);
        if (st) return st;
    }
}

int fan_serve(const struct fan_served *served)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_runtime *runtime = NULL;
    void *function = NULL;
    const char *error_type = "Runtime.Unknown";
    fan_log_setup(FAN_LOG_WARN, "bootstrap");
    if (fan_runtime_open(&runtime, fan_serve_variable("AWS_LAMBDA_RUNTIME_API"), &err)) {
        fan_log(FAN_LOG_ERROR, "init", "%s", err.text);
        return EXIT_INIT;
    }
    int status = EXIT_INIT;
    if (served->open(&function, &error_type, &err)) {
        report_init_error(runtime, error_type, err.text);
    } else if (serve_events(runtime, served, function, &err)) {
        fan_log(FAN_LOG_ERROR, "runtime", "%s", err.text);
        status = EXIT_RUNTIME;
    }
    served->close(function);
    fan_runtime_close(runtime);
    return status;
}
