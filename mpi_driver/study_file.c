/* study_file.c - see study_file.h. Every key: docs/jobs.md. */
#include "mpi_driver/study_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_study.h"
#include "analysis/sink.h"
#include "mpi_driver/job.h"
#include "mpi_driver/job_schema.h"
#include "mpi_driver/job_tree.h"
#include "mpi_driver/job_value.h"
#include "mpi_driver/job_yaml.h"

#define LIST_MAX 64
#define AT_MAX   (2 * FAN_TREE_PATH_MAX) /* a path and a key */

/* ---- keys and shapes ---- */

static void check_keys(struct fan_value_reader *r, const struct fan_node *map,
                       const char *path, const char *const *keys, const char *expected)
{
    if (r->st) return;
    if (map->kind != FAN_NODE_MAP) {
        fan_value_fail(r, path, "expected a mapping with keys of %s", expected);
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        const char *key = map->child[i].key;
        char at[AT_MAX];
        bool known = false;
        for (size_t k = 0; keys[k]; k++)
            known = known || strcmp(keys[k], key) == 0;
        if (known) continue;
        const char *meant = fan_schema_suggest(key, keys);
        snprintf(at, sizeof at, "%s%s%.64s", path, *path ? "." : "", key);
        if (meant)
            fan_value_fail(r, at, "unknown, did you mean '%s'? expected one of %s", meant,
                           expected);
        else
            fan_value_fail(r, at, "unknown, expected one of %s", expected);
    }
}

static const struct fan_node *child(const struct fan_node *map, const char *key)
{
    return fan_tree_child(map, key, strlen(key));
}

/* The text of a scalar, or NULL where the key is missing or has failed. */
static const char *scalar(struct fan_value_reader *r, const struct fan_node *map,
                          const char *path, const char *key)
{
    const struct fan_node *node = child(map, key);
    char at[AT_MAX];
    if (!node) return NULL;
    snprintf(at, sizeof at, "%s%s%s", path, *path ? "." : "", key);
    if (node->kind == FAN_NODE_SCALAR && !fan_tree_is_null(node)) return node->text;
    fan_value_fail(r, at, "expected a single value");
    return NULL;
}

/* The texts of a list; a single value counts as a list of one. */
static void read_list(struct fan_value_reader *r, const struct fan_node *map,
                      const char *path, const char *key, struct fan_study_text_list *list)
{
    const struct fan_node *node = child(map, key);
    char at[AT_MAX];
    if (r->st || !node) return;
    const bool single = node->kind == FAN_NODE_SCALAR;
    const size_t count = single ? 1 : node->count;
    snprintf(at, sizeof at, "%s.%s", path, key);
    if (node->kind == FAN_NODE_MAP || count > LIST_MAX) {
        fan_value_fail(r, at, "expected a list of at most %d texts", LIST_MAX);
        return;
    }
    list->text = fan_alloc_zero(count + 1, sizeof *list->text);
    for (size_t i = 0; i < count; i++) {
        const struct fan_node *entry = single ? node : &node->child[i];
        if (entry->kind != FAN_NODE_SCALAR) {
            fan_value_fail(r, at, "entry %zu is no text, expected one", i);
            return;
        }
        list->text[list->count++] = fan_strdup(entry->text);
    }
}

/* ---- parts ---- */

static void check_answers(struct fan_value_reader *r, const char *path,
                          const struct fan_study_text_list *answers)
{
    char at[AT_MAX];
    snprintf(at, sizeof at, "%s.answers", path);
    for (size_t i = 0; !r->st && i < answers->count; i++) {
        int index = 0;
        fan_value_choice(r, at, answers->text[i], fan_report_question_keys(), &index);
    }
}

static void read_part(struct fan_value_reader *r, const struct fan_node *node,
                      size_t index, struct fan_study_part *part)
{
    static const char *const keys[] = { "job", "title", "set", "answers", NULL };
    static const struct fan_charset file = { 1, 1024, NULL, "the path of a job file" };
    static const struct fan_charset title = { 1, 160, NULL, "a title" };
    char path[FAN_TREE_PATH_MAX], at[AT_MAX];
    snprintf(path, sizeof path, "study.%zu", index);
    check_keys(r, node, path, keys, "job, title, set, answers");
    if (r->st) return;
    snprintf(at, sizeof at, "%s.job", path);
    if (!child(node, "job"))
        fan_value_fail(r, at, "missing, expected the path of a job file");
    fan_value_word(r, at, scalar(r, node, path, "job"), file, &part->job);
    snprintf(at, sizeof at, "%s.title", path);
    fan_value_word(r, at, scalar(r, node, path, "title"), title, &part->title);
    read_list(r, node, path, "set", &part->set);
    read_list(r, node, path, "answers", &part->answers);
    check_answers(r, path, &part->answers);
}

static void read_parts(struct fan_value_reader *r, const struct fan_node *root,
                       struct fan_study_file *study)
{
    const struct fan_node *list = child(root, "study");
    if (r->st) return;
    if (!list || list->kind != FAN_NODE_LIST || list->count < 1 ||
        list->count > FAN_STUDY_PARTS_MAX) {
        fan_value_fail(r, "study",
                       "expected a list of 1 to %d jobs such as [{job: work-sweep.yaml}]",
                       FAN_STUDY_PARTS_MAX);
        return;
    }
    study->part = fan_alloc_zero(list->count, sizeof *study->part);
    study->part_count = list->count;
    for (size_t i = 0; !r->st && i < list->count; i++)
        read_part(r, &list->child[i], i, &study->part[i]);
}

