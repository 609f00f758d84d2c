/* renewal.c - see renewal.h. */
#include "invoke/renewal.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/buf.h"

enum state { UNDER_WAY, DONE, ABANDONED };

struct fan_renewal {
    pthread_t thread;
    fan_find_keys *find;
    void *context;
    struct fan_key_set keys;
    struct fan_err err;
    enum fan_status st;
    atomic_int state; /* what is above belongs to the thread until DONE */
};

static void free_renewal(struct fan_renewal *r)
{
    fan_key_set_wipe(&r->keys);
    free(r);
}

static void *search(void *argument)
{
    struct fan_renewal *r = argument;
    r->st = r->find(r->context, &r->keys, &r->err);
    if (atomic_exchange(&r->state, DONE) == ABANDONED) {
        free(r->context);
        free_renewal(r);
    }
    return NULL;
}

struct fan_renewal *fan_renewal_start(fan_find_keys *find, void *context)
{
    struct fan_renewal *r = fan_alloc_zero(1, sizeof *r);
    sigset_t all, before;
    r->find = find;
    r->context = context;
    atomic_init(&r->state, UNDER_WAY);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the new thread inherits it */
    int cause = pthread_create(&r->thread, NULL, search, r);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (cause == 0) return r;
    free(r);
    return NULL;
}

bool fan_renewal_done(const struct fan_renewal *renewal)
{
    return atomic_load(&renewal->state) == DONE;
}

enum fan_status fan_renewal_end(struct fan_renewal *renewal, struct fan_key_set *keys,
                                struct fan_err *err)
{
    pthread_join(renewal->thread, NULL);
    enum fan_status st = renewal->st;
    if (st)
        fan_fail(err, st, "%s", renewal->err.text);
    else
        *keys = renewal->keys;
    free_renewal(renewal);
    return st;
}

void fan_renewal_abandon(struct fan_renewal *renewal, void *context)
{
    if (renewal && atomic_exchange(&renewal->state, ABANDONED) != DONE) {
        pthread_detach(renewal->thread);
        return;
    }
    if (renewal) {
        pthread_join(renewal->thread, NULL);
        free_renewal(renewal);
    }
    free(context);
}
