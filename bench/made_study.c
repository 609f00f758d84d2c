/* made_study.c - see made_study.h. */
#include "bench/made_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

#define PLACES_MAX    1024
#define ATTEMPTS_MOST 8
#define NET_MS        0.2 /* each way, and as much again at random */
#define REFUSAL_MS    1.0 /* until a refused call is answered */
#define BACKOFF_MS    50.0
#define BETWEEN_MS    0.05 /* from one call of a place to its next */

/* One place of the closed loop. */
struct place {
    double sent_ms, arrives_ms; /* of its next attempt */
    double busy_until_ms;       /* at the service; 0: idle */
    double backoff_ms;
    uint32_t left, attempt;
    uint64_t call;
    bool warm;
};

struct maker {
    const struct fan_made_plan *plan;
    struct fan_made_study *made;
    struct fan_noise_stream stream;
    struct place place[PLACES_MAX];
    size_t room;
    double now_ms;
    uint64_t calls, calls_all;
    double tokens, tokens_ms; /* of the bucket, and when they were counted */
    bool *warm;               /* cells x places */
};

struct fan_made_plan fan_made_defaults(void)
{
    struct fan_made_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.memory = (struct fan_made_levels){ { 128, 256, 512, 1024 }, 4 };
    plan.work = (struct fan_made_levels){ { 1 }, 1 };
    plan.parallelism = (struct fan_made_levels){ { 4 }, 1 };
    plan.repetitions = 100;
    plan.blocks = 10;
    plan.ranks = 2;
    plan.work_ms = 900.0;
    plan.noise = fan_noise_cloud;
    plan.seed = 1;
    return plan;
}

static double network_ms(struct maker *m)
{
    return NET_MS * (1.0 + fan_random_unit(&m->stream.random));
}

static double duration_ms(struct maker *m, const struct fan_study_cell *cell)
{
    const struct fan_made_plan *plan = m->plan;
    const double share = fmin(1.0, cell->memory_mb / 1769.0);
    const double through = (double)m->calls / (double)m->calls_all;
    double ms = (plan->fixed_ms + cell->work * plan->work_ms) / share;
    ms *= fan_noise_next(&m->stream, &plan->noise) * (1.0 + plan->drift * through);
    return plan->step_factor > 0.0 && through >= plan->step_at ? ms * plan->step_factor
                                                               : ms;
}

/* Does the service take a call that arrives now? */
static bool is_accepted(struct maker *m, double at_ms, uint32_t places)
{
    const struct fan_made_plan *plan = m->plan;
    double running = 0.0;
    switch (plan->limit) {
    case FAN_MADE_UNLIMITED: break;
    case FAN_MADE_CONCURRENCY:
        for (uint32_t p = 0; p < places; p++)
            running += m->place[p].busy_until_ms > at_ms;
        return running < plan->limit_at;
    case FAN_MADE_RATE:
        m->tokens += (at_ms - m->tokens_ms) / 1000.0 * plan->limit_at;
        m->tokens = fmin(m->tokens, plan->burst);
        m->tokens_ms = at_ms;
        if (m->tokens < 1.0) return false;
        m->tokens -= 1.0;
        break;
    }
    return true;
}

static struct fan_record *next_record(struct maker *m)
{
    struct fan_study *study = &m->made->study;
    if (study->record_count == m->room) {
        m->room = m->room ? 2 * m->room : 1024;
        struct fan_record *more = fan_alloc_zero(m->room, sizeof *more);
        if (study->record_count > 0)
            memcpy(more, m->made->records, study->record_count * sizeof *more);
        free(m->made->records);
        m->made->records = more;
    }
    return &m->made->records[study->record_count++];
}

static void run_call(struct maker *m, struct fan_record *r, struct place *place,
                     const struct fan_study_cell *cell)
{
    r->reported = true;
    r->http_status = 200;
    r->memory_mb = cell->memory_mb;
    r->max_memory_mb = 30;
    r->duration_ms = duration_ms(m, cell);
    r->cold = !place->warm;
    if (r->cold) r->init_ms = 20.0 + 10.0 * fan_random_unit(&m->stream.random);
    if (fan_random_unit(&m->stream.random) < m->plan->failure_share) {
        r->outcome = FAN_OUTCOME_FUNCTION;
        snprintf(r->error_type, sizeof r->error_type, "Runtime.OutOfMemory");
        snprintf(r->error_text, sizeof r->error_text, "signal: killed");
    }
    place->warm = r->outcome == FAN_OUTCOME_OK;
    r->billed_ms = (uint64_t)ceil(r->init_ms + r->duration_ms);
}

