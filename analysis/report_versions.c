/* report_versions.c - does the new version differ? The sentences. "No difference shown"
 * is not "equal". */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/answers.h"
#include "analysis/report_parts.h"
#include "analysis/show.h"

#define PAIRS_TOLD 6 /* with a sentence of their own; the tables have more */

bool fan_report_versions_arises(const struct fan_summary *summary)
{
    return summary->answers->version_count > 0;
}

/* Outside text, for Markdown or for the terminal. */
struct voice {
    struct fan_sink *sink;
    bool markdown;
    bool begins; /* nothing stands before the sentence */
};

static void put_text(struct voice voice, const char *text)
{
    if (voice.markdown)
        fan_sink_markdown(voice.sink, text);
    else
        fan_sink_put(voice.sink, "%s", text);
}

/* The same at the beginning of a sentence, or behind the setting. */
static void put_first(struct voice voice, const char *text)
{
    char first[FAN_VERSION_NAME_MAX];
    snprintf(first, sizeof first, "%s", text);
    if (voice.begins) first[0] = (char)toupper((unsigned char)first[0]);
    put_text(voice, first);
}

/* "f, work 2x, 8 in flight: ", where there are several pairs. */
static void put_where(const struct fan_version_answer *answer,
                      const struct fan_summary *summary, struct voice voice)
{
    const struct fan_study_cell *cell = summary->cells[answer->other.cell].cell;
    char name[sizeof cell->function];
    if (summary->answers->version_count == 1) return;
    snprintf(name, sizeof name, "%.*s", (int)fan_versions_name_bytes(cell),
             cell->function);
    put_text(voice, name);
    if (summary->factors.work) fan_sink_put(voice.sink, ", work %ux", cell->work);
    if (summary->factors.parallelism)
        fan_sink_put(voice.sink, ", %u in flight", cell->parallelism);
    fan_sink_put(voice.sink, ": ");
}

/* "3 of 40 (7.5 %)" */
static void put_failed(const struct fan_version_side *side, struct fan_sink *sink)
{
    fan_sink_put(sink, "%s of %s", fan_show_count(side->failed).s,
                 fan_show_count(side->attempts).s);
    if (side->attempts > 0)
        fan_sink_put(sink, " (%s)",
                     fan_show_share((double)side->failed / (double)side->attempts).s);
}

static void put_shift(double shift, struct fan_interval ci, double sign,
                      struct fan_sink *sink)
{
    const struct fan_interval turned = { sign > 0.0 ? ci.lower : -ci.upper,
                                         sign > 0.0 ? ci.upper : -ci.lower };
    fan_sink_put(sink, "%s ms", fan_show_number(sign * shift).s);
    if (isfinite(turned.lower) && isfinite(turned.upper))
        fan_sink_put(sink, " %s", fan_show_interval(turned).s);
}

/* What to do about it. An alias can take the version back; of settings one is kept. */
static void put_advice(const struct fan_version_answer *answer, struct voice voice)
{
    const struct fan_interval cost = answer->cost.ci;
    const bool dearer = cost.lower > 1.0, cheaper = cost.upper < 1.0;
    switch (answer->verdict) {
    case FAN_VERSION_FAILS:
    case FAN_VERSION_SLOWER:
        fan_sink_put(voice.sink, answer->split ? ": roll back" : ": keep ");
        if (!answer->split) put_text(voice, answer->base.name);
        if (answer->verdict == FAN_VERSION_SLOWER && cheaper)
            fan_sink_put(voice.sink,
                         ", unless it is worth the time that a call costs %s %s as much",
                         fan_show_factor(answer->cost.ratio).s,
                         fan_show_interval(cost).s);
        break;
    case FAN_VERSION_SAME:
    case FAN_VERSION_FASTER:
        fan_sink_put(voice.sink, ": nothing speaks against it");
        if (dearer)
            fan_sink_put(voice.sink, " but that a call costs %s %s as much",
                         fan_show_factor(answer->cost.ratio).s,
                         fan_show_interval(cost).s);
        break;
    case FAN_VERSION_FEW:
    case FAN_VERSION_NONE: break;
    }
}

static void put_verdict(const struct fan_version_answer *answer,
                        const struct fan_summary *summary, struct voice voice)
{
    const struct fan_version_side *base = &answer->base, *other = &answer->other;
    struct fan_sink *sink = voice.sink;
    const bool slower = answer->verdict == FAN_VERSION_SLOWER;
    switch (answer->verdict) {
    case FAN_VERSION_FAILS:
        put_first(voice, other->name);
        fan_sink_put(sink, " fails more often than ");
        put_text(voice, base->name);
        fan_sink_put(sink, ": ");
        put_failed(other, sink);
        fan_sink_put(sink, " of its calls against ");
        put_failed(base, sink);
        fan_sink_put(sink, ", p %s", fan_show_p(answer->failed_p).s);
        break;
    case FAN_VERSION_FEW:
        put_first(voice, "too few calls to compare ");
        put_text(voice, other->name);
        fan_sink_put(sink, " with ");
        put_text(voice, base->name);
        fan_sink_put(sink, " (%s and %s values of the %s)", fan_show_count(other->n).s,
                     fan_show_count(base->n).s, fan_summary_main_text(summary));
        break;
    case FAN_VERSION_SAME:
        put_first(voice, other->name);
        fan_sink_put(sink, " takes as long as ");
        put_text(voice, base->name);
        fan_sink_put(sink,
                     " within %.0f %% (%s, ratio of the means %s, 90 %% interval %s)",
                     100 * FAN_EQUIVALENCE_MARGIN, fan_summary_main_text(summary),
                     fan_show_number(answer->same.ratio).s,
                     fan_show_interval(answer->same.tost).s);
        break;
    case FAN_VERSION_SLOWER:
    case FAN_VERSION_FASTER:
        put_first(voice, other->name);
        fan_sink_put(sink, slower ? " is slower than " : " is faster than ");
        put_text(voice, base->name);
        fan_sink_put(sink, " by ");
        put_shift(answer->time.shift, answer->time.shift_ci, slower ? 1.0 : -1.0, sink);
        fan_sink_put(sink, " (p %s, %s)", fan_show_p(answer->p).s,
                     fan_summary_main_text(summary));
        break;
    case FAN_VERSION_NONE:
        put_first(voice, "no difference shown between ");
        put_text(voice, other->name);
        fan_sink_put(sink, " and ");
        put_text(voice, base->name);
        fan_sink_put(sink, ", nor that they are the same within %.0f %%: shift ",
                     100 * FAN_EQUIVALENCE_MARGIN);
        put_shift(answer->time.shift, answer->time.shift_ci, 1.0, sink);
        fan_sink_put(sink, " (p %s, %s)", fan_show_p(answer->p).s,
                     fan_summary_main_text(summary));
        break;
    }
}

