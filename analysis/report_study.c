/* report_study.c - see report_study.h. */
#include "analysis/report_study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/report_parts.h"
#include "analysis/report_questions.h"
#include "analysis/show.h"
#include "analysis/summary_data.h"

#define TEXT_BYTES_MAX ((size_t)32 << 20)
#define KEYS_MAX       32
#define PATH_BYTES_MAX 4096

struct fan_study_report {
    char *title, *job;
    struct fan_buf findings, chapters, designs, appendices; /* Markdown */
    struct fan_buf place;                                   /* of the first part run */
    struct fan_rules rules;
    json_t *parts;
    size_t part_count, run_count;
    bool local;
    uint32_t ranks;
    uint64_t planned, done, attempts, host_limited;
    double usd, elapsed_s;
};

const char *const *fan_report_question_keys(void)
{
    static const char *keys[KEYS_MAX];
    size_t n = 0;
    for (const struct fan_question *q = fan_questions; q->key && n + 1 < KEYS_MAX; q++)
        keys[n++] = q->key;
    keys[n] = NULL;
    return keys;
}

struct fan_study_report *fan_study_report_new(const char *title, const char *job)
{
    struct fan_study_report *r = fan_alloc_zero(1, sizeof *r);
    r->title = fan_strdup(title);
    r->job = fan_strdup(job);
    r->parts = json_array();
    fan_buf_init(&r->findings, TEXT_BYTES_MAX);
    fan_buf_init(&r->chapters, TEXT_BYTES_MAX);
    fan_buf_init(&r->designs, TEXT_BYTES_MAX);
    fan_buf_init(&r->appendices, TEXT_BYTES_MAX);
    fan_buf_init(&r->place, TEXT_BYTES_MAX);
    return r;
}

void fan_study_report_free(struct fan_study_report *r)
{
    if (!r) return;
    fan_buf_clear(&r->findings);
    fan_buf_clear(&r->chapters);
    fan_buf_clear(&r->designs);
    fan_buf_clear(&r->appendices);
    fan_buf_clear(&r->place);
    json_decref(r->parts);
    free(r->title);
    free(r->job);
    free(r);
}

/* ---- adding a part ---- */

static bool is_asked(const struct fan_report_part *part, const struct fan_question *q)
{
    for (size_t i = 0; i < part->answer_count; i++)
        if (strcmp(part->answers[i], q->key) == 0) return true;
    return part->answer_count == 0;
}

/* Copy a chapter one level deeper, its figures in the part's folder. */
static void put_nested(struct fan_sink *sink, const char *text, const char *folder)
{
    static const char figures[] = "figures/";
    bool line_start = true;
    for (const char *p = text; *p; p++) {
        if (line_start && *p == '#') fan_sink_put(sink, "#");
        if ((*p == '(' || *p == '`') && strncmp(p + 1, figures, strlen(figures)) == 0)
            fan_sink_put(sink, "%c%s/", *p, folder);
        else
            fan_sink_bytes(sink, p, 1);
        line_start = *p == '\n';
    }
}

static void put_chapters(struct fan_sink *sink, const struct fan_report_part *part)
{
    struct fan_buf text = FAN_BUF_INIT(TEXT_BYTES_MAX);
    struct fan_sink own = { &text, NULL, FAN_OK };
    size_t chapters = 0;
    for (const struct fan_question *q = fan_questions; q->key; q++) {
        if (!is_asked(part, q) || !q->arises(part->summary)) continue;
        fan_question_chapter(q, part->summary, part->figures, &own);
        chapters++;
    }
    const char *body = text.data ? text.data : "";
    if (chapters == 1) body += strcspn(body, "\n"); /* the part's title asks already */
    put_nested(sink, body, part->folder);
    fan_buf_clear(&text);
}