/* Make the attempt of a place; the call is over unless it is tried again. */
static void attempt(struct maker *m, uint32_t cell, uint32_t block, uint32_t slot,
                    uint32_t places)
{
    struct place *place = &m->place[slot];
    const struct fan_study_cell *own = &m->made->cells[cell];
    struct fan_record *r = next_record(m);
    if (place->attempt == 0) place->call = m->calls++;
    r->rank = slot % m->plan->ranks;
    r->slot = slot / m->plan->ranks;
    r->call = place->call;
    r->cell = cell;
    r->block = block;
    r->attempt = place->attempt;
    r->in_flight = 1;
    r->backoff_ns = (int64_t)(place->backoff_ms * 1e6);
    r->sent_ns = r->intended_ns = (int64_t)(place->sent_ms * 1e6);
    snprintf(r->function, sizeof r->function, "%.79s", own->function);
    double took_ms = REFUSAL_MS;
    const bool accepted = is_accepted(m, place->arrives_ms, places);
    if (accepted) {
        run_call(m, r, place, own);
        took_ms = r->init_ms + r->duration_ms;
        place->busy_until_ms = place->arrives_ms + took_ms;
    } else {
        r->outcome = FAN_OUTCOME_THROTTLE;
        r->reason = m->plan->hide_reason              ? FAN_REASON_NONE
                    : m->plan->limit == FAN_MADE_RATE ? FAN_REASON_RESERVED_RATE
                                                      : FAN_REASON_RESERVED_CONCURRENCY;
        r->http_status = 429;
    }
    const double end_ms = place->arrives_ms + took_ms + network_ms(m);
    r->end_ns = (int64_t)(end_ms * 1e6) - r->sent_ns;
    r->first_byte_ns = r->end_ns - 10000;

    const bool again = !accepted && m->plan->retry && place->attempt + 1 < ATTEMPTS_MOST;
    place->attempt = again ? place->attempt + 1 : 0;
    place->left -= !again;
    place->backoff_ms =
        again ? BACKOFF_MS * 2.0 * fan_random_unit(&m->stream.random) : 0.0;
    place->sent_ms = end_ms + place->backoff_ms + BETWEEN_MS;
    place->arrives_ms = place->sent_ms + network_ms(m);
}

/* The place whose attempt reaches the service first; `places` when all are done. */
static uint32_t next_place(const struct maker *m, uint32_t places)
{
    uint32_t first = places;
    for (uint32_t p = 0; p < places; p++)
        if (m->place[p].left > 0 &&
            (first == places || m->place[p].arrives_ms < m->place[first].arrives_ms))
            first = p;
    return first;
}

/* One visit: all ranks start together, each place works off its share of the calls. */
static void visit(struct maker *m, uint32_t cell, uint32_t block, uint32_t calls)
{
    struct fan_study *study = &m->made->study;
    const uint32_t places = m->made->cells[cell].parallelism;
    bool *warm = m->warm + (size_t)cell * PLACES_MAX;
    double end_ms = m->now_ms;
    m->tokens = m->plan->burst;
    m->tokens_ms = m->now_ms;
    for (uint32_t p = 0; p < places; p++) {
        struct place *place = &m->place[p];
        memset(place, 0, sizeof *place);
        place->left = calls / places + (p < calls % places);
        place->warm = warm[p];
        place->sent_ms = m->now_ms + 0.02 * fan_random_unit(&m->stream.random);
        place->arrives_ms = place->sent_ms + network_ms(m);
    }
    const size_t first = study->record_count;
    for (uint32_t p = next_place(m, places); p < places; p = next_place(m, places))
        attempt(m, cell, block, p, places);
    for (uint32_t p = 0; p < places; p++)
        warm[p] = m->place[p].warm;
    const uint32_t phase = (uint32_t)(study->phase_count / m->plan->ranks);
    for (uint32_t rank = 0; rank < m->plan->ranks; rank++) {
        struct fan_phase_mark *mark = &m->made->phases[study->phase_count];
        m->made->phase_rank[study->phase_count++] = rank;
        mark->phase = phase;
        mark->cell = cell;
        mark->block = block;
        mark->start_ns = mark->end_ns = (int64_t)(m->now_ms * 1e6);
        for (size_t i = first; i < study->record_count; i++) {
            const struct fan_record *r = &m->made->records[i];
            if (r->rank != rank) continue;
            mark->calls += r->attempt == 0;
            if (r->sent_ns + r->end_ns > mark->end_ns)
                mark->end_ns = r->sent_ns + r->end_ns;
        }
        end_ms = fmax(end_ms, (double)mark->end_ns / 1e6);
    }
    m->now_ms = end_ms + 0.3;
}

