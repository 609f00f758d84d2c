/* job_fuzz.c - any bytes as a job file: parsed or refused with a place and an
 * expectation; what parses is planned, written and parsed again to the same text. Input
 * behind a NUL byte is a --set argument. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mpi_driver/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds) abort();
}

static void write_and_reread(const struct fan_job *job)
{
    struct fan_buf once = FAN_BUF_INIT(16 * FAN_JOB_BYTES_MAX);
    struct fan_buf twice = FAN_BUF_INIT(16 * FAN_JOB_BYTES_MAX);
    struct fan_job *again = NULL;
    require(fan_job_write(job, &once, NULL) == FAN_OK);
    if (once.size <= FAN_JOB_BYTES_MAX) {
        require(fan_job_parse(&again, "b", once.data, once.size, NULL, 0, NULL) ==
                FAN_OK);
        require(fan_job_write(again, &twice, NULL) == FAN_OK);
        require(once.size == twice.size && !memcmp(once.data, twice.data, once.size));
    }
    fan_job_free(again);
    fan_buf_clear(&once);
    fan_buf_clear(&twice);
}

static void plan(const struct fan_job *job)
{
    /* large plans are slow, not different */
    struct fan_factors f = fan_job_factors(job);
    if (job->is_sieve ? job->sieve.partitions > 1000 || job->parallelism > 100
                      : fan_design_cells(&f) > 100 ||
                            fan_job_blocking(job).blocks > 1000 ||
                            job->experiment.repetitions > 1000)
        return;
    fan_plan_free(fan_plan_new(job, 3, 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = memchr(data, 0, size);
    size_t n = nul ? (size_t)(nul - data) : size;
    size_t set_n = nul ? size - n - 1 : 0;
    char *set = calloc(1, set_n + 1);
    if (!set) abort();
    if (set_n) memcpy(set, nul + 1, set_n);
    const char *sets[] = { set };
    struct fan_err err = { FAN_OK, "" };
    struct fan_job *job = NULL;
    enum fan_status st =
        fan_job_parse(&job, "a", (const char *)data, n, sets, nul ? 1 : 0, &err);
    require(st ? !job && err.text[0] : job != NULL);
    if (!st) {
        write_and_reread(job);
        plan(job);
    }
    fan_job_free(job);
    free(set);
    return 0;
}
