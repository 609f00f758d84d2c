/* source_container.c - keys of a container's role, from an agent that its environment
 * names; see source_container.h. */
#include "invoke/source_container.h"

#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "invoke/base_url.h"
#include "invoke/key_json.h"
#include "invoke/key_source.h"
#include "invoke/metadata_http.h"

#define RELATIVE   "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL       "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN      "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define TIMEOUT_MS 2000
#define ATTEMPTS   3
#define TOKEN_MAX  8192

/* ---- address ---- */

static bool is_target(const char *text)
{
    if (*text != '/') return false;
    for (const char *p = text; *p; p++)
        if (*p <= ' ' || *p > '~' || *p == '#') return false;
    return true;
}

static bool is_agent(const struct fan_base_url *url)
{
    static const char *const agents[] = { "169.254.170.2", "169.254.170.23",
                                          "[fd00:ec2::23]", NULL };
    size_t n =
        url->host[0] == '[' ? strcspn(url->host, "]") + 1 : strcspn(url->host, ":");
    for (size_t i = 0; agents[i]; i++)
        if (strlen(agents[i]) == n && memcmp(agents[i], url->host, n) == 0) return true;
    return false;
}

static enum fan_status full_address(struct fan_container_address *address,
                                    const char *full, struct fan_err *err)
{
    struct fan_base_url url;
    const char *authority = strstr(full, "://");
    size_t n = authority ? strcspn(authority + 3, "/?#") + (size_t)(authority + 3 - full)
                         : strlen(full);
    if (n >= sizeof address->origin)
        return fan_fail(err, FAN_EINVAL, FULL " is too long");
    memcpy(address->origin, full, n);
    address->origin[n] = '\0';
    snprintf(address->target, sizeof address->target, "%s%s", full[n] == '/' ? "" : "/",
             full + n);
    if (fan_base_url_parse(&url, address->origin, NULL) ||
        strlen(full + n) + 2 > sizeof address->target || !is_target(address->target))
        return fan_fail(err, FAN_EINVAL,
                        FULL " is not an address: expected one such as "
                             "http://127.0.0.1:8080/path");
    if (!url.tls && !url.loopback && !is_agent(&url))
        return fan_fail(err, FAN_EINVAL,
                        FULL " names '%.100s': expected https://, this host, "
                             "169.254.170.2, 169.254.170.23 or [fd00:ec2::23]",
                        url.host);
    return FAN_OK;
}

enum fan_status fan_container_address_parse(struct fan_container_address *address,
                                            const char *relative, const char *full,
                                            struct fan_err *err)
{
    if (!relative) return full_address(address, full, err);
    snprintf(address->origin, sizeof address->origin, "http://169.254.170.2");
    if (!is_target(relative) || strlen(relative) >= sizeof address->target)
        return fan_fail(err, FAN_EINVAL,
                        RELATIVE " is not a path: expected one that "
                                 "begins with /");
    memcpy(address->target, relative, strlen(relative) + 1);
    return FAN_OK;
}

/* ---- keys ---- */

/* The token as it is now: agents write a new one into the file from time to time. */
static enum fan_status read_token(struct fan_buf *token, struct fan_err *err)
{
    const char *file = fan_variable(TOKEN_FILE), *text = fan_variable(TOKEN);
    enum fan_status st = FAN_OK;
    if (file)
        st = fan_buf_read_file(token, file, err);
    else if (text)
        st = fan_buf_adds(token, text, err);
    if (st) fan_err_prefix(err, "%s: ", file ? TOKEN_FILE : TOKEN);
    size_t n = token->size;
    while (n > 0 && strchr(" \t\r\n", token->data[n - 1]))
        n--;
    if (token->data) fan_buf_cut(token, n);
    return st;
}

enum fan_status fan_source_container(const struct fan_profile *profile,
                                     struct fan_key_set *keys, struct fan_err *err)
{
    static const char from[] = "the container's credentials endpoint";
    const char *relative = fan_variable(RELATIVE), *full = fan_variable(FULL);
    struct fan_container_address address;
    uint32_t status = 0;
    (void)profile;
    if (!relative && !full)
        return fan_fail(err, FAN_ENOTFOUND,
                        "AWS_CONTAINER_CREDENTIALS_*_URI are not set");
    struct fan_buf token = FAN_BUF_INIT(TOKEN_MAX);
    struct fan_buf answer = FAN_BUF_INIT(FAN_KEY_JSON_MAX);
    enum fan_status st = fan_container_address_parse(&address, relative, full, err);
    if (!st) st = read_token(&token, err);
    if (st) goto out;
    const struct fan_metadata_question question = {
        .origin = address.origin,
        .method = "GET",
        .target = address.target,
        .header = { token.size > 0 ? "Authorization" : NULL, token.data },
        .timeout_ms = TIMEOUT_MS,
        .attempts = ATTEMPTS
    };
    st = fan_metadata_ask(&question, &status, &answer, err);
    if (!st && status != 200) st = fan_fail(err, FAN_EREMOTE, "HTTP %u", status);
    fan_err_prefix(err, "%s at %.100s: ", from, address.origin);
    if (!st)
        st = fan_key_json_read(keys, from, answer.data ? answer.data : "", answer.size,
                               false, err);
out:
    if (token.data) fan_wipe(token.data, token.capacity);
    if (answer.data) fan_wipe(answer.data, answer.capacity);
    fan_buf_clear(&token);
    fan_buf_clear(&answer);
    return st;
}
