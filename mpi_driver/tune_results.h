/*
 * tune_results.h - a tune's results as those of an experiment whose cells are the sizes
 * that were visited. Most candidates never are, and the report should not speak of them.
 */
#ifndef FAN_MPI_DRIVER_TUNE_RESULTS_H
#define FAN_MPI_DRIVER_TUNE_RESULTS_H

#include "analysis/study.h"
#include "mpi_driver/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What `results` points to instead. */
struct fan_tune_results {
    struct fan_results results; /* as given, but for plan and history */
    struct fan_study_tune study;
    struct fan_plan plan;
    struct fan_history history;
    uint32_t *memory_mb;
};

/**
 * Fill from the results of a job with a tune, which must outlive it. Cells are numbered
 * anew, ascending in memory; the calls planned are those of the samples begun. Without
 * any there is one cell all the same, without calls. Owns: fan_tune_results_clear. Pure.
 */
void fan_tune_results_init(struct fan_tune_results *tune,
                           const struct fan_results *results);
void fan_tune_results_clear(struct fan_tune_results *tune);

#ifdef __cplusplus
}
#endif
#endif
