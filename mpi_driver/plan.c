/* plan.c - see plan.h.  What the expectations are made of: docs/partition.md. */
#include "mpi_driver/plan.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/price.h"
#include "mpi_driver/job_tune.h"
#include "lambda_kernel/deadline.h"
#include "partition/sieve_cost.h"
#include "partition/slice.h"

#define FULL_CORE_MB 1769.0 /* memory size that gets one whole vCPU */

/* `partitions: auto`: calls of about this many seconds, a quarter of the time-out at
 * most, and a fifth of the invocations left for second attempts */
static const double SIEVE_CALL_S = 1.0;
static const double TIMEOUT_SHARE = 0.25;
static const double BUDGET_SHARE = 0.8;
#define PARTS_MAX 100000

double fan_plan_vcpus(const struct fan_job *job, uint32_t memory_mb)
{
    const bool sieves = job->is_sieve || job->experiment.handler == FAN_HANDLER_SIEVE;
    if (memory_mb < FULL_CORE_MB) return memory_mb / FULL_CORE_MB;
    return sieves ? fan_deadline_threads(memory_mb) : 1.0;
}

/* CPU seconds of one loop of the array sieve: ns per number, linear in log(max) between
 * measured sizes, dearer where the array outgrows a cache */
static double eratosthenes_s(uint64_t max)
{
    static const struct {
        double max, ns;
    } knots[] = { { 1e4, 0.8 }, { 1e6, 1.25 }, { 4e6, 1.4 }, { 2e7, 2.8 }, { 1e8, 7.5 } };
    const int n = sizeof knots / sizeof *knots;
    double at = (double)max, ns = knots[0].ns;
    for (int i = 1; i < n && at > knots[i - 1].max; i++) {
        double part = log(at / knots[i - 1].max) / log(knots[i].max / knots[i - 1].max);
        ns = knots[i - 1].ns + fmin(part, 1) * (knots[i].ns - knots[i - 1].ns);
    }
    return at * ns * 1e-9;
}

/* CPU seconds of a call, 0 where nothing is known about the function. */
static double call_cpu_s(const struct fan_job *job, uint32_t work)
{
    static const double CALL_S = 0.0005, PRIME_TEST_S = 2e-6;
    uint64_t lo = job->experiment.lo, width = job->experiment.hi - lo;
    switch (job->experiment.handler) {
    case FAN_HANDLER_ERATOSTHENES:
        return CALL_S + work * eratosthenes_s(job->experiment.max);
    case FAN_HANDLER_SIEVE:
        return fan_sieve_cost_s((struct fan_range){ lo, lo + work * width });
    case FAN_HANDLER_ISPRIME: return CALL_S + work * PRIME_TEST_S;
    case FAN_HANDLER_CUSTOM: break;
    }
    return 0;
}

static void price_cell(struct fan_plan_cell *cell, const struct fan_job *job)
{
    const struct fan_job_function *f = &job->function[cell->function];
    const struct fan_price own = fan_job_price(job, &job->price, f), *price = &own;
    cell->attempt_worst_usd = fan_price_worst_usd(price, f->memory_most_mb, f->timeout_s);
    if (cell->call_cpu_s <= 0) return;
    cell->call_expected_s = cell->call_cpu_s / fan_plan_vcpus(job, f->memory_mb);
    double billed_s = fan_price_billed_ms(price, cell->call_expected_s * 1000, 0) / 1000;
    cell->call_expected_usd =
        fan_price_fee(price) + billed_s * f->memory_mb / 1024 * price->gb_second;
}

/* ---- sieve ---- */

static uint32_t choose_partitions(const struct fan_job *job)
{
    const struct fan_job_function *f = &job->function[0];
    double share = fan_plan_vcpus(job, f->memory_mb),
           most_s = f->timeout_s * TIMEOUT_SHARE * share;
    double parts_max = PARTS_MAX;
    if (job->sieve.partitions) return job->sieve.partitions;
    if (job->budget.invocations)
        parts_max =
            fmin(parts_max, floor((double)job->budget.invocations * BUDGET_SHARE));
    return fan_sieve_cost_parts(job->sieve.range, job->parallelism,
                                fmin(SIEVE_CALL_S, most_s),
                                parts_max < 1 ? 1 : (uint32_t)parts_max);
}

