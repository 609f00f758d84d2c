/* fanout.h - a rank's calls, made a number at a time: the loop at the heart of a run. */
#ifndef FAN_MPI_DRIVER_FANOUT_H
#define FAN_MPI_DRIVER_FANOUT_H

#include "common/buf.h"
#include "invoke/retry.h"
#include "invoke/transport.h"
#include "mpi_driver/budget.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a call stands. What is still pending after a run was never made or was left in
 * mid-retry: the budget or an interruption came first. */
enum fan_task_state { FAN_TASK_PENDING, FAN_TASK_DONE, FAN_TASK_FAILED };

/* A call to make. */
struct fan_task {
    uint64_t call;          /* its id in the run */
    uint32_t cell, block;   /* go into its records */
    uint32_t attempts_made; /* so far, by earlier runs too; numbers the next attempt */
    enum fan_task_state state;
};

/* What a call sends; filled by describe(). The strings outlive the call. */
struct fan_request {
    const char *function;
    const char *qualifier; /* NULL: $LATEST */
    const char *path;      /* as in struct fan_call */
    uint32_t memory_mb;    /* as declared: stands in where no REPORT tells */
    uint32_t timeout_ms;   /* of the whole attempt */
    uint64_t worst_pico;   /* the most the attempt can cost */
};

/* Time, so that tests need not wait for it. */
struct fan_fanout_clock {
    int64_t (*now_ns)(void *context); /* run clock */
    void (*sleep_ns)(void *context, int64_t ns);
    void *context;
};

/* What the loop asks of and tells its owner; context comes first everywhere. */
struct fan_fanout_hooks {
    void *context;
    /* Fill *request and append the payload. Errors end the run. */
    enum fan_status (*describe)(void *context, const struct fan_task *task,
                                struct fan_request *request, struct fan_buf *payload,
                                struct fan_err *err);
    /* An answer arrived that HTTP calls good: is it? May turn record->outcome into
     * FAN_OUTCOME_FUNCTION with an error type of its own. NULL: it is. */
    void (*inspect)(void *context, const struct fan_task *task,
                    struct fan_record *record);
    /* An attempt leaves; it counts from now on, whatever becomes of it. */
    void (*leaving)(void *context);
    /* Store attempts that came back together, for good. Their results count once this has
     * returned. Errors end the run. */
    enum fan_status (*store)(void *context, const struct fan_record *const *records,
                             size_t count, struct fan_err *err);
    /* Dollars that the attempt cost, as picodollars. */
    uint64_t (*cost_pico)(void *context, const struct fan_record *record);
    /* The task has got its final state. NULL: nobody wants to know. */
    void (*settled)(void *context, const struct fan_task *task,
                    const struct fan_record *last);
    /* Once per turn of the loop. NULL: nothing to do. */
    void (*tick)(void *context, uint32_t in_flight);
    /* How often the user asked to stop: 0, 1 (drain), 2 (drop). NULL: never. */
    int (*stop)(void *context);
};

/*
 * Whether anybody is there. Attempts that find no connection (refused, timed out, no such
 * host) and nothing else between them mean that the endpoint is gone; making more would
 * only fail, or back off for hours. It counts as gone after 3 of them over limit_ns or
 * more in retry mode, where back-off spaces them; in count mode, where nothing does,
 * after 3 in a row for every place and 10 at least. Lives as long as the run.
 */
struct fan_reach {
    const char *endpoint; /* for the error's text */
    int64_t limit_ns;
    uint32_t refused; /* in a row */
    int64_t since_ns; /* run clock: when the first of them left */
    bool gone;
    char cause[192]; /* the last failure in words */
};

struct fan_fanout_cfg {
    const struct fan_transport_ops *ops;
    struct fan_transport *transport; /* takes `places` attempts at once, or more */
    struct fan_fanout_clock clock;
    struct fan_fanout_hooks hooks;
    struct fan_retry_policy retry;
    struct fan_budget *budget; /* the rank's slice; the loop keeps it up to date */
    struct fan_random *random; /* of the back-off */
    uint32_t rank;
    uint64_t *seq;  /* number of the next record; advanced */
    uint32_t level; /* goes into the records: calls in flight over all ranks that the run
                       wants when an attempt leaves; may change between turns */
    bool rest;      /* the place of a refused call takes no other one in these turns */
    struct fan_reach *reach; /* kept up to date; NULL: never mind */
};

/**
 * Make every pending task, at most `places` in flight, until all have a final state, the
 * budget affords none of the rest, or the user asks to stop: then what is in flight is
 * awaited and the rest stays pending. places 0 makes nothing. Errors: those of the hooks
 * and the transport; FAN_ENET when the endpoint is gone (see fan_reach): what was in
 * flight has ended, and the rest is pending; and FAN_EINTERRUPTED when the user asked
 * twice; attempts in flight are then lost, and the transport is good for nothing but to
 * be closed.
 */
enum fan_status fan_fanout_run(const struct fan_fanout_cfg *cfg, struct fan_task *tasks,
                               size_t count, uint32_t places,
                               struct fan_err *err) FAN_MUST_CHECK;

/*
 * The same in pieces, for a search that changes how many calls are in flight while they
 * are: open, turns as often as wanted, close.
 */
struct fan_fanout;

/* How far one piece goes. */
struct fan_pace {
    uint32_t places;  /* at most in flight, up to those that were opened; a piece that
                         lowers them begins nothing new until enough have come back */
    size_t tasks;     /* how many of the tasks may have been begun at its end */
    int64_t until_ns; /* run clock: when it ends at the latest, whatever is in flight */
};

/* cfg and tasks outlive it. Owns: fan_fanout_close, which drops what is in flight. */
struct fan_fanout *fan_fanout_open(const struct fan_fanout_cfg *cfg,
                                   struct fan_task *tasks, size_t count, uint32_t places);
void fan_fanout_close(struct fan_fanout *fanout);

/**
 * Make calls until the pace's end, or until nothing is in flight and nothing may leave.
 * Places that rested may be used again. Errors: those of fan_fanout_run.
 */
enum fan_status fan_fanout_turns(struct fan_fanout *fanout, const struct fan_pace *pace,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* Tasks that have been begun, and calls in flight. */
size_t fan_fanout_begun(const struct fan_fanout *fanout);
uint32_t fan_fanout_in_flight(const struct fan_fanout *fanout);

#ifdef __cplusplus
}
#endif
#endif
