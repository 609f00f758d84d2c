/* job_versions.c - see job_versions.h.  Every key: docs/jobs.md. */
#include "mpi_driver/job_versions.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

#define LATEST "$LATEST"

static const struct fan_charset qualifier_set = {
    1, 128, "-_$", "a version or alias such as 7 or prod"
};

static bool is_number(const char *text)
{
    return *text && !text[strspn(text, "0123456789")];
}

/* ---- versions ---- */

static bool is_variable(const char *text)
{
    const char *c = text;
    if (!isalpha((unsigned char)*c)) return false;
    while (isalnum((unsigned char)*c) || *c == '_')
        c++;
    return *c == '=' && c > text + 1; /* the service wants two characters or more */
}

static void check_environment(struct fan_value_reader *r, const char *path,
                              const struct fan_text_version *text,
                              struct fan_job_version *v)
{
    static const struct fan_charset any = { 3, 1024, NULL, "a variable: NAME=value" };
    if (text->environment_count == 0) return;
    v->environment = fan_alloc_zero(text->environment_count, sizeof *v->environment);
    v->environment_count = text->environment_count;
    for (size_t i = 0; i < text->environment_count; i++) {
        char at[FAN_TREE_PATH_MAX];
        snprintf(at, sizeof at, "%.140s.%zu", path, i);
        fan_value_word(r, at, text->environment[i], any, &v->environment[i]);
        if (!r->st && !is_variable(text->environment[i]))
            fan_value_fail(r, at, "'%.64s' sets no variable, expected NAME=value",
                           text->environment[i]);
    }
}

/* What a version leaves out, it has from its function. */
static void check_version(struct fan_value_reader *r, const char *path,
                          const struct fan_text_version *text,
                          const struct fan_job_function *f, struct fan_job_version *v)
{
    static const struct fan_bounds memory = { 128, 10240, "megabytes such as 128" };
    static const struct fan_charset word = { 1, 128, "-_.:/$",
                                             "a handler such as sieve" };
    static const struct fan_charset file = { 1, 1024, NULL, "the path of a zip file" };
    char at[FAN_TREE_PATH_MAX];
#define AT(key) (snprintf(at, sizeof at, "%.140s.%s", path, key), at)
    v->memory_mb = f->listed_mb;
    fan_value_u32(r, AT("memory_mb"), text->memory_mb, memory, &v->memory_mb);
    fan_value_word(r, AT("handler"), text->handler ? text->handler : f->handler, word,
                   &v->handler);
    fan_value_word(r, AT("package"), text->package ? text->package : f->package, file,
                   &v->package);
    check_environment(r, AT("environment"), text, v);
#undef AT
}

/* ---- alias, compare ---- */

/* A number, which the local endpoint must have given out. */
static void check_number(struct fan_value_reader *r, const char *path, const char *text,
                         const struct fan_job *job, const struct fan_job_function *f,
                         uint32_t *version)
{
    static const struct fan_bounds bounds = { 1, UINT32_MAX,
                                              "the number of a published version" };
    fan_value_u32(r, path, text, bounds, version);
    if (!r->st && text && job->endpoint == FAN_ENDPOINT_LOCAL &&
        *version > f->version_count)
        fan_value_fail(r, path,
                       "'%.64s' does not exist, expected one of the %zu entries of "
                       "versions, counted from 1",
                       text, f->version_count);
}

static void check_alias(struct fan_value_reader *r, size_t index,
                        const struct fan_text_alias *text, const struct fan_job *job,
                        struct fan_job_function *f)
{
    static const struct fan_charset name = { 1, 128, "-_", "an alias such as live" };
    static const struct fan_interval weight = { 0, 1, "a share of the calls: 10%" };
    struct fan_job_alias *alias = &f->alias;
    char path[FAN_TREE_PATH_MAX];
#define AT(key) fan_value_path(path, "functions", index, "alias." key)
    fan_value_word(r, AT("name"), text->name, name, &alias->name);
    if (!r->st && is_number(alias->name))
        fan_value_fail(r, AT("name"), "'%s' is the number of a version, expected a name",
                       alias->name);
    check_number(r, AT("version"), text->version, job, f, &alias->version);
    check_number(r, AT("canary"), text->canary, job, f, &alias->canary);
    fan_value_double(r, AT("weight"), text->weight, weight, &alias->weight);
    if (!text->canary != !text->weight)
        fan_value_fail(r, text->canary ? AT("weight") : AT("canary"),
                       "missing, expected a canary with its weight, or neither");
    if (!r->st && alias->canary == alias->version)
        fan_value_fail(r, AT("canary"), "'%s' is the alias's version, expected another",
                       text->canary);
#undef AT
}

