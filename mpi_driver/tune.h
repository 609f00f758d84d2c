/*
 * tune.h - the command `tune`: which memory size to visit next, decided after each visit
 * by all that was measured, and the function resized for it. The calls themselves are
 * made as in any run.
 */
#ifndef FAN_MPI_DRIVER_TUNE_H
#define FAN_MPI_DRIVER_TUNE_H

#include "analysis/price.h"
#include "mpi_driver/endpoint.h"
#include "mpi_driver/past.h"
#include "mpi_driver/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_tune;

/* What a tune needs of its run. Pointers are the caller's and outlive the tune. */
struct fan_tune_cfg {
    struct fan_comm *comm;
    const struct fan_job *job;
    const struct fan_plan *plan;
    const struct fan_price *price;
    const struct fan_past *past;
    const struct fan_endpoint *endpoint;
    const char *resumed_dir; /* NULL: a new run */
};

/**
 * Begin, or take up where the journals of resumed_dir end; collective. Owns:
 * fan_tune_end. Errors: those of fan_history_read; the same on all ranks.
 */
enum fan_status fan_tune_begin(struct fan_tune **tune, const struct fan_tune_cfg *cfg,
                               struct fan_err *err) FAN_MUST_CHECK;

/* The hooks `choose` and `seen` of struct fan_visits; context is the tune. */
enum fan_status fan_tune_choose(void *context, size_t index, struct fan_visit *visit,
                                bool *more, struct fan_err *err) FAN_MUST_CHECK;
void fan_tune_seen(void *context, const struct fan_record *record);

/**
 * End it. Rank 0 gives a resized function of a service back the size it had. NULL is
 * accepted. Errors: that this failed, on rank 0; what was measured stands.
 */
enum fan_status fan_tune_end(struct fan_tune *tune, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
