/* gateway_config.c - see gateway_config.h. */
#include "local_lambda/gateway_config.h"

#include "common/buf.h"
#include "local_lambda/gateway_access.h"
#include "local_lambda/gateway_route.h"

#include <openssl/crypto.h>

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE_DEFAULT        10000 /* of an account and region */
#define BURST_DEFAULT       5000
#define STAGE_VARIABLES_MAX 100
#define VARIABLE_BYTES_MAX  2048
#define BINARY_TYPES_MAX    64
#define PATH_BYTES_MAX      512

static bool word(const char *text, const char *others)
{
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr(others, *text)) return false;
    return true;
}

static enum fan_status read_identity(struct fan_gateway_config *config,
                                     const struct fan_place *root)
{
    struct fan_place id = fan_place_member(root, "api_id");
    struct fan_place stage = fan_place_member(root, "stage");
    config->api_id = "localapi00";
    enum fan_status st = FAN_OK;
    if (id.value) st = fan_place_text(&id, 1, 10, &config->api_id);
    if (!st && !word(config->api_id, ""))
        st = fan_place_expected(&id, "letters and digits");
    if (!st) st = fan_place_text(&stage, 1, 128, &config->stage);
    if (!st && !word(config->stage, "-_"))
        st = fan_place_expected(&stage, "letters, digits, '-' and '_'");
    return st;
}

static enum fan_status read_variables(struct fan_gateway_config *config,
                                      const struct fan_place *at)
{
    if (!at->value) return FAN_OK;
    if (!json_is_object(at->value) || json_object_size(at->value) > STAGE_VARIABLES_MAX)
        return fan_place_expected(at, "an object of at most %d strings",
                                  STAGE_VARIABLES_MAX);
    const char *text = NULL;
    for (void *i = json_object_iter(at->value); i;
         i = json_object_iter_next(at->value, i)) {
        struct fan_place member = fan_place_member(at, json_object_iter_key(i));
        enum fan_status st = fan_place_text(&member, 0, VARIABLE_BYTES_MAX, &text);
        if (st) return st;
    }
    if (json_object_size(at->value)) config->stage_variables = at->value;
    return FAN_OK;
}

static enum fan_status read_binary(struct fan_gateway_config *config,
                                   const struct fan_place *at)
{
    size_t count = 0;
    const char *text = NULL;
    if (!at->value) return FAN_OK;
    enum fan_status st = fan_place_array(at, BINARY_TYPES_MAX, &count);
    for (size_t i = 0; i < count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        st = fan_place_text(&element, 3, 128, &text);
        if (!st && !strchr(text, '/'))
            st = fan_place_expected(&element, "a media type, as image/png or */*");
    }
    if (!st && count) config->binary_media_types = at->value;
    return st;
}

/* A resource's id is made from its path: the same in every run. */
static void make_resource_id(const char *path, char id[7])
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *path; path++)
        hash = (hash ^ (unsigned char)*path) * UINT64_C(1099511628211);
    for (int i = 0; i < 6; i++, hash /= 36)
        id[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[hash % 36];
    id[6] = '\0';
}

static enum fan_status find_authorizer(const struct fan_gateway_config *config,
                                       const struct fan_place *at, int *index)
{
    const char *name = NULL;
    *index = -1;
    if (!at->value) return FAN_OK;
    enum fan_status st = fan_place_text(at, 1, 128, &name);
    if (st) return st;
    for (size_t i = 0; i < config->authorizer_count; i++)
        if (strcmp(config->authorizer[i].name, name) == 0) *index = (int)i;
    return *index < 0 ? fan_place_expected(at, "the name of one of authorizers") : FAN_OK;
}

static enum fan_status read_timeout(const struct fan_place *at, uint32_t *timeout_ms)
{
    long long ms = 0;
    if (!at->value) return FAN_OK;
    enum fan_status st = fan_place_integer(at, FAN_GATEWAY_TIMEOUT_MS_MIN,
                                           FAN_GATEWAY_TIMEOUT_MS_MAX, &ms);
    if (!st) *timeout_ms = (uint32_t)ms;
    return st;
}

static enum fan_status read_path(const struct fan_place *at, const char **path)
{
    enum fan_status st = fan_place_text(at, 1, PATH_BYTES_MAX, path);
    const char *problem = st ? NULL : fan_route_problem(*path);
    if (problem)
        return fan_place_wrong(at, "expected a path like /a/{id}/{proxy+}: %s", problem);
    return st;
}

static enum fan_status read_route(const struct fan_gateway_config *config,
                                  const struct fan_place *at,
                                  struct fan_gateway_route *route)
{
    static const char *const keys[] = { "method",     "path",       "function",
                                        "authorizer", "timeout_ms", "api_key_required",
                                        NULL };
    enum fan_status st = fan_place_object(at, keys);
    if (st) return st;
    struct fan_place method = fan_place_member(at, "method");
    struct fan_place path = fan_place_member(at, "path");
    struct fan_place function = fan_place_member(at, "function");
    struct fan_place key = fan_place_member(at, "api_key_required");
    struct fan_place authorizer = fan_place_member(at, "authorizer");
    struct fan_place timeout = fan_place_member(at, "timeout_ms");
    st = fan_gateway_read_method(&method, "ANY", &route->method);
    if (!st) st = read_path(&path, &route->path);
    if (!st) st = fan_gateway_read_target(&function, &route->function);
    if (!st && key.value) st = fan_place_boolean(&key, &route->api_key_required);
    if (!st) st = find_authorizer(config, &authorizer, &route->authorizer);
    route->timeout_ms = FAN_GATEWAY_TIMEOUT_MS_MAX;
    if (!st) st = read_timeout(&timeout, &route->timeout_ms);
    if (!st && config->key_from_authorizer && route->api_key_required &&
        route->authorizer < 0)
        st = fan_place_expected(&authorizer, "an authorizer: the API key comes from it");
    if (!st) make_resource_id(route->path, route->resource_id);
    return st;
}

