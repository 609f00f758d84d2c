/* compare_notes.c - what else differs between two runs, and what weakens either. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/compare_data.h"
#include "analysis/show.h"

#define HOST_SHARE_MAX 0.01 /* attempts that a busy host slowed, before it is said */
#define MEMORY_MIN     0.1  /* autocorrelation of neighbours, before it is said */

static void note(struct fan_comparison *c, const char *name, const char *detail, ...)
    FAN_PRINTF(3, 4);
static void note(struct fan_comparison *c, const char *name, const char *detail, ...)
{
    if (c->note_count == FAN_COMPARE_NOTES_MAX) return;
    struct fan_study_check *own = &c->note[c->note_count++];
    va_list args;
    memset(own, 0, sizeof *own);
    snprintf(own->name, sizeof own->name, "%s", name);
    va_start(args, detail);
    vsnprintf(own->detail, sizeof own->detail, detail, args);
    va_end(args);
}

static void note_other(struct fan_comparison *c, const char *name, const char *a,
                       const char *b)
{
    if (strcmp(a, b) != 0)
        note(c, name, "A: %.100s; B: %.100s", *a ? a : "unknown", *b ? b : "unknown");
}

static void note_conditions(struct fan_comparison *c)
{
    const struct fan_study *a = c->a.summary->study, *b = c->b.summary->study;
    note_other(c, "other workload", a->workload, b->workload);
    if (a->sieve.partitions != b->sieve.partitions)
        note(c, "other partitions", "A: %u; B: %u: a call is not the same work",
             a->sieve.partitions, b->sieve.partitions);
    if (a->local != b->local)
        note(c, "local against remote",
             "%s was measured on the local endpoint, which models AWS Lambda; the times "
             "of "
             "the other are of another kind",
             a->local ? "A" : "B");
    note_other(c, "other endpoint", a->endpoint, b->endpoint);
    note_other(c, "other region", a->region, b->region);
    note_other(c, "other transport", a->transport, b->transport);
    note_other(c, "other host", a->host, b->host);
    note_other(c, "other program version", a->program, b->program);
    note_other(c, "other answer to throttles", a->throttle_mode, b->throttle_mode);
    if (a->ranks != b->ranks) note(c, "other ranks", "A: %u; B: %u", a->ranks, b->ranks);
    if (a->randomized != b->randomized)
        note(c, "other order", "%s ran its settings in random blocks, the other in order",
             a->randomized ? "A" : "B");
}

/* An alias may have moved, or split its calls. */
static void note_versions(struct fan_comparison *c)
{
    char a[100], b[100];
    fan_versions_text(c->a.summary->study, a, sizeof a);
    fan_versions_text(c->b.summary->study, b, sizeof b);
    if (*a && *b) note_other(c, "other versions", a, b);
}

static void note_prices(struct fan_comparison *c)
{
    const struct fan_price *a = &c->a.summary->price, *b = &c->b.summary->price;
    if (strcmp(a->date, b->date) != 0)
        note(c, "prices of two dates", "A: %s; B: %s", a->date, b->date);
    if (strcmp(a->arch, b->arch) != 0 || strcmp(a->region, b->region) != 0)
        note(c, "other price list",
             "A: %s %s; B: %s %s: the cost differs by the list as well as by the time",
             a->region, a->arch, b->region, b->arch);
}

static double host_share(const struct fan_summary *summary)
{
    return summary->total.attempts > 0
               ? (double)summary->total.host_limited / (double)summary->total.attempts
               : 0.0;
}

static void note_host(struct fan_comparison *c)
{
    const double a = host_share(c->a.summary), b = host_share(c->b.summary);
    if (a > HOST_SHARE_MAX || b > HOST_SHARE_MAX)
        note(c, "host limited",
             "in %s of A's attempts and %s of B's the host had too little CPU: what "
             "differs "
             "may be the host's load",
             fan_show_share(a).s, fan_show_share(b).s);
}

/* What weakens one of the two. */
static void note_run(struct fan_comparison *c, const struct fan_summary *summary,
                     const char *name)
{
    const struct fan_study *study = summary->study;
    const struct fan_time_answer *time = &summary->answers->time;
    if (study->interrupted || study->budget_stopped)
        note(c, "incomplete run", "%s was %s: %s of %s planned calls", name,
             study->interrupted ? "interrupted" : "stopped by its budget",
             fan_show_count(summary->total.calls).s,
             fan_show_count(study->calls_planned).s);
    else if (summary->total.calls < study->calls_planned)
        note(c, "incomplete run", "%s has records of %s of %s planned calls", name,
             fan_show_count(summary->total.calls).s,
             fan_show_count(study->calls_planned).s);
    if (study->journal_bad_frames > 0)
        note(c, "damaged journal", "%s damaged frames of %s were skipped",
             fan_show_count(study->journal_bad_frames).s, name);
    if (time->n >= 20 && time->r1 > MEMORY_MIN && time->ljung.p < FAN_COMPARE_ALPHA)
        note(
            c, "neighbours alike",
            "calls that followed each other resemble each other in %s (r = %.2f): its %s "
            "calls tell about as much as %s independent ones, so that p-values and "
            "intervals are too good",
            name, time->r1, fan_show_count(time->n).s,
            fan_show_count((uint64_t)time->effective_n).s);
}

void fan_compare_notes(struct fan_comparison *c)
{
    const struct fan_compare_settings *settings = &c->settings;
    if (c->latency_instead)
        note(c, "latency, not duration",
             "a run has no REPORT lines: what the client measured is compared");
    note_conditions(c);
    note_versions(c);
    note_prices(c);
    note_host(c);
    note_run(c, c->a.summary, "A");
    note_run(c, c->b.summary, "B");
    for (size_t i = 0; i < settings->note_count; i++)
        note(c, settings->notes[i].name, "%s", settings->notes[i].detail);
    if (c->renamed > 0)
        note(
            c, "renamed functions",
            "%zu of %zu settings were matched by memory, work and calls in flight: their "
            "functions have other names",
            c->renamed, c->pair_count);
    if (c->only_a_count + c->only_b_count > 0)
        note(c, "settings without a partner",
             "%zu of A and %zu of B occur in one run only and are not compared",
             c->only_a_count, c->only_b_count);
}
