/* report_questions.c - see report_questions.h. */
#include "analysis/report_questions.h"

#include <string.h>

#include "analysis/report_parts.h"

/* clang-format off */
const struct fan_question fan_questions[] = {
    { "tune", "Which memory size is best?", "Memory size",
      fan_report_tune_arises, fan_report_tune_headline, fan_report_tune_details,
      fan_report_tune_table, { "sizing" } },
    { "versions", "Does the new version differ?", "Versions",
      fan_report_versions_arises, fan_report_versions_headline,
      fan_report_versions_details, fan_report_versions_tables, { "versions" } },
    { "memory", "Does more memory buy speed?", "Memory and speed",
      fan_report_memory_arises, fan_report_memory_headline, fan_report_memory_details,
      fan_report_memory_table, { "duration_memory" } },
    { "cost", "What does it cost, and which size is the best value?", "Cost",
      fan_report_spread_arises, fan_report_cost_headline, fan_report_cost_details,
      fan_report_cost_tables, { "cost_memory", "value" } },
    { "work", "Does time grow in proportion to the work?", "Work",
      fan_report_work_arises, fan_report_work_headline, fan_report_work_details,
      fan_report_work_table, { "work" } },
    { "concurrent", "Do sequential and concurrent calls differ?", "Concurrent calls",
      fan_report_load_arises, fan_report_load_headline, fan_report_load_details,
      fan_report_load_table, { "concurrent" } },
    { "scaling", "How does throughput grow with the calls in flight?", "Parallelism",
      fan_report_scaling_arises, fan_report_scaling_headline, fan_report_scaling_details,
      fan_report_scaling_table, { "scaling" } },
    { "transport", "Do the ways to the function differ?", "Transports",
      fan_report_transport_arises, fan_report_transport_headline,
      fan_report_transport_details, fan_report_transport_table, { NULL } },
    { "throttling", "When does throttling start, and what limits?", "Throttling",
      fan_report_throttling_arises, fan_report_throttling_headline,
      fan_report_throttling_details, fan_report_throttling_tables, { "throttling" } },
    { "failures", "What failed?", "Failures",
      fan_report_failures_arise, fan_report_failures_headline,
      fan_report_failures_details, fan_report_failures_table, { NULL } },
    { "time", "Did the same work vary over time?", "Variation over time",
      fan_report_time_arises, fan_report_time_headline, fan_report_time_details,
      NULL, { "course" } },
    { "spread", "How much do equal calls differ?", "Variation between calls",
      fan_report_spread_arises, fan_report_spread_headline, fan_report_spread_details,
      fan_report_spread_tables, { "distribution", "spread", "tail" } },
    { "trust", "Can this run be trusted?", "Trust",
      fan_report_trust_arises, fan_report_trust_headline, fan_report_trust_details,
      fan_report_trust_tables, { "timeline", "trust" } },
    { NULL, NULL, NULL, NULL, NULL, NULL, NULL, { NULL } },
};
/* clang-format on */

const struct fan_question *fan_question_find(const char *key)
{
    for (const struct fan_question *q = fan_questions; q->key; q++)
        if (strcmp(q->key, key) == 0) return q;
    return NULL;
}

/* Plain text in italics: only what would end them is escaped, so that report.md stays
 * readable. */
static void put_italics(struct fan_sink *sink, const char *text)
{
    fan_sink_put(sink, "*");
    for (const char *c = text; *c; c++)
        fan_sink_put(sink, strchr("*_`\\", *c) ? "\\%c" : "%c", *c);
    fan_sink_put(sink, "*");
}

static void put_figure(const struct fan_figure_made *figure, struct fan_sink *sink)
{
    if (figure->drawn)
        fan_sink_put(sink, "![%s](figures/%s.svg)\n\n", figure->title, figure->name);
    put_italics(sink, figure->caption);
    if (figure->drawn) fan_sink_put(sink, " Data: `figures/%s.dat`.", figure->name);
    fan_sink_put(sink, "\n\n");
}

void fan_question_chapter(const struct fan_question *question,
                          const struct fan_summary *summary,
                          const struct fan_figures *figures, struct fan_sink *sink)
{
    fan_sink_put(sink, "## %s\n\n", question->title);
    question->headline(summary, sink);
    fan_sink_put(sink, "\n\n");
    if (question->details) {
        const size_t before = sink->out->size;
        question->details(summary, sink);
        if (sink->out->size > before) fan_sink_put(sink, "\n");
    }
    for (size_t f = 0; f < FAN_QUESTION_FIGURES && question->figure[f]; f++)
        for (size_t i = 0; i < figures->n; i++)
            if (strcmp(figures->item[i].name, question->figure[f]) == 0)
                put_figure(&figures->item[i], sink);
    if (question->tables) question->tables(summary, sink);
}

void fan_question_line(const struct fan_question *question,
                       const struct fan_summary *summary, struct fan_sink *sink)
{
    fan_sink_put(sink, "- **%s**: ", question->term);
    question->headline(summary, sink);
    fan_sink_put(sink, "\n");
}
