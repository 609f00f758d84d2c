/* credentials.h - keys to sign with, seen or owned.  Pure. */
#ifndef FAN_INVOKE_CREDENTIALS_H
#define FAN_INVOKE_CREDENTIALS_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Keys of somebody else's. */
struct fan_credentials {
    const char *access_key_id;
    const char *secret_access_key;
    const char *session_token; /* NULL without one */
};

#define FAN_KEY_ID_MAX   128 /* bytes */
#define FAN_SECRET_MAX   255
#define FAN_TOKEN_MAX    8192
#define FAN_NEVER_NS     INT64_MAX
#define FAN_KEY_FROM_MAX 160

/* Keys as a source gave them. Plain data: to be wiped with fan_key_set_wipe. */
struct fan_key_set {
    char access_key_id[FAN_KEY_ID_MAX + 1];
    char secret_access_key[FAN_SECRET_MAX + 1];
    char session_token[FAN_TOKEN_MAX + 1]; /* "" without one */
    int64_t expires_ns;          /* wall time since 1970; FAN_NEVER_NS: they do not */
    bool late_is_good;           /* may be used behind expires_ns: their issuer is late */
    char from[FAN_KEY_FROM_MAX]; /* where they come from, in words: "the environment" */
};

/**
 * Whether the keys can stand in a header: printable, no blanks, not too long; the id
 * without comma and slash. Errors: FAN_EINVAL naming which is missing or malformed, never
 * showing it.
 */
enum fan_status fan_credentials_check(const struct fan_credentials *credentials,
                                      struct fan_err *err) FAN_MUST_CHECK;

/**
 * Fill a set with checked copies; it never expires, until the caller says otherwise. An
 * empty token is none. Errors: as above; the set is wiped then.
 */
enum fan_status fan_key_set_fill(struct fan_key_set *set,
                                 const struct fan_credentials *credentials,
                                 struct fan_err *err) FAN_MUST_CHECK;

/* The set's keys; they are the set's. */
struct fan_credentials fan_key_set_view(const struct fan_key_set *set);
bool fan_key_set_same(const struct fan_key_set *a, const struct fan_key_set *b);
void fan_key_set_wipe(struct fan_key_set *set);

/* Zero memory that held a secret, in a way that compilers do not leave out. */
void fan_wipe(void *bytes, size_t n);

#ifdef __cplusplus
}
#endif
#endif
