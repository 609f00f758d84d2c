/* endpoint_authorizer.c - see endpoint_authorizer.h. */
#include "mpi_driver/endpoint_authorizer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/number.h"
#include "invoke/child_output.h"
#include "invoke/credentials.h"
#include "mpi_driver/endpoint_process.h"

#define PACKAGE     "../share/lambda-fanout/authorizer.zip"
#define ISSUER      "https://embedded.lambda-fanout.invalid"
#define AUDIENCE    "embedded-gateway"
#define SUBJECT     "mpi_driver"
#define KEY_ID      "run"
#define TIMEOUT_S   5
#define SETTING_MAX (4 * 1024) /* Lambda's limit of all variables together */
#define ZIP_MAX     (64 * 1024 * 1024)
#define MAKING_MS   10000 /* a key pair takes some ms */
#define PRINTED_MAX 4096
#define SCRATCH     "/tmp/lambda-fanout-XXXXXX"

/* Append the authorizer's package. */
static enum fan_status read_package(struct fan_buf *zip, struct fan_err *err)
{
    char path[PATH_MAX];
    enum fan_status st = fan_installed_path(path, sizeof path, PACKAGE, err);
    return st ? st : fan_buf_read_file(zip, path, err);
}

static enum fan_status create_function(struct fan_control *control,
                                       const struct fan_job *job, struct fan_err *err)
{
    struct fan_function_spec spec;
    struct fan_buf zip = FAN_BUF_INIT(ZIP_MAX);
    memset(&spec, 0, sizeof spec);
    enum fan_status st = read_package(&zip, err);
    spec.name = FAN_AUTHORIZER_NAME;
    spec.handler = "authorizer";
    spec.runtime = "provided.al2023";
    spec.arch = job->arch;
    spec.memory_mb = job->gateway.authorizer_mb;
    spec.timeout_s = TIMEOUT_S;
    spec.zip = zip.data;
    spec.zip_bytes = zip.size;
    if (!st) st = fan_control_create(control, &spec, err);
    fan_buf_clear(&zip);
    return st;
}

/* Tell it whose tokens to let in: the public key is all that it gets. */
static enum fan_status configure(struct fan_control *control, const struct fan_job *job,
                                 const struct fan_buf *jwks, struct fan_err *err)
{
    char issuer[] = "JWT_ISSUER=" ISSUER, audience[] = "JWT_AUDIENCE=" AUDIENCE;
    struct fan_buf keys = FAN_BUF_INIT(SETTING_MAX);
    struct fan_function_change change;
    memset(&change, 0, sizeof change);
    enum fan_status st = fan_buf_addf(&keys, err, "JWT_JWKS=%s", jwks->data);
    char *const environment[] = { issuer, audience, keys.data };
    change.handler = "authorizer";
    change.memory_mb = job->gateway.authorizer_mb;
    change.environment = environment;
    change.environment_count = sizeof environment / sizeof *environment;
    if (!st) st = fan_control_change(control, FAN_AUTHORIZER_NAME, &change, err);
    fan_buf_clear(&keys);
    return st;
}

/* ---- the key pair ---- */

/* A file of the folder, which is gone then. */
static enum fan_status take_file(const char *folder, const char *name,
                                 struct fan_buf *text, struct fan_err *err)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    enum fan_status st = fan_buf_read_file(text, path, err);
    unlink(path);
    return st;
}

static enum fan_status make_pair(struct fan_buf *pem, struct fan_buf *jwks,
                                 struct fan_err *err)
{
    char path[PATH_MAX], folder[] = SCRATCH, option[] = "--new-key", kid[] = "--kid",
                         name[] = KEY_ID;
    char *const words[] = { path, option, folder, kid, name, NULL };
    struct fan_buf printed = FAN_BUF_INIT(PRINTED_MAX);
    enum fan_status st = fan_installed_path(path, sizeof path, FAN_TOKEN_MAKER, err);
    if (st) return st;
    if (!mkdtemp(folder)) /* for this user alone */
        return fan_fail(err, FAN_EIO, "create a folder such as '" SCRATCH "': %s",
                        strerror(errno));
    st = fan_child_output(words, MAKING_MS, &printed, err);
    enum fan_status taken = take_file(folder, "private.pem", pem, st ? NULL : err);
    if (!st) st = taken;
    taken = take_file(folder, "jwks.json", jwks, st ? NULL : err);
    if (!st) st = taken;
    rmdir(folder);
    fan_buf_clear(&printed);
    return st;
}

