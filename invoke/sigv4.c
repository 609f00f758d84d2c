/* sigv4.c - see sigv4.h. */
#include "invoke/sigv4.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/core_names.h>

#include "common/buf.h"

#define SHA_BYTES     32
#define HEX_BYTES     (2 * SHA_BYTES)
#define CANONICAL_MAX (32 * 1024)
#define QUERY_MAX     64 /* parameters */
#define SEGMENTS_MAX  128

struct fan_signer {
    char *access_key_id, *secret, *token, *region, *service;
    EVP_MD *md;
    EVP_MD_CTX *md_ctx;
    EVP_MAC *mac;
    EVP_MAC_CTX *mac_ctx; /* holds the signing key of `day` */
    int64_t second;       /* of `date`, to format it once a second */
    char date[17];        /* 20260131T100000Z */
    char day[9];          /* day of the key; "" before the first */
    char scope[256];
    size_t canonical_bytes;
    char canonical[CANONICAL_MAX];
    char encoded_query[CANONICAL_MAX / 2]; /* room to encode the query before sorting */
};

/* ---- bounded text ---- */

struct text {
    char *data;
    size_t n, capacity;
    bool full; /* something did not fit */
};

static void add(struct text *t, const char *bytes, size_t n)
{
    if (t->full || n >= t->capacity - t->n) {
        t->full = true;
        return;
    }
    memcpy(t->data + t->n, bytes, n);
    t->n += n;
    t->data[t->n] = '\0';
}

static void adds(struct text *t, const char *s)
{
    add(t, s, strlen(s));
}

static void add_hex(struct text *t, const unsigned char digest[SHA_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    char hex[HEX_BYTES];
    for (size_t i = 0; i < SHA_BYTES; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    add(t, hex, sizeof hex);
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || c == '.' || c == '~';
}

static void add_encoded(struct text *t, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    char escape[3] = { '%', digits[c >> 4], digits[c & 15] };
    if (is_unreserved(c))
        add(t, (const char *)&c, 1);
    else
        add(t, escape, 3);
}

/* ---- canonical request ---- */

/* Resolve "." and "..", drop empty segments, encode what is left. */
static void add_path(struct text *t, const char *path)
{
    struct {
        const char *text;
        size_t n;
    } segment[SEGMENTS_MAX];
    size_t count = 0, n = 0;
    for (const char *p = path; *p; p += n) {
        p += *p == '/';
        n = strcspn(p, "/");
        if (n == 0 || (n == 1 && p[0] == '.')) continue;
        if (n == 2 && p[0] == '.' && p[1] == '.') {
            count -= count > 0;
        } else if (count < SEGMENTS_MAX) {
            segment[count].text = p;
            segment[count++].n = n;
        } else {
            t->full = true;
        }
    }
    for (size_t i = 0; i < count; i++) {
        add(t, "/", 1);
        for (size_t j = 0; j < segment[i].n; j++)
            add_encoded(t, (unsigned char)segment[i].text[j]);
    }
    if (count == 0 || path[strlen(path) - 1] == '/') add(t, "/", 1);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Encode a piece of the query anew, whether it came encoded or not. */
static void add_query_piece(struct text *t, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '%' && i + 2 < n && hex_value(p[i + 1]) >= 0 &&
            hex_value(p[i + 2]) >= 0) {
            add_encoded(t,
                        (unsigned char)(hex_value(p[i + 1]) * 16 + hex_value(p[i + 2])));
            i += 2;
        } else {
            add_encoded(t, (unsigned char)p[i]);
        }
    }
}

struct parameter {
    const char *name, *value; /* encoded, terminated */
};

static int compare_parameters(const struct parameter *a, const struct parameter *b)
{
    int by_name = strcmp(a->name, b->name);
    return by_name ? by_name : strcmp(a->value, b->value);
}

/* Encode "a=b&c" into room, one terminated piece after the other, sorted in list. */
static size_t sort_query(struct text *room, const char *query,
                         struct parameter list[QUERY_MAX])
{
    size_t count = 0, n = 0;
    for (const char *p = query; *p; p += n + (p[n] == '&')) {
        n = strcspn(p, "&");
        if (n == 0) continue;
        const char *equals = memchr(p, '=', n);
        size_t name_bytes = equals ? (size_t)(equals - p) : n;
        struct parameter one = { room->data + room->n, NULL };
        add_query_piece(room, p, name_bytes);
        add(room, "", 1);
        one.value = room->data + room->n;
        if (equals) add_query_piece(room, equals + 1, n - name_bytes - 1);
        add(room, "", 1);
        if (room->full || count == QUERY_MAX) {
            room->full = true;
            return 0;
        }
        size_t at = count++;
        for (; at > 0 && compare_parameters(&list[at - 1], &one) > 0; at--)
            list[at] = list[at - 1];
        list[at] = one;
    }
    return count;
}

static void add_query(struct fan_signer *signer, struct text *t, const char *query)
{
    struct parameter list[QUERY_MAX];
    struct text room = { signer->encoded_query, 0, sizeof signer->encoded_query, false };
    size_t count = sort_query(&room, query, list);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) add(t, "&", 1);
        adds(t, list[i].name);
        add(t, "=", 1);
        adds(t, list[i].value);
    }
    if (room.full) t->full = true;
}

