/* job_schema.c - see job_schema.h.  The only user of libcyaml. */
#include "mpi_driver/job_schema.h"

#include <stdio.h>
#include <string.h>

#include <cyaml/cyaml.h>

#include "common/buf.h"
#include "mpi_driver/job_yaml.h"

#define LIST_MAX   64 /* entries of any list */
#define YAML_BYTES (8 * 1024 * 1024)

/* Every single value is text; optional unless MUST. */
/* clang-format off */
#define MAY CYAML_FLAG_OPTIONAL
#define MUST CYAML_FLAG_DEFAULT
#define TEXT(flag, type, key) \
    CYAML_FIELD_STRING_PTR(#key, flag, struct fan_text_##type, key, 0, CYAML_UNLIMITED)
#define SECTION(flag, type, key, fields) \
    CYAML_FIELD_MAPPING_PTR(#key, flag, struct fan_##type, key, fields)

static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)
};

static const cyaml_schema_field_t version_fields[] = {
    TEXT(MAY, version, memory_mb), TEXT(MAY, version, handler), TEXT(MAY, version, package),
    CYAML_FIELD_SEQUENCE("environment", MAY | CYAML_FLAG_POINTER, struct fan_text_version,
                         environment, &text_entry, 1, LIST_MAX),
    CYAML_FIELD_END
};

static const cyaml_schema_value_t version_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct fan_text_version, version_fields)
};

static const cyaml_schema_field_t alias_fields[] = {
    TEXT(MUST, alias, name), TEXT(MUST, alias, version), TEXT(MAY, alias, canary),
    TEXT(MAY, alias, weight), CYAML_FIELD_END
};

static const cyaml_schema_field_t function_fields[] = {
    TEXT(MUST, function, name), TEXT(MUST, function, memory_mb),
    TEXT(MAY, function, timeout_s), TEXT(MAY, function, handler),
    TEXT(MAY, function, package), TEXT(MAY, function, qualifier),
    TEXT(MAY, function, reserved),
    CYAML_FIELD_SEQUENCE("versions", MAY | CYAML_FLAG_POINTER, struct fan_text_function,
                         versions, &version_entry, 1, LIST_MAX),
    SECTION(MAY, text_function, alias, alias_fields),
    CYAML_FIELD_SEQUENCE("compare", MAY | CYAML_FLAG_POINTER, struct fan_text_function,
                         compare, &text_entry, 2, LIST_MAX),
    TEXT(MAY, function, url), TEXT(MAY, function, path),
    CYAML_FIELD_END
};

static const cyaml_schema_value_t function_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct fan_text_function, function_fields)
};

static const cyaml_schema_field_t workload_fields[] = {
    TEXT(MAY, workload, handler), TEXT(MAY, workload, max), TEXT(MAY, workload, lo),
    TEXT(MAY, workload, hi), TEXT(MAY, workload, n), TEXT(MAY, workload, function),
    TEXT(MAY, workload, payload), CYAML_FIELD_END
};

