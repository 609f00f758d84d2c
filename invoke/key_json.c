/* key_json.c - see key_json.h. */
#include "invoke/key_json.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "common/date.h"
#include "record/record.h"

static const char *text_of(const json_t *root, const char *key)
{
    const char *text = json_string_value(json_object_get(root, key));
    return text && *text ? text : NULL;
}

static enum fan_status read_expiration(struct fan_key_set *keys, const json_t *root,
                                       struct fan_err *err)
{
    const json_t *value = json_object_get(root, "Expiration");
    const char *text = json_string_value(value);
    int64_t seconds = 0;
    if (!value || json_is_null(value) || (text && !*text)) return FAN_OK;
    if (!text || !fan_date_iso(text, strlen(text), &seconds))
        return fan_fail(err, FAN_EFORMAT,
                        "its Expiration is no date such as 2026-01-31T10:00:00Z");
    keys->expires_ns = seconds * INT64_C(1000000000);
    return FAN_OK;
}

static enum fan_status refused(const char *code, const char *message, struct fan_err *err)
{
    char what[64], why[192]; /* without control characters */
    fan_record_set_text(what, sizeof what, code, strlen(code));
    fan_record_set_text(why, sizeof why, message ? message : "",
                        message ? strlen(message) : 0);
    return fan_fail(err, FAN_EREMOTE, "it says %s%s%s", what, message ? ": " : "", why);
}

static enum fan_status read_keys(struct fan_key_set *keys, const json_t *root,
                                 bool versioned, struct fan_err *err)
{
    const char *code = text_of(root, "Code"), *message = text_of(root, "Message");
    const struct fan_credentials found = { text_of(root, "AccessKeyId"),
                                           text_of(root, "SecretAccessKey"),
                                           text_of(root, "SessionToken")
                                               ? text_of(root, "SessionToken")
                                               : text_of(root, "Token") };
    if (!json_is_object(root)) return fan_fail(err, FAN_EFORMAT, "it is no JSON object");
    if (versioned && json_integer_value(json_object_get(root, "Version")) != 1)
        return fan_fail(err, FAN_EFORMAT, "it does not say \"Version\": 1");
    if (code && strcmp(code, "Success") != 0) return refused(code, message, err);
    if (!found.access_key_id || !found.secret_access_key)
        return fan_fail(err, FAN_EFORMAT, "it has no %s",
                        found.access_key_id ? "SecretAccessKey" : "AccessKeyId");
    enum fan_status st = fan_key_set_fill(keys, &found, err);
    return st ? st : read_expiration(keys, root, err);
}

enum fan_status fan_key_json_read(struct fan_key_set *keys, const char *from,
                                  const char *text, size_t n, bool versioned,
                                  struct fan_err *err)
{
    if (n > FAN_KEY_JSON_MAX)
        return fan_fail(err, FAN_ELIMIT, "%s: the answer is longer than %d bytes", from,
                        FAN_KEY_JSON_MAX);
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
    enum fan_status st = read_keys(keys, root, versioned, err);
    json_decref(root);
    fan_err_prefix(err, "%s: cannot use the answer: ", from);
    snprintf(keys->from, sizeof keys->from, "%s", from);
    return st;
}