static void add_lower(struct text *t, const char *name)
{
    for (; *name; name++) {
        char lower = (char)tolower((unsigned char)*name);
        add(t, &lower, 1);
    }
}

/* Trim a header's value and make one space of each inner run of blanks. */
static void add_value(struct text *t, const char *value)
{
    bool first = true;
    for (const char *p = value; *p;) {
        p += strspn(p, " \t");
        size_t n = strcspn(p, " \t");
        if (n == 0) break;
        if (!first) add(t, " ", 1);
        add(t, p, n);
        first = false;
        p += n;
    }
}

/* Host, date, token and the caller's headers, sorted by name, in order within a name. */
static size_t sort_headers(const struct fan_signer *signer,
                           const struct fan_signing_request *request,
                           struct fan_signing_header list[FAN_SIGNING_HEADERS_MAX + 3])
{
    struct fan_signing_header own[3] = { { "host", request->host },
                                         { "x-amz-date", signer->date },
                                         { "x-amz-security-token", signer->token } };
    size_t own_count = signer->token ? 3 : 2, count = 0;
    for (size_t i = 0; i < own_count + request->header_count; i++) {
        struct fan_signing_header one =
            i < own_count ? own[i] : request->header[i - own_count];
        size_t at = count++;
        for (; at > 0 && strcasecmp(list[at - 1].name, one.name) > 0; at--)
            list[at] = list[at - 1];
        list[at] = one;
    }
    return count;
}

static void add_headers(struct text *t, const struct fan_signing_header *list,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool again = i > 0 && strcasecmp(list[i - 1].name, list[i].name) == 0;
        if (!again) add_lower(t, list[i].name);
        add(t, again ? "," : ":", 1);
        add_value(t, list[i].value);
        if (i + 1 == count || strcasecmp(list[i].name, list[i + 1].name) != 0)
            add(t, "\n", 1);
    }
    add(t, "\n", 1);
}

static void add_names(struct text *t, const struct fan_signing_header *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcasecmp(list[i - 1].name, list[i].name) == 0) continue;
        if (i > 0) add(t, ";", 1);
        add_lower(t, list[i].name);
    }
}

/* ---- digests ---- */

static bool sha256(const struct fan_signer *signer, const void *bytes, size_t n,
                   unsigned char digest[SHA_BYTES])
{
    return EVP_DigestInit_ex2(signer->md_ctx, signer->md, NULL) == 1 &&
           EVP_DigestUpdate(signer->md_ctx, bytes, n) == 1 &&
           EVP_DigestFinal_ex(signer->md_ctx, digest, NULL) == 1;
}

/* key NULL: the one of the last call */
static bool hmac(const struct fan_signer *signer, const void *key, size_t key_bytes,
                 const void *bytes, size_t n, unsigned char digest[SHA_BYTES])
{
    return EVP_MAC_init(signer->mac_ctx, key, key_bytes, NULL) == 1 &&
           EVP_MAC_update(signer->mac_ctx, bytes, n) == 1 &&
           EVP_MAC_final(signer->mac_ctx, digest, NULL, SHA_BYTES) == 1;
}

