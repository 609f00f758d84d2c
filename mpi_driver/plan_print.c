/* plan_print.c - a plan as people read it; see fan_plan_print. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "common/number.h"
#include "mpi_driver/job_check.h"
#include "mpi_driver/plan.h"
#include "partition/slice.h"

#define CELLS_SHOWN 64

/* One number in a line of its own buffer: lines hold several. */
struct grouped {
    char text[FAN_NUMBER_GROUPED_MAX];
};
static struct grouped group(uint64_t value)
{
    struct grouped g;
    fan_number_grouped(value, g.text);
    return g;
}

struct duration {
    char text[32];
};
static struct duration duration(double seconds)
{
    struct duration d;
    if (seconds < 1)
        snprintf(d.text, sizeof d.text, "%.3g ms", seconds * 1000);
    else if (seconds < 120)
        snprintf(d.text, sizeof d.text, "%.3g s", seconds);
    else if (seconds < 7200)
        snprintf(d.text, sizeof d.text, "%.0f min", seconds / 60);
    else
        snprintf(d.text, sizeof d.text, "%.1f h", seconds / 3600);
    return d;
}

static void print_design(const struct fan_plan *plan, const struct fan_job *job,
                         FILE *out)
{
    if (plan->is_search) {
        char length[FAN_NUMBER_DURATION_MAX];
        fprintf(out,
                "experiment %s, %" PRIu32 " %s, each a search for the limit: %s, at most "
                "%s calls\n",
                fan_job_handler_words[job->experiment.handler], plan->cell_count,
                plan->cell_count == 1 ? "cell" : "cells",
                fan_number_duration_text(job->experiment.for_ns, length),
                group(plan->blocking.most).text);
        return;
    }
    fprintf(out, "experiment %s, %" PRIu32 " cells x ",
            fan_job_handler_words[job->experiment.handler], plan->cell_count);
    if (job->experiment.until_ci > 0)
        fprintf(out, "%" PRIu32 " to ", job->experiment.repetitions_min);
    fprintf(out, "%" PRIu32 " repetitions in %s%" PRIu32 " %s%s, seed %" PRIu64 "\n",
            plan->blocking.most, plan->is_open ? "at most " : "", plan->blocks,
            job->experiment.order == FAN_ORDER_RANDOMIZED_BLOCKS ? "randomised "
                                                                 : "ordered ",
            plan->blocks == 1 ? "block" : "blocks", job->seed);
    if (job->experiment.until_ci > 0)
        fprintf(out,
                "until      the 95 %% interval of a cell's median reaches %g %% of it to "
                "either side\n",
                job->experiment.until_ci * 100);
}

/* When probes come, and when it would be over if the run began now. */
static void print_probes(const struct fan_plan *plan, const struct fan_job *job,
                         FILE *out)
{
    char every[FAN_NUMBER_DURATION_MAX], length[FAN_NUMBER_DURATION_MAX], end[64];
    time_t when = time(NULL) + (time_t)plan->expected_s;
    struct tm local;
    localtime_r(&when, &local);
    strftime(end, sizeof end, "%Y-%m-%d %H:%M:%S %Z", &local);
    fprintf(out,
            "probes     %" PRIu32
            ", one every %s for %s: begun now, it would end at %s\n",
            plan->blocks, fan_number_duration_text(plan->every_ns, every),
            fan_number_duration_text(job->experiment.for_ns, length), end);
}

/* What a tune makes least, in words. */
static const char *least_of(const struct fan_job *job)
{
    static const char *const words[] = { "cost", "time", "cost and time in balance" };
    return words[job->tune.objective];
}

static void print_head(const struct fan_plan *plan, const struct fan_job *job, FILE *out)
{
    static const char *const endpoints[] = { "local", "aws", NULL };
    char ways[FAN_JOB_TRANSPORTS_TEXT];
    const char *where =
        job->endpoint == FAN_ENDPOINT_URL ? job->endpoint_url : endpoints[job->endpoint];
    fprintf(out, "job        %s\n", job->name);
    fprintf(out, "endpoint   %s, transport %s, prices of %s %s, %s\n", where,
            fan_job_transports(job, ways), job->price.region, job->price.arch,
            job->price.date);
    if (plan->is_sieve)
        fprintf(out,
                "sieve      [%s, %s) in %s partitions of equal modelled cost, "
                "%g %% of them recomputed here\n",
                group(job->sieve.range.begin).text, group(job->sieve.range.end).text,
                group(plan->partition_count).text, job->sieve.audit * 100);
    else if (job->tune.on)
        fprintf(out,
                "tune       %s for the least %s, %zu sizes from %" PRIu32 " to %" PRIu32
                " MB, at most %" PRIu32 " samples of %" PRIu32 " warm calls\n",
                fan_job_handler_words[job->experiment.handler], least_of(job),
                job->function_count, job->function[0].memory_mb,
                job->function[job->function_count - 1].memory_mb, job->tune.samples,
                job->tune.repetitions);
    else
        print_design(plan, job, out);
    if (plan->every_ns) print_probes(plan, job, out);
}

