/* instance_state.h - the phases of an instance, and what its files call of each other.
 * Only function_instance.c and instance_*.c include it.
 *
 *   DOWN --begin--> INIT (first time) or REINIT (its process died before)
 *   INIT --NEXT--> RUNNING        --died or too long--> REINIT
 *   REINIT --NEXT--> RUNNING      --died or too long--> SETTLED
 *   RUNNING --answer, death, time-out, out of memory--> SETTLED
 *   SETTLED --held time is over--> READY, or DOWN when the process died meanwhile
 *   READY --begin--> RUNNING, or PENDING until the process asks for its next event
 */
#ifndef FAN_LOCAL_LAMBDA_INSTANCE_STATE_H
#define FAN_LOCAL_LAMBDA_INSTANCE_STATE_H

#include "local_lambda/function_instance.h"
#include "local_lambda/runtime_link.h"
#include "local_lambda/sandbox.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fan_instance_phase {
    FAN_PHASE_DOWN,
    FAN_PHASE_INIT,
    FAN_PHASE_REINIT,
    FAN_PHASE_RUNNING,
    FAN_PHASE_SETTLED,
    FAN_PHASE_READY,
    FAN_PHASE_PENDING
};

/* Why a process was killed by us, when it was. */
enum fan_instance_cause { FAN_CAUSE_NONE, FAN_CAUSE_TIMEOUT, FAN_CAUSE_MEMORY };

struct fan_instance {
    struct fan_engine *engine;
    struct fan_release *release;
    struct fan_instance_events events;
    struct fan_runtime_link *link;
    struct fan_sandbox sandbox;
    enum fan_instance_phase phase;
    enum fan_instance_cause cause;
    bool started; /* had a process before */
    bool retired;
    struct fan_invocation *invocation;
    char last_id[FAN_REQUEST_ID_MAX]; /* of the invocation before */
    struct fan_timer *hold;
    int64_t start_ns, deadline_ns;
    int64_t over_ns; /* when the held time is over */
    char init_error_type[129];
    struct fan_buf init_error; /* body of init/error */
};

#define FAN_OUT_OF_MEMORY "Runtime.OutOfMemory"

/* --- instance_log.c --- */

/* What a process prints (context: its instance) goes to all who read it. */
void fan_instance_log(void *context, const char *text, size_t n);

/* START; END and REPORT, with the invocation's figures; INIT_REPORT of an init that
 * failed in phase "init" or "invoke" with status "error" or "timeout". */
void fan_instance_log_start(struct fan_instance *instance);
void fan_instance_log_report(struct fan_instance *instance);
void fan_instance_log_init_failed(struct fan_instance *instance, const char *phase,
                                  const char *status, const char *error_type);

/* --- function_instance.c --- */

/* The function's time-out. */
int64_t fan_instance_timeout_ns(const struct fan_instance *instance);

/* The invocation's clock starts: its duration and its deadline count from now. */
void fan_instance_clock_start(struct fan_instance *instance);

/* Give the invocation to the process, which asks for its next event. */
void fan_instance_deliver(struct fan_instance *instance);

/* Start the process anew with the invocation's clock running: a suppressed init. */
void fan_instance_reinit(struct fan_instance *instance);

/* --- instance_runtime.c --- */

/* A call of the Runtime API, as struct fan_runtime_link_events (context: the instance).
 */
enum fan_runtime_reply fan_instance_on_call(void *context, enum fan_runtime_call call,
                                            const char *id, size_t id_bytes,
                                            const struct fan_reader_request *request,
                                            bool *hold);

/* --- instance_settle.c --- */

/* The invocation ended at end_ns, its outcome is in it; find how long it lasts at this
 * memory size and hold it until then. */
void fan_instance_settle(struct fan_instance *instance, int64_t end_ns,
                         struct fan_sandbox_use used);

/* The same for one whose process is alive and that ends now: its figures are read. */
void fan_instance_settle_alive(struct fan_instance *instance);

/* The outcome: too long, or too much memory. Kills the process. */
void fan_instance_time_out(struct fan_instance *instance);
void fan_instance_out_of_memory(struct fan_instance *instance);

#ifdef __cplusplus
}
#endif
#endif
