/* results.h - from a result folder's history to what people read. */
#ifndef FAN_MPI_DRIVER_RESULTS_H
#define FAN_MPI_DRIVER_RESULTS_H

#include "analysis/study.h"
#include "mpi_driver/calls.h"
#include "mpi_driver/folder.h"
#include "mpi_driver/history.h"
#include "mpi_driver/reduced.h"
#include "mpi_driver/sieve_proof.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_results {
    const char *dir;
    const struct fan_job *job;
    const struct fan_plan *plan;
    const struct fan_price *price;
    const struct fan_calls *calls;
    const struct fan_history *history;
    enum fan_ending ending;
    const struct fan_sieve_audit *audits; /* of a sieve */
    size_t audit_count;
    const struct fan_reduced *reduced; /* at the end of a run; NULL later */
};

struct fan_tune_results;

/* A study and all that it points to, but for what belongs to the results. */
struct fan_results_study {
    struct fan_study study;
    struct fan_study_check checks[FAN_SIEVE_CHECKS + 2];
    struct fan_study_cell *cells;
    struct fan_tune_results *tune; /* of a tune, whose cells and records are others */
    char command[FAN_FOLDER_WORD_MAX + 64]; /* how to repeat the run */
};

/* Fill *made, in place: it must not move. Owns: fan_results_study_clear. The results
 * outlive it. */
void fan_results_study_init(struct fan_results_study *made,
                            const struct fan_results *results);
void fan_results_study_clear(struct fan_results_study *made);

/* Write records.csv into the results' folder. Errors: FAN_EIO. */
enum fan_status fan_results_csv(const struct fan_results *results,
                                struct fan_err *err) FAN_MUST_CHECK;

/**
 * Summarise: the table to `out`; summary.json, the report, its figures and records.csv
 * into dir; at last the report's path to `out`. *good: every check holds and no call
 * failed. Errors: FAN_EIO.
 */
enum fan_status fan_results_write(const struct fan_results *results, FILE *out,
                                  bool *good, struct fan_err *err) FAN_MUST_CHECK;

/* The same for a part of a study, whose report comes later: the table to `out`,
 * records.csv and summary.json. */
enum fan_status fan_results_brief(const struct fan_results *results, FILE *out,
                                  bool *good, struct fan_err *err) FAN_MUST_CHECK;

/* Invocations and picodollars that the run took, with those that left no record. */
void fan_results_spent(const struct fan_results *results, uint64_t *invocations,
                       uint64_t *pico);

#ifdef __cplusplus
}
#endif
#endif
