/* plan_command.c - see plan_command.h. */
#include "mpi_driver/plan_command.h"

#include "mpi_driver/plan.h"
#include "mpi_driver/prices.h"

#include <unistd.h>

enum fan_status fan_plan_command(const char *path, const struct fan_job_overlay *overlay,
                                 FILE *out, struct fan_err *err)
{
    struct fan_comm *self = fan_comm_open_self();
    struct fan_job *job = NULL;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    enum fan_status st = fan_job_load(&job, path, overlay, self, err);
    if (!st) st = fan_prices_open(job, NULL, self, err);
    if (!st) {
        struct fan_plan *plan = fan_plan_new(job, (uint32_t)fan_comm_launched_size(),
                                             cpus > 0 ? (uint32_t)cpus : 0);
        fan_plan_print(plan, job, out);
        fan_plan_free(plan);
    }
    fan_job_free(job);
    self->ops->close(self);
    return st;
}