/* The part's lines on the title page, as text for people and for programs. */
static json_t *put_findings(struct fan_sink *sink, const struct fan_report_part *part)
{
    json_t *lines = json_array();
    for (const struct fan_question *q = fan_questions; q->key; q++) {
        if (!is_asked(part, q) || !q->arises(part->summary)) continue;
        struct fan_buf text = FAN_BUF_INIT(TEXT_BYTES_MAX);
        struct fan_sink own = { &text, NULL, FAN_OK };
        q->headline(part->summary, &own);
        fan_sink_put(sink, "- %s\n", text.data ? text.data : "");
        json_array_append_new(lines, json_pack("{s:s,s:s}", "question", q->key, "finding",
                                               text.data ? text.data : ""));
        fan_buf_clear(&text);
    }
    return lines;
}

/* How the part was measured: a table of its own. */
static void put_design(struct fan_sink *sink, const struct fan_report_part *part,
                       size_t number)
{
    const struct fan_tallies *total = &part->summary->total;
    fan_sink_put(sink, "### Part %zu: ", number);
    fan_sink_markdown(sink, part->title);
    fan_sink_put(sink, "\n\n| what | value |\n| --- | --- |\n");
    fan_report_design(part->summary, sink);
    fan_sink_put(sink, "| cost | %s |\n", fan_show_usd(total->cost.total).s);
    fan_sink_put(sink, "| can it be trusted? | ");
    fan_report_trust_headline(part->summary, sink);
    if (total->host_limited > 0)
        fan_sink_put(sink, " Host limited: %s of %s attempts.",
                     fan_show_count(total->host_limited).s,
                     fan_show_count(total->attempts).s);
    fan_sink_put(sink, " |\n\n");
}

static void add_json(struct fan_study_report *r, const struct fan_report_part *part,
                     json_t *findings)
{
    const struct fan_summary *s = part->summary;
    json_array_append_new(
        r->parts,
        json_pack("{s:s,s:s,s:s,s:b,s:{s:I,s:I,s:I},s:I,s:I,s:f,s:f,s:o}", "folder",
                  part->folder, "title", part->title, "job", s->study->job, "ok",
                  fan_summary_ok(s), "calls", "planned",
                  (json_int_t)s->study->calls_planned, "done", (json_int_t)s->total.done,
                  "failed", (json_int_t)s->total.failed, "attempts",
                  (json_int_t)s->total.attempts, "throttled",
                  (json_int_t)s->total.throttled, "cost_usd", s->total.cost.total,
                  "elapsed_s", s->study->elapsed_s, "findings", findings));
}

static void add_run(struct fan_study_report *r, const struct fan_report_part *part)
{
    const struct fan_summary *summary = part->summary;
    struct fan_sink findings = { &r->findings, NULL, FAN_OK };
    struct fan_sink chapters = { &r->chapters, NULL, FAN_OK };
    struct fan_sink designs = { &r->designs, NULL, FAN_OK };
    struct fan_sink appendices = { &r->appendices, NULL, FAN_OK };
    struct fan_sink place = { &r->place, NULL, FAN_OK };
    struct fan_rules rules;

    add_json(r, part, put_findings(&findings, part));
    put_chapters(&chapters, part);
    put_design(&designs, part, r->part_count);
    fan_sink_put(&appendices, "## Appendix %zu: ", r->part_count);
    fan_sink_markdown(&appendices, part->title);
    fan_sink_put(&appendices, "\n\n");
    fan_report_appendix(summary, &appendices);
    fan_rules_judge(summary, &rules);
    fan_rules_merge(&r->rules, &rules, r->part_count);
    if (r->run_count++ == 0) fan_report_place(summary, &place);
    if (summary->study->ranks > r->ranks) r->ranks = summary->study->ranks;
    r->local = r->local || summary->study->local;
    r->planned += summary->study->calls_planned;
    r->done += summary->total.done;
    r->attempts += summary->total.attempts;
    r->host_limited += summary->total.host_limited;
    r->usd += summary->total.cost.total;
    r->elapsed_s += summary->study->elapsed_s;
}

