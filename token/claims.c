/* claims.c - see claims.h. */
#include "token/claims.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

/* The next word at *text, its length in *n; NULL behind the last. */
static const char *next_word(const char **text, size_t *n)
{
    const char *word = *text + strspn(*text, " ");
    *n = strcspn(word, " ");
    *text = word + *n;
    return *n ? word : NULL;
}

static bool has_word(const char *text, const char *word, size_t word_bytes)
{
    size_t n;
    for (const char *found; (found = next_word(&text, &n));)
        if (n == word_bytes && memcmp(found, word, n) == 0) return true;
    return false;
}

/* The text of claim i: of an array's element, or of the claim itself. NULL past the end
 * and for what is not text. */
static const char *text_at(const json_t *claim, size_t i)
{
    if (json_is_array(claim)) return json_string_value(json_array_get(claim, i));
    return i == 0 ? json_string_value(claim) : NULL;
}

static size_t text_count(const json_t *claim)
{
    return json_is_array(claim) ? json_array_size(claim) : 1;
}

static bool is_meant_for(const json_t *claims, const char *audiences)
{
    const json_t *audience = json_object_get(claims, "aud");
    for (size_t i = 0; i < text_count(audience); i++) {
        const char *text = text_at(audience, i);
        if (text && *text && has_word(audiences, text, strlen(text))) return true;
    }
    return false;
}

/* Times are numbers, perhaps with a fraction. */
static bool is_time(const json_t *claim)
{
    return json_is_number(claim) && isfinite(json_number_value(claim));
}

static enum fan_status check_times(const json_t *claims,
                                   const struct fan_claim_rules *rules, int64_t now_s,
                                   struct fan_err *err)
{
    const json_t *expiry = json_object_get(claims, "exp");
    if (!is_time(expiry))
        return fan_fail(err, FAN_EINVAL, "the token has no expiry, or it is no number");
    if (json_number_value(expiry) <= (double)(now_s - rules->leeway_s))
        return fan_fail(err, FAN_EINVAL, "the token is expired");
    static const char *const names[] = { "nbf", "iat" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *begin = json_object_get(claims, names[i]);
        if (begin && !is_time(begin))
            return fan_fail(err, FAN_EINVAL, "the token's \"%s\" is no number", names[i]);
        if (begin && json_number_value(begin) > (double)(now_s + rules->leeway_s))
            return fan_fail(err, FAN_EINVAL, "the token's \"%s\" is in the future",
                            names[i]);
    }
    return FAN_OK;
}

enum fan_status fan_claims_check(const json_t *claims,
                                 const struct fan_claim_rules *rules, int64_t now_s,
                                 struct fan_err *err)
{
    const char *issuer = json_string_value(json_object_get(claims, "iss"));
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    if (!issuer || strcmp(issuer, rules->issuer) != 0)
        return fan_fail(err, FAN_EINVAL, "the token is not from the expected issuer");
    if (!is_meant_for(claims, rules->audiences))
        return fan_fail(err, FAN_EINVAL, "the token is meant for another audience");
    if (!subject || !*subject)
        return fan_fail(err, FAN_EINVAL, "the token has no subject");
    return check_times(claims, rules, now_s, err);
}

static bool has_scope(const json_t *claims, const char *word, size_t n)
{
    const json_t *scope = json_object_get(claims, "scope");
    if (!scope) scope = json_object_get(claims, "scp");
    for (size_t i = 0; i < text_count(scope); i++) {
        const char *text = text_at(scope, i);
        if (text && has_word(text, word, n)) return true;
    }
    return false;
}

bool fan_claims_have_scopes(const json_t *claims, const struct fan_claim_rules *rules)
{
    const char *scopes = rules->scopes;
    size_t n;
    for (const char *word; (word = next_word(&scopes, &n));)
        if (!has_scope(claims, word, n)) return false;
    return true;
}
