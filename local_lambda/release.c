/* release.c - see release.h. */
#include "local_lambda/release.h"

#include "common/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Later settings of a name replace earlier ones: the function's own come first, so that
 * it cannot change the reserved ones. */
static int is_set(const struct fan_release *release, const char *setting)
{
    size_t n = strcspn(setting, "=") + 1;
    for (size_t i = 0; i < release->env_count; i++)
        if (strncmp(release->env[i], setting, n) == 0) return 1;
    return 0;
}

static void add(struct fan_release *release, const char *name, const char *fmt, ...)
    FAN_PRINTF(3, 4);

static void add(struct fan_release *release, const char *name, const char *fmt, ...)
{
    char value[4096];
    va_list args;
    va_start(args, fmt);
    vsnprintf(value, sizeof value, fmt, args);
    va_end(args);
    size_t n = strlen(name) + strlen(value) + 2;
    char *setting = fan_alloc(n);
    snprintf(setting, n, "%s=%s", name, value);
    assert(release->env_count + 1 < FAN_RELEASE_ENV_MAX);
    release->env[release->env_count++] = setting;
}

/* Variables that a function may set itself are only added where it did not. */
static void add_default(struct fan_release *release, const char *name, const char *value)
{
    char prefix[64];
    snprintf(prefix, sizeof prefix, "%s=", name);
    if (!is_set(release, prefix)) add(release, name, "%s", value);
}

static void add_reserved(struct fan_release *release, const struct fan_function *function,
                         const char *region)
{
    const char *root = release->package_dir;
    add(release, "_HANDLER", "%s", function->handler);
    add(release, "LAMBDA_TASK_ROOT", "%s", root);
    add(release, "LAMBDA_RUNTIME_DIR", "/var/runtime");
    add(release, "AWS_LAMBDA_FUNCTION_NAME", "%s", function->name);
    add(release, "AWS_LAMBDA_FUNCTION_VERSION", "%s", release->version);
    add(release, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "%u", function->memory_mb);
    add(release, "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    add(release, "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/%s", function->name);
    add(release, "AWS_REGION", "%s", region);
    add(release, "AWS_DEFAULT_REGION", "%s", region);
    add(release, "AWS_ACCESS_KEY_ID", "ASIALOCALLAMBDA00000");
    add(release, "AWS_SECRET_ACCESS_KEY", "local-lambda-has-no-secrets");
    add(release, "AWS_SESSION_TOKEN", "local-lambda-session");
    add_default(release, "TZ", ":UTC");
    add_default(release, "LANG", "en_US.UTF-8");
    add_default(release, "PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin");
    char libraries[2048];
    snprintf(libraries, sizeof libraries, "%.900s:%.900s/lib:/opt/lib", root, root);
    add_default(release, "LD_LIBRARY_PATH", libraries);
}

static const char *const reserved[] = {
    "_HANDLER=",           "_X_AMZN_TRACE_ID=", "LAMBDA_TASK_ROOT=",
    "LAMBDA_RUNTIME_DIR=", "AWS_LAMBDA_",       "AWS_REGION=",
    "AWS_DEFAULT_REGION=", "AWS_ACCESS_KEY",    "AWS_SECRET_ACCESS_KEY=",
    "AWS_SESSION_TOKEN="
};

static int is_reserved(const char *setting)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strncmp(setting, reserved[i], strlen(reserved[i])) == 0) return 1;
    return 0;
}

struct fan_release *fan_release_new(const struct fan_function *function,
                                    const char *region)
{
    struct fan_release *release = fan_alloc_zero(1, sizeof *release);
    release->references = 1;
    release->generation = function->generation;
    release->memory_mb = function->memory_mb;
    release->timeout_s = function->timeout_s;
    snprintf(release->name, sizeof release->name, "%s", function->name);
    snprintf(release->arn, sizeof release->arn, "%s", function->arn);
    snprintf(release->version, sizeof release->version, "%s", function->version);
    release->package_dir = fan_strdup(function->package_dir ? function->package_dir : "");
    for (size_t i = 0; i < function->environment_count; i++)
        if (!is_reserved(function->environment[i]))
            release->env[release->env_count++] = fan_strdup(function->environment[i]);
    add_reserved(release, function, region);
    return release;
}

struct fan_release *fan_release_ref(struct fan_release *release)
{
    release->references++;
    return release;
}

void fan_release_unref(struct fan_release *release)
{
    if (!release || --release->references > 0) return;
    for (size_t i = 0; i < release->env_count; i++)
        free(release->env[i]);
    free(release->package_dir);
    free(release);
}