static enum fan_status read_routes(struct fan_gateway_config *config,
                                   const struct fan_place *at)
{
    size_t count = 0;
    enum fan_status st = fan_place_array(at, FAN_GATEWAY_ROUTES_MAX, &count);
    if (st) return st;
    config->route = fan_alloc_zero(count + 1, sizeof *config->route);
    config->route_count = count;
    for (size_t i = 0; i < count && !st; i++) {
        struct fan_place element = fan_place_element(at, i);
        struct fan_gateway_route *route = &config->route[i];
        st = read_route(config, &element, route);
        for (size_t j = 0; j < i && !st; j++) {
            if (fan_route_order(route->path, config->route[j].path) != 0) continue;
            if (strcmp(route->path, config->route[j].path) != 0)
                st = fan_place_wrong(&element,
                                     "routes[%zu] has the same path with other "
                                     "parameter names",
                                     j);
            else if (strcmp(route->method, config->route[j].method) == 0)
                st = fan_place_wrong(&element, "routes[%zu] has the same method and path",
                                     j);
        }
    }
    return st;
}

static enum fan_status read_stage(struct fan_gateway_config *config,
                                  const struct fan_place *root)
{
    struct fan_place variables = fan_place_member(root, "stage_variables");
    struct fan_place binary = fan_place_member(root, "binary_media_types");
    struct fan_place throttle = fan_place_member(root, "throttle");
    struct fan_place source = fan_place_member(root, "api_key_source");
    int index = 0;
    config->throttle = (struct fan_throttle){ RATE_DEFAULT, BURST_DEFAULT };
    enum fan_status st = read_identity(config, root);
    if (!st) st = read_variables(config, &variables);
    if (!st) st = read_binary(config, &binary);
    if (!st && throttle.value)
        st = fan_gateway_read_throttle(&throttle, &config->throttle);
    if (!st && source.value) st = fan_place_choice(&source, "HEADER|AUTHORIZER", &index);
    config->key_from_authorizer = index == 1;
    return st;
}

static enum fan_status read_all(struct fan_gateway_config *config,
                                const struct fan_place *root)
{
    static const char *const keys[] = { "api_id",
                                        "stage",
                                        "stage_variables",
                                        "binary_media_types",
                                        "throttle",
                                        "routes",
                                        "api_key_source",
                                        "authorizers",
                                        "api_keys",
                                        "usage_plans",
                                        NULL };
    enum fan_status st = fan_place_object(root, keys);
    if (st) return st;
    struct fan_place authorizers = fan_place_member(root, "authorizers");
    struct fan_place api_keys = fan_place_member(root, "api_keys");
    struct fan_place plans = fan_place_member(root, "usage_plans");
    struct fan_place routes = fan_place_member(root, "routes");
    st = read_stage(config, root);
    if (!st) st = fan_gateway_read_authorizers(config, &authorizers);
    if (!st) st = fan_gateway_read_keys(config, &api_keys);
    if (!st) st = fan_gateway_read_plans(config, &plans);
    if (!st) st = read_routes(config, &routes);
    return st;
}

enum fan_status fan_gateway_config_parse(struct fan_gateway_config *config,
                                         const char *bytes, size_t n, const char *name,
                                         struct fan_err *err)
{
    *config = (struct fan_gateway_config){ .root = NULL };
    char file[300];
    json_error_t why;
    snprintf(file, sizeof file, "gateway '%.256s'", name);
    if (n > FAN_GATEWAY_FILE_MAX)
        return fan_fail(err, FAN_ELIMIT, "cannot read %s: it is larger than %u bytes",
                        file, FAN_GATEWAY_FILE_MAX);
    config->root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &why);
    /* what stands behind "near" is text of the file, and may be a key */
    char *near = config->root ? NULL : strstr(why.text, " near ");
    if (near) *near = '\0';
    if (!config->root)
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read %s: line %d, column %d: expected JSON: %.160s", file,
                        why.line, why.column, why.text);
    struct fan_place root = { NULL, NULL, 0, config->root, file, err };
    return read_all(config, &root);
}

enum fan_status fan_gateway_config_read(struct fan_gateway_config *config,
                                        const char *path, struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_GATEWAY_FILE_MAX);
    *config = (struct fan_gateway_config){ .root = NULL };
    enum fan_status st = fan_buf_read_file(&text, path, err);
    if (!st)
        st = fan_gateway_config_parse(config, text.data ? text.data : "", text.size, path,
                                      err);
    if (text.data) OPENSSL_cleanse(text.data, text.size);
    fan_buf_clear(&text);
    return st;
}

void fan_gateway_config_clear(struct fan_gateway_config *config)
{
    for (size_t i = 0; i < config->authorizer_count; i++)
        if (config->authorizer[i].has_validation)
            regfree(&config->authorizer[i].validation);
    if (config->key)
        OPENSSL_cleanse(config->key, config->key_count * sizeof *config->key);
    free(config->route);
    free(config->authorizer);
    free(config->key);
    free(config->plan);
    json_decref(config->root);
    *config = (struct fan_gateway_config){ .root = NULL };
}
