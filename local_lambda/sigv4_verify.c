/* sigv4_verify.c - see sigv4_verify.h.
 *
 * The order of checks: is there an Authorization header, is it well-formed, is its key
 * ours, is its scope right, is its date current, is the signature that of this request.
 * Runs once per call, so digests and the keyed MAC are made once and reused. */
#include "local_lambda/sigv4_verify.h"

#include "local_lambda/auth_header.h"
#include "local_lambda/canonical_request.h"
#include "local_lambda/service_error.h"
#include "local_lambda/sigv4_date.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HASH_BYTES    32
#define HEX_BYTES     (2 * HASH_BYTES)
#define WINDOW_S      300
#define CANONICAL_MAX (256u * 1024) /* above what the server lets into headers */

struct fan_verifier {
    struct fan_signers signers;
    EVP_MD *sha256;
    EVP_MD_CTX *digest;
    EVP_MAC *hmac;
    EVP_MAC_CTX *keyed; /* with the signing key of key_day */
    char key_day[9];    /* "20260131", "" before the first */
    struct fan_buf canonical;
};

/* libcrypto fails here only when it is broken or out of memory: nothing to go on with */
static void must(int ok)
{
    if (ok == 1) return;
    fprintf(stderr, "libcrypto failed in a hash\n");
    abort();
}

struct fan_verifier *fan_verifier_new(const struct fan_signers *signers)
{
    struct fan_verifier *v = fan_alloc_zero(1, sizeof *v);
    v->signers = *signers;
    if (!v->signers.service) v->signers.service = "lambda";
    v->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    v->digest = EVP_MD_CTX_new();
    v->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(v->sha256 && v->digest && v->hmac);
    v->keyed = EVP_MAC_CTX_new(v->hmac);
    must(v->keyed != NULL);
    fan_buf_init(&v->canonical, CANONICAL_MAX);
    return v;
}

void fan_verifier_free(struct fan_verifier *v)
{
    if (!v) return;
    EVP_MAC_CTX_free(v->keyed);
    EVP_MAC_free(v->hmac);
    EVP_MD_CTX_free(v->digest);
    EVP_MD_free(v->sha256);
    fan_buf_clear(&v->canonical);
    free(v);
}

static void hex_of(const unsigned char hash[HASH_BYTES], char hex[HEX_BYTES + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_BYTES; i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 15];
    }
    hex[HEX_BYTES] = '\0';
}

static void sha256_hex(struct fan_verifier *v, const void *bytes, size_t n,
                       char hex[HEX_BYTES + 1])
{
    unsigned char hash[HASH_BYTES];
    must(EVP_DigestInit_ex2(v->digest, v->sha256, NULL));
    must(EVP_DigestUpdate(v->digest, bytes, n));
    must(EVP_DigestFinal_ex(v->digest, hash, NULL));
    hex_of(hash, hex);
}

static void set_key(EVP_MAC_CTX *mac, const void *key, size_t n)
{
    char name[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end(),
    };
    must(EVP_MAC_init(mac, key, n, params));
}

static void hmac_final(EVP_MAC_CTX *mac, const char *text, size_t n,
                       unsigned char hash[HASH_BYTES])
{
    size_t bytes = 0;
    must(EVP_MAC_update(mac, (const unsigned char *)text, n));
    must(EVP_MAC_final(mac, hash, &bytes, HASH_BYTES));
}

/* derive the key of a day: HMAC over day, region, service and terminator in turn */
static void use_day(struct fan_verifier *v, const char day[9])
{
    if (strcmp(v->key_day, day) == 0) return;
    const char *const steps[] = { day, v->signers.region, v->signers.service,
                                  "aws4_request" };
    size_t secret = strlen(v->signers.secret_access_key), n = secret + 4;
    unsigned char *first = fan_alloc(n);
    memcpy(first, "AWS4", 4);
    memcpy(first + 4, v->signers.secret_access_key, secret);
    unsigned char key[HASH_BYTES];
    set_key(v->keyed, first, n);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        hmac_final(v->keyed, steps[i], strlen(steps[i]), key);
        set_key(v->keyed, key, sizeof key);
    }
    OPENSSL_cleanse(first, n);
    OPENSSL_cleanse(key, sizeof key);
    free(first);
    memcpy(v->key_day, day, sizeof v->key_day);
}

static bool body_hash_holds(const struct fan_http_request *request, const char *hash)
{
    const char *claimed = fan_http_header(request, "x-amz-content-sha256");
    return !claimed || strcmp(claimed, hash) == 0;
}