static void read_budget(struct fan_value_reader *r, const struct fan_node *root,
                        struct fan_study_file *study)
{
    static const char *const keys[] = { "invocations", "usd", NULL };
    static const struct fan_bounds calls = { 1, 1000000000, "attempts such as 2000" };
    static const struct fan_interval usd = { 1e-6, 1e6, "dollars such as 0.25" };
    const struct fan_node *budget = child(root, "budget");
    if (r->st || !budget) return;
    check_keys(r, budget, "budget", keys, "invocations, usd");
    fan_value_u64(r, "budget.invocations", scalar(r, budget, "budget", "invocations"),
                  calls, &study->budget.invocations);
    fan_value_double(r, "budget.usd", scalar(r, budget, "budget", "usd"), usd,
                     &study->budget.usd);
}

static void read_study(struct fan_value_reader *r, const struct fan_node *root,
                       struct fan_study_file *study)
{
    static const char *const keys[] = { "name", "title", "budget", "study", NULL };
    static const struct fan_charset name = { 1, 64, "._-", "a name such as study" };
    static const struct fan_charset title = { 1, 160, NULL, "a title" };
    check_keys(r, root, "", keys, "name, title, budget, study");
    if (!r->st && !child(root, "name"))
        fan_value_fail(r, "name", "missing, expected a name such as study");
    fan_value_word(r, "name", scalar(r, root, "", "name"), name, &study->name);
    fan_value_word(r, "title", scalar(r, root, "", "title"), title, &study->title);
    read_budget(r, root, study);
    read_parts(r, root, study);
}

/* ---- the whole ---- */

bool fan_study_is(const char *text, size_t n)
{
    struct fan_node root = { 0 };
    if (n > FAN_JOB_BYTES_MAX) return false;
    const bool is = !fan_yaml_read(&root, "", NULL, text, n, NULL) &&
                    root.kind == FAN_NODE_MAP && child(&root, "study");
    fan_tree_clear(&root);
    return is;
}

/* Whether a --set argument is about the study itself. */
static bool is_own(const char *set)
{
    static const char *const own[] = { "name=",   "title=", "budget.",
                                       "budget=", "study.", "study=" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strncmp(set, own[i], strlen(own[i])) == 0) return true;
    return false;
}

static void add_set(struct fan_study_part *part, const char *set)
{
    struct fan_study_text_list *list = &part->set;
    list->text = fan_realloc(list->text, list->count + 1, sizeof *list->text);
    list->text[list->count++] = fan_strdup(set);
}

enum fan_status fan_study_parse(struct fan_study_file **study, const char *name,
                                const char *text, size_t n, const char *const *sets,
                                size_t set_count, struct fan_err *err)
{
    struct fan_node root = { 0 };
    struct fan_study_file *fresh = fan_alloc_zero(1, sizeof *fresh);
    enum fan_status st = fan_yaml_read(&root, name, NULL, text, n, err);
    for (size_t i = 0; !st && i < set_count; i++)
        if (is_own(sets[i])) st = fan_tree_set(&root, sets[i], err);
    if (!st) {
        struct fan_value_reader r = { &root, name, err, FAN_OK };
        read_study(&r, &root, fresh);
        st = r.st;
    }
    for (size_t i = 0; !st && i < set_count; i++)
        for (size_t p = 0; !is_own(sets[i]) && p < fresh->part_count; p++)
            add_set(&fresh->part[p], sets[i]);
    if (!st) {
        *study = fresh;
        fresh = NULL; /* ownership moved to the caller */
    }
    fan_tree_clear(&root);
    fan_study_file_free(fresh);
    return st;
}

static void free_list(struct fan_study_text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->text[i]);
    free(list->text);
}

void fan_study_file_free(struct fan_study_file *study)
{
    if (!study) return;
    for (size_t i = 0; i < study->part_count; i++) {
        free(study->part[i].job);
        free(study->part[i].title);
        free_list(&study->part[i].set);
        free_list(&study->part[i].answers);
    }
    free(study->part);
    free(study->name);
    free(study->title);
    free(study);
}

/* ---- writing ---- */

static void put_quoted(struct fan_sink *sink, const char *key, const char *text)
{
    fan_sink_put(sink, "%s: \"", key);
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\') fan_sink_put(sink, "\\");
        fan_sink_bytes(sink, p, 1);
    }
    fan_sink_put(sink, "\"\n");
}

static void put_part(struct fan_sink *sink, const struct fan_study_part *part,
                     const char *folder)
{
    fan_sink_put(sink, "  - job: %s/job.yaml\n", folder);
    if (part->title) put_quoted(sink, "    title", part->title);
    if (part->answers.count == 0) return;
    fan_sink_put(sink, "    answers: [");
    for (size_t i = 0; i < part->answers.count; i++)
        fan_sink_put(sink, "%s%s", i > 0 ? ", " : "", part->answers.text[i]);
    fan_sink_put(sink, "]\n");
}

enum fan_status fan_study_write(const struct fan_study_file *study,
                                const char *const *folders, struct fan_buf *out,
                                struct fan_err *err)
{
    struct fan_sink sink = { out, err, FAN_OK };
    put_quoted(&sink, "name", study->name);
    if (study->title) put_quoted(&sink, "title", study->title);
    if (study->budget.invocations || study->budget.usd > 0)
        fan_sink_put(&sink, "budget:\n");
    if (study->budget.invocations)
        fan_sink_put(&sink, "  invocations: %" PRIu64 "\n", study->budget.invocations);
    if (study->budget.usd > 0) fan_sink_put(&sink, "  usd: %.15g\n", study->budget.usd);
    fan_sink_put(&sink, "study:\n");
    for (size_t i = 0; i < study->part_count; i++)
        put_part(&sink, &study->part[i], folders[i]);
    return sink.status;
}