/* HMAC(HMAC(HMAC(HMAC("AWS4" secret, day), region), service), "aws4_request") */
static bool derive_key(const struct fan_signer *signer)
{
    unsigned char key[SHA_BYTES];
    char start[4 + 256];
    size_t n = strlen(signer->secret); /* at most 255: fan_signer_new */
    const char *parts[] = { signer->day, signer->region, signer->service,
                            "aws4_request" };
    memcpy(start, "AWS4", 4);
    memcpy(start + 4, signer->secret, n);
    bool ok = hmac(signer, start, 4 + n, parts[0], strlen(parts[0]), key);
    for (size_t i = 1; ok && i < 4; i++)
        ok = hmac(signer, key, sizeof key, parts[i], strlen(parts[i]), key);
    ok = ok && EVP_MAC_init(signer->mac_ctx, key, sizeof key, NULL) == 1;
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(start, sizeof start);
    return ok;
}

/* Date, and on a new day scope and key. */
static bool set_time(struct fan_signer *signer, int64_t wall_ns)
{
    int64_t second = wall_ns / 1000000000;
    if (second == signer->second && signer->day[0]) return true;
    time_t when = (time_t)second;
    struct tm utc;
    if (!gmtime_r(&when, &utc) ||
        strftime(signer->date, sizeof signer->date, "%Y%m%dT%H%M%SZ", &utc) != 16)
        return false;
    signer->second = second;
    if (memcmp(signer->day, signer->date, 8) == 0) return true;
    memcpy(signer->day, signer->date, 8);
    signer->day[8] = '\0';
    struct text scope = { signer->scope, 0, sizeof signer->scope, false };
    adds(&scope, signer->day);
    adds(&scope, "/");
    adds(&scope, signer->region);
    adds(&scope, "/");
    adds(&scope, signer->service);
    adds(&scope, "/aws4_request");
    if (!scope.full && derive_key(signer)) return true;
    signer->day[0] = '\0';
    return false;
}

/* ---- signing ---- */

static bool build_canonical(struct fan_signer *signer,
                            const struct fan_signing_request *request,
                            const struct fan_signing_header *headers, size_t header_count,
                            struct text *t)
{
    unsigned char digest[SHA_BYTES];
    if (!sha256(signer, request->payload, request->payload_bytes, digest)) return false;
    adds(t, request->method);
    add(t, "\n", 1);
    add_path(t, request->path);
    add(t, "\n", 1);
    add_query(signer, t, request->query);
    add(t, "\n", 1);
    add_headers(t, headers, header_count);
    add_names(t, headers, header_count);
    add(t, "\n", 1);
    add_hex(t, digest);
    return true;
}

static bool compute_signature(const struct fan_signer *signer,
                              const struct text *canonical,
                              unsigned char digest[SHA_BYTES])
{
    char buffer[512];
    struct text t = { buffer, 0, sizeof buffer, false };
    if (!sha256(signer, canonical->data, canonical->n, digest)) return false;
    adds(&t, "AWS4-HMAC-SHA256\n");
    adds(&t, signer->date);
    adds(&t, "\n");
    adds(&t, signer->scope);
    adds(&t, "\n");
    add_hex(&t, digest);
    return !t.full && hmac(signer, NULL, 0, t.data, t.n, digest);
}

enum fan_status fan_signer_sign(struct fan_signer *signer,
                                const struct fan_signing_request *request,
                                int64_t wall_ns, struct fan_signature *signature,
                                struct fan_err *err)
{
    if (request->path[0] != '/')
        return fan_fail(err, FAN_EINVAL, "cannot sign path '%.64s': expected a leading /",
                        request->path);
    if (request->header_count > FAN_SIGNING_HEADERS_MAX)
        return fan_fail(err, FAN_ELIMIT, "cannot sign more than %d headers",
                        FAN_SIGNING_HEADERS_MAX);
    struct fan_signing_header headers[FAN_SIGNING_HEADERS_MAX + 3];
    unsigned char digest[SHA_BYTES];
    struct text t = { signer->canonical, 0, sizeof signer->canonical, false };
    if (!set_time(signer, wall_ns))
        return fan_fail(err, FAN_ESTATE, "cannot sign: no date or no key");
    size_t count = sort_headers(signer, request, headers);
    if (!build_canonical(signer, request, headers, count, &t) ||
        (!t.full && !compute_signature(signer, &t, digest)))
        return fan_fail(err, FAN_ESTATE, "cannot sign: libcrypto failed");
    struct text out = { signature->authorization, 0, sizeof signature->authorization,
                        false };
    adds(&out, "AWS4-HMAC-SHA256 Credential=");
    adds(&out, signer->access_key_id);
    adds(&out, "/");
    adds(&out, signer->scope);
    adds(&out, ", SignedHeaders=");
    add_names(&out, headers, count);
    adds(&out, ", Signature=");
    if (!t.full) add_hex(&out, digest);
    if (t.full || out.full)
        return fan_fail(err, FAN_ELIMIT, "cannot sign: path, query or headers too long");
    memcpy(signature->date, signer->date, sizeof signature->date);
    signature->token = signer->token;
    return FAN_OK;
}

