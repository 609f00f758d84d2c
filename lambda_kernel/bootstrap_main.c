/* bootstrap_main.c - the function's program for custom runtimes. */
#include "common/number.h"
#include "lambda_kernel/function.h"
#include "runtime/serve.h"

static enum fan_status open_function(void **function, const char **error_type,
                                     struct fan_err *err)
{
    struct fan_function *made = NULL;
    uint64_t memory_mb = 0;
    *error_type = FAN_ERROR_UNKNOWN_HANDLER;
    if (fan_number_u64(fan_serve_variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 1,
                       UINT32_MAX, &memory_mb, NULL))
        memory_mb = 0;
    enum fan_status st =
        fan_function_new(&made, fan_serve_variable("_HANDLER"), memory_mb, err);
    *function = made;
    return st;
}

static void answer_event(void *function, const struct fan_runtime_event *event,
                         struct fan_answer *answer)
{
    fan_function_invoke(function, event->body, event->body_bytes, event->deadline_ms,
                        answer);
}

static void close_function(void *function)
{
    fan_function_free(function);
}

int main(void)
{
    static const struct fan_served served = { open_function, answer_event,
                                              close_function };
    return fan_serve(&served);
}