static void check_compare(struct fan_value_reader *r, size_t index,
                          const struct fan_text_function *text,
                          struct fan_job_function *f)
{
    f->compare = fan_alloc_zero(text->compare_count, sizeof *f->compare);
    f->compare_count = text->compare_count;
    for (size_t k = 0; k < text->compare_count; k++) {
        char path[FAN_TREE_PATH_MAX], key[32];
        snprintf(key, sizeof key, "compare.%zu", k);
        fan_value_path(path, "functions", index, key);
        fan_value_word(r, path, text->compare[k], qualifier_set, &f->compare[k]);
        for (size_t j = 0; !r->st && j < k; j++)
            if (strcmp(f->compare[j], f->compare[k]) == 0)
                fan_value_fail(r, path, "'%s' is in the list twice, expected once",
                               f->compare[k]);
    }
}

void fan_job_check_versions(struct fan_value_reader *r,
                            const struct fan_text_function *text, struct fan_job *job,
                            size_t index)
{
    struct fan_job_function *f = &job->function[index];
    char path[FAN_TREE_PATH_MAX];
#define AT(key) fan_value_path(path, "functions", index, key)
    f->listed_mb = f->memory_mb;
    fan_value_word(r, AT("qualifier"), text->qualifier, qualifier_set, &f->qualifier);
    if (text->qualifier && text->compare_count > 0)
        fan_value_fail(r, AT("qualifier"),
                       "compare says what is called, expected one of "
                       "the two keys");
    if (job->is_sieve && text->compare_count > 0)
        fan_value_fail(r, AT("compare"),
                       "a sieve compares nothing, expected a qualifier");
    if (r->st) return;
    f->version_count = text->versions_count;
    if (f->version_count > 0)
        f->version = fan_alloc_zero(f->version_count, sizeof *f->version);
    for (size_t i = 0; i < text->versions_count; i++) {
        char key[32];
        snprintf(key, sizeof key, "versions.%zu", i);
        check_version(r, AT(key), &text->versions[i], f, &f->version[i]);
    }
    if (text->alias) check_alias(r, index, text->alias, job, f);
    if (text->compare_count > 0) check_compare(r, index, text, f);
    if (!r->st && text->alias && !text->qualifier && text->compare_count == 0)
        f->qualifier = fan_strdup(f->alias.name);
#undef AT
}

/* ---- what is called ---- */

static uint32_t memory_of(const struct fan_job_function *home, uint32_t version,
                          uint32_t otherwise)
{
    return version >= 1 && version <= home->version_count
               ? home->version[version - 1].memory_mb
               : otherwise;
}

/* The size that a call of this qualifier runs with; *most: the larger one of a split. */
static uint32_t memory_called(const struct fan_job_function *home,
                              const struct fan_job_function *f, const char *qualifier,
                              uint32_t *most)
{
    uint32_t memory_mb = f->listed_mb, canary = 0;
    if (qualifier && is_number(qualifier)) {
        memory_mb = memory_of(home, (uint32_t)strtoul(qualifier, NULL, 10), memory_mb);
    } else if (qualifier && home->alias.name &&
               strcmp(qualifier, home->alias.name) == 0) {
        memory_mb = memory_of(home, home->alias.version, memory_mb);
        canary = home->alias.canary;
    }
    *most = memory_of(home, canary, memory_mb);
    if (*most < memory_mb) *most = memory_mb;
    return memory_mb;
}

/* The local endpoint has what the job makes it publish, and no more. */
static bool exists(const struct fan_job_function *home, const char *qualifier)
{
    if (!qualifier || strcmp(qualifier, LATEST) == 0) return true;
    if (home->alias.name && strcmp(qualifier, home->alias.name) == 0) return true;
    char *end;
    const unsigned long number = strtoul(qualifier, &end, 10);
    return is_number(qualifier) && *qualifier != '0' && number <= home->version_count;
}

static void check_exists(struct fan_value_reader *r, const struct fan_job *job,
                         const char *path, const struct fan_job_function *home,
                         const char *qualifier)
{
    if (r->st || job->endpoint != FAN_ENDPOINT_LOCAL || exists(home, qualifier)) return;
    fan_value_fail(r, path,
                   "the local endpoint has no '%.64s', expected the number of an entry "
                   "of versions, or the alias's name",
                   qualifier);
}

