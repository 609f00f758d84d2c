/* key_source.c - see key_source.h. */
#include "invoke/key_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

/* The order of the AWS SDKs and command line. */
static fan_key_source *const sources[] = {
    fan_source_environment, fan_source_federated,   fan_source_credentials_file,
    fan_source_process,     fan_source_config_file, fan_source_web_identity,
    fan_source_container,   fan_source_instance,
};

#define SOURCE_COUNT (sizeof sources / sizeof sources[0])

/* What was looked at in vain, one after the other. */
static void note(struct fan_err *all, const struct fan_err *one)
{
    size_t n = strlen(all->text);
    if (one->text[0])
        snprintf(all->text + n, sizeof all->text - n, "%s%s", n ? "; " : "", one->text);
}

/* Ask sources from `first` on; all that were asked in vain are told in err. */
static enum fan_status ask(size_t first, size_t end, const struct fan_profile *profile,
                           struct fan_key_set *keys, struct fan_err *vain,
                           struct fan_err *err)
{
    for (size_t i = first; i < end; i++) {
        struct fan_err one = { FAN_OK, "" };
        enum fan_status st = sources[i](profile, keys, &one);
        if (st != FAN_ENOTFOUND) return st ? fan_fail(err, st, "%s", one.text) : FAN_OK;
        note(vain, &one);
    }
    return FAN_ENOTFOUND;
}

static enum fan_status find_keys(const void *context, struct fan_key_set *keys,
                                 struct fan_err *err)
{
    const char *wanted = context;
    struct fan_profile *profile = NULL;
    struct fan_err vain = { FAN_OK, "" };
    enum fan_status st = FAN_ENOTFOUND;
    if (!wanted) st = ask(0, 1, NULL, keys, &vain, err); /* before any file is read */
    if (st != FAN_ENOTFOUND) return st;
    st = fan_profile_open(&profile, wanted, err);
    if (!st) st = ask(1, SOURCE_COUNT, profile, keys, &vain, err);
    if (st == FAN_ENOTFOUND) st = fan_fail(err, st, "no AWS credentials: %s", vain.text);
    fan_profile_close(profile);
    return st;
}

struct fan_provider *fan_provider_chain(const char *profile)
{
    return fan_provider_new(find_keys, profile ? fan_strdup(profile) : NULL);
}
