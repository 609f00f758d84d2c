/* signing_key.c - see signing_key.h. */
#include "token/signing_key.h"

#include <stdbool.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <rhonabwy.h>

#include "token/token_key_parts.h"

#define PEM_MAX      (64 * 1024)
#define RSA_BITS     2048u
#define ED25519_BITS 256u

/* Make a key around a private JWK. rhonabwy names what it imports; our keys get a name
 * when they are published. */
static enum fan_status wrap(struct fan_token_key **key, jwk_t *jwk, struct fan_err *err)
{
    r_jwk_delete_property_str(jwk, "kid");
    return fan_token_key_wrap(key, jwk, err);
}

enum fan_status fan_signing_key_read(struct fan_token_key **key,
                                     struct fan_token_bytes pem, struct fan_err *err)
{
    jwk_t *jwk = NULL;
    if (pem.size == 0 || pem.size > PEM_MAX || r_jwk_init(&jwk) ||
        r_jwk_import_from_pem_der(jwk, R_X509_TYPE_PRIVKEY, R_FORMAT_PEM, pem.data,
                                  pem.size)) {
        r_jwk_free(jwk);
        return fan_fail(err, FAN_EFORMAT,
                        "cannot read the private key: expected PEM, not encrypted");
    }
    return wrap(key, jwk, err);
}

enum fan_status fan_signing_key_make(struct fan_token_key **key, enum fan_token_alg alg,
                                     struct fan_err *err)
{
    const bool rsa = alg == FAN_TOKEN_RS256;
    jwk_t *jwk = NULL, *public_half = NULL;
    if (alg == FAN_TOKEN_HS256)
        return fan_fail(err, FAN_EINVAL,
                        "cannot make a key pair for HS256: it has a "
                        "shared secret");
    bool made = !r_jwk_init(&jwk) && !r_jwk_init(&public_half) &&
                !r_jwk_generate_key_pair(jwk, public_half,
                                         rsa ? R_KEY_TYPE_RSA : R_KEY_TYPE_EDDSA,
                                         rsa ? RSA_BITS : ED25519_BITS, NULL);
    r_jwk_free(public_half);
    if (made) return wrap(key, jwk, err);
    r_jwk_free(jwk);
    return fan_fail(err, FAN_ESTATE, "cannot make a key pair");
}

/* By way of GnuTLS, since rhonabwy itself writes Ed25519 keys in a form that nobody else
 * reads. */
enum fan_status fan_signing_key_write(const struct fan_token_key *key,
                                      struct fan_buf *pem, struct fan_err *err)
{
    gnutls_datum_t text = { NULL, 0 };
    gnutls_x509_privkey_t plain = NULL;
    gnutls_privkey_t pair =
        key->alg == FAN_TOKEN_HS256 ? NULL : r_jwk_export_to_gnutls_privkey(key->jwk);
    enum fan_status st = FAN_OK;
    if (!pair || gnutls_privkey_export_x509(pair, &plain) ||
        gnutls_x509_privkey_export2_pkcs8(plain, GNUTLS_X509_FMT_PEM, NULL,
                                          GNUTLS_PKCS_PLAIN, &text))
        st = fan_fail(err, FAN_ESTATE, "cannot write the private key");
    if (!st) st = fan_buf_add(pem, text.data, text.size, err);
    if (text.data) gnutls_memset(text.data, 0, text.size);
    gnutls_free(text.data);
    gnutls_x509_privkey_deinit(plain);
    gnutls_privkey_deinit(pair);
    return st;
}

enum fan_status fan_signing_key_publish(const struct fan_token_key *key, const char *kid,
                                        struct fan_buf *jwk, struct fan_err *err)
{
    jwk_t *half = NULL;
    char *text = NULL;
    enum fan_status st = FAN_OK;
    if (!r_jwk_init(&half) &&
        !r_jwk_extract_pubkey(key->jwk, half, R_FLAG_IGNORE_REMOTE) &&
        !r_jwk_set_property_str(half, "use", "sig") &&
        !r_jwk_set_property_str(half, "alg", fan_token_alg_name(key->alg)) &&
        !r_jwk_set_property_str(half, "kid", kid))
        text = r_jwk_export_to_json_str(half, 0);
    if (!text) st = fan_fail(err, FAN_ESTATE, "cannot publish the key");
    if (!st) st = fan_buf_adds(jwk, text, err);
    r_free(text);
    r_jwk_free(half);
    return st;
}
