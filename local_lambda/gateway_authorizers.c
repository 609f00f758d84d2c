/* gateway_authorizers.c - the authorizers of a gateway's description; see
 * gateway_access.h. */
#include "local_lambda/gateway_access.h"

#include "common/buf.h"

#include <stdio.h>
#include <string.h>

#define TTL_S_DEFAULT  300
#define TTL_S_MAX      3600
#define VALIDATION_MAX 1024

struct prefix {
    const char *text;
    enum fan_identity_kind kind;
};

static const struct prefix prefixes[] = {
    { "method.request.header.", FAN_IDENTITY_HEADER },
    { "method.request.querystring.", FAN_IDENTITY_QUERY },
    { "stageVariables.", FAN_IDENTITY_STAGE_VARIABLE },
    { "context.", FAN_IDENTITY_CONTEXT },
};

static bool context_known(const char *name)
{
    static const char *const known[] = { "httpMethod", "path",  "resourcePath",
                                         "stage",      "apiId", "identity.sourceIp" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], name) == 0) return true;
    return false;
}

static enum fan_status read_source(const struct fan_place *at,
                                   struct fan_identity_source *source)
{
    const char *text = NULL;
    enum fan_status st = fan_place_text(at, 1, 256, &text);
    if (st) return st;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t n = strlen(prefixes[i].text);
        if (strncmp(text, prefixes[i].text, n) != 0 || !text[n]) continue;
        if (prefixes[i].kind == FAN_IDENTITY_CONTEXT && !context_known(text + n))
            continue;
        *source = (struct fan_identity_source){ prefixes[i].kind, text + n };
        return FAN_OK;
    }
    return fan_place_expected(at, "method.request.header.NAME, "
                                  "method.request.querystring.NAME, stageVariables.NAME "
                                  "or context.httpMethod, .path, .resourcePath, .stage, "
                                  ".apiId or .identity.sourceIp");
}

static enum fan_status read_sources(const struct fan_place *at,
                                    struct fan_authorizer *authorizer)
{
    size_t count = 0;
    enum fan_status st = FAN_OK;
    if (at->value) st = fan_place_array(at, FAN_IDENTITY_SOURCES_MAX, &count);
    for (size_t i = 0; i < count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        st = read_source(&element, &authorizer->source[i]);
    }
    if (st) return st;
    if (authorizer->type == FAN_AUTHORIZER_TOKEN && !at->value) {
        authorizer->source[0] =
            (struct fan_identity_source){ FAN_IDENTITY_HEADER, "Authorization" };
        count = 1;
    }
    authorizer->source_count = count;
    if (authorizer->type == FAN_AUTHORIZER_TOKEN &&
        (count != 1 || authorizer->source[0].kind != FAN_IDENTITY_HEADER))
        return fan_place_expected(at, "one header for an authorizer of type TOKEN");
    if (count == 0 && authorizer->ttl_s)
        return fan_place_expected(at, "at least one source, or ttl_s 0: they are the "
                                      "cache's key");
    return FAN_OK;
}

static enum fan_status read_validation(const struct fan_place *at,
                                       struct fan_authorizer *authorizer)
{
    const char *text = NULL;
    if (!at->value) return FAN_OK;
    if (authorizer->type != FAN_AUTHORIZER_TOKEN)
        return fan_place_wrong(at, "only an authorizer of type TOKEN can have one");
    enum fan_status st = fan_place_text(at, 1, VALIDATION_MAX, &text);
    if (st) return st;
    char whole[VALIDATION_MAX + 8], why[128];
    snprintf(whole, sizeof whole, "^(%s)$", text);
    int wrong = regcomp(&authorizer->validation, whole, REG_EXTENDED | REG_NOSUB);
    if (wrong) {
        regerror(wrong, NULL, why, sizeof why);
        return fan_place_wrong(at, "expected a POSIX extended regular expression: %s",
                               why);
    }
    authorizer->has_validation = true;
    return FAN_OK;
}

static enum fan_status read_authorizer(const struct fan_place *at,
                                       struct fan_authorizer *authorizer)
{
    static const char *const keys[] = {
        "name", "type", "function", "identity_sources", "validation", "ttl_s", NULL
    };
    enum fan_status st = fan_place_object(at, keys);
    if (!st) st = fan_gateway_read_name(at, &authorizer->name);
    if (st) return st;
    struct fan_place type = fan_place_member(at, "type");
    struct fan_place function = fan_place_member(at, "function");
    struct fan_place sources = fan_place_member(at, "identity_sources");
    struct fan_place validation = fan_place_member(at, "validation");
    struct fan_place ttl = fan_place_member(at, "ttl_s");
    int index = 0;
    long long ttl_s = TTL_S_DEFAULT;
    st = fan_place_choice(&type, "TOKEN|REQUEST", &index);
    authorizer->type = (enum fan_authorizer_type)index;
    if (!st) st = fan_gateway_read_target(&function, &authorizer->function);
    if (!st && ttl.value) st = fan_place_integer(&ttl, 0, TTL_S_MAX, &ttl_s);
    authorizer->ttl_s = (uint32_t)ttl_s;
    if (!st) st = read_sources(&sources, authorizer);
    if (!st) st = read_validation(&validation, authorizer);
    return st;
}

enum fan_status fan_gateway_read_authorizers(struct fan_gateway_config *config,
                                             const struct fan_place *at)
{
    size_t count = 0;
    if (!at->value) return FAN_OK;
    enum fan_status st = fan_place_array(at, FAN_GATEWAY_AUTHORIZERS_MAX, &count);
    if (st) return st;
    config->authorizer = fan_alloc_zero(count + 1, sizeof *config->authorizer);
    for (size_t i = 0; i < count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        config->authorizer_count = i + 1;
        st = read_authorizer(&element, &config->authorizer[i]);
        for (size_t j = 0; j < i && !st; j++)
            if (strcmp(config->authorizer[j].name, config->authorizer[i].name) == 0)
                st = fan_place_wrong(&element, "another authorizer has this name");
    }
    return st;
}
