/* authorizer_config.c - see authorizer_config.h. */
#include "authorizer/authorizer_config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/number.h"

#define LEEWAY_S     30
#define LEEWAY_S_MAX 300

/* A failure's text, with the variable's name before it. */
static enum fan_status blame(struct fan_err *err, const char *name,
                             const struct fan_err *cause)
{
    return fan_fail(err, FAN_EUSAGE, "%s: %s", name, cause->text);
}

static enum fan_status add_text(struct fan_jwk_set *keys, const char *text,
                                struct fan_err *err)
{
    if (!*text) return FAN_OK;
    return fan_jwk_set_read(keys, (struct fan_token_bytes){ text, strlen(text) }, err);
}

/* A name inside the package. */
static enum fan_status add_file(struct fan_jwk_set *keys, const char *folder,
                                const char *name, struct fan_err *err)
{
    char path[PATH_MAX];
    struct fan_buf text = FAN_BUF_INIT(FAN_JWK_SET_BYTES_MAX);
    if (!*name) return FAN_OK;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return fan_fail(err, FAN_EUSAGE, "the path is too long");
    enum fan_status st = fan_buf_read_file(&text, path, err);
    if (!st)
        st =
            fan_jwk_set_read(keys, (struct fan_token_bytes){ text.data, text.size }, err);
    fan_buf_clear(&text);
    return st;
}

static enum fan_status add_secret(struct fan_jwk_set *keys, const char *secret,
                                  struct fan_err *err)
{
    struct fan_token_key *key = NULL;
    if (!*secret) return FAN_OK;
    enum fan_status st = fan_token_key_new_secret(
        &key, (struct fan_token_bytes){ secret, strlen(secret) }, err);
    return st ? st : fan_jwk_set_add(keys, key, err);
}

static enum fan_status read_keys(struct fan_jwk_set *keys,
                                 const char *(*variable)(const char *name),
                                 const char *folder, struct fan_err *err)
{
    struct fan_err cause = { FAN_OK, "" };
    if (add_text(keys, variable("JWT_JWKS"), &cause))
        return blame(err, "JWT_JWKS", &cause);
    if (add_file(keys, folder, variable("JWT_JWKS_FILE"), &cause))
        return blame(err, "JWT_JWKS_FILE", &cause);
    if (add_secret(keys, variable("JWT_HS256_SECRET"), &cause))
        return blame(err, "JWT_HS256_SECRET", &cause);
    if (fan_jwk_set_size(keys) == 0)
        return fan_fail(err, FAN_EUSAGE,
                        "there is no key to check tokens with: set JWT_JWKS, "
                        "JWT_JWKS_FILE or JWT_HS256_SECRET");
    return FAN_OK;
}

static enum fan_status read_rules(struct fan_claim_rules *rules,
                                  const char *(*variable)(const char *name),
                                  struct fan_err *err)
{
    struct fan_err cause = { FAN_OK, "" };
    uint64_t leeway_s = LEEWAY_S;
    const char *leeway = variable("JWT_LEEWAY_S");
    if (*leeway && fan_number_u64(leeway, 0, LEEWAY_S_MAX, &leeway_s, &cause))
        return blame(err, "JWT_LEEWAY_S", &cause);
    *rules = (struct fan_claim_rules){ variable("JWT_ISSUER"), variable("JWT_AUDIENCE"),
                                       variable("JWT_SCOPE"), (int64_t)leeway_s };
    /* without them, a token that the same issuer made for something else would do */
    if (!*rules->issuer)
        return fan_fail(err, FAN_EUSAGE, "JWT_ISSUER: expected the tokens' issuer");
    if (!rules->audiences[strspn(rules->audiences, " ")])
        return fan_fail(err, FAN_EUSAGE, "JWT_AUDIENCE: expected the tokens' audience");
    return FAN_OK;
}

enum fan_status fan_authorizer_config_read(struct fan_authorizer_config *config,
                                           const char *(*variable)(const char *name),
                                           const char *folder, struct fan_err *err)
{
    struct fan_authorizer_config found;
    memset(&found, 0, sizeof found);
    found.keys = fan_jwk_set_new();
    found.context_claims = variable("JWT_CONTEXT_CLAIMS");
    found.usage_key = variable("USAGE_KEY");
    found.usage_key_claim = variable("USAGE_KEY_CLAIM");
    enum fan_status st = read_rules(&found.rules, variable, err);
    if (!st) st = read_keys(found.keys, variable, folder, err);
    if (st)
        fan_authorizer_config_clear(&found);
    else
        *config = found;
    return st;
}

void fan_authorizer_config_clear(struct fan_authorizer_config *config)
{
    fan_jwk_set_free(config->keys);
    config->keys = NULL;
}
