/* compare_runs.h - the command `compare`: two result folders against each other. */
#ifndef FAN_MPI_DRIVER_COMPARE_RUNS_H
#define FAN_MPI_DRIVER_COMPARE_RUNS_H

#include "analysis/compare.h"
#include "common/err.h"

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_compare_options {
    const char *before, *after; /* result folders */
    const char *out;            /* NULL: AFTER/compare-with-BEFORE */
    enum fan_compare_metric metric;
    double margin, threshold; /* shares; 0: none */
    bool force;               /* compare different workloads */
    bool json;                /* compare.json to the output instead of the table */
};

/**
 * Compare, write the table (or JSON) to `output`, compare.html and its like into a
 * folder, and say where. A default folder that cannot be written is a warning. Errors:
 * FAN_EUSAGE, FAN_EIO, FAN_ENOTFOUND (a folder is no result folder).
 */
enum fan_status fan_compare_runs(const struct fan_compare_options *options, FILE *output,
                                 enum fan_compare_outcome *outcome,
                                 struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
