/* jwt_expiry.c - see jwt_expiry.h. */
#include "invoke/jwt_expiry.h"

#include <string.h>

#include <jansson.h>

#include "invoke/credentials.h"
#include "common/base64.h"

#define SECONDS_MAX 9e9 /* as many nanoseconds fit into 63 bits */

/* The middle one of three parts between dots; *n its length, 0 without one. */
static const char *payload_of(const char *token, size_t *n)
{
    const char *end = token + *n;
    const char *begin = memchr(token, '.', *n);
    *n = 0;
    if (!begin) return token;
    begin++;
    const char *dot = memchr(begin, '.', (size_t)(end - begin));
    if (dot && !memchr(dot + 1, '.', (size_t)(end - dot - 1))) *n = (size_t)(dot - begin);
    return begin;
}

/* base64url (RFC 4648 section 5) is base64 with two other characters and no padding. */
static bool decode(const char *part, size_t n, char *out, size_t *decoded)
{
    char text[FAN_JWT_MAX + 3];
    for (size_t i = 0; i < n; i++)
        text[i] = part[i] == '-' ? '+' : part[i] == '_' ? '/' : part[i];
    while (n % 4 != 0)
        text[n++] = '=';
    bool good = fan_base64_decode(text, n, out, FAN_JWT_MAX, decoded);
    fan_wipe(text, n);
    return good;
}

bool fan_jwt_expiry(const char *token, size_t n, int64_t *expires_ns)
{
    char claims[FAN_JWT_MAX];
    size_t decoded = 0;
    if (n > FAN_JWT_MAX) return false;
    const char *part = payload_of(token, &n);
    if (n == 0 || !decode(part, n, claims, &decoded)) return false;
    json_t *object = json_loadb(claims, decoded, 0, NULL);
    fan_wipe(claims, decoded);
    const json_t *exp = json_object_get(object, "exp"); /* may have a fraction */
    double seconds = json_number_value(exp);
    bool good = json_is_number(exp) && seconds >= 0 && seconds <= SECONDS_MAX;
    if (good) *expires_ns = (int64_t)(seconds * 1e9);
    json_decref(object);
    return good;
}
