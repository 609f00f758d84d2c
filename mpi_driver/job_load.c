/* job_load.c - see job_load.h. */
#include "mpi_driver/job_load.h"

#include "common/buf.h"
#include "mpi_driver/endpoint.h"

enum fan_status fan_job_load(struct fan_job **job, const char *path,
                             const struct fan_job_overlay *overlay, struct fan_comm *comm,
                             struct fan_err *err)
{
    const struct fan_option_list *set = overlay->set;
    struct fan_buf text = FAN_BUF_INIT(FAN_JOB_BYTES_MAX);
    enum fan_status st = FAN_OK;
    if (comm->rank == 0 && fan_buf_read_file(&text, path, err)) {
        if (err) err->code = FAN_EUSAGE; /* a wrong path is wrong usage */
        st = FAN_EUSAGE;
    }
    st = fan_comm_agree(comm, st, err);
    if (st) goto out;
    fan_comm_bcast_buf(comm, &text);
    struct fan_err own = { FAN_OK, "" };
    st = fan_job_parse(job, path, text.data ? text.data : "", text.size, set->item,
                       set->count, &own);
    if (st && err) *err = own;
    /* The same bytes fail alike everywhere: no rank needs to be named. */
    struct fan_err agreed = { FAN_OK, "" };
    enum fan_status all = fan_comm_agree(comm, st, &agreed);
    if (all && !st && err) *err = agreed;
    st = all;
    if (!st) st = fan_endpoint_settle(*job, overlay->profile, comm, err);
    if (st) {
        fan_job_free(*job);
        *job = NULL;
    }
out:
    fan_buf_clear(&text);
    return st;
}
