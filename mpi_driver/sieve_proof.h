/* sieve_proof.h - the sum over a sieve's partitions, and what shows that it is right. */
#ifndef FAN_MPI_DRIVER_SIEVE_PROOF_H
#define FAN_MPI_DRIVER_SIEVE_PROOF_H

#include "analysis/study.h"
#include "mpi_driver/comm.h"
#include "mpi_driver/history.h"
#include "mpi_driver/job.h"
#include "mpi_driver/plan.h"
#include "partition/tally.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One partition that was recomputed here. */
struct fan_sieve_audit {
    uint32_t partition;
    struct fan_sieve_result result;
};

/**
 * Choose the partitions to recompute: `share` of them (at least one when share > 0),
 * drawn by seed without repetition, the same on every rank. chosen: room for `partitions`
 * entries. Returns how many. Pure.
 */
uint32_t fan_sieve_audit_choose(uint64_t seed, uint32_t partitions, double share,
                                uint32_t *chosen);

/**
 * Recompute the chosen partitions with our own kernel, each rank its part; collective.
 * *audits (rank 0 only, NULL elsewhere) and *count are set; the caller frees *audits.
 * An interruption ends it early, with what is done. Errors: those of the kernel.
 */
enum fan_status fan_sieve_audit_run(const struct fan_job *job,
                                    const struct fan_plan *plan, struct fan_comm *comm,
                                    struct fan_sieve_audit **audits, size_t *count,
                                    struct fan_err *err) FAN_MUST_CHECK;

#define FAN_SIEVE_CHECKS 4

/**
 * Book every successful record into a tally, each partition once; fill the study's sieve
 * part and write the checks: all partitions counted, no contradicting answers, the
 * published count (when there is one), the audit. Returns the number of checks written to
 * checks[], which has room for FAN_SIEVE_CHECKS.
 */
size_t fan_sieve_prove(const struct fan_job *job, const struct fan_plan *plan,
                       const struct fan_history *history,
                       const struct fan_sieve_audit *audits, size_t audit_count,
                       struct fan_study_sieve *sieve, struct fan_study_check *checks);

#ifdef __cplusplus
}
#endif
#endif