static const cyaml_schema_field_t repetitions_fields[] = {
    TEXT(MAY, repetitions, max), TEXT(MAY, repetitions, min), TEXT(MAY, repetitions, until),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t experiment_fields[] = {
    SECTION(MUST, text_experiment, workload, workload_fields),
    CYAML_FIELD_SEQUENCE("work", MAY | CYAML_FLAG_POINTER, struct fan_text_experiment,
                         work, &text_entry, 1, LIST_MAX),
    CYAML_FIELD_SEQUENCE("parallelism", MAY | CYAML_FLAG_POINTER,
                         struct fan_text_experiment, parallelism, &text_entry, 1, LIST_MAX),
    SECTION(MAY, text_experiment, repetitions, repetitions_fields),
    TEXT(MAY, experiment, blocks), TEXT(MAY, experiment, order),
    TEXT(MAY, experiment, every),
    CYAML_FIELD_STRING_PTR("for", MAY, struct fan_text_experiment, duration, 0,
                           CYAML_UNLIMITED),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t sieve_fields[] = {
    TEXT(MAY, sieve, lo), TEXT(MUST, sieve, hi), TEXT(MAY, sieve, partitions),
    TEXT(MAY, sieve, audit), TEXT(MAY, sieve, twins), TEXT(MAY, sieve, gap),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t tune_fields[] = {
    TEXT(MAY, tune, objective), TEXT(MAY, tune, time_limit_ms),
    TEXT(MAY, tune, cost_limit_usd), TEXT(MAY, tune, min_mb), TEXT(MAY, tune, max_mb),
    TEXT(MAY, tune, step_mb), TEXT(MAY, tune, samples), TEXT(MAY, tune, repetitions),
    TEXT(MAY, tune, stop), TEXT(MAY, tune, reconfigure), CYAML_FIELD_END
};

static const cyaml_schema_field_t retry_fields[] = {
    TEXT(MAY, retry, attempts), TEXT(MAY, retry, base_ms), TEXT(MAY, retry, cap_ms),
    TEXT(MAY, retry, jitter), CYAML_FIELD_END
};

static const cyaml_schema_field_t find_limit_fields[] = {
    TEXT(MAY, find_limit, start), TEXT(MAY, find_limit, step), TEXT(MAY, find_limit, window),
    CYAML_FIELD_END
};

static const cyaml_schema_field_t budget_fields[] = {
    TEXT(MAY, budget, invocations), TEXT(MAY, budget, usd), CYAML_FIELD_END
};

static const cyaml_schema_field_t faults_fields[] = {
    TEXT(MAY, faults, throttle), TEXT(MAY, faults, error), TEXT(MAY, faults, drop),
    TEXT(MAY, faults, cut), TEXT(MAY, faults, slow), TEXT(MAY, faults, slow_ms),
    TEXT(MAY, faults, kill), CYAML_FIELD_END
};

static const cyaml_schema_field_t authorizer_fields[] = {
    TEXT(MAY, authorizer, cache), TEXT(MAY, authorizer, memory_mb),
    TEXT(MAY, authorizer, expires), CYAML_FIELD_END
};

static const cyaml_schema_field_t gateway_fields[] = {
    TEXT(MAY, gateway, url), TEXT(MAY, gateway, kind), TEXT(MAY, gateway, sign),
    TEXT(MAY, gateway, api_key_env), TEXT(MAY, gateway, token_env),
    CYAML_FIELD_SEQUENCE("token_command", MAY | CYAML_FLAG_POINTER, struct fan_text_gateway,
                         token_command, &text_entry, 1, LIST_MAX),
    SECTION(MAY, text_gateway, authorizer, authorizer_fields), CYAML_FIELD_END
};

static const cyaml_schema_field_t local_fields[] = {
    TEXT(MAY, local, concurrency), TEXT(MAY, local, ramp), TEXT(MAY, local, rate_factor),
    TEXT(MAY, local, cpu), TEXT(MAY, local, log),
    SECTION(MAY, text_local, faults, faults_fields), CYAML_FIELD_END
};

#define JOB(flag, key) \
    CYAML_FIELD_STRING_PTR(#key, flag, struct fan_job_text, key, 0, CYAML_UNLIMITED)
static const cyaml_schema_field_t job_fields[] = {
    JOB(MUST, name), JOB(MAY, endpoint), JOB(MAY, region),
    CYAML_FIELD_SEQUENCE("transport", MAY | CYAML_FLAG_POINTER, struct fan_job_text,
                         transport, &text_entry, 1, LIST_MAX),
    SECTION(MAY, job_text, gateway, gateway_fields), JOB(MAY, url_auth),
    JOB(MAY, arch), JOB(MAY, prices), JOB(MAY, free_tier),
    CYAML_FIELD_SEQUENCE("functions", MUST | CYAML_FLAG_POINTER, struct fan_job_text,
                         function, &function_entry, 1, LIST_MAX),
    SECTION(MAY, job_text, experiment, experiment_fields),
    SECTION(MAY, job_text, sieve, sieve_fields),
    SECTION(MAY, job_text, tune, tune_fields),
    JOB(MAY, parallelism), JOB(MAY, throttle),
    SECTION(MAY, job_text, retry, retry_fields),
    SECTION(MAY, job_text, find_limit, find_limit_fields),
    SECTION(MAY, job_text, budget, budget_fields), JOB(MAY, seed),
    SECTION(MAY, job_text, local, local_fields), CYAML_FIELD_END
};
/* clang-format on */

static const cyaml_schema_value_t job_schema = { CYAML_VALUE_MAPPING(
    CYAML_FLAG_POINTER, struct fan_job_text, job_fields) };

/* ---- suggestions ---- */

#define WORD_MAX 24

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance (adjacent letters swapped count once), short words only */
static size_t edits(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), d[WORD_MAX + 1][WORD_MAX + 1];
    if (n > WORD_MAX || m > WORD_MAX) return WORD_MAX;
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            d[i][j] = i + j;
            if (!i || !j) continue;
            size_t change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = least(change, least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

const char *fan_schema_suggest(const char *word, const char *const *words)
{
    const char *best = NULL;
    size_t fewest = least(2, strlen(word) / 3);
    for (; *words; words++) {
        size_t n = edits(word, *words);
        if (n > fewest || (best && n == fewest)) continue;
        best = *words;
        fewest = n;
    }
    return best;
}

/* ---- keys and shapes ---- */

struct walk {
    const struct fan_node *root;
    const char *name;
    struct fan_err *err;
};

static enum fan_status check_value(const struct walk *w, struct fan_node *node,
                                   const cyaml_schema_value_t *schema, const char *path);

/* "lo, hi, partitions": the keys of a mapping */
static const char *key_list(const cyaml_schema_field_t *fields, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (; fields->key && used < size; fields++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
                                 fields->key);
    return text;
}

static enum fan_status unknown_key(const struct walk *w, const char *path,
                                   const char *key, const cyaml_schema_field_t *fields)
{
    const char *words[32];
    size_t n = 0;
    for (; fields[n].key; n++)
        words[n] = fields[n].key;
    words[n] = NULL;
    const char *meant = fan_schema_suggest(key, words);
    char known[256];
    key_list(fields, known, sizeof known);
    if (meant)
        return fan_tree_fail(w->root, w->name, path, w->err,
                             "unknown, did you mean '%s'? expected one of %s", meant,
                             known);
    return fan_tree_fail(w->root, w->name, path, w->err, "unknown, expected one of %s",
                         known);
}

static void join(char path[FAN_TREE_PATH_MAX], const char *parent, const char *key)
{
    snprintf(path, FAN_TREE_PATH_MAX, "%s%s%.64s", parent, *parent ? "." : "", key);
}

static const cyaml_schema_field_t *find_field(const cyaml_schema_field_t *fields,
                                              const char *key)
{
    for (; fields->key; fields++)
        if (strcmp(fields->key, key) == 0) return fields;
    return NULL;
}

/* what a key that must not be missing looks like */
static const char *example_of(const char *key)
{
    static const char *const examples[][2] = {
        { "name", "a name such as memory-sweep" },
        { "functions", "a list such as [{name: f, memory_mb: 128}]" },
        { "memory_mb", "megabytes such as 128" },
        { "workload", "a mapping such as {handler: eratosthenes, max: 1000000}" },
        { "hi", "the end of the range such as 1e10" },
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        if (strcmp(examples[i][0], key) == 0) return examples[i][1];
    return "a value";
}

static enum fan_status check_map(const struct walk *w, struct fan_node *node,
                                 const cyaml_schema_field_t *fields, const char *path)
{
    char known[256], at[FAN_TREE_PATH_MAX];
    if (fields == repetitions_fields && node->kind == FAN_NODE_SCALAR)
        fan_tree_nest(node, "max");
    if (node->kind != FAN_NODE_MAP)
        return fan_tree_fail(w->root, w->name, path, w->err,
                             "this is a %s, expected a mapping with keys of %s",
                             node->kind == FAN_NODE_LIST ? "list" : "single value",
                             key_list(fields, known, sizeof known));
    for (size_t i = 0; i < node->count; i++) {
        struct fan_node *child = &node->child[i];
        const cyaml_schema_field_t *field = find_field(fields, child->key);
        join(at, path, child->key);
        if (!field) return unknown_key(w, at, child->key, fields);
        enum fan_status st = check_value(w, child, &field->value, at);
        if (st) return st;
    }
    for (; fields->key; fields++) {
        bool needed = !(fields->value.flags & CYAML_FLAG_OPTIONAL);
        join(at, path, fields->key);
        if (needed && !fan_tree_child(node, fields->key, strlen(fields->key)))
            return fan_tree_fail(w->root, w->name, at, w->err, "missing, expected %s",
                                 example_of(fields->key));
    }
    return FAN_OK;
}

static enum fan_status check_list(const struct walk *w, struct fan_node *node,
                                  const cyaml_schema_value_t *schema, const char *path)
{
    bool of_maps = schema->sequence.entry->type == CYAML_MAPPING;
    if (node->kind == (of_maps ? FAN_NODE_MAP : FAN_NODE_SCALAR)) fan_tree_wrap(node);
    if (node->kind != FAN_NODE_LIST)
        return fan_tree_fail(w->root, w->name, path, w->err,
                             "this is no list, expected %s",
                             of_maps ? "a list such as [{name: f, memory_mb: 128}]"
                                     : "a list of numbers such as [1, 2, 5]");
    if (node->count < schema->sequence.min || node->count > schema->sequence.max)
        return fan_tree_fail(
            w->root, w->name, path, w->err, "the list has %zu entries, expected %u to %u",
            node->count, (unsigned)schema->sequence.min, (unsigned)schema->sequence.max);
    for (size_t i = 0; i < node->count; i++) {
        char at[FAN_TREE_PATH_MAX], number[24];
        snprintf(number, sizeof number, "%zu", i);
        join(at, path, number);
        enum fan_status st = check_value(w, &node->child[i], schema->sequence.entry, at);
        if (st) return st;
    }
    return FAN_OK;
}

static enum fan_status check_value(const struct walk *w, struct fan_node *node,
                                   const cyaml_schema_value_t *schema, const char *path)
{
    if (fan_tree_is_null(node))
        return fan_tree_fail(w->root, w->name, path, w->err,
                             "no value is given, expected one (or leave the key out)");
    if (schema->type == CYAML_MAPPING)
        return check_map(w, node, schema->mapping.fields, path);
    if (schema->type == CYAML_SEQUENCE) return check_list(w, node, schema, path);
    if (node->kind == FAN_NODE_SCALAR) return FAN_OK;
    return fan_tree_fail(w->root, w->name, path, w->err,
                         "this is a %s, expected a single value",
                         node->kind == FAN_NODE_LIST ? "list" : "mapping");
}

/* ---- loading ---- */

static cyaml_config_t config(void)
{
    return (cyaml_config_t){ .log_level = CYAML_LOG_ERROR,
                             .mem_fn = cyaml_mem,
                             .flags = CYAML_CFG_NO_ALIAS };
}

enum fan_status fan_schema_load(struct fan_job_text **text, struct fan_node *root,
                                const char *name, struct fan_err *err)
{
    struct walk w = { root, name, err };
    enum fan_status st = check_value(&w, root, &job_schema, "");
    if (st) return st;
    struct fan_buf yaml = FAN_BUF_INIT(YAML_BYTES);
    st = fan_yaml_emit(root, &yaml, err);
    cyaml_config_t cfg = config();
    cyaml_data_t *data = NULL;
    if (!st) {
        /* what could be wrong was checked above, where lines are known */
        cyaml_err_t failed = cyaml_load_data((const uint8_t *)yaml.data, yaml.size, &cfg,
                                             &job_schema, &data, NULL);
        if (failed)
            st = fan_fail(err, FAN_EUSAGE, "%s: cannot load the job: %s", name,
                          cyaml_strerror(failed));
    }
    fan_buf_clear(&yaml);
    if (!st) *text = data;
    return st;
}

void fan_schema_free(struct fan_job_text *text)
{
    cyaml_config_t cfg = config();
    if (text) cyaml_free(&cfg, &job_schema, text, 0);
}
