/* decided.h - what a run decided to do, found again in its history: the calls that count
 * as planned where a rule, the time of day or a search decides. Pure. */
#ifndef FAN_MPI_DRIVER_DECIDED_H
#define FAN_MPI_DRIVER_DECIDED_H

#include "analysis/study.h"
#include "mpi_driver/history.h"
#include "mpi_driver/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fill what the study says about it: the cells' planned calls and why they ended, the
 * probes, and the sum of planned calls. cells: plan->cell_count entries whose calls are
 * those of the plan.
 */
void fan_decided_fill(const struct fan_job *job, const struct fan_plan *plan,
                      const struct fan_history *history, enum fan_ending ending,
                      struct fan_study_cell *cells, struct fan_study *study);

#ifdef __cplusplus
}
#endif
#endif
