/* token_maker_main.c - the program behind `mpi_driver token`: bearer tokens and key pairs
 * for tests and demonstrations of the authorizer. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/number.h"
#include "common/options.h"
#include "common/random.h"
#include "token/mint.h"

#define NS_PER_S       INT64_C(1000000000)
#define LIFETIME_S_MAX (INT64_C(366) * 24 * 3600)
#define KEY_FILE_MAX   (64 * 1024)
#define TOKEN_MAX      (16 * 1024)
#define NAME_MAX_HEX   17
#define EXIT_USAGE     2

struct options {
    const char *key;        /* PEM file of a private key, or ... */
    const char *secret_env; /* ... the variable with the secret for HS256 */
    const char *new_key;    /* folder for a new key pair; no token then */
    const char *alg;        /* NULL: the key's; of a new pair EdDSA */
    const char *issuer, *audience, *subject, *scope, *kid;
    const char *expires; /* a duration */
    struct fan_option_list claims;
};

#define AT(field) offsetof(struct options, field)

/* clang-format off */
static const struct fan_option options_table[] = {
    { "key",         FAN_OPTION_TEXT, AT(key),        NULL, 0, 0, "FILE", "sign with the private key in this PEM file" },
    { "secret-env",  FAN_OPTION_TEXT, AT(secret_env), NULL, 0, 0, "NAME", "sign with the secret in this environment variable (HS256)" },
    { "new-key",     FAN_OPTION_TEXT, AT(new_key),    NULL, 0, 0, "DIR",  "make DIR/private.pem and DIR/jwks.json instead of a token" },
    { "alg",         FAN_OPTION_TEXT, AT(alg),        NULL, 0, 0, "ALG",  "RS256, EdDSA or HS256 (default: the key's; of a new key EdDSA)" },
    { "issuer",      FAN_OPTION_TEXT, AT(issuer),     NULL, 0, 0, "TEXT", "claim iss" },
    { "audience",    FAN_OPTION_TEXT, AT(audience),   NULL, 0, 0, "TEXT", "claim aud" },
    { "subject",     FAN_OPTION_TEXT, AT(subject),    NULL, 0, 0, "TEXT", "claim sub" },
    { "scope",       FAN_OPTION_TEXT, AT(scope),      NULL, 0, 0, "WORDS", "claim scope" },
    { "claim",       FAN_OPTION_LIST, AT(claims),     NULL, 0, 0, "name=value", "one more claim, as text; may be repeated" },
    { "expires",     FAN_OPTION_TEXT, AT(expires),    "15m", 0, 0, "TIME", "how long the token is valid, as 90s, 15m or 6h" },
    { "kid",         FAN_OPTION_TEXT, AT(kid),        NULL, 0, 0, "TEXT", "key id" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL },
};
static const struct fan_command command = {
    "mpi_driver token --key FILE|--secret-env NAME|--new-key DIR [options]",
    "Print a bearer token (JWT) for tests and demonstrations of the authorizer; it needs\n"
    "--issuer, --audience and --subject. With --new-key, make a key pair for such tokens.",
    options_table, 0, 0
};
/* clang-format on */

/* --- a new key pair --- */

/* Write a new file. Errors: FAN_EIO, also when it is there already. */
static enum fan_status write_new(const char *path, mode_t mode,
                                 const struct fan_buf *text, struct fan_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return fan_fail(err, FAN_EIO, "cannot create '%s': %s", path, strerror(errno));
    ssize_t n = write(fd, text->data, text->size);
    int cause = n < 0 ? errno : ENOSPC;
    if (close(fd) == 0 && n == (ssize_t)text->size) return FAN_OK;
    unlink(path);
    return fan_fail(err, FAN_EIO, "cannot write '%s': %s", path, strerror(cause));
}

static enum fan_status write_pair(const struct fan_token_key *key, const char *kid,
                                  const char *folder, struct fan_err *err)
{
    char pem_path[PATH_MAX], set_path[PATH_MAX];
    struct fan_buf pem = FAN_BUF_INIT(KEY_FILE_MAX), set = FAN_BUF_INIT(KEY_FILE_MAX);
    enum fan_status st = fan_token_key_write(key, &pem, err);
    if (!st) st = fan_buf_adds(&set, "{\"keys\":[", err);
    if (!st) st = fan_token_key_publish(key, kid, &set, err);
    if (!st) st = fan_buf_adds(&set, "]}\n", err);
    if (!st &&
        (snprintf(pem_path, sizeof pem_path, "%s/private.pem", folder) >= PATH_MAX ||
         snprintf(set_path, sizeof set_path, "%s/jwks.json", folder) >= PATH_MAX))
        st = fan_fail(err, FAN_EUSAGE, "token: the path '%.80s...' is too long", folder);
    if (!st && mkdir(folder, 0777) != 0 && errno != EEXIST)
        st = fan_fail(err, FAN_EIO, "cannot create '%s': %s", folder, strerror(errno));
    if (!st) st = write_new(pem_path, 0600, &pem, err);
    if (!st) st = write_new(set_path, 0666, &set, err);
    if (pem.size) memset(pem.data, 0, pem.size);
    fan_buf_clear(&pem);
    fan_buf_clear(&set);
    return st;
}

