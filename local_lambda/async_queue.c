/* async_queue.c - see async_queue.h. Each waiting event has a timer of its own: the loop
 * keeps them in order. */
#include "local_lambda/async_queue.h"

#include "common/clock.h"
#include "common/log.h"
#include "local_lambda/aliases.h"
#include "local_lambda/async_event.h"
#include "local_lambda/event_config.h"
#include "local_lambda/function_id.h"
#include "local_lambda/invoke_request.h"
#include "local_lambda/versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define MS INT64_C(1000000)
/* functions that are each other's destination would go round for ever */
#define DESTINATIONS_MAX 16

struct event {
    TAILQ_ENTRY(event) all;
    struct fan_async *async;
    struct fan_timer *timer;
    struct fan_invocation *invocation; /* of the running attempt */
    struct fan_async_progress progress;
    char request_id[FAN_REQUEST_ID_MAX];
    char name[65], qualifier[129];
    uint32_t destinations; /* that led to this event */
    size_t bytes;
    char payload[];
};

struct fan_async {
    struct fan_async_cfg cfg;
    TAILQ_HEAD(, event) events;
    size_t count, bytes;
};

struct fan_async *fan_async_open(const struct fan_async_cfg *cfg)
{
    struct fan_async *async = fan_alloc_zero(1, sizeof *async);
    async->cfg = *cfg;
    TAILQ_INIT(&async->events);
    return async;
}

static void event_free(struct event *event)
{
    struct fan_async *async = event->async;
    TAILQ_REMOVE(&async->events, event, all);
    async->count--;
    async->bytes -= event->bytes;
    fan_timer_free(event->timer);
    fan_invocation_free(event->invocation);
    free(event);
}

void fan_async_close(struct fan_async *async)
{
    if (!async) return;
    if (async->count > 0)
        fan_log(FAN_LOG_WARN, "async",
                "%zu asynchronous events were still waiting or running at the end: they "
                "are lost",
                async->count);
    for (struct event *event; (event = TAILQ_FIRST(&async->events));)
        event_free(event);
    free(async);
}

static void attempt(void *context);

static struct event *event_new(struct fan_async *async, const char *name,
                               const char *qualifier, const void *payload, size_t bytes)
{
    if (async->count >= FAN_ASYNC_EVENTS_MAX ||
        async->bytes + bytes > FAN_ASYNC_BYTES_MAX)
        return NULL;
    struct event *event = fan_alloc_zero(1, sizeof *event + bytes);
    event->async = async;
    event->timer = fan_timer_new(async->cfg.engine->loop, attempt, event);
    event->progress.submitted_ns = fan_clock_mono_ns();
    fan_request_id(event->request_id);
    snprintf(event->name, sizeof event->name, "%s", name);
    snprintf(event->qualifier, sizeof event->qualifier, "%s", qualifier);
    event->bytes = bytes;
    if (bytes) memcpy(event->payload, payload, bytes);
    TAILQ_INSERT_TAIL(&async->events, event, all);
    async->count++;
    async->bytes += bytes;
    fan_timer_set(event->timer, 0);
    return event;
}

bool fan_async_submit(struct fan_async *async, const char *name, const char *qualifier,
                      const void *event, size_t event_bytes,
                      char request_id[FAN_REQUEST_ID_MAX])
{
    const struct event *added = event_new(async, name, qualifier, event, event_bytes);
    if (added) memcpy(request_id, added->request_id, sizeof added->request_id);
    return added != NULL;
}

/* --- the end of an event ------------------------------------------------------------ */

static enum fan_status write_record(const struct event *event, const char *function_arn,
                                    enum fan_async_end end, struct fan_buf *out,
                                    struct fan_err *err)
{
    const struct fan_invocation *invocation = event->invocation;
    char arn[sizeof((struct fan_function *)NULL)->arn + sizeof event->qualifier + 1];
    snprintf(arn, sizeof arn, "%s:%s", function_arn,
             *event->qualifier ? event->qualifier : FAN_VERSION_LATEST);
    struct fan_async_record record = { .request_id = event->request_id,
                                       .function_arn = arn,
                                       .end = end,
                                       .runs = event->progress.runs,
                                       .now_ns = fan_clock_wall_ns(),
                                       .event = event->payload,
                                       .event_bytes = event->bytes };
    if (invocation) {
        record.executed_version = invocation->version;
        record.response = invocation->body.data;
        record.response_bytes = invocation->body.size;
        record.failed = invocation->status != FAN_INVOCATION_OK;
    }
    return fan_async_record_write(&record, out, err);
}

