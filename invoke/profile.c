/* profile.c - see profile.h. */
#include "invoke/profile.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "invoke/credentials.h"
#include "invoke/ini.h"

struct fan_profile {
    char *name;
    char credentials_path[PATH_MAX], config_path[PATH_MAX];
    struct fan_ini *credentials, *config;
    const char *section; /* of config; NULL: it has none of this profile */
};

const char *fan_variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* ---- files ---- */

static void find_path(char path[PATH_MAX], const char *variable, const char *usual)
{
    const char *given = fan_variable(variable), *home = fan_variable("HOME");
    if (!given) given = usual;
    if (strncmp(given, "~/", 2) == 0 && home)
        snprintf(path, PATH_MAX, "%s%s", home, given + 1);
    else
        snprintf(path, PATH_MAX, "%s", given);
}

static enum fan_status read_file(struct fan_ini **ini, const char *path,
                                 struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_INI_BYTES_MAX);
    if (access(path, F_OK) != 0) return FAN_OK;
    enum fan_status st = fan_buf_read_file(&text, path, err);
    if (!st) st = fan_ini_parse(ini, path, text.data ? text.data : "", text.size, err);
    if (text.data) fan_wipe(text.data, text.capacity);
    fan_buf_clear(&text);
    return st;
}

/* Is section "profile NAME", or "profile 'NAME'"? */
static bool is_section_of(const char *section, const char *name)
{
    size_t n = strlen(name);
    const char *p = section + strlen("profile");
    if (strncmp(section, "profile", strlen("profile")) != 0 || (*p != ' ' && *p != '\t'))
        return false;
    p += strspn(p, " \t");
    bool quoted = *p == '"' || *p == '\'';
    const char *start = p + quoted;
    if (strncmp(start, name, n) != 0) return false;
    return quoted ? start[n] == *p && start[n + 1] == '\0' : start[n] == '\0';
}

static const char *find_section(const struct fan_ini *config, const char *name)
{
    const char *section;
    for (size_t i = 0; (section = fan_ini_section(config, i)); i++)
        if (is_section_of(section, name)) return section;
    return strcmp(name, "default") == 0 && fan_ini_has(config, name) ? "default" : NULL;
}

enum fan_status fan_profile_open(struct fan_profile **profile, const char *wanted,
                                 struct fan_err *err)
{
    const char *name = wanted;
    if (!name) name = fan_variable("AWS_PROFILE");
    if (!name) name = fan_variable("AWS_DEFAULT_PROFILE");
    struct fan_profile *p = fan_alloc_zero(1, sizeof *p);
    p->name = fan_strdup(name ? name : "default");
    find_path(p->credentials_path, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
    find_path(p->config_path, "AWS_CONFIG_FILE", "~/.aws/config");
    enum fan_status st = read_file(&p->credentials, p->credentials_path, err);
    if (!st) st = read_file(&p->config, p->config_path, err);
    if (!st) p->section = find_section(p->config, p->name);
    if (!st && name && !p->section && !fan_ini_has(p->credentials, p->name))
        st = fan_fail(
            err, FAN_EUSAGE,
            "no profile '%.100s': expected it as [profile %.100s] in '%.100s' or "
            "as [%.100s] in '%.100s'",
            p->name, p->name, p->config_path, p->name, p->credentials_path);
    if (st)
        fan_profile_close(p);
    else
        *profile = p;
    return st;
}

void fan_profile_close(struct fan_profile *profile)
{
    if (!profile) return;
    fan_ini_free(profile->credentials);
    fan_ini_free(profile->config);
    free(profile->name);
    free(profile);
}

/* ---- settings ---- */

const char *fan_profile_name(const struct fan_profile *profile)
{
    return profile->name;
}

const char *fan_profile_credentials_path(const struct fan_profile *profile)
{
    return profile->credentials_path;
}

const char *fan_profile_config_path(const struct fan_profile *profile)
{
    return profile->config_path;
}

static const char *non_empty(const char *value)
{
    return value && *value ? value : NULL;
}

const char *fan_profile_of_credentials(const struct fan_profile *profile, const char *key)
{
    return non_empty(fan_ini_get(profile->credentials, profile->name, key));
}

const char *fan_profile_of_config(const struct fan_profile *profile, const char *key)
{
    if (!profile->section) return NULL;
    return non_empty(fan_ini_get(profile->config, profile->section, key));
}

const char *fan_profile_get(const struct fan_profile *profile, const char *key)
{
    const char *value = fan_profile_of_credentials(profile, key);
    return value ? value : fan_profile_of_config(profile, key);
}

const char *fan_profile_of_lambda(const struct fan_profile *profile, const char *key)
{
    char section[256], full[64];
    const char *services = fan_profile_of_config(profile, "services");
    if (!services) return NULL;
    snprintf(section, sizeof section, "services %s", services);
    snprintf(full, sizeof full, "lambda.%s", key);
    return non_empty(fan_ini_get(profile->config, section, full));
}
