/* credentials.c - see credentials.h. */
#include "invoke/credentials.h"

#include <string.h>

void fan_wipe(void *bytes, size_t n)
{
    volatile unsigned char *p = bytes;
    while (n-- > 0)
        *p++ = 0;
}

/* Printable ASCII without blanks and without the forbidden. */
static bool is_word(const char *text, size_t max, const char *forbidden)
{
    size_t n = text ? strlen(text) : 0;
    if (n == 0 || n > max) return false;
    for (size_t i = 0; i < n; i++)
        if (text[i] <= ' ' || text[i] > '~' || strchr(forbidden, text[i])) return false;
    return true;
}

enum fan_status fan_credentials_check(const struct fan_credentials *credentials,
                                      struct fan_err *err)
{
    const struct fan_credentials *c = credentials;
    const char *bad = NULL;
    if (!is_word(c->access_key_id, FAN_KEY_ID_MAX, "/,"))
        bad = "access key id";
    else if (!is_word(c->secret_access_key, FAN_SECRET_MAX, ""))
        bad = "secret access key";
    else if (c->session_token && !is_word(c->session_token, FAN_TOKEN_MAX, ""))
        bad = "session token";
    if (!bad) return FAN_OK;
    return fan_fail(err, FAN_EINVAL, "the %s is empty or malformed", bad);
}

enum fan_status fan_key_set_fill(struct fan_key_set *set,
                                 const struct fan_credentials *credentials,
                                 struct fan_err *err)
{
    struct fan_credentials c = *credentials;
    if (c.session_token && !*c.session_token) c.session_token = NULL;
    fan_key_set_wipe(set);
    enum fan_status st = fan_credentials_check(&c, err);
    if (st) return st;
    strcpy(set->access_key_id, c.access_key_id);
    strcpy(set->secret_access_key, c.secret_access_key);
    if (c.session_token) strcpy(set->session_token, c.session_token);
    set->expires_ns = FAN_NEVER_NS;
    return FAN_OK;
}

struct fan_credentials fan_key_set_view(const struct fan_key_set *set)
{
    const struct fan_credentials view = { set->access_key_id, set->secret_access_key,
                                          set->session_token[0] ? set->session_token
                                                                : NULL };
    return view;
}

bool fan_key_set_same(const struct fan_key_set *a, const struct fan_key_set *b)
{
    return strcmp(a->access_key_id, b->access_key_id) == 0 &&
           strcmp(a->secret_access_key, b->secret_access_key) == 0 &&
           strcmp(a->session_token, b->session_token) == 0;
}

void fan_key_set_wipe(struct fan_key_set *set)
{
    fan_wipe(set, sizeof *set);
}