/* Hand the record to the destination, which is asked asynchronously too. */
static enum fan_status deliver(const struct event *event, const char *destination,
                               const struct fan_buf *record, struct fan_err *err)
{
    char name[65], qualifier[129];
    if (event->destinations >= DESTINATIONS_MAX)
        return fan_fail(err, FAN_ELIMIT, "it is number %d in a row of them",
                        DESTINATIONS_MAX + 1);
    enum fan_status st =
        fan_function_id_parse(destination, strlen(destination), name, qualifier, err);
    if (st) return st;
    struct event *next =
        event_new(event->async, name, qualifier, record->data, record->size);
    if (!next) return fan_fail(err, FAN_ELIMIT, "the queue of events is full");
    next->destinations = event->destinations + 1;
    return FAN_OK;
}

static void tell_destination(const struct event *event, const char *function_arn,
                             enum fan_async_end end, const char *destination)
{
    struct fan_buf record = FAN_BUF_INIT(FAN_INVOKE_EVENT_MAX);
    struct fan_err err = { FAN_OK, "" };
    enum fan_status st = write_record(event, function_arn, end, &record, &err);
    if (!st) st = deliver(event, destination, &record, &err);
    if (st)
        fan_log(FAN_LOG_WARN, "async",
                "the destination '%.200s' of event %s is not told: %s", destination,
                event->request_id, err.text);
    fan_buf_clear(&record);
}

/* --- attempts ----------------------------------------------------------------------- */

static void conclude(struct event *event, const struct fan_function *latest,
                     enum fan_async_outcome outcome)
{
    const struct fan_async_cfg *cfg = &event->async->cfg;
    struct fan_event_config usual = fan_event_config_default(event->qualifier);
    const struct fan_event_config *config =
        fan_event_configs_find(latest, event->qualifier);
    if (!config) config = &usual;
    struct fan_async_rules rules = { cfg->retry_ms * MS, cfg->backoff_ms * MS,
                                     config->retries, config->age_s * 1000 * MS };
    int64_t now_ns = fan_clock_mono_ns(), due_ns = now_ns;
    enum fan_async_end end =
        fan_async_next(&rules, &event->progress, outcome, now_ns, &due_ns);
    if (end == FAN_ASYNC_AGAIN) {
        fan_invocation_free(event->invocation);
        event->invocation = NULL;
        fan_timer_set(event->timer, due_ns - now_ns);
        return;
    }
    const char *destination =
        end == FAN_ASYNC_SUCCESS ? config->on_success : config->on_failure;
    if (*destination) tell_destination(event, latest->arn, end, destination);
    event_free(event);
}

/* What the event is for has been deleted meanwhile. */
static void give_up(struct event *event)
{
    fan_log(FAN_LOG_WARN, "async", "event %s is dropped: there is no function '%s%s%s'",
            event->request_id, event->name, *event->qualifier ? ":" : "",
            event->qualifier);
    event_free(event);
}

static void on_done(struct fan_invocation *invocation)
{
    struct event *event = invocation->context;
    const struct fan_function *latest =
        fan_registry_find(event->async->cfg.registry, event->name);
    if (latest)
        conclude(event, latest,
                 invocation->status == FAN_INVOCATION_OK ? FAN_ASYNC_RAN
                                                         : FAN_ASYNC_FAILED);
    else
        event_free(event); /* it ran; nobody is left to ask how often and to tell */
}

/* The endpoint ends meanwhile: fan_async_close counts it. */
static void on_abandon(struct fan_invocation *invocation)
{
    (void)invocation;
}

/* False: refused. */
static bool run(struct event *event, struct fan_function *version, enum fan_fault fault)
{
    struct fan_invocation *invocation = fan_invocation_new();
    memcpy(invocation->request_id, event->request_id, sizeof invocation->request_id);
    invocation->qualifier = event->qualifier;
    invocation->event = event->bytes ? event->payload : "{}";
    invocation->event_bytes = event->bytes ? event->bytes : 2;
    invocation->doomed = fault == FAN_FAULT_KILL;
    invocation->done = on_done;
    invocation->abandon = on_abandon;
    invocation->context = event;
    event->invocation = invocation;
    if (!fan_pool_invoke(event->async->cfg.pool, version, invocation)) return true;
    event->invocation = NULL;
    fan_invocation_free(invocation);
    return false;
}

static void attempt(void *context)
{
    struct event *event = context;
    const struct fan_async_cfg *cfg = &event->async->cfg;
    struct fan_function *latest = fan_registry_find(cfg->registry, event->name);
    struct fan_function *version =
        latest ? fan_aliases_resolve(latest, event->qualifier, &cfg->engine->routing)
               : NULL;
    if (!version) {
        give_up(event);
        return;
    }
    if (latest->reserved_set && latest->reserved == 0) {
        conclude(event, latest, FAN_ASYNC_BLOCKED);
        return;
    }
    enum fan_fault fault = fan_faults_draw(cfg->faults);
    if (fault == FAN_FAULT_THROTTLE || fault == FAN_FAULT_ERROR ||
        !run(event, version, fault))
        conclude(event, latest, FAN_ASYNC_REFUSED);
}
