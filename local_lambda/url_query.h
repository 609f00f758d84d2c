/* url_query.h - the parameters of a query, one after the other, as a gateway decodes
 * them. Pure. */
#ifndef FAN_LOCAL_LAMBDA_URL_QUERY_H
#define FAN_LOCAL_LAMBDA_URL_QUERY_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zeroed is empty. */
struct fan_url_query {
    const char *at; /* the rest */
    char *scratch;  /* the decoded pair; owned */
};

/* Owns: fan_url_query_clear. query outlives it. */
void fan_url_query_init(struct fan_url_query *query, const char *text);
void fan_url_query_clear(struct fan_url_query *query);

/**
 * The next parameter; false at the end. Both texts stay until the next call. '+' is a
 * blank, escapes are decoded, and a text with a malformed one stays as it was sent. A
 * parameter without '=' has an empty value; empty parts are skipped. Source: WHATWG URL,
 * application/x-www-form-urlencoded parsing.
 */
bool fan_url_query_next(struct fan_url_query *query, const char **name,
                        const char **value);

#ifdef __cplusplus
}
#endif
#endif