static void make_cells(struct fan_made_study *made, const struct fan_made_plan *plan)
{
    size_t n = 0;
    made->cells = fan_alloc_zero(plan->memory.n * plan->work.n * plan->parallelism.n,
                                 sizeof *made->cells);
    for (size_t a = 0; a < plan->memory.n; a++)
        for (size_t b = 0; b < plan->work.n; b++)
            for (size_t c = 0; c < plan->parallelism.n; c++) {
                struct fan_study_cell *cell = &made->cells[n++];
                cell->memory_mb = plan->memory.level[a];
                cell->work = plan->work.level[b];
                cell->parallelism = plan->parallelism.level[c];
                cell->calls_planned = plan->repetitions;
                snprintf(cell->function, sizeof cell->function, "eratosthenes-%u",
                         cell->memory_mb);
            }
    made->study.cells = made->cells;
    made->study.cell_count = n;
}

static int compare_records(const void *left, const void *right)
{
    const struct fan_record *a = left;
    const struct fan_record *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->sent_ns != b->sent_ns) return a->sent_ns < b->sent_ns ? -1 : 1;
    return (a->slot > b->slot) - (a->slot < b->slot);
}

/* By rank and time of sending, as journals are, numbered per rank. */
static void order_records(struct fan_made_study *made)
{
    const size_t n = made->study.record_count;
    uint64_t seq = 0;
    if (n > 0) qsort(made->records, n, sizeof *made->records, compare_records);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && made->records[i].rank != made->records[i - 1].rank) seq = 0;
        made->records[i].seq = seq++;
    }
}

static void describe(struct fan_study *study, const struct fan_made_plan *plan)
{
    snprintf(study->job, sizeof study->job, "made");
    snprintf(study->endpoint, sizeof study->endpoint, "local");
    snprintf(study->region, sizeof study->region, "us-east-1");
    snprintf(study->transport, sizeof study->transport, "invoke");
    snprintf(study->workload, sizeof study->workload, "made-up times, %s noise",
             plan->noise.name);
    snprintf(study->throttle_mode, sizeof study->throttle_mode, "%s",
             plan->retry ? "retry" : "count");
    study->seed = plan->seed;
    study->local = study->randomized = true;
    study->ranks = plan->ranks;
    study->blocks = plan->blocks;
    study->repetitions = plan->repetitions;
    study->command = "";
}

void fan_made_init(struct fan_made_study *made, const struct fan_made_plan *plan)
{
    memset(made, 0, sizeof *made);
    make_cells(made, plan);
    const size_t cells = made->study.cell_count, visits = cells * plan->blocks;
    struct maker *m = fan_alloc_zero(1, sizeof *m);
    uint32_t *order = fan_alloc_zero(cells, sizeof *order);
    m->plan = plan;
    m->made = made;
    m->calls_all = (uint64_t)cells * plan->repetitions;
    m->warm = fan_alloc_zero(cells * PLACES_MAX, sizeof *m->warm);
    fan_noise_start(&m->stream, plan->seed, 0);
    made->phases = fan_alloc_zero(visits * plan->ranks + 1, sizeof *made->phases);
    made->phase_rank = fan_alloc_zero(visits * plan->ranks + 1, sizeof *order);

    for (uint32_t block = 0; block < plan->blocks; block++) {
        for (uint32_t i = 0; i < cells; i++) {
            const uint64_t other = fan_random_below(&m->stream.random, i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        for (size_t i = 0; i < cells; i++)
            visit(m, order[i], block,
                  plan->repetitions / plan->blocks +
                      (block < plan->repetitions % plan->blocks));
    }
    order_records(made);
    describe(&made->study, plan);
    made->study.calls_planned = m->calls;
    made->study.elapsed_s = m->now_ms / 1000.0;
    made->study.records = made->records;
    made->study.phases = made->phases;
    made->study.phase_rank = made->phase_rank;
    free(order);
    free(m->warm);
    free(m);
}

void fan_made_clear(struct fan_made_study *made)
{
    free(made->cells);
    free(made->records);
    free(made->phases);
    free(made->phase_rank);
    memset(made, 0, sizeof *made);
}