#define WAY_WIDTH 22 /* "gateway+key+authorizer" */

static int name_width(const struct fan_job *job)
{
    return job->transport_count > 1 ? 20 : 26;
}

/* A column for the transport, where there are several. */
static void print_way(const char *way, const struct fan_job *job, FILE *out)
{
    if (job->transport_count > 1) fprintf(out, "  %-*s", WAY_WIDTH, way);
}

static void print_cell(const struct fan_plan_cell *cell, const struct fan_job *job,
                       FILE *out)
{
    const struct fan_job_function *f = &job->function[cell->function];
    char name[FAN_JOB_LABEL_MAX];
    fprintf(out, "  %-*.*s", name_width(job), name_width(job), fan_job_label(f, name));
    print_way(fan_job_transport_words[f->transport], job, out);
    fprintf(out, " %6" PRIu32 " %6" PRIu32 " %9" PRIu32 " %9s", f->memory_mb, cell->work,
            cell->parallelism, group(cell->calls).text);
    if (cell->call_cpu_s > 0)
        fprintf(out, " %10s %12.3g", duration(cell->call_expected_s).text,
                cell->call_expected_usd);
    else
        fprintf(out, " %10s %12s", "unknown", "unknown");
    fprintf(out, " %12.3g\n", cell->attempt_worst_usd);
}

/* A tune knows the first sizes; what follows depends on the answers. */
static void print_samples(const struct fan_plan *plan, const struct fan_job *job,
                          FILE *out)
{
    for (uint32_t i = 0; i < plan->cell_count; i++)
        if (plan->cell[i].calls > 0) print_cell(&plan->cell[i], job, out);
    fprintf(out,
            "  sizes behind the first %" PRIu32 " follow from what is measured; "
            "reckoned at the largest\n\n",
            job->tune.samples < FAN_SIZING_STARTS ? job->tune.samples
                                                  : FAN_SIZING_STARTS);
}

static void print_cells(const struct fan_plan *plan, const struct fan_job *job, FILE *out)
{
    fprintf(out, "\n  %-*s", name_width(job), "function");
    print_way("via", job, out);
    fprintf(out, " %6s %6s %9s %9s %10s %12s %12s\n", "MB", "work", "in flight", "calls",
            "time/call", "$/call", "worst $");
    if (job->tune.on) {
        print_samples(plan, job, out);
        return;
    }
    for (uint32_t i = 0; i < plan->cell_count && i < CELLS_SHOWN; i++)
        print_cell(&plan->cell[i], job, out);
    if (plan->cell_count > CELLS_SHOWN)
        fprintf(out, "  ... and %" PRIu32 " more cells\n",
                plan->cell_count - CELLS_SHOWN);
    fprintf(out, "\n");
}

static void print_ranks(const struct fan_plan *plan, FILE *out)
{
    uint64_t least = plan->rank_calls[0], most = least;
    for (uint32_t r = 1; r < plan->ranks; r++) {
        if (plan->rank_calls[r] < least) least = plan->rank_calls[r];
        if (plan->rank_calls[r] > most) most = plan->rank_calls[r];
    }
    fprintf(out, "calls      ");
    if (plan->is_open && !plan->is_search)
        fprintf(out, "%s to ", group(plan->least_calls).text);
    else if (plan->is_open)
        fprintf(out, "at most ");
    fprintf(out, "%s, by %" PRIu32 " rank%s with %s", group(plan->calls).text,
            plan->ranks, plan->ranks == 1 ? "" : "s", plan->is_open ? "at most " : "");
    if (least == most)
        fprintf(out, "%s each\n", group(most).text);
    else
        fprintf(out, "%s to %s each\n", group(least).text, group(most).text);
}

static void print_sums(const struct fan_plan *plan, FILE *out)
{
    bool known = plan->expected_usd > 0;
    bool range = plan->is_open && !plan->is_search;
    fprintf(out, "attempts   at most %s: %" PRIu32 " per call\n",
            group(plan->attempts_worst).text, plan->call_attempts_max);
    if (known && range)
        fprintf(out,
                "cost       about $%.4g to $%.4g if every call is warm and succeeds at "
                "once; ",
                plan->least_usd, plan->expected_usd);
    else if (known)
        fprintf(out,
                "cost       %sabout $%.4g if every call is warm and succeeds at once; ",
                plan->is_search ? "at most " : "", plan->expected_usd);
    else
        fprintf(out, "cost       unknown for this function; ");
    fprintf(out, "$%.4g if everything goes wrong\n", plan->worst_usd);
    if (known && range)
        fprintf(out, "time       about %s to %s, by the model of docs/partition.md\n",
                duration(plan->least_s).text, duration(plan->expected_s).text);
    else if (known || plan->expected_s > 0)
        fprintf(out, "time       %sabout %s, by the model of docs/partition.md\n",
                plan->is_search ? "at most " : "", duration(plan->expected_s).text);
    else
        fprintf(out, "time       unknown for this function\n");
}

