/* gateway_route.h - the resources of an API: which pattern a path matches. Pure. */
#ifndef FAN_LOCAL_LAMBDA_GATEWAY_ROUTE_H
#define FAN_LOCAL_LAMBDA_GATEWAY_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_ROUTE_PARAMS_MAX 16

/* A part of the path that a pattern names; not NUL-terminated, as it was sent. */
struct fan_route_param {
    const char *name, *value;
    size_t name_bytes, value_bytes;
};

struct fan_route_match {
    struct fan_route_param param[FAN_ROUTE_PARAMS_MAX];
    size_t count;
};

/* What makes this no pattern ("/", "/a/{id}/b", "/{proxy+}"), or NULL when it is one. */
const char *fan_route_problem(const char *pattern);

/**
 * Does path (raw, from its first slash on) match pattern (a valid one)? "{x}" takes one
 * segment that is not empty, "{x+}" all that is left, also more than one. Slashes at the
 * end of path make no difference. match is written only when it does.
 */
bool fan_route_matches(const char *pattern, const char *path,
                       struct fan_route_match *match);

/**
 * Order of two patterns that match one path: negative when a is the more specific. The
 * first segments that differ in kind decide: text before "{x}" before "{x+}". 0: the same
 * resource, whatever its parameters are called. Source: API Gateway developer guide,
 * "Set up a proxy integration with a proxy resource".
 */
int fan_route_order(const char *a, const char *b);

#ifdef __cplusplus
}
#endif
#endif
