/* auth_header.c - see auth_header.h. */
#include "local_lambda/auth_header.h"

#include <stdio.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"

/* a stretch of the header */
struct span {
    const char *at;
    size_t n;
};

/* the value of "name=value" behind the algorithm; parts are separated by ", " */
static struct span find_part(const char *text, const char *name)
{
    size_t name_bytes = strlen(name);
    for (const char *p = text; *p;) {
        p += strspn(p, ", \t");
        size_t n = strcspn(p, ", \t");
        if (n > name_bytes && strncmp(p, name, name_bytes) == 0 && p[name_bytes] == '=')
            return (struct span){ p + name_bytes + 1, n - name_bytes - 1 };
        p += n;
    }
    return (struct span){ NULL, 0 };
}

/* one sentence for each part that is missing */
static enum fan_status incomplete(const struct span part[3], bool has_date,
                                  const char *text, struct fan_err *err)
{
    static const char *const names[3] = { "Credential", "Signature", "SignedHeaders" };
    char message[FAN_ERR_TEXT_MAX] = "";
    size_t at = 0;
    for (int i = 0; i < 3; i++)
        if (!part[i].at)
            at += (size_t)snprintf(message + at, sizeof message - at,
                                   "Authorization header requires '%s' parameter. ",
                                   names[i]);
    if (!has_date)
        snprintf(message + at, sizeof message - at,
                 "Authorization header requires existence of either a 'X-Amz-Date' or a "
                 "'Date' header. ");
    /* what follows the scheme may be a secret of another one: it is not repeated */
    return fan_fail(err, FAN_EFORMAT, "%sAuthorization=%.*s", message,
                    (int)(strcspn(text, " ") < 32 ? strcspn(text, " ") : 32), text);
}

static enum fan_status split_credential(struct fan_auth_header *auth, struct span text,
                                        struct fan_err *err)
{
    struct {
        char *value;
        size_t capacity;
    } const field[5] = {
        { auth->access_key_id, sizeof auth->access_key_id },
        { auth->day, sizeof auth->day },
        { auth->region, sizeof auth->region },
        { auth->service, sizeof auth->service },
        { auth->terminator, sizeof auth->terminator },
    };
    const char *at = text.at, *end = text.at + text.n;
    int fields = 0;
    for (; fields < 5 && at <= end; fields++) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        size_t n = (size_t)((slash ? slash : end) - at);
        if (n == 0 || n >= field[fields].capacity) break;
        memcpy(field[fields].value, at, n);
        field[fields].value[n] = '\0';
        at += n + 1; /* one beyond the end after the last field */
    }
    if (fields == 5 && at == end + 1) return FAN_OK;
    return fan_fail(err, FAN_EFORMAT,
                    "Credential must have exactly 5 slash-delimited elements, e.g. "
                    "keyid/date/region/service/term, got '%.*s'",
                    (int)(text.n < 200 ? text.n : 200), text.at);
}

enum fan_status fan_auth_header_parse(struct fan_auth_header *auth, const char *text,
                                      bool has_date, struct fan_err *err)
{
    struct span part[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    size_t scheme = strlen(ALGORITHM);
    if (strncmp(text, ALGORITHM, scheme) == 0 &&
        (text[scheme] == ' ' || text[scheme] == '\t')) {
        part[0] = find_part(text + scheme, "Credential");
        part[1] = find_part(text + scheme, "Signature");
        part[2] = find_part(text + scheme, "SignedHeaders");
    }
    if (!part[0].at || !part[1].at || !part[2].at || !has_date)
        return incomplete(part, has_date, text, err);
    struct fan_auth_header parsed = { .signature = part[1].at,
                                      .signature_bytes = part[1].n,
                                      .signed_headers = part[2].at,
                                      .signed_headers_bytes = part[2].n };
    enum fan_status st = split_credential(&parsed, part[0], err);
    if (!st) *auth = parsed;
    return st;
}

bool fan_auth_header_signs(const struct fan_auth_header *auth, const char *name)
{
    size_t name_bytes = strlen(name);
    const char *at = auth->signed_headers, *end = at + auth->signed_headers_bytes;
    while (at < end) {
        const char *semicolon = memchr(at, ';', (size_t)(end - at));
        size_t n = (size_t)((semicolon ? semicolon : end) - at);
        if (n == name_bytes && memcmp(at, name, n) == 0) return true;
        at += n + 1;
    }
    return false;
}
