/* instance_metadata.c - see instance_metadata.h. Source: EC2 User Guide, "Use the
 * Instance Metadata Service to access instance metadata", version 2. */
#include "invoke/instance_metadata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "invoke/credentials.h"
#include "invoke/metadata_http.h"

#define USUAL        "http://169.254.169.254"
#define USUAL_IPV6   "http://[fd00:ec2::254]"
#define TOKEN_HEADER "X-aws-ec2-metadata-token"
#define TOKEN_TTL    "21600" /* seconds; the longest there is */
#define ANSWER_MAX   65536

static uint32_t number(const char *variable, uint32_t usual, uint32_t max)
{
    const char *text = fan_variable(variable);
    if (!text || strspn(text, "0123456789") != strlen(text)) return usual;
    unsigned long value = strtoul(text, NULL, 10);
    if (value < 1) return usual;
    return value < max ? (uint32_t)value : max;
}

static void find_origin(struct fan_instance *instance, const struct fan_profile *profile)
{
    const char *origin = fan_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *mode = fan_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    if (!origin) origin = fan_profile_get(profile, "ec2_metadata_service_endpoint");
    if (!mode) mode = fan_profile_get(profile, "ec2_metadata_service_endpoint_mode");
    if (!origin) origin = mode && strcasecmp(mode, "ipv6") == 0 ? USUAL_IPV6 : USUAL;
    snprintf(instance->origin, sizeof instance->origin, "%s", origin);
}

static bool is_plain(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] <= ' ' || text[i] > '~') return false;
    return n > 0;
}

static enum fan_status get_token(struct fan_instance *instance, struct fan_err *err)
{
    struct fan_buf answer = FAN_BUF_INIT(ANSWER_MAX);
    uint32_t status = 0;
    const struct fan_metadata_question question = {
        .origin = instance->origin,
        .method = "PUT",
        .target = "/latest/api/token",
        .header = { TOKEN_HEADER "-ttl-seconds", TOKEN_TTL },
        .timeout_ms = instance->timeout_ms,
        .attempts = instance->attempts,
    };
    enum fan_status st = fan_metadata_ask(&question, &status, &answer, err);
    if (!st && (status == 403 || status == 404)) /* switched off, or something else */
        st = fan_fail(err, FAN_ENOTFOUND, "HTTP %u", status);
    if (!st && (status != 200 || answer.size >= sizeof instance->token ||
                !is_plain(answer.data, answer.size)))
        st = fan_fail(err, FAN_EREMOTE, "no session token: HTTP %u", status);
    if (!st) memcpy(instance->token, answer.data, answer.size + 1);
    if (answer.data) fan_wipe(answer.data, answer.capacity);
    fan_buf_clear(&answer);
    return st;
}

enum fan_status fan_instance_find(struct fan_instance *instance,
                                  const struct fan_profile *profile, struct fan_err *err)
{
    const char *disabled = fan_variable("AWS_EC2_METADATA_DISABLED");
    struct fan_err cause = { FAN_OK, "" };
    memset(instance, 0, sizeof *instance);
    if (disabled && strcasecmp(disabled, "true") == 0)
        return fan_fail(err, FAN_ENOTFOUND,
                        "instance metadata: AWS_EC2_METADATA_DISABLED is true");
    find_origin(instance, profile);
    instance->timeout_ms = 1000 * number("AWS_METADATA_SERVICE_TIMEOUT", 1, 60);
    instance->attempts = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1, 10);
    enum fan_status st = get_token(instance, &cause);
    if (st == FAN_ENET) st = FAN_ENOTFOUND; /* this is no EC2 instance */
    if (st)
        fan_fail(err, st, "instance metadata at %.64s: %.128s", instance->origin,
                 cause.text);
    return st;
}

enum fan_status fan_instance_read(const struct fan_instance *instance, const char *path,
                                  struct fan_buf *answer, struct fan_err *err)
{
    char target[512];
    uint32_t status = 0;
    struct fan_err cause = { FAN_OK, "" };
    snprintf(target, sizeof target, "/latest/meta-data/%s", path);
    const struct fan_metadata_question question = {
        .origin = instance->origin,
        .method = "GET",
        .target = target,
        .header = { TOKEN_HEADER, instance->token },
        .timeout_ms = instance->timeout_ms,
        .attempts = instance->attempts,
    };
    enum fan_status st = fan_metadata_ask(&question, &status, answer, &cause);
    if (!st && status != 200)
        st = fan_fail(&cause, status == 404 ? FAN_ENOTFOUND : FAN_EREMOTE, "HTTP %u",
                      status);
    if (st)
        fan_fail(err, st, "instance metadata at %.64s: %.64s: %.128s", instance->origin,
                 path, cause.text);
    return st;
}