static enum fan_status make_pair(const struct options *options, FILE *out,
                                 struct fan_err *err)
{
    char drawn_name[NAME_MAX_HEX];
    uint64_t drawn;
    struct fan_token_key *key = NULL;
    const char *kid = options->kid;
    enum fan_token_alg alg = fan_token_alg_find(options->alg ? options->alg : "EdDSA");
    fan_random_system(&drawn, sizeof drawn);
    snprintf(drawn_name, sizeof drawn_name, "%016" PRIx64, drawn);
    if (!kid) kid = drawn_name;
    enum fan_status st = fan_token_key_make(&key, alg, err);
    if (!st) st = write_pair(key, kid, options->new_key, err);
    if (!st)
        fprintf(
            out,
            "private key  %s/private.pem\nJWKS         %s/jwks.json\nkey id       %s\n",
            options->new_key, options->new_key, kid);
    fan_token_key_free(key);
    return st;
}

/* --- a token --- */

static enum fan_status read_file_key(const char *path, struct fan_token_key **key,
                                     struct fan_err *err)
{
    struct fan_buf pem = FAN_BUF_INIT(KEY_FILE_MAX);
    enum fan_status st = fan_buf_read_file(&pem, path, err);
    if (!st) {
        st = fan_token_key_read(key, (struct fan_token_bytes){ pem.data, pem.size }, err);
        if (st) fan_err_prefix(err, "'%s': ", path);
    }
    if (pem.size) memset(pem.data, 0, pem.size);
    fan_buf_clear(&pem);
    return st;
}

static enum fan_status read_secret(const char *name, struct fan_token_key **key,
                                   struct fan_err *err)
{
    const char *secret = getenv(name);
    if (!secret)
        return fan_fail(err, FAN_EUSAGE, "token: there is no variable '%s' with a secret",
                        name);
    enum fan_status st = fan_token_key_new_secret(
        key, (struct fan_token_bytes){ secret, strlen(secret) }, err);
    if (st) fan_err_prefix(err, "variable '%s': ", name);
    return st;
}

static enum fan_status read_key(const struct options *options, struct fan_token_key **key,
                                struct fan_err *err)
{
    enum fan_status st = options->key ? read_file_key(options->key, key, err)
                                      : read_secret(options->secret_env, key, err);
    if (st || !options->alg) return st;
    const char *found = fan_token_alg_name(fan_token_key_alg(*key));
    if (strcmp(found, options->alg) == 0) return FAN_OK;
    return fan_fail(err, FAN_EUSAGE, "token: --alg %s: the key is one for %s",
                    options->alg, found);
}

static enum fan_status print_token(const struct options *options, FILE *out,
                                   struct fan_err *err)
{
    struct fan_token_key *key = NULL;
    struct fan_buf token = FAN_BUF_INIT(TOKEN_MAX);
    struct fan_err cause = { FAN_OK, "" };
    int64_t lifetime_ns = 0;
    if (fan_number_duration(options->expires, NS_PER_S, LIFETIME_S_MAX * NS_PER_S,
                            &lifetime_ns, &cause))
        return fan_fail(err, FAN_EUSAGE, "token: --expires: %s", cause.text);
    const struct fan_mint mint = {
        options->issuer,        options->audience,
        options->subject,       options->scope,
        options->kid,           options->claims.item,
        options->claims.count,  fan_clock_wall_ns() / NS_PER_S,
        lifetime_ns / NS_PER_S,
    };
    enum fan_status st = read_key(options, &key, err);
    if (!st) st = fan_mint_token(&mint, key, &token, err);
    if (!st) fprintf(out, "%s\n", token.data);
    fan_buf_clear(&token);
    fan_token_key_free(key);
    return st;
}

/* --- the program --- */

/* Print a token to out; or make a key pair, private.pem (mode 600) and jwks.json, in a
 * new or empty folder and print what belongs to it. */
static enum fan_status act(const struct options *options, FILE *out, struct fan_err *err)
{
    const int sources = !!options->key + !!options->secret_env + !!options->new_key;
    if (sources != 1)
        return fan_fail(err, FAN_EUSAGE,
                        "token: expected one of --key FILE, --secret-env NAME and "
                        "--new-key DIR");
    if (options->alg && fan_token_alg_find(options->alg) == FAN_TOKEN_ALG_COUNT)
        return fan_fail(err, FAN_EUSAGE,
                        "token: --alg '%s': expected RS256, EdDSA or HS256",
                        options->alg);
    if (options->new_key && options->alg &&
        fan_token_alg_find(options->alg) == FAN_TOKEN_HS256)
        return fan_fail(err, FAN_EUSAGE,
                        "token: --new-key: HS256 has a shared secret, no key pair");
    if (options->new_key) return make_pair(options, out, err);
    if (!options->issuer || !options->audience || !options->subject)
        return fan_fail(err, FAN_EUSAGE,
                        "token: expected --issuer, --audience and --subject");
    return print_token(options, out, err);
}

static int fail(const struct fan_err *err)
{
    fprintf(stderr, "mpi_driver: %s\n", err->text);
    return err->code == FAN_EUSAGE ? EXIT_USAGE : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct options options;
    struct fan_arguments arguments;
    struct fan_err err = { FAN_OK, "" };
    memset(&options, 0, sizeof options);
    if (fan_options_parse(&command, argc, argv, 1, &options, &arguments, &err))
        return fail(&err);
    if (arguments.help)
        fan_options_help(&command, stdout);
    else if (act(&options, stdout, &err))
        return fail(&err);
    if (fflush(stdout)) fan_fail(&err, FAN_EIO, "write to standard output");
    return err.code ? fail(&err) : EXIT_SUCCESS;
}