static bool same_qualifier(const char *a, const char *b)
{
    return strcmp(a ? a : LATEST, b ? b : LATEST) == 0;
}

/* An earlier entry of the same function: it calls something else, and has the versions.
 */
static void check_again(struct fan_value_reader *r, const struct fan_job *job,
                        size_t first, size_t index)
{
    const struct fan_job_function *one = &job->function[first];
    const struct fan_job_function *f = &job->function[index];
    char path[FAN_TREE_PATH_MAX];
    if (one->compare_count > 0 || f->compare_count > 0 ||
        same_qualifier(one->qualifier, f->qualifier))
        fan_value_fail(r, fan_value_path(path, "functions", index, "name"),
                       "'%s' is in the list twice, expected once, or with qualifiers "
                       "that differ",
                       f->name);
    if (f->version_count > 0 || f->alias.name)
        fan_value_fail(
            r,
            fan_value_path(path, "functions", index,
                           f->alias.name ? "alias" : "versions"),
            "'%s' has its versions and alias at the first of its entries, expected none "
            "here",
            f->name);
}

void fan_job_check_qualifiers(struct fan_value_reader *r, struct fan_job *job)
{
    for (size_t i = 0; !r->st && i < job->function_count; i++) {
        struct fan_job_function *f = &job->function[i];
        const struct fan_job_function *home = fan_job_home(job, f);
        char path[FAN_TREE_PATH_MAX];
        for (size_t j = 0; !r->st && j < i; j++)
            if (strcmp(job->function[j].name, f->name) == 0) check_again(r, job, j, i);
        for (size_t k = 0; k < f->compare_count; k++) {
            char key[32];
            snprintf(key, sizeof key, "compare.%zu", k);
            check_exists(r, job, fan_value_path(path, "functions", i, key), home,
                         f->compare[k]);
        }
        check_exists(r, job, fan_value_path(path, "functions", i, "qualifier"), home,
                     f->qualifier);
        if (!r->st)
            f->memory_mb = memory_called(home, f, f->qualifier, &f->memory_most_mb);
    }
}

/* Entry k of a compare; the first keeps what the function owns. */
static struct fan_job_function entry_of(const struct fan_job_function *f, size_t k)
{
    struct fan_job_function entry = *f;
    if (k > 0) {
        entry.name = fan_strdup(f->name);
        entry.handler = fan_strdup(f->handler);
        entry.package = f->package ? fan_strdup(f->package) : NULL;
        entry.version = NULL;
        entry.compare = NULL;
        entry.version_count = entry.compare_count = 0;
        memset(&entry.alias, 0, sizeof entry.alias);
        entry.url = f->url ? fan_strdup(f->url) : NULL;
        entry.path = f->path ? fan_strdup(f->path) : NULL;
        entry.derived = true;
    }
    entry.qualifier = fan_strdup(f->compare[k]);
    entry.memory_mb = memory_called(f, f, entry.qualifier, &entry.memory_most_mb);
    return entry;
}

void fan_job_spread_compared(struct fan_job *job)
{
    size_t count = 0, n = 0;
    for (size_t i = 0; i < job->function_count; i++)
        count += job->function[i].compare_count ? job->function[i].compare_count : 1;
    if (count == job->function_count) return;
    struct fan_job_function *spread = fan_alloc_zero(count, sizeof *spread);
    for (size_t i = 0; i < job->function_count; i++) {
        const struct fan_job_function *f = &job->function[i];
        if (f->compare_count == 0) spread[n++] = *f;
        for (size_t k = 0; k < f->compare_count; k++)
            spread[n++] = entry_of(f, k);
    }
    free(job->function);
    job->function = spread;
    job->function_count = count;
}

void fan_job_function_clear(struct fan_job_function *f)
{
    for (size_t i = 0; i < f->version_count; i++) {
        for (size_t k = 0; k < f->version[i].environment_count; k++)
            free(f->version[i].environment[k]);
        free(f->version[i].environment);
        free(f->version[i].handler);
        free(f->version[i].package);
    }
    for (size_t k = 0; k < f->compare_count; k++)
        free(f->compare[k]);
    free(f->version);
    free(f->compare);
    free(f->alias.name);
    free(f->name);
    free(f->handler);
    free(f->package);
    free(f->qualifier);
    free(f->url);
    free(f->path);
    free(f->resource);
    memset(f, 0, sizeof *f);
}
