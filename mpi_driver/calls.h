/* calls.h - a job's calls: what each one sends, and whether its answer is one. */
#ifndef FAN_MPI_DRIVER_CALLS_H
#define FAN_MPI_DRIVER_CALLS_H

#include "analysis/price.h"
#include "mpi_driver/fanout.h"
#include "mpi_driver/job.h"
#include "mpi_driver/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_calls;

/* job and plan outlive the calls; price is without any gateway. Owns: fan_calls_free. */
struct fan_calls *fan_calls_new(const struct fan_job *job, const struct fan_plan *plan,
                                const struct fan_price *price);
void fan_calls_free(struct fan_calls *calls);

/**
 * Request and payload of a task. An attempt may take the function's time-out, 10 s of
 * INIT and a margin for the network; its worst price covers all three. Errors:
 * FAN_ELIMIT.
 */
enum fan_status fan_calls_describe(const struct fan_calls *calls,
                                   const struct fan_task *task,
                                   struct fan_request *request, struct fan_buf *payload,
                                   struct fan_err *err) FAN_MUST_CHECK;

/**
 * Look into a successful answer. A sieve's that cannot be read or cannot be true becomes
 * a function error of type "Driver.InvalidAnswer". Other answers are taken as they are.
 */
void fan_calls_inspect(const struct fan_calls *calls, const struct fan_task *task,
                       struct fan_record *record);

/* Worst price of any attempt of a cell, in picodollars. */
uint64_t fan_calls_worst_pico(const struct fan_calls *calls, uint32_t cell);

/* The dearest of all. */
uint64_t fan_calls_worst_pico_max(const struct fan_calls *calls);

/* What an attempt cost, in picodollars. */
uint64_t fan_calls_cost_pico(const struct fan_calls *calls,
                             const struct fan_record *record);

#ifdef __cplusplus
}
#endif
#endif