/* ", and got 16 % [..] of the calls where the alias gives it 10 %" */
static void put_wrong_split(const struct fan_version_answer *answer, struct voice voice)
{
    if (!answer->split || isnan(answer->weight) || answer->weight_inside) return;
    fan_sink_put(voice.sink, "; of the calls ");
    put_text(voice, answer->other.name);
    fan_sink_put(voice.sink, " got %s, where the alias gives it %s",
                 fan_show_share(answer->share).s, fan_show_share(answer->weight).s);
}

static void put_pair(const struct fan_version_answer *answer,
                     const struct fan_summary *summary, struct voice voice)
{
    put_where(answer, summary, voice);
    voice.begins = summary->answers->version_count == 1;
    put_verdict(answer, summary, voice);
    put_advice(answer, voice);
    put_wrong_split(answer, voice);
    fan_sink_put(voice.sink, ".");
}

void fan_report_versions_line(const struct fan_summary *summary, size_t pair,
                              struct fan_sink *sink)
{
    const struct voice voice = { sink, false, true };
    put_pair(&summary->answers->version[pair], summary, voice);
}

void fan_report_versions_headline(const struct fan_summary *summary,
                                  struct fan_sink *sink)
{
    static const char *const words[] = { "failing more often",
                                         "with too few calls",
                                         "the same within 5 %",
                                         "slower",
                                         "faster",
                                         "without a difference shown" };
    const struct fan_answers *answers = summary->answers;
    const struct voice voice = { sink, true, true };
    size_t counts[sizeof words / sizeof *words] = { 0 }, put = 0;
    if (answers->version_count == 1) {
        put_pair(&answers->version[0], summary, voice);
        return;
    }
    for (size_t i = 0; i < answers->version_count; i++)
        counts[answers->version[i].verdict]++;
    fan_sink_put(sink, "%zu comparisons of versions: ", answers->version_count);
    for (size_t v = 0; v < sizeof words / sizeof *words; v++)
        if (counts[v] > 0)
            fan_sink_put(sink, "%s%zu %s", put++ ? ", " : "", counts[v], words[v]);
    fan_sink_put(sink, ".");
}

/* "of 400 calls version 2 got 41, 10.2 % (99 % interval ..), as the alias says: 10 %" */
static void put_split(const struct fan_version_answer *answer, struct voice voice)
{
    const uint64_t all = answer->base.attempts + answer->other.attempts;
    struct fan_sink *sink = voice.sink;
    fan_sink_put(sink, "of %s calls that ", fan_show_count(all).s);
    put_text(voice, answer->base.name);
    fan_sink_put(sink, " or ");
    put_text(voice, answer->other.name);
    fan_sink_put(sink, " answered, the latter got %s, %s; 99 %% interval %s to %s",
                 fan_show_count(answer->other.attempts).s,
                 fan_show_share(answer->share).s,
                 fan_show_share(answer->share_ci.lower).s,
                 fan_show_share(answer->share_ci.upper).s);
    if (isnan(answer->weight))
        fan_sink_put(sink, "; the job does not say what the alias gives it.\n");
    else
        fan_sink_put(sink, ", which %s the %s that the alias gives it.\n",
                     answer->weight_inside ? "holds" : "does not hold",
                     fan_show_share(answer->weight).s);
}

void fan_report_versions_details(const struct fan_summary *summary, struct fan_sink *sink)
{
    const struct fan_answers *answers = summary->answers;
    const struct voice voice = { sink, true, true };
    const bool several = answers->version_count > 1;
    for (size_t i = 0; i < answers->version_count && i < PAIRS_TOLD; i++) {
        const struct fan_version_answer *answer = &answers->version[i];
        if (several) {
            fan_sink_put(sink, "- ");
            put_pair(answer, summary, voice);
            fan_sink_put(sink, "\n");
        }
        if (answer->split) {
            fan_sink_put(sink, "- Split: ");
            put_where(answer, summary, voice);
            put_split(answer, voice);
        }
        if (several || answer->verdict == FAN_VERSION_FEW) continue;
        fan_sink_put(sink, "- Effect: %s (Cliff's delta %.2f).\n",
                     fan_rank_effect(answer->time.delta), answer->time.delta);
    }
}