void fan_study_report_add(struct fan_study_report *r, const struct fan_report_part *part)
{
    struct fan_sink findings = { &r->findings, NULL, FAN_OK };
    struct fan_sink chapters = { &r->chapters, NULL, FAN_OK };
    r->part_count++;
    fan_sink_put(&findings, "**%zu. ", r->part_count);
    fan_sink_markdown(&findings, part->title);
    fan_sink_put(&findings, "**\n\n");
    fan_sink_put(&chapters, "## %zu. ", r->part_count);
    fan_sink_markdown(&chapters, part->title);
    fan_sink_put(&chapters, "\n\n");
    if (part->summary) {
        add_run(r, part);
    } else {
        fan_sink_put(&findings, "- Not run.\n");
        fan_sink_put(&chapters, "This part was not run.\n\n");
        json_array_append_new(r->parts, json_pack("{s:s,s:s,s:n}", "folder", part->folder,
                                                  "title", part->title, "ok"));
    }
    fan_sink_put(&findings, "\n");
}

/* ---- writing ---- */

static void put_text(struct fan_sink *sink, const struct fan_buf *text)
{
    if (text->size > 0) fan_sink_bytes(sink, text->data, text->size);
}

static void put_report(const struct fan_study_report *r, struct fan_sink *sink)
{
    fan_sink_put(sink, "# ");
    fan_sink_markdown(sink, r->title);
    fan_sink_put(
        sink,
        "\n\nReport of a study with lambda-fanout: %zu of %zu parts run, %s of %s "
        "calls done in %s for %s.\n\n",
        r->run_count, r->part_count, fan_show_count(r->done).s,
        fan_show_count(r->planned).s, fan_show_seconds(r->elapsed_s).s,
        fan_show_usd(r->usd).s);
    if (r->local) fan_report_notice(r->host_limited, r->attempts, sink);
    fan_sink_put(sink, "## Summary of findings\n\n");
    put_text(sink, &r->findings);
    put_text(sink, &r->chapters);
    fan_sink_put(sink, "## Method\n\n");
    put_text(sink, &r->designs);
    fan_sink_put(sink, "### For all parts\n\n| what | value |\n| --- | --- |\n");
    put_text(sink, &r->place);
    fan_sink_put(sink, "\n");
    fan_report_methods(r->local, sink);
    fan_rules_table(&r->rules, sink);
    fan_sink_put(sink,
                 "## How to repeat\n\n```\nmpirun -np %u mpi_driver run %s\n```\n\nEach "
                 "part's folder has its own job, "
                 "raw data (`records.csv`, `journal-*.msgpack`), `summary.json` and "
                 "report.\n\n",
                 r->ranks, r->job);
    put_text(sink, &r->appendices);
}

static enum fan_status write_json(const struct fan_study_report *r, const char *path,
                                  struct fan_err *err)
{
    json_t *root =
        json_pack("{s:i,s:s,s:I,s:I,s:f,s:f,s:O}", "format", 1, "study", r->title,
                  "planned", (json_int_t)r->planned, "done", (json_int_t)r->done,
                  "cost_usd", r->usd, "elapsed_s", r->elapsed_s, "parts", r->parts);
    const int failed = !root || json_dump_file(root, path, JSON_INDENT(1));
    json_decref(root);
    return failed ? fan_fail(err, FAN_EIO, "cannot write '%.200s'", path) : FAN_OK;
}

enum fan_status fan_study_report_write(struct fan_study_report *r, const char *dir,
                                       struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(4 * TEXT_BYTES_MAX);
    struct fan_sink sink = { &text, err, FAN_OK };
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof path, "%.4000s/summary.json", dir);
    enum fan_status st = write_json(r, path, err);
    if (!st) {
        put_report(r, &sink);
        st = sink.status;
    }
    snprintf(path, sizeof path, "%.4000s/report.md", dir);
    if (!st) st = fan_buf_write_file(&text, path, err);
    if (!st) fan_report_convert(dir, r->title, true);
    fan_buf_clear(&text);
    return st;
}
