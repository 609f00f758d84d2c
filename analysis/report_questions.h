/*
 * report_questions.h - the questions that a run may answer. Each is a chapter of the
 * report and a line of its summary: a headline with its numbers, details, figures,
 * tables. Inside this room only.
 */
#ifndef FAN_ANALYSIS_REPORT_QUESTIONS_H
#define FAN_ANALYSIS_REPORT_QUESTIONS_H

#include "analysis/figures.h"
#include "analysis/sink.h"
#include "analysis/summary.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_QUESTION_FIGURES 4

struct fan_question {
    const char *key;   /* "memory": what a study's job file calls it */
    const char *title; /* the question */
    const char *term;  /* the same in a few words, for the summary */
    bool (*arises)(const struct fan_summary *summary);
    /* One or two sentences without a line end. */
    void (*headline)(const struct fan_summary *summary, struct fan_sink *sink);
    /* List items; NULL: none. */
    void (*details)(const struct fan_summary *summary, struct fan_sink *sink);
    void (*tables)(const struct fan_summary *summary,
                   struct fan_sink *sink);    /* or NULL */
    const char *figure[FAN_QUESTION_FIGURES]; /* names; NULL ends them */
};

/* All questions in the order of a report; the last has no key. */
extern const struct fan_question fan_questions[];

/* The question of that key, or NULL. */
const struct fan_question *fan_question_find(const char *key);

/* Its chapter: "## title", headline, details, figures, tables. */
void fan_question_chapter(const struct fan_question *question,
                          const struct fan_summary *summary,
                          const struct fan_figures *figures, struct fan_sink *sink);

/* One line of a summary: "- **term**: headline". */
void fan_question_line(const struct fan_question *question,
                       const struct fan_summary *summary, struct fan_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
