/* authorizer_policy.c - see authorizer_policy.h. */
#include "local_lambda/authorizer_policy.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

#define ACTION "execute-api:Invoke"

static bool same(char a, char b, bool any_case)
{
    return a == b || (any_case && tolower((unsigned char)a) == tolower((unsigned char)b));
}

/* The last star that was passed is where to go on from after a mismatch: no earlier one
 * needs to be tried again, so the time is at most the product of the lengths. */
bool fan_policy_matches(const char *pattern, const char *text, bool any_case)
{
    const char *star = NULL, *resume = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            resume = text;
        } else if (*pattern == '?' || (*pattern && same(*pattern, *text, any_case))) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

/* A member that is one text or an array of them: the i-th, or NULL behind the last. */
static const json_t *nth(const json_t *value, size_t i)
{
    if (json_is_array(value)) return json_array_get(value, i);
    return i == 0 ? value : NULL;
}

static enum fan_status check_patterns(const json_t *statement, const char *key,
                                      struct fan_err *err)
{
    const json_t *value = json_object_get(statement, key), *pattern;
    if (!nth(value, 0) || json_array_size(value) > FAN_POLICY_PATTERNS_MAX)
        return fan_fail(err, FAN_EFORMAT,
                        "a statement's %s must be a string or an array of 1 to %d", key,
                        FAN_POLICY_PATTERNS_MAX);
    for (size_t i = 0; (pattern = nth(value, i)); i++)
        if (!json_is_string(pattern) ||
            json_string_length(pattern) > FAN_POLICY_PATTERN_MAX ||
            strlen(json_string_value(pattern)) != json_string_length(pattern))
            return fan_fail(err, FAN_EFORMAT,
                            "a statement's %s must be of strings of at most %d bytes",
                            key, FAN_POLICY_PATTERN_MAX);
    return FAN_OK;
}

static enum fan_status check_statement(const json_t *statement, struct fan_err *err)
{
    static const char *const unknown[] = { "Condition", "NotAction", "NotResource",
                                           "Principal", "NotPrincipal" };
    const char *effect = json_string_value(json_object_get(statement, "Effect"));
    if (!json_is_object(statement) || !effect ||
        (strcmp(effect, "Allow") != 0 && strcmp(effect, "Deny") != 0))
        return fan_fail(err, FAN_EFORMAT,
                        "a statement must be an object with Effect Allow or Deny");
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        const json_t *value = json_object_get(statement, unknown[i]);
        if (value && !(json_is_object(value) && json_object_size(value) == 0))
            return fan_fail(err, FAN_EFORMAT, "a statement's %s is not supported",
                            unknown[i]);
    }
    enum fan_status st = check_patterns(statement, "Action", err);
    return st ? st : check_patterns(statement, "Resource", err);
}

enum fan_status fan_policy_check(const struct json_t *document, struct fan_err *err)
{
    const json_t *statements = json_object_get(document, "Statement"), *statement;
    if (!json_is_object(document) || !statements ||
        json_array_size(statements) > FAN_POLICY_STATEMENTS_MAX)
        return fan_fail(err, FAN_EFORMAT,
                        "policyDocument must be an object with at most %d statements",
                        FAN_POLICY_STATEMENTS_MAX);
    for (size_t i = 0; (statement = nth(statements, i)); i++) {
        enum fan_status st = check_statement(statement, err);
        if (st) return st;
    }
    return FAN_OK;
}

static bool any_matches(const json_t *patterns, const char *text, bool any_case)
{
    const json_t *pattern;
    for (size_t i = 0; (pattern = nth(patterns, i)); i++)
        if (fan_policy_matches(json_string_value(pattern), text, any_case)) return true;
    return false;
}

static bool applies(const json_t *statement, const char *arn)
{
    return any_matches(json_object_get(statement, "Action"), ACTION, true) &&
           any_matches(json_object_get(statement, "Resource"), arn, false);
}

enum fan_verdict fan_policy_evaluate(const struct json_t *document, const char *arn)
{
    const json_t *statements = json_object_get(document, "Statement"), *statement;
    enum fan_verdict verdict = FAN_VERDICT_NOT_ALLOWED;
    for (size_t i = 0; (statement = nth(statements, i)); i++) {
        if (!applies(statement, arn)) continue;
        const char *effect = json_string_value(json_object_get(statement, "Effect"));
        if (strcmp(effect, "Deny") == 0) return FAN_VERDICT_DENIED;
        verdict = FAN_VERDICT_ALLOWED;
    }
    return verdict;
}
