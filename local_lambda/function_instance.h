/* function_instance.h - one execution environment: a process started from a function's
 * package that serves one invocation at a time. */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_INSTANCE_H
#define FAN_LOCAL_LAMBDA_FUNCTION_INSTANCE_H

#include "local_lambda/engine.h"
#include "local_lambda/invocation.h"
#include "local_lambda/release.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_instance;

/* What the owner of instances is told. */
struct fan_instance_events {
    /* The instance finished an invocation and can take the next one. */
    void (*idle)(void *context);
    /* A retired instance's process is gone: free it. */
    void (*gone)(void *context);
    void *context;
};

/**
 * An environment without a process yet; the first invocation starts it (a cold start).
 * Takes a reference of release. Owns: fan_instance_free. Errors: FAN_ENET (no socket).
 */
enum fan_status fan_instance_new(struct fan_instance **instance,
                                 struct fan_engine *engine, struct fan_release *release,
                                 const struct fan_instance_events *events,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* Kill and forget at once, an invocation in it too (done is not called). */
void fan_instance_free(struct fan_instance *instance);

struct fan_release *fan_instance_release(const struct fan_instance *instance);
pid_t fan_instance_pid(const struct fan_instance *instance); /* 0: no process */

/* Has its process asked for the next event? */
bool fan_instance_ready(const struct fan_instance *instance);

/* Run an invocation in an idle (or new) instance; its done is called at the end. */
void fan_instance_begin(struct fan_instance *instance, struct fan_invocation *invocation);

/* End an idle instance: gone follows, at once or when its process has died. */
void fan_instance_retire(struct fan_instance *instance);

/* Look at deadlines and memory of an instance that has an invocation. Call it about every
 * FAN_SWEEP_NS. Returns nanoseconds until its next deadline. */
#define FAN_SWEEP_NS INT64_C(5000000)
int64_t fan_instance_sweep(struct fan_instance *instance, int64_t now_ns);

/* Its process has died but was not waited for yet: take in what it still sent. */
void fan_instance_drain(struct fan_instance *instance);

/* Its process was waited for: status as of waitpid, CPU time of its whole life, most
 * resident bytes. */
void fan_instance_ended(struct fan_instance *instance, int status, int64_t cpu_ns,
                        uint64_t peak_bytes);

#ifdef __cplusplus
}
#endif
#endif