const char *fan_signer_canonical(const struct fan_signer *signer)
{
    return signer->canonical;
}

/* ---- life ---- */

/* Printable ASCII without blanks, comma or slash where they would break the header. */
static bool is_word(const char *text, size_t max, const char *forbidden)
{
    size_t n = text ? strlen(text) : 0;
    if (n == 0 || n > max) return false;
    for (size_t i = 0; i < n; i++)
        if (text[i] <= ' ' || text[i] > '~' || strchr(forbidden, text[i])) return false;
    return true;
}

static enum fan_status check_names(const char *region, const char *service,
                                   struct fan_err *err)
{
    if (is_word(region, 64, "/,") && is_word(service, 64, "/,")) return FAN_OK;
    return fan_fail(err, FAN_EINVAL,
                    "cannot sign for region '%.64s', service '%.64s': expected words "
                    "like us-east-1 and lambda",
                    region ? region : "", service ? service : "");
}

static bool open_crypto(struct fan_signer *signer)
{
    /* OSSL_PARAM takes a mutable pointer but only reads it */
    char digest_name[] = "SHA256";
    OSSL_PARAM params[2] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                              digest_name, 0),
                             OSSL_PARAM_construct_end() };
    signer->md = EVP_MD_fetch(NULL, "SHA256", NULL);
    signer->md_ctx = EVP_MD_CTX_new();
    signer->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    signer->mac_ctx = signer->mac ? EVP_MAC_CTX_new(signer->mac) : NULL;
    return signer->md && signer->md_ctx && signer->mac_ctx &&
           EVP_MAC_CTX_set_params(signer->mac_ctx, params) == 1;
}

enum fan_status fan_signer_new(struct fan_signer **signer, const char *region,
                               const char *service,
                               const struct fan_credentials *credentials,
                               struct fan_err *err)
{
    enum fan_status st = check_names(region, service, err);
    if (st) return st;
    struct fan_signer *s = fan_alloc_zero(1, sizeof *s);
    s->region = fan_strdup(region);
    s->service = fan_strdup(service);
    st = fan_signer_set_keys(s, credentials, err);
    if (st) {
        fan_signer_free(s);
        return st;
    }
    if (!open_crypto(s)) {
        fan_signer_free(s);
        return fan_fail(err, FAN_ESTATE, "cannot sign: libcrypto offers no HMAC-SHA256");
    }
    *signer = s;
    return FAN_OK;
}

static void drop_keys(struct fan_signer *signer)
{
    if (signer->secret) OPENSSL_cleanse(signer->secret, strlen(signer->secret));
    if (signer->token) OPENSSL_cleanse(signer->token, strlen(signer->token));
    free(signer->access_key_id);
    free(signer->secret);
    free(signer->token);
}

enum fan_status fan_signer_set_keys(struct fan_signer *signer,
                                    const struct fan_credentials *credentials,
                                    struct fan_err *err)
{
    enum fan_status st = fan_credentials_check(credentials, err);
    fan_err_prefix(err, "cannot sign: ");
    if (st) return st;
    drop_keys(signer);
    signer->access_key_id = fan_strdup(credentials->access_key_id);
    signer->secret = fan_strdup(credentials->secret_access_key);
    signer->token =
        credentials->session_token ? fan_strdup(credentials->session_token) : NULL;
    signer->day[0] = '\0'; /* the key of the day was derived from the old secret */
    return FAN_OK;
}

void fan_signer_free(struct fan_signer *signer)
{
    if (!signer) return;
    EVP_MAC_CTX_free(signer->mac_ctx);
    EVP_MAC_free(signer->mac);
    EVP_MD_CTX_free(signer->md_ctx);
    EVP_MD_free(signer->md);
    drop_keys(signer);
    free(signer->region);
    free(signer->service);
    free(signer);
}