static void plan_sieve(struct fan_plan *plan, const struct fan_job *job)
{
    uint32_t n = choose_partitions(job);
    plan->partition = fan_alloc_zero(n, sizeof *plan->partition);
    plan->partition_count = n;
    double cpu_s = 0;
    for (uint32_t i = 0; i < n; i++) {
        plan->partition[i] = fan_sieve_cost_part(job->sieve.range, n, i);
        cpu_s += fan_sieve_cost_s(plan->partition[i]);
    }
    plan->cell_count = plan->blocks = 1;
    plan->cell = fan_alloc_zero(1, sizeof *plan->cell);
    plan->cell[0].work = 1;
    plan->cell[0].parallelism = job->parallelism;
    plan->cell[0].call_cpu_s = cpu_s / n;
    plan->visit_count = 1;
    plan->visit = fan_alloc_zero(1, sizeof *plan->visit);
    plan->visit[0].calls = n;
}

/* ---- experiment ---- */

static void plan_cells(struct fan_plan *plan, const struct fan_job *job)
{
    struct fan_factors factors = fan_job_factors(job);
    plan->cell_count = fan_design_cells(&factors);
    plan->cell = fan_alloc_zero(plan->cell_count, sizeof *plan->cell);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        struct fan_cell c = fan_design_cell(&factors, i);
        plan->cell[i].function = c.function;
        plan->cell[i].work = c.work;
        plan->cell[i].parallelism = c.parallelism;
        plan->cell[i].call_cpu_s = call_cpu_s(job, c.work);
    }
}

static void plan_experiment(struct fan_plan *plan, const struct fan_job *job)
{
    plan_cells(plan, job);
    plan->blocking = fan_job_blocking(job);
    plan->blocks = plan->blocking.blocks;
    plan->is_search = job->throttle == FAN_THROTTLE_FIND;
    plan->is_open = plan->is_search || job->experiment.until_ci > 0;
    plan->every_ns = job->experiment.every_ns;
    plan->visit_count = (size_t)plan->blocks * plan->cell_count;
    plan->visit = fan_alloc_zero(plan->visit_count, sizeof *plan->visit);
    fan_design_visits(plan->cell_count, &plan->blocking,
                      job->experiment.order == FAN_ORDER_RANDOMIZED_BLOCKS, job->seed,
                      plan->visit);
}

/* ---- tune ---- */

/* The first samples are known. For the others, of which there may be fewer, the largest
 * size stands in: its calls are the dearest that can come. */
static void plan_tune(struct fan_plan *plan, const struct fan_job *job)
{
    uint32_t *memory_mb = fan_alloc_zero(job->function_count, sizeof *memory_mb);
    struct fan_sizing_settings settings = fan_job_sizing(job, &job->price, memory_mb);
    plan_cells(plan, job);
    plan->blocks = job->tune.samples;
    plan->is_open = true;
    plan->blocking.most = job->tune.repetitions;
    plan->visit_count = job->tune.samples;
    plan->visit = fan_alloc_zero(plan->visit_count, sizeof *plan->visit);
    for (uint32_t i = 0; i < job->tune.samples; i++) {
        uint32_t cell = plan->cell_count - 1, start_mb = fan_sizing_start(&settings, i);
        for (uint32_t c = 0; c < plan->cell_count; c++)
            if (memory_mb[c] == start_mb) cell = c;
        plan->blocking.even += start_mb != 0; /* these are made for certain */
        plan->visit[i].block = i;
        plan->visit[i].cell = cell;
        plan->visit[i].calls = fan_job_sample_calls(job);
        plan->visit[i].first_call = (uint64_t)i * plan->visit[i].calls;
    }
    free(memory_mb);
}

/* ---- all ---- */

static void count_calls(struct fan_plan *plan, const struct fan_job *job)
{
    plan->rank_calls = fan_alloc_zero(plan->ranks, sizeof *plan->rank_calls);
    for (size_t v = 0; v < plan->visit_count; v++) {
        const struct fan_visit *visit = &plan->visit[v];
        plan->cell[visit->cell].calls += visit->calls;
        plan->calls += visit->calls;
        for (uint32_t r = 0; r < plan->ranks; r++) {
            struct fan_range own = fan_plan_visit_calls(plan, visit, r);
            plan->rank_calls[r] += own.end - own.begin;
        }
    }
    plan->call_attempts_max =
        job->throttle == FAN_THROTTLE_RETRY ? job->retry.attempts : 1;
    plan->attempts_worst = plan->calls * plan->call_attempts_max;
}

