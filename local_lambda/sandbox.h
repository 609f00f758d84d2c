/* sandbox.h - the process inside an instance: its start and end, what it prints, and what
 * it uses. Knows nothing of phases and answers. */
#ifndef FAN_LOCAL_LAMBDA_SANDBOX_H
#define FAN_LOCAL_LAMBDA_SANDBOX_H

#include "local_lambda/engine.h"
#include "local_lambda/process.h"
#include "local_lambda/process_usage.h"
#include "local_lambda/release.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_sandbox {
    struct fan_engine *engine;
    struct fan_release *release; /* the owner's reference */
    void (*printed)(void *context, const char *text, size_t n);
    void *context;

    struct fan_process process; /* pid 0: none */
    bool dying;                 /* killed, not yet waited for */
    int64_t spawned_ns;
    uint64_t peak_bytes; /* most memory seen, descendants included */
    bool near_cap;       /* could outgrow its memory size soon: look at look_ns */

    /* private */
    char link_env[64], stream_env[128]; /* the two variables that differ by instance */
    struct fan_watch *log_watch;
    struct fan_usage usage;
    int64_t mark_ns, cpu_ns, runqueue_ns, family_cpu_ns; /* at the mark */
    int64_t seen_cpu_ns, look_ns, family_look_ns;        /* of the memory poll */
    int64_t unread_cpu_ns; /* used since its memory was read */
    uint64_t resident_bytes;
    uint64_t inherited_bytes; /* of its end's peak that may be ours, not its own */
    bool family; /* its processes have had children: they are counted from then on */
    int family_trials; /* full looks for them that are still to be made */
};

/* A sandbox without a process. printed is called with all that its processes print;
 * port: of its Runtime API. Owns: fan_sandbox_clear. */
void fan_sandbox_init(struct fan_sandbox *sandbox, struct fan_engine *engine,
                      struct fan_release *release, uint16_t port,
                      void (*printed)(void *context, const char *text, size_t n),
                      void *context);
void fan_sandbox_clear(struct fan_sandbox *sandbox);

/* Start the process. Errors: as fan_process_start. */
enum fan_status fan_sandbox_start(struct fan_sandbox *sandbox,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Kill the process and its group; its end is noticed later. */
void fan_sandbox_kill(struct fan_sandbox *sandbox);

/* The process was waited for: forget it. */
void fan_sandbox_gone(struct fan_sandbox *sandbox);

/* Call printed with what was printed by now. */
void fan_sandbox_read_log(struct fan_sandbox *sandbox);

/* An init ends: what its descendants used is not the next invocation's. */
void fan_sandbox_init_done(struct fan_sandbox *sandbox, int64_t init_ns);

/* An invocation starts at now_ns: usage counts from here. fresh: from the process's
 * start. */
void fan_sandbox_mark(struct fan_sandbox *sandbox, int64_t now_ns, bool fresh);

/* What was used since the mark, in nanoseconds. */
struct fan_sandbox_use {
    int64_t cpu_ns;      /* descendants included */
    int64_t runqueue_ns; /* 0 when it was too short to matter */
};

/* Usage up to now_ns of the living process; updates peak_bytes. */
struct fan_sandbox_use fan_sandbox_used(struct fan_sandbox *sandbox, int64_t now_ns);

/* The same of a process that was waited for: cpu_ns and peak as wait4 gives them. */
struct fan_sandbox_use fan_sandbox_used_by_dead(struct fan_sandbox *sandbox,
                                                int64_t cpu_ns, uint64_t peak_bytes);

/* Time for another look at its memory? Then updates peak_bytes. */
void fan_sandbox_look(struct fan_sandbox *sandbox, int64_t now_ns);

/* Is peak_bytes above the function's memory size? */
bool fan_sandbox_over_memory(const struct fan_sandbox *sandbox);

/* peak_bytes in MB, rounded up; an overshoot counts as the whole memory size, since AWS
 * never reports more. */
uint32_t fan_sandbox_peak_mb(const struct fan_sandbox *sandbox);

#ifdef __cplusplus
}
#endif
#endif