/* Its invocations are in no budget of invocations: whether it is asked, the gateway
 * decides. */
static void print_authorizer(const struct fan_plan *plan, const struct fan_job *job,
                             FILE *out)
{
    char cache[FAN_NUMBER_DURATION_MAX];
    uint64_t calls = 0;
    if (!fan_job_any_token(job)) return;
    for (uint32_t i = 0; i < plan->cell_count; i++)
        if (fan_job_sends_token(job, job->function[plan->cell[i].function].transport))
            calls += plan->cell[i].calls;
    if (plan->is_sieve) calls = plan->calls;
    const double usd = fan_price_authorizer_usd(&job->price, job->gateway.authorizer_mb);
    if (job->gateway.cache_ns == 0)
        fprintf(out,
                "authorizer asked for each of %s calls: as many invocations more, about "
                "$%.3g each, which the cost counts\n",
                group(calls).text, usd);
    else
        fprintf(out,
                "authorizer asked once per token (of a rank) and %s: a few invocations "
                "more, about $%.3g each, which the cost leaves out\n",
                fan_number_duration_text(job->gateway.cache_ns, cache), usd);
}

static void print_invocations(const struct fan_plan *plan, uint64_t budget, FILE *out)
{
    fprintf(out, "budget     %s invocations: ", group(budget).text);
    if (budget >= plan->attempts_worst)
        fprintf(out, "enough for every attempt\n");
    else if (budget >= plan->calls)
        fprintf(out, "enough for every call, and %s second attempts\n",
                group(budget - plan->calls).text);
    else if (plan->is_open && budget >= plan->least_calls)
        fprintf(out, "enough for the least calls; the run stops before it is exceeded\n");
    else
        fprintf(out, "too few, the run will stop with exit status 3 before call %s\n",
                group(budget + 1).text);
}

/* The dearest reservation against the smallest slice that a working rank gets. */
static bool slice_too_small(const struct fan_plan *plan, const struct fan_job *job)
{
    double dearest = 0;
    for (uint32_t i = 0; i < plan->cell_count; i++)
        if (plan->cell[i].attempt_worst_usd > dearest)
            dearest = plan->cell[i].attempt_worst_usd;
    uint32_t working = plan->ranks < job->parallelism ? plan->ranks : job->parallelism;
    return job->budget.usd / working < dearest;
}

static void print_dollars(const struct fan_plan *plan, const struct fan_job *job,
                          FILE *out)
{
    fprintf(out, "budget     $%.4g: ", job->budget.usd);
    if (slice_too_small(plan, job))
        fprintf(out, "too little, a rank's share does not cover the worst case of one "
                     "attempt (a shorter timeout_s lowers it)\n");
    else if (job->budget.usd >= plan->worst_usd)
        fprintf(out, "enough if everything goes wrong\n");
    else if (plan->expected_s <= 0)
        fprintf(out, "perhaps enough; the run stops before it is exceeded\n");
    else if (job->budget.usd >= plan->expected_usd ||
             (plan->is_open && job->budget.usd >= plan->least_usd))
        fprintf(out,
                "enough for the expected cost; the run stops before it is exceeded\n");
    else
        fprintf(out, "too little, the run will stop with exit status 3\n");
}

/* Functions of the local endpoint share this host's cores: say when they ask for more. */
static void print_host(const struct fan_plan *plan, const struct fan_job *job, FILE *out)
{
    double asked = 0;
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        const struct fan_plan_cell *cell = &plan->cell[i];
        double share = fan_plan_vcpus(job, job->function[cell->function].memory_mb);
        asked = fmax(asked, share * cell->parallelism);
    }
    if (plan->is_search) return; /* how many there will be shows in the run */
    if (job->endpoint == FAN_ENDPOINT_LOCAL && plan->host_cpus && asked > plan->host_cpus)
        fprintf(out,
                "host       the calls in flight want %.1f cores and this host has %u: "
                "durations and "
                "dollars come out too high (marked host_limited), results stay exact\n",
                asked, plan->host_cpus);
}

void fan_plan_print(const struct fan_plan *plan, const struct fan_job *job, FILE *out)
{
    print_head(plan, job, out);
    print_cells(plan, job, out);
    print_ranks(plan, out);
    print_sums(plan, out);
    print_authorizer(plan, job, out);
    if (job->budget.invocations) print_invocations(plan, job->budget.invocations, out);
    if (job->budget.usd > 0) print_dollars(plan, job, out);
    print_host(plan, job, out);
    if (!job->budget.invocations && job->budget.usd <= 0)
        fprintf(out, "budget     none: nothing but the plan limits the run\n");
}
