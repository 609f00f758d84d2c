/* bearer.c - see bearer.h. */
#include "invoke/bearer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/log.h"
#include "invoke/child_output.h"
#include "invoke/credentials.h"
#include "invoke/jwt_expiry.h"

#define S_NS          INT64_C(1000000000)
#define COMMAND_MS    30000
#define RENEW_AHEAD   (60 * S_NS)
#define PAUSE_LEAST   S_NS /* between runs of the command that bring nothing new */
#define SCHEME        "Bearer "
#define SCHEME_BYTES  (sizeof SCHEME - 1)
#define PRINTED_MAX   (FAN_JWT_MAX + 64) /* with blanks around it */
#define DESCRIBED_MAX 96

struct fan_bearer {
    char *const *words;     /* NULL: of a variable, and stays */
    struct fan_child child; /* a run of the command that is under way */
    struct fan_buf printed;
    char what[DESCRIBED_MAX];
    char header[SCHEME_BYTES + FAN_JWT_MAX + 1];
    uint64_t generation;          /* 0: no token yet */
    int64_t expires_ns, renew_ns; /* wall time */
    int64_t asked_ns;             /* CLOCK_MONOTONIC of the last run */
};

/* Take over what was printed, less the blanks around it. */
static enum fan_status take(struct fan_bearer *s, const char *text, size_t n,
                            struct fan_err *err)
{
    static const char blanks[] = " \t\r\n";
    while (n > 0 && strchr(blanks, text[n - 1]) && text[n - 1])
        n--;
    while (n > 0 && strchr(blanks, *text) && *text)
        text++, n--;
    if (n > SCHEME_BYTES && memcmp(text, SCHEME, SCHEME_BYTES) == 0)
        text += SCHEME_BYTES, n -= SCHEME_BYTES;
    bool good = n > 0 && n <= FAN_JWT_MAX;
    for (size_t i = 0; good && i < n; i++)
        good = text[i] > ' ' && text[i] <= '~';
    if (!good)
        return fan_fail(err, FAN_EINVAL,
                        "%s: expected a bearer token of 1 to %d visible characters",
                        s->what, FAN_JWT_MAX);
    int64_t expires_ns = FAN_NEVER_NS, now_ns = fan_clock_wall_ns();
    (void)fan_jwt_expiry(text, n, &expires_ns);
    if (expires_ns <= now_ns) {
        char when[FAN_TIME_ISO_MAX];
        fan_clock_iso(expires_ns, when);
        return fan_fail(err, FAN_ESTATE, "%s: the token expired at %s", s->what, when);
    }
    char *token = s->header + SCHEME_BYTES;
    memcpy(s->header, SCHEME, SCHEME_BYTES);
    if (s->generation == 0 || strlen(token) != n || memcmp(token, text, n) != 0)
        s->generation++;
    memcpy(token, text, n);
    token[n] = '\0';
    s->expires_ns = s->renew_ns = expires_ns;
    if (expires_ns == FAN_NEVER_NS) return FAN_OK;
    int64_t last_part = (expires_ns - now_ns) / 5;
    s->renew_ns -= last_part < RENEW_AHEAD ? last_part : RENEW_AHEAD;
    return FAN_OK;
}

static void forget_printed(struct fan_bearer *s)
{
    if (s->printed.data) fan_wipe(s->printed.data, s->printed.size);
    fan_buf_clear(&s->printed);
    fan_buf_init(&s->printed, PRINTED_MAX);
}

/* Run the command, or let it go on, for wait_ms at most. */
static enum fan_status run_command(struct fan_bearer *s, uint32_t wait_ms, bool *done,
                                   struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    if (!s->child.pid) st = fan_child_start(&s->child, s->words, COMMAND_MS, err);
    do {
        if (!st) st = fan_child_read(&s->child, wait_ms, &s->printed, done, err);
    } while (!st && !*done && wait_ms > 0);
    return st;
}

/* See to another token. wait: until it is there; otherwise it may come with a later
 * call. */
static enum fan_status ask(struct fan_bearer *s, bool wait, struct fan_err *err)
{
    struct fan_err cause = { FAN_OK, "" };
    bool done = false;
    enum fan_status st = run_command(s, wait ? COMMAND_MS : 0, &done, &cause);
    if (!st && !done) return FAN_OK;
    if (st)
        fan_fail(err, st, "%s: %s", s->what, cause.text);
    else
        st = take(s, s->printed.data ? s->printed.data : "", s->printed.size, err);
    forget_printed(s);
    s->asked_ns = fan_clock_mono_ns();
    return st;
}

enum fan_status fan_bearer_variable(struct fan_bearer **source, const char *name,
                                    struct fan_err *err)
{
    const char *value = getenv(name);
    if (!value || !*value)
        return fan_fail(err, FAN_ENOTFOUND,
                        "cannot send a token: %.64s is not set in the environment", name);
    struct fan_bearer *s = fan_alloc_zero(1, sizeof *s);
    snprintf(s->what, sizeof s->what, "variable '%.64s'", name);
    enum fan_status st = take(s, value, strlen(value), err);
    if (st)
        fan_bearer_free(s);
    else
        *source = s;
    return st;
}

struct fan_bearer *fan_bearer_command(char *const *words)
{
    struct fan_bearer *s = fan_alloc_zero(1, sizeof *s);
    s->words = words;
    fan_buf_init(&s->printed, PRINTED_MAX);
    s->asked_ns = fan_clock_mono_ns() - PAUSE_LEAST;
    snprintf(s->what, sizeof s->what, "token command '%.64s'", words[0]);
    return s;
}

void fan_bearer_free(struct fan_bearer *source)
{
    if (!source) return;
    fan_child_kill(&source->child);
    forget_printed(source);
    fan_wipe(source, sizeof *source);
    free(source);
}

static bool asked_lately(const struct fan_bearer *s)
{
    return fan_clock_mono_ns() - s->asked_ns < PAUSE_LEAST;
}

enum fan_status fan_bearer_header(struct fan_bearer *source, const char **header,
                                  uint64_t *generation, struct fan_err *err)
{
    struct fan_bearer *s = source;
    int64_t now_ns = fan_clock_wall_ns();
    bool valid = s->generation > 0 && now_ns < s->expires_ns;
    bool due = !valid || s->child.pid || (now_ns >= s->renew_ns && !asked_lately(s));
    struct fan_err failure = { FAN_OK, "" };
    if (s->words && due && ask(s, !valid, &failure)) {
        if (!valid) return fan_fail(err, failure.code, "%s", failure.text);
        fan_log(FAN_LOG_WARN, "token", "cannot renew the token, the old one goes on: %s",
                failure.text);
    } else if (!valid && !s->words) {
        char when[FAN_TIME_ISO_MAX];
        fan_clock_iso(s->expires_ns, when);
        return fan_fail(err, FAN_ESTATE,
                        "%s: the token expired at %s; a token_command would get another",
                        s->what, when);
    }
    *header = s->header;
    *generation = s->generation;
    return FAN_OK;
}

bool fan_bearer_renew(struct fan_bearer *source, uint64_t generation)
{
    struct fan_bearer *s = source;
    struct fan_err failure = { FAN_OK, "" };
    if (s->words && generation == s->generation && !asked_lately(s) &&
        ask(s, true, &failure))
        fan_log(FAN_LOG_WARN, "token", "cannot renew a token that was refused: %s",
                failure.text);
    return s->generation != generation;
}
