/* tune.c - see tune.h. */
#include "mpi_driver/tune.h"

#include "analysis/sizing_sums.h"
#include "mpi_driver/history.h"
#include "mpi_driver/job_tune.h"

#include <stdlib.h>
#include <string.h>

/* A sample as rank 0 knows it. */
struct sample {
    struct fan_sizing_sums sums;
    bool begun;    /* an earlier run chose its size */
    uint32_t cell; /* which the journals tell */
};

struct fan_tune {
    struct fan_tune_cfg cfg;
    struct fan_sizing_settings settings;
    uint32_t *memory_mb;                          /* of each cell: the candidates */
    struct fan_sizing_sums own;                   /* this rank's, of the visit at hand */
    struct sample sample[FAN_SIZING_SAMPLES_MAX]; /* rank 0 */
    uint32_t size_mb, before_mb; /* of the resized function: now; before the run. 0: not
                                    touched yet */
};

/* What rank 0 decides for all. */
struct decision {
    bool more;
    uint32_t cell;
};

/* --- the past --- */

/* Records tell which size a sample has; a mark does where no call of it came back. */
static void take_history(struct fan_tune *tune, const struct fan_history *history)
{
    const uint32_t cells = tune->cfg.plan->cell_count;
    for (size_t i = 0; i < history->phase_count; i++) {
        const struct fan_phase_mark *mark = &history->phases[i];
        if (mark->block >= tune->settings.samples_max || mark->cell >= cells) continue;
        tune->sample[mark->block].begun = true;
        tune->sample[mark->block].cell = mark->cell;
    }
    for (size_t i = 0; i < history->record_count; i++) {
        const struct fan_record *record = &history->records[i];
        if (record->block >= tune->settings.samples_max || record->cell >= cells)
            continue;
        struct sample *sample = &tune->sample[record->block];
        sample->begun = true;
        sample->cell = record->cell;
        fan_sizing_sums_take(&sample->sums, record);
    }
}

static enum fan_status read_past(struct fan_tune *tune, struct fan_err *err)
{
    struct fan_history history;
    enum fan_status st = fan_history_read(&history, tune->cfg.resumed_dir, err);
    if (st) return st;
    take_history(tune, &history);
    fan_history_clear(&history);
    return FAN_OK;
}

enum fan_status fan_tune_begin(struct fan_tune **tune, const struct fan_tune_cfg *cfg,
                               struct fan_err *err)
{
    struct fan_tune *fresh = fan_alloc_zero(1, sizeof *fresh);
    fresh->cfg = *cfg;
    fresh->memory_mb = fan_alloc_zero(cfg->job->function_count, sizeof *fresh->memory_mb);
    fresh->settings = fan_job_sizing(cfg->job, cfg->price, fresh->memory_mb);
    /* The run before may have left the function at any size: the job knows its own. */
    if (cfg->resumed_dir) fresh->before_mb = cfg->job->tune.listed_mb;
    enum fan_status st = FAN_OK;
    if (cfg->comm->rank == 0 && cfg->resumed_dir) st = read_past(fresh, err);
    st = fan_comm_agree(cfg->comm, st, err);
    *tune = fresh;
    return st;
}

/* --- the next sample --- */

void fan_tune_seen(void *context, const struct fan_record *record)
{
    fan_sizing_sums_take(&((struct fan_tune *)context)->own, record);
}

/* All ranks' sums of the last visit; added in rank order, so that equal records give
 * equal choices. */
static void gather_sums(struct fan_tune *tune, struct fan_sizing_sums *total)
{
    struct fan_comm *comm = tune->cfg.comm;
    struct fan_buf all = FAN_BUF_INIT((size_t)comm->size * sizeof tune->own);
    uint64_t *sizes = fan_alloc_zero((size_t)comm->size, sizeof *sizes);
    comm->ops->gather(comm, &tune->own, sizeof tune->own, &all, sizes);
    memset(&tune->own, 0, sizeof tune->own);
    for (size_t at = 0; at + sizeof tune->own <= all.size; at += sizeof tune->own) {
        struct fan_sizing_sums part;
        memcpy(&part, all.data + at, sizeof part);
        fan_sizing_sums_add(total, &part);
    }
    fan_buf_clear(&all);
    free(sizes);
}

static struct decision decide(const struct fan_tune *tune, size_t index)
{
    struct fan_sizing_sample samples[FAN_SIZING_SAMPLES_MAX];
    struct decision decision = { true, tune->sample[index].cell };
    if (tune->sample[index].begun) return decision;
    for (size_t i = 0; i < index; i++) {
        const struct sample *s = &tune->sample[i];
        samples[i] = fan_sizing_sums_sample(&s->sums, tune->memory_mb[s->cell]);
    }
    const struct fan_sizing_step step = fan_sizing_next(&tune->settings, samples, index);
    decision.more = !step.stop;
    for (uint32_t c = 0; c < tune->cfg.plan->cell_count; c++)
        if (tune->memory_mb[c] == step.memory_mb) decision.cell = c;
    return decision;
}

static bool is_pending(const struct fan_tune *tune, const struct fan_visit *visit)
{
    for (uint32_t i = 0; i < visit->calls; i++)
        if (!(tune->cfg.past->call_state[visit->first_call + i] & FAN_CALL_OVER))
            return true;
    return false;
}

/* Give the function the sample's size, once there are calls to make. */
static enum fan_status resize(struct fan_tune *tune, const struct fan_visit *visit,
                              struct fan_err *err)
{
    const struct fan_tune_cfg *cfg = &tune->cfg;
    const uint32_t memory_mb = tune->memory_mb[visit->cell];
    if (!cfg->job->tune.resize || tune->size_mb == memory_mb || !is_pending(tune, visit))
        return FAN_OK;
    enum fan_status st = FAN_OK;
    if (cfg->comm->rank == 0)
        st = fan_endpoint_resize(cfg->endpoint, cfg->job, cfg->job->function[0].name,
                                 memory_mb, tune->before_mb ? NULL : &tune->before_mb,
                                 err);
    tune->size_mb = memory_mb;
    return fan_comm_agree(cfg->comm, st, err);
}

enum fan_status fan_tune_choose(void *context, size_t index, struct fan_visit *visit,
                                bool *more, struct fan_err *err)
{
    struct fan_tune *tune = context;
    struct fan_comm *comm = tune->cfg.comm;
    struct decision decision;
    memset(&decision, 0, sizeof decision);
    if (index > 0) gather_sums(tune, &tune->sample[index - 1].sums);
    if (comm->rank == 0) {
        decision = decide(tune, index);
        tune->sample[index].cell = decision.cell;
    }
    comm->ops->bcast(comm, &decision, sizeof decision, 0);
    *more = decision.more;
    visit->cell = decision.cell;
    return decision.more ? resize(tune, visit, err) : FAN_OK;
}

enum fan_status fan_tune_end(struct fan_tune *tune, struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    if (!tune) return FAN_OK;
    const struct fan_tune_cfg *cfg = &tune->cfg;
    /* The embedded endpoint ends with the run: nothing of it needs to be put back. */
    if (cfg->comm->rank == 0 && tune->before_mb && tune->before_mb != tune->size_mb &&
        cfg->job->endpoint != FAN_ENDPOINT_LOCAL)
        st = fan_endpoint_resize(cfg->endpoint, cfg->job, cfg->job->function[0].name,
                                 tune->before_mb, NULL, err);
    free(tune->memory_mb);
    free(tune);
    return st;
}
