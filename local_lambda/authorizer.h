/* authorizer.h - a Lambda authorizer as it is configured. */
#ifndef FAN_LOCAL_LAMBDA_AUTHORIZER_H
#define FAN_LOCAL_LAMBDA_AUTHORIZER_H

#include "local_lambda/function_target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <regex.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_IDENTITY_SOURCES_MAX 16

enum fan_authorizer_type { FAN_AUTHORIZER_TOKEN, FAN_AUTHORIZER_REQUEST };

enum fan_identity_kind {
    FAN_IDENTITY_HEADER,
    FAN_IDENTITY_QUERY,
    FAN_IDENTITY_STAGE_VARIABLE,
    FAN_IDENTITY_CONTEXT
};

/* Where a part of the caller's identity stands in its request. */
struct fan_identity_source {
    enum fan_identity_kind kind;
    const char *name; /* "Authorization"; of the context: "httpMethod" */
};

struct fan_authorizer {
    const char *name;
    enum fan_authorizer_type type;
    struct fan_target function;
    struct fan_identity_source source[FAN_IDENTITY_SOURCES_MAX];
    size_t source_count; /* TOKEN: 1, a header */
    bool has_validation; /* TOKEN: the token must match it as a whole */
    regex_t validation;
    uint32_t ttl_s; /* of answers in the cache; 0: none are kept */
};

#ifdef __cplusplus
}
#endif
#endif
