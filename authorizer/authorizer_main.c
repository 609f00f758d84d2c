/* authorizer_main.c - the authorizer's program for custom runtimes. */
#include <jansson.h>

#include "authorizer/verdict.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/random.h"
#include "runtime/serve.h"

#define NS_PER_S INT64_C(1000000000)

static enum fan_status open_function(void **function, const char **error_type,
                                     struct fan_err *err)
{
    static struct fan_authorizer_config config;
    size_t seed;
    *error_type = "Runtime.BadConfiguration";
    fan_random_system(&seed, sizeof seed);
    json_object_seed(seed); /* of hash tables that others' names go into */
    enum fan_status st = fan_authorizer_config_read(
        &config, fan_serve_variable, fan_serve_variable("LAMBDA_TASK_ROOT"), err);
    if (!st) *function = &config;
    return st;
}

static void answer_event(void *function, const struct fan_runtime_event *event,
                         struct fan_answer *answer)
{
    struct fan_err why;
    fan_verdict_answer(function, event->body, event->body_bytes,
                       fan_clock_wall_ns() / NS_PER_S, answer, &why);
    if (why.code) fan_log(FAN_LOG_WARN, "authorizer", "refused: %s", why.text);
}

static void close_function(void *function)
{
    if (function) fan_authorizer_config_clear(function);
}

int main(void)
{
    static const struct fan_served served = { open_function, answer_event,
                                              close_function };
    return fan_serve(&served);
}
