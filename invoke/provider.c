/* provider.c - see provider.h. */
#include "invoke/provider.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/log.h"
#include "invoke/renewal.h"

#define S_NS          INT64_C(1000000000)
#define RENEW_AHEAD   (300 * S_NS) /* before they expire */
#define PAUSE_LONGEST (60 * S_NS)  /* between looks that bring nothing new */
#define PAUSE_LEAST   S_NS
#define LATE_FOR      (600 * S_NS) /* how long a late issuer's old keys go on */

struct fan_provider {
    fan_find_keys *find; /* NULL: the keys stay */
    void *context;
    struct fan_renewal *renewal; /* under way; NULL: none */
    struct fan_key_set keys;
    uint64_t generation;
    int64_t look_ns;   /* service time of the next look */
    int64_t looked_ns; /* CLOCK_MONOTONIC of the last */
    int64_t ahead_ns;
    struct fan_err failure; /* of the last look; its text is what an error says */
};

struct fan_provider *fan_provider_new(fan_find_keys *find, void *context)
{
    struct fan_provider *p = fan_alloc_zero(1, sizeof *p);
    p->find = find;
    p->context = context;
    p->look_ns = INT64_MIN;
    return p;
}

enum fan_status fan_provider_fixed(struct fan_provider **provider,
                                   const struct fan_credentials *credentials,
                                   struct fan_err *err)
{
    struct fan_provider *p = fan_provider_new(NULL, NULL);
    enum fan_status st = fan_key_set_fill(&p->keys, credentials, err);
    if (st) {
        fan_provider_free(p);
        return st;
    }
    p->generation = 1;
    p->look_ns = FAN_NEVER_NS;
    *provider = p;
    return FAN_OK;
}

void fan_provider_free(struct fan_provider *provider)
{
    if (!provider) return;
    fan_key_set_wipe(&provider->keys);
    fan_renewal_abandon(provider->renewal, provider->context);
    free(provider);
}

/* ---- renewal ---- */

/* Half of what is left, within limits: soon when there is little time, and never in a
 * loop. */
static int64_t pause_ns(int64_t left_ns)
{
    int64_t pause = left_ns / 2;
    if (pause > PAUSE_LONGEST) pause = PAUSE_LONGEST;
    return pause < PAUSE_LEAST ? PAUSE_LEAST : pause;
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

/* When keys should be renewed, after a look now: when they end, at the latest. */
static int64_t renewal_ns(int64_t now_ns, int64_t expires_ns)
{
    if (expires_ns == FAN_NEVER_NS) return FAN_NEVER_NS;
    int64_t left = expires_ns - now_ns;
    return left > RENEW_AHEAD + PAUSE_LONGEST
               ? expires_ns - RENEW_AHEAD
               : earlier(now_ns + pause_ns(left), expires_ns);
}

static bool have_valid(const struct fan_provider *p, int64_t now_ns)
{
    return p->generation > 0 && now_ns < p->keys.expires_ns;
}

static enum fan_status take(struct fan_provider *p, struct fan_key_set *fresh,
                            int64_t now_ns, struct fan_err *err)
{
    if (fresh->late_is_good && fresh->expires_ns <= now_ns)
        fresh->expires_ns = now_ns + LATE_FOR;
    if (fresh->expires_ns <= now_ns) {
        char when[FAN_TIME_ISO_MAX];
        fan_clock_iso(fresh->expires_ns, when);
        return fan_fail(err, FAN_ESTATE, "the keys of %s expired at %s", fresh->from,
                        when);
    }
    if (p->generation == 0 || !fan_key_set_same(&p->keys, fresh)) p->generation++;
    p->keys = *fresh;
    p->look_ns = renewal_ns(now_ns, fresh->expires_ns);
    return FAN_OK;
}

/* A look has ended so: take the keys, or go on with those at hand. */
static void conclude(struct fan_provider *p, enum fan_status st,
                     struct fan_key_set *fresh, struct fan_err *failure)
{
    int64_t now_ns = fan_provider_now_ns(p);
    p->looked_ns = fan_clock_mono_ns();
    if (!st) st = take(p, fresh, now_ns, failure);
    fan_key_set_wipe(fresh);
    if (!st) return;
    p->failure = *failure;
    bool valid = have_valid(p, now_ns);
    p->look_ns = valid ? renewal_ns(now_ns, p->keys.expires_ns) : now_ns + PAUSE_LEAST;
    if (valid)
        fan_log(FAN_LOG_WARN, "credentials",
                "cannot renew the keys, the old ones go on: %s", failure->text);
}

void fan_provider_settle(struct fan_provider *provider)
{
    struct fan_key_set fresh;
    struct fan_err failure = { FAN_OK, "" };
    if (!provider->renewal) return;
    enum fan_status st = fan_renewal_end(provider->renewal, &fresh, &failure);
    provider->renewal = NULL;
    conclude(provider, st, &fresh, &failure);
    int64_t now_ns = fan_provider_now_ns(provider);
    if (!st && !have_valid(provider, now_ns))
        provider->look_ns = now_ns; /* nobody came for them in time: again, at once */
}

static void look(struct fan_provider *p)
{
    struct fan_key_set fresh;
    struct fan_err failure = { FAN_OK, "" };
    memset(&fresh, 0, sizeof fresh);
    enum fan_status st = p->find(p->context, &fresh, &failure);
    conclude(p, st, &fresh, &failure);
}

/* Renew what is due: beside the caller's work, or, without valid keys, before all else.
 */
static void renew(struct fan_provider *p, int64_t now_ns)
{
    if (p->renewal && (fan_renewal_done(p->renewal) || !have_valid(p, now_ns)))
        fan_provider_settle(p);
    if (p->renewal || now_ns < p->look_ns) return;
    if (have_valid(p, now_ns)) p->renewal = fan_renewal_start(p->find, p->context);
    if (!p->renewal) look(p);
}

enum fan_status fan_provider_current(struct fan_provider *provider,
                                     struct fan_credentials *credentials,
                                     uint64_t *generation, struct fan_err *err)
{
    struct fan_provider *p = provider;
    bool lasting = p->look_ns == FAN_NEVER_NS; /* then nobody needs to know the time */
    int64_t now_ns = lasting ? 0 : fan_provider_now_ns(p);
    if (!lasting) renew(p, now_ns);
    if (!lasting && !have_valid(p, now_ns))
        return fan_fail(err, p->failure.code ? p->failure.code : FAN_ESTATE, "%s",
                        p->failure.text);
    *credentials = fan_key_set_view(&p->keys);
    if (generation) *generation = p->generation;
    return FAN_OK;
}

bool fan_provider_renew(struct fan_provider *provider, uint64_t generation)
{
    struct fan_provider *p = provider;
    fan_provider_settle(p);
    bool lately = fan_clock_mono_ns() - p->looked_ns < PAUSE_LEAST;
    if (p->find && generation == p->generation && !lately) look(p);
    return p->generation != generation;
}

const char *fan_provider_from(const struct fan_provider *provider)
{
    return provider->keys.from;
}

/* ---- time ---- */

int64_t fan_provider_now_ns(const struct fan_provider *provider)
{
    return fan_clock_wall_ns() + provider->ahead_ns;
}

int64_t fan_provider_ahead_ns(const struct fan_provider *provider)
{
    return provider->ahead_ns;
}

void fan_provider_set_ahead(struct fan_provider *provider, int64_t ahead_ns)
{
    provider->ahead_ns = ahead_ns;
}
