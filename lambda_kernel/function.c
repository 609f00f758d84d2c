/* function.c - see function.h. */
#include "lambda_kernel/function.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/buf.h"
#include "common/clock.h"
#include "lambda_kernel/handlers.h"
#include "lambda_kernel/instance.h"
#include "lambda_kernel/proxy_event.h"

struct fan_function {
    fan_handler_fn *handle;
    struct fan_handler_context context;
    struct fan_instance instance;
    bool warm; /* has answered before */
};

/* How a failure is told to the caller: plain (errorType) and proxied (HTTP status). */
struct blame {
    const char *error_type;
    int http_status;
};

enum fan_status fan_function_new(struct fan_function **function, const char *handler,
                                 uint64_t memory_mb, struct fan_err *err)
{
    fan_handler_fn *handle = fan_handler_find(handler);
    if (!handle)
        return fan_fail(err, FAN_EUSAGE, "unknown handler '%.64s': expected one of %s",
                        handler, FAN_HANDLER_NAMES);
    struct fan_function *f = fan_alloc_zero(1, sizeof *f);
    f->handle = handle;
    f->context.memory_mb = memory_mb;
    fan_instance_init(&f->instance);
    /* jansson would open /dev/urandom for the same */
    json_object_seed(f->instance.hash_seed);
    *function = f;
    return FAN_OK;
}

void fan_function_free(struct fan_function *function)
{
    if (!function) return;
    fan_sieve_free(function->context.sieve);
    free(function);
}

static struct blame blame_for(enum fan_status st)
{
    if (st == FAN_EINVAL || st == FAN_EFORMAT)
        return (struct blame){ FAN_ERROR_INVALID_INPUT, 400 };
    if (st == FAN_EINTERRUPTED) return (struct blame){ FAN_ERROR_DEADLINE_EXCEEDED, 504 };
    if (st == FAN_ELIMIT) return (struct blame){ FAN_ERROR_ALLOCATION_FAILED, 507 };
    return (struct blame){ FAN_ERROR_INTERNAL, 500 };
}

static void add_measurements(struct fan_function *f, json_t *result, bool cold)
{
    const struct fan_deadline *d = &f->context.deadline;
    double cpu = (double)(fan_clock_cpu_ns() - d->start_cpu_ns) * 1e-9;
    double wall = (double)(fan_clock_mono_ns() - d->start_mono_ns) * 1e-9;
    json_object_set_new(result, "durationSeconds", json_real(wall));
    json_object_set_new(result, "cpuSeconds", json_real(cpu));
    json_object_set_new(result, "instance", json_string(f->instance.id));
    json_object_set_new(result, "cold", json_boolean(cold));
    json_object_set_new(result, "cpuModel", json_string(f->instance.cpu_model));
}

/* The reply's JSON text; *blame is filled when it is an error. */
static char *work(struct fan_function *f, const struct fan_event *event,
                  enum fan_status parsed, struct fan_err *err, struct blame *blame)
{
    bool cold = !f->warm;
    f->warm = true;
    json_t *result = json_object();
    enum fan_status st = parsed;
    if (!st) st = f->handle(&f->context, event->parameters, result, err);
    if (st == FAN_EINTERRUPTED) fan_err_prefix(err, "the deadline is near: ");
    if (!st) add_measurements(f, result, cold);
    char *text = st ? NULL : json_dumps(result, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(result);
    if (text) return text;
    if (!st) st = fan_fail(err, FAN_ESTATE, "cannot write the result as JSON");
    *blame = blame_for(st);
    return fan_answer_error_body(blame->error_type, err->text);
}

void fan_function_invoke(struct fan_function *function, const char *event,
                         size_t event_bytes, int64_t deadline_ms,
                         struct fan_answer *answer)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_event parsed;
    struct blame blame = { NULL, 200 };
    fan_deadline_start(&function->context.deadline, deadline_ms,
                       function->context.memory_mb);
    enum fan_status st = fan_event_parse(&parsed, event, event_bytes, &err);
    char *body = work(function, &parsed, st, &err, &blame);
    if (parsed.proxied) {
        char *reply = fan_event_reply(blame.http_status, body);
        free(body);
        body = reply;
        blame.error_type = reply ? NULL : FAN_ERROR_INTERNAL;
        if (!reply) body = fan_answer_error_body(FAN_ERROR_INTERNAL, "cannot reply");
    }
    *answer = (struct fan_answer){ blame.error_type, body, strlen(body) };
    fan_event_clear(&parsed);
}