enum fan_status fan_endpoint_authorizer_create(struct fan_control *control,
                                               const struct fan_job *job,
                                               char pem[FAN_AUTHORIZER_KEY_MAX],
                                               struct fan_err *err)
{
    struct fan_buf private_key = FAN_BUF_INIT(FAN_AUTHORIZER_KEY_MAX - 1);
    struct fan_buf jwks = FAN_BUF_INIT(SETTING_MAX);
    enum fan_status st = make_pair(&private_key, &jwks, err);
    if (!st) st = create_function(control, job, err);
    if (!st) st = configure(control, job, &jwks, err);
    if (!st) memcpy(pem, private_key.data, private_key.size + 1);
    if (private_key.data) fan_wipe(private_key.data, private_key.size);
    fan_buf_clear(&private_key);
    fan_buf_clear(&jwks);
    fan_err_prefix(err, "make the embedded authorizer: ");
    return st;
}

/* ---- tokens ---- */

#define WORDS 14

struct fan_token_command {
    int key; /* the file without a name */
    char program[PATH_MAX], key_path[64], expires[FAN_NUMBER_DURATION_MAX];
    char text[WORDS][64]; /* of the words that are the same for all */
    char *words[WORDS];
};

/* The program reads the key through this process's /proc: other children do not get it.
 */
static enum fan_status open_key(struct fan_token_command *c, const char *pem,
                                struct fan_err *err)
{
    char name[] = SCRATCH;
    const ssize_t n = (ssize_t)strlen(pem);
    c->key = mkstemp(name); /* mode 600 */
    if (c->key >= 0) unlink(name);
    if (c->key < 0 || fcntl(c->key, F_SETFD, FD_CLOEXEC) ||
        write(c->key, pem, (size_t)n) != n)
        return fan_fail(err, FAN_EIO, "keep the key of the run's tokens: %s",
                        strerror(errno));
    snprintf(c->key_path, sizeof c->key_path, "/proc/%ld/fd/%d", (long)getpid(), c->key);
    return FAN_OK;
}

static void set_words(struct fan_token_command *c)
{
    static const char *const fixed[] = { "--key",     NULL,    "--kid",      KEY_ID,
                                         "--issuer",  ISSUER,  "--audience", AUDIENCE,
                                         "--subject", SUBJECT, "--expires",  NULL };
    c->words[0] = c->program;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (fixed[i]) snprintf(c->text[i], sizeof c->text[i], "%s", fixed[i]);
        c->words[i + 1] = c->text[i];
    }
    c->words[2] = c->key_path;
    c->words[12] = c->expires;
}

enum fan_status fan_token_command_open(struct fan_token_command **command,
                                       const char *pem, int64_t lifetime_ns,
                                       struct fan_err *err)
{
    struct fan_token_command *c = fan_alloc_zero(1, sizeof *c);
    c->key = -1;
    enum fan_status st =
        fan_installed_path(c->program, sizeof c->program, FAN_TOKEN_MAKER, err);
    if (!st) st = open_key(c, pem, err);
    if (st) {
        fan_token_command_close(c);
        return st;
    }
    fan_number_duration_text(lifetime_ns, c->expires);
    set_words(c);
    *command = c;
    return FAN_OK;
}

void fan_token_command_close(struct fan_token_command *command)
{
    if (!command) return;
    if (command->key >= 0) close(command->key);
    free(command);
}

char *const *fan_token_command_words(const struct fan_token_command *command)
{
    return command->words;
}