/* Seconds of a visit with every place in flight always busy. */
static double visit_s(const struct fan_plan *plan, const struct fan_visit *visit,
                      bool local)
{
    const struct fan_plan_cell *cell = &plan->cell[visit->cell];
    double waves = ceil((double)visit->calls / cell->parallelism);
    double wall_s = waves * cell->call_expected_s;
    if (local && plan->host_cpus)
        wall_s = fmax(wall_s, visit->calls * cell->call_cpu_s / plan->host_cpus);
    return wall_s;
}

/* A search without any refusal: its level climbs to the top, all calls are served. */
static double search_calls(const struct fan_job *job, const struct fan_plan_cell *cell)
{
    double window_s = (double)job->find_limit.window_ns * 1e-9, level_s = 0;
    double windows = (double)job->experiment.for_ns / (double)job->find_limit.window_ns;
    double climb = cell->parallelism > job->find_limit.start
                       ? ceil((double)(cell->parallelism - job->find_limit.start) /
                              job->find_limit.step)
                       : 0;
    double low = fmin(climb, windows);
    level_s = window_s *
              (low * job->find_limit.start + job->find_limit.step * low * (low - 1) / 2 +
               (windows - low) * cell->parallelism);
    if (!(cell->call_expected_s > 0)) return (double)cell->calls;
    return fmin((double)cell->calls, level_s / cell->call_expected_s);
}

static void sum_search(struct fan_plan *plan, const struct fan_job *job)
{
    plan->least_calls = 0;
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        const struct fan_plan_cell *cell = &plan->cell[i];
        plan->expected_usd += cell->call_expected_usd * search_calls(job, cell);
        plan->expected_s += (double)job->experiment.for_ns * 1e-9;
    }
}

static void sum_visits(struct fan_plan *plan, const struct fan_job *job)
{
    bool local = job->endpoint == FAN_ENDPOINT_LOCAL;
    uint32_t certain = plan->is_open ? plan->blocking.even : plan->blocks;
    for (size_t v = 0; v < plan->visit_count; v++) {
        const struct fan_visit *visit = &plan->visit[v];
        double usd = plan->cell[visit->cell].call_expected_usd * visit->calls;
        double wall_s = visit_s(plan, visit, local);
        plan->expected_usd += usd;
        if (!plan->every_ns || visit->block + 1 == plan->blocks)
            plan->expected_s += wall_s;
        if (visit->block >= certain) continue;
        plan->least_calls += visit->calls;
        plan->least_usd += usd;
        plan->least_s += wall_s;
    }
    if (plan->every_ns)
        plan->expected_s += (double)plan->every_ns * 1e-9 * (plan->blocks - 1);
}

static void sum_costs(struct fan_plan *plan, const struct fan_job *job)
{
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        struct fan_plan_cell *cell = &plan->cell[i];
        price_cell(cell, job);
        plan->worst_usd +=
            cell->attempt_worst_usd * (double)cell->calls * plan->call_attempts_max;
    }
    if (plan->is_search)
        sum_search(plan, job);
    else
        sum_visits(plan, job);
}

struct fan_plan *fan_plan_new(const struct fan_job *job, uint32_t ranks,
                              uint32_t host_cpus)
{
    assert(ranks >= 1);
    struct fan_plan *p = fan_alloc_zero(1, sizeof *p);
    p->ranks = ranks;
    p->host_cpus = host_cpus;
    p->is_sieve = job->is_sieve;
    if (job->is_sieve)
        plan_sieve(p, job);
    else if (job->tune.on)
        plan_tune(p, job);
    else
        plan_experiment(p, job);
    count_calls(p, job);
    sum_costs(p, job);
    return p;
}

void fan_plan_free(struct fan_plan *plan)
{
    if (!plan) return;
    free(plan->cell);
    free(plan->visit);
    free(plan->partition);
    free(plan->rank_calls);
    free(plan);
}

struct fan_range fan_plan_visit_calls(const struct fan_plan *plan,
                                      const struct fan_visit *visit, uint32_t rank)
{
    struct fan_range own = fan_slice_calls(
        visit->calls, plan->cell[visit->cell].parallelism, plan->ranks, rank);
    return (struct fan_range){ visit->first_call + own.begin,
                               visit->first_call + own.end };
}
