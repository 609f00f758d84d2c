/* endpoint_versions.c - see endpoint_versions.h. */
#include "mpi_driver/endpoint_versions.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mpi_driver/endpoint_process.h"

#define FUNCTION_ZIP "../share/lambda-fanout/function.zip"
#define WEIGHT_EQUAL 1e-9 /* weights travel as decimal numbers */

enum fan_status fan_endpoint_package(struct fan_buf *zip, const char *path,
                                     struct fan_err *err)
{
    char own[PATH_MAX];
    fan_buf_reset(zip);
    if (path) return fan_buf_read_file(zip, path, err);
    enum fan_status st = fan_installed_path(own, sizeof own, FUNCTION_ZIP, err);
    return st ? st : fan_buf_read_file(zip, own, err);
}

static bool same_package(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Configure $LATEST; before: the package that it has. The description tells versions
 * apart that are equal in all else, which the service would not publish again. */
static enum fan_status configure(struct fan_control *control, const char *function,
                                 const struct fan_job_version *v, const char *before,
                                 const char *description, struct fan_buf *zip,
                                 struct fan_err *err)
{
    static char *const none[1];
    struct fan_function_change change;
    memset(&change, 0, sizeof change);
    if (!same_package(v->package, before)) {
        enum fan_status st = fan_endpoint_package(zip, v->package, err);
        if (st) return st;
        change.zip = zip->data;
        change.zip_bytes = zip->size;
    }
    change.handler = v->handler;
    change.description = description;
    change.memory_mb = v->memory_mb;
    change.environment = v->environment ? v->environment : none;
    change.environment_count = v->environment_count;
    return fan_control_change(control, function, &change, err);
}

static enum fan_status publish(struct fan_control *control,
                               const struct fan_job_function *f, size_t i,
                               struct fan_buf *zip, struct fan_err *err)
{
    char number[16], expected[24], description[32];
    snprintf(expected, sizeof expected, "%zu", i + 1);
    snprintf(description, sizeof description, "version %zu", i + 1);
    const char *before = i > 0 ? f->version[i - 1].package : f->package;
    enum fan_status st =
        configure(control, f->name, &f->version[i], before, description, zip, err);
    if (!st) st = fan_control_publish(control, f->name, number, err);
    if (!st && strcmp(number, expected) != 0)
        st = fan_fail(err, FAN_EREMOTE, "it was published as version '%s'", number);
    fan_err_prefix(err, "publish version %s: ", expected);
    return st;
}

/* The alias as the service writes it. */
static struct fan_alias_state state_of(const struct fan_job_alias *alias)
{
    struct fan_alias_state state = { "", "", 0.0 };
    snprintf(state.version, sizeof state.version, "%" PRIu32, alias->version);
    if (alias->canary == 0) return state;
    snprintf(state.extra, sizeof state.extra, "%" PRIu32, alias->canary);
    state.weight = alias->weight;
    return state;
}

enum fan_status fan_endpoint_publish(struct fan_control *control,
                                     const struct fan_job_function *f,
                                     struct fan_buf *zip, struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    for (size_t i = 0; !st && i < f->version_count; i++)
        st = publish(control, f, i, zip, err);
    if (!st && f->version_count > 0) {
        const struct fan_job_version latest = { .handler = f->handler,
                                                .package = f->package,
                                                .memory_mb = f->listed_mb };
        st = configure(control, f->name, &latest,
                       f->version[f->version_count - 1].package, "", zip, err);
    }
    if (!st && f->alias.name) {
        const struct fan_alias_state state = state_of(&f->alias);
        st = fan_control_create_alias(control, f->name, f->alias.name, &state, err);
    }
    return st;
}

/* "version 1 with 10 % of version 2" */
static const char *split_text(const struct fan_alias_state *alias, char text[96])
{
    if (alias->extra[0])
        snprintf(text, 96, "version %s with %g %% of version %s", alias->version,
                 100 * alias->weight, alias->extra);
    else
        snprintf(text, 96, "version %s alone", alias->version);
    return text;
}

enum fan_status fan_endpoint_check_alias(struct fan_control *control,
                                         const struct fan_job_function *home,
                                         const struct fan_job_function *called,
                                         struct fan_err *err)
{
    struct fan_alias_state state;
    struct fan_function_state canary;
    char is[96], wanted[96];
    if (!home->alias.name || !called->qualifier ||
        strcmp(home->alias.name, called->qualifier) != 0)
        return FAN_OK;
    const struct fan_alias_state own = state_of(&home->alias);
    enum fan_status st =
        fan_control_get_alias(control, home->name, home->alias.name, &state, err);
    if (st) return st;
    if (strcmp(state.version, own.version) != 0 || strcmp(state.extra, own.extra) != 0 ||
        fabs(state.weight - own.weight) > WEIGHT_EQUAL)
        return fan_fail(err, FAN_EUSAGE, "the alias calls %s, the job expects %s",
                        split_text(&state, is), split_text(&own, wanted));
    if (!own.extra[0]) return FAN_OK;
    memset(&canary, 0, sizeof canary);
    st = fan_control_inspect(control, home->name, own.extra, &canary, err);
    if (!st && canary.memory_mb > called->memory_most_mb)
        st = fan_fail(err, FAN_EUSAGE,
                      "its version %s has memory_mb %u, the job expects at most %" PRIu32,
                      own.extra, canary.memory_mb, called->memory_most_mb);
    return st;
}
