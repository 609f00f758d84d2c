/* authorizer_identity.c - see authorizer_identity.h. */
#include "local_lambda/authorizer_identity.h"

#include "common/buf.h"
#include "local_lambda/url_query.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* far above what the server lets into headers and query */
#define IDENTITY_BYTES_MAX (1u << 20)

static bool add_query_value(struct fan_buf *buf, const char *query, const char *wanted)
{
    struct fan_url_query parts;
    const char *name = NULL, *value = NULL;
    bool found = false;
    fan_url_query_init(&parts, query);
    while (!found && fan_url_query_next(&parts, &name, &value))
        found = strcmp(name, wanted) == 0 && *value;
    bool added = found && fan_buf_adds(buf, value, NULL) == FAN_OK;
    fan_url_query_clear(&parts);
    return added;
}

static const char *context_value(const struct fan_stage_request *request,
                                 const char *name)
{
    if (strcmp(name, "httpMethod") == 0) return request->http->method;
    if (strcmp(name, "path") == 0) return request->http->path;
    if (strcmp(name, "resourcePath") == 0) return request->resource;
    if (strcmp(name, "stage") == 0) return request->stage;
    if (strcmp(name, "apiId") == 0) return request->api_id;
    return request->source_ip;
}

static bool add_source(struct fan_buf *buf, const struct fan_identity_source *source,
                       const struct fan_stage_request *request)
{
    const char *value = NULL;
    switch (source->kind) {
    case FAN_IDENTITY_HEADER: value = fan_http_header(request->http, source->name); break;
    case FAN_IDENTITY_QUERY:
        return add_query_value(buf, request->http->query, source->name);
    case FAN_IDENTITY_STAGE_VARIABLE:
        value =
            json_string_value(json_object_get(request->stage_variables, source->name));
        break;
    case FAN_IDENTITY_CONTEXT: value = context_value(request, source->name); break;
    }
    return value && *value && fan_buf_adds(buf, value, NULL) == FAN_OK;
}

static bool token_passes(const struct fan_authorizer *authorizer, const char *token)
{
    return !authorizer->has_validation ||
           regexec(&authorizer->validation, token, 0, NULL, 0) == 0;
}

bool fan_identity_collect(const struct fan_authorizer *authorizer,
                          const struct fan_stage_request *request,
                          struct fan_identity *identity)
{
    struct fan_buf all = FAN_BUF_INIT(IDENTITY_BYTES_MAX);
    /* no value holds a NUL: each ends with one, so that no two lists look alike */
    bool whole =
        fan_buf_add(&all, authorizer->name, strlen(authorizer->name) + 1, NULL) == FAN_OK;
    for (size_t i = 0; i < authorizer->source_count && whole; i++)
        whole = add_source(&all, &authorizer->source[i], request) &&
                fan_buf_add(&all, "", 1, NULL) == FAN_OK;
    identity->token = NULL;
    if (whole && authorizer->type == FAN_AUTHORIZER_TOKEN) {
        identity->token = fan_http_header(request->http, authorizer->source[0].name);
        whole = token_passes(authorizer, identity->token);
    }
    if (whole &&
        EVP_Digest(all.data, all.size, identity->key, NULL, EVP_sha256(), NULL) != 1)
        abort(); /* libcrypto without SHA-256 */
    fan_buf_clear(&all);
    return whole;
}
