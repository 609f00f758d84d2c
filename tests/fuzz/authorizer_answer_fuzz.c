/* authorizer_answer_fuzz.c - any bytes as an authorizer's answer. Before the first NUL
 * stands a pattern and, behind the next one, a text: the matcher is held against a plain
 * recursive one. The rest is the answer. */
#include "common/buf.h"
#include "local_lambda/authorizer_grant.h"
#include "local_lambda/authorizer_policy.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SHORT 12 /* the plain matcher takes exponential time */

static bool plain(const char *pattern, const char *text)
{
    if (*pattern == '*')
        return plain(pattern + 1, text) || (*text && plain(pattern, text + 1));
    if (!*pattern || !*text) return !*pattern && !*text;
    return (*pattern == '?' || *pattern == *text) && plain(pattern + 1, text + 1);
}

static void check_matcher(const char *pattern, const char *text)
{
    bool found = fan_policy_matches(pattern, text, false);
    if (found && !fan_policy_matches(pattern, text, true)) abort();
    if (strlen(pattern) <= SHORT && strlen(text) <= SHORT &&
        found != plain(pattern, text))
        abort();
}

static void check_answer(const char *bytes, size_t n, const char *arn)
{
    struct fan_grant *grant = NULL;
    struct fan_err err = { FAN_OK, "" };
    if (fan_grant_parse(&grant, bytes, n, &err)) {
        if (!err.text[0]) abort();
        return;
    }
    enum fan_verdict verdict = fan_policy_evaluate(grant->policy, arn);
    if (verdict > FAN_VERDICT_NOT_ALLOWED) abort();
    for (void *at = json_object_iter(grant->context); at;
         at = json_object_iter_next(grant->context, at))
        if (!json_is_string(json_object_iter_value(at))) abort();
    if (!json_object_get(grant->context, "principalId")) abort();
    fan_grant_unref(grant);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fan_alloc(size + 3);
    memcpy(copy, data, size);
    memset(copy + size, 0, 3);
    const char *pattern = copy, *text = pattern + strlen(pattern) + 1;
    if (text > copy + size) text = copy + size;
    const char *answer = text + strlen(text) + 1;
    check_matcher(pattern, text);
    if (answer < copy + size) check_answer(answer, (size_t)(copy + size - answer), text);
    free(copy);
    return 0;
}