/* is this the signature of this request? */
static bool signature_right(struct fan_verifier *v,
                            const struct fan_http_request *request,
                            const struct fan_auth_header *auth, const char *stamp)
{
    char hash[HEX_BYTES + 1];
    sha256_hex(v, request->body, request->body_bytes, hash);
    if (!body_hash_holds(request, hash)) return false;
    if (fan_canonical_request(&v->canonical, request, auth->signed_headers,
                              auth->signed_headers_bytes, hash))
        return false;
    sha256_hex(v, v->canonical.data, v->canonical.size, hash);

    char text[256], expected[HEX_BYTES + 1];
    int n =
        snprintf(text, sizeof text, "AWS4-HMAC-SHA256\n%s\n%.8s/%s/%s/aws4_request\n%s",
                 stamp, stamp, v->signers.region, v->signers.service, hash);
    if (n < 0 || (size_t)n >= sizeof text) return false;
    unsigned char mac[HASH_BYTES];
    use_day(v, auth->day);
    must(EVP_MAC_init(v->keyed, NULL, 0, NULL)); /* the same key again */
    hmac_final(v->keyed, text, (size_t)n, mac);
    hex_of(mac, expected);
    return auth->signature_bytes == HEX_BYTES &&
           CRYPTO_memcmp(expected, auth->signature, HEX_BYTES) == 0;
}

static int refuse(struct fan_http_answer *answer, const char *type, const char *message)
{
    fan_service_error(answer, 403, type, NULL, "%s", message);
    return 0;
}

/* the scope of the credential: this day, this region, this service */
static int check_scope(struct fan_verifier *v, const struct fan_auth_header *auth,
                       const char *stamp, struct fan_http_answer *answer)
{
    char text[320];
    if (strcmp(auth->region, v->signers.region) != 0)
        snprintf(text, sizeof text,
                 "Credential should be scoped to a valid region, not '%s'. ",
                 auth->region);
    else if (strcmp(auth->service, v->signers.service) != 0)
        snprintf(text, sizeof text,
                 "Credential should be scoped to correct service: '%s'. ",
                 v->signers.service);
    else if (strcmp(auth->terminator, "aws4_request") != 0)
        snprintf(text, sizeof text,
                 "Credential should be scoped with a valid terminator: 'aws4_request', "
                 "not '%s'. ",
                 auth->terminator);
    else if (strncmp(auth->day, stamp, 8) != 0)
        snprintf(text, sizeof text,
                 "Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
                 "of date from HTTP: '%s' != '%.8s', from '%s'.",
                 auth->day, stamp, stamp);
    else
        return 1;
    return refuse(answer, "InvalidSignatureException", text);
}

static int check_date(int64_t signed_s, int64_t now_s, const char *stamp,
                      struct fan_http_answer *answer)
{
    char now[FAN_SIGV4_DATE_MAX], edge[FAN_SIGV4_DATE_MAX], text[256];
    bool expired = signed_s < now_s - WINDOW_S;
    if (!expired && signed_s <= now_s + WINDOW_S) return 1;
    fan_sigv4_date_format(now_s, now);
    fan_sigv4_date_format(expired ? now_s - WINDOW_S : now_s + WINDOW_S, edge);
    snprintf(text, sizeof text, "Signature %s: %s is %s %s (%s %c %d min.)",
             expired ? "expired" : "not yet current", stamp,
             expired ? "now earlier than" : "still later than", edge, now,
             expired ? '-' : '+', WINDOW_S / 60);
    return refuse(answer, "InvalidSignatureException", text);
}

int fan_verifier_check(struct fan_verifier *verifier,
                       const struct fan_http_request *request, int64_t now_ns,
                       struct fan_http_answer *answer)
{
    const char *authorization = fan_http_header(request, "Authorization");
    if (!authorization)
        return refuse(answer, "MissingAuthenticationTokenException",
                      "Missing Authentication Token");
    const char *stamp = fan_http_header(request, "X-Amz-Date");
    if (!stamp) stamp = fan_http_header(request, "Date");

    struct fan_auth_header auth;
    struct fan_err err = { 0 };
    int64_t signed_s = 0;
    if (fan_auth_header_parse(&auth, authorization, stamp != NULL, &err) ||
        fan_sigv4_date_parse(stamp, &signed_s, &err))
        return refuse(answer, "IncompleteSignatureException", err.text);
    if (strcmp(auth.access_key_id, verifier->signers.access_key_id) != 0 ||
        fan_http_header(request, "X-Amz-Security-Token"))
        return refuse(answer, "UnrecognizedClientException",
                      "The security token included in the request is invalid.");
    if (!fan_auth_header_signs(&auth, "host"))
        return refuse(answer, "InvalidSignatureException",
                      "'Host' or ':authority' must be a 'SignedHeader' in the AWS "
                      "Authorization.");
    if (!check_scope(verifier, &auth, stamp, answer)) return 0;
    if (!check_date(signed_s, now_ns / 1000000000, stamp, answer)) return 0;
    if (signature_right(verifier, request, &auth, stamp)) return 1;
    return refuse(
        answer, "InvalidSignatureException",
        "The request signature we calculated does not match the signature you "
        "provided. Check your AWS Secret Access Key and signing method. Consult "
        "the service documentation for details.");
}
