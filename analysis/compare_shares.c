/* compare_shares.c - do more calls fail, or get throttled, than before? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare_data.h"

static struct fan_two_shares counts_of(const struct fan_comparison *c, size_t pair,
                                       enum fan_compare_kind kind)
{
    const struct fan_compare_calls *a = &c->a.calls[c->pair[pair].a];
    const struct fan_compare_calls *b = &c->b.calls[c->pair[pair].b];
    const bool failed = kind == FAN_SHARE_FAILED;
    const struct fan_two_shares counts = { failed ? a->failed : a->throttled, a->calls,
                                           failed ? b->failed : b->throttled, b->calls };
    return counts;
}

/* Over all settings: sums to look at, and a test that keeps the settings apart. */
static void add_all(struct fan_comparison *c, enum fan_compare_kind kind)
{
    struct fan_compare_share *share = &c->share[c->share_count++];
    struct fan_two_shares *each = fan_alloc_zero(c->pair_count + 1, sizeof *each);
    share->all = true;
    share->kind = kind;
    for (size_t i = 0; i < c->pair_count; i++) {
        each[i] = counts_of(c, i, kind);
        share->counts.hits_a += each[i].hits_a;
        share->counts.n_a += each[i].n_a;
        share->counts.hits_b += each[i].hits_b;
        share->counts.n_b += each[i].n_b;
    }
    share->p = fan_proportions_mantel_haenszel(each, c->pair_count);
    free(each);
}

static void adjust(struct fan_comparison *c)
{
    double *p = fan_alloc_zero(c->share_count + 1, sizeof *p);
    for (size_t i = 0; i < c->share_count; i++)
        p[i] = c->share[i].p;
    fan_rank_holm(p, c->share_count);
    for (size_t i = 0; i < c->share_count; i++)
        c->share[i].p = p[i];
    free(p);
}

static enum fan_compare_verdict judge(const struct fan_compare_share *share)
{
    const struct fan_two_shares *s = &share->counts;
    if (s->n_a == 0 || s->n_b == 0) return FAN_VERDICT_FEW;
    if (!(share->p < FAN_COMPARE_ALPHA)) return FAN_VERDICT_NONE;
    return (double)s->hits_b / (double)s->n_b > (double)s->hits_a / (double)s->n_a
               ? FAN_VERDICT_WORSE
               : FAN_VERDICT_BETTER;
}

void fan_compare_shares(struct fan_comparison *c)
{
    c->share = fan_alloc_zero(FAN_SHARE_KINDS * (c->pair_count + 1), sizeof *c->share);
    for (int k = 0; k < FAN_SHARE_KINDS; k++) {
        const enum fan_compare_kind kind = (enum fan_compare_kind)k;
        if (c->pair_count > 1) add_all(c, kind);
        for (size_t i = 0; i < c->pair_count; i++) {
            struct fan_compare_share *share = &c->share[c->share_count++];
            share->pair = i;
            share->kind = kind;
            share->counts = counts_of(c, i, kind);
            share->p = fan_proportions_fisher(&share->counts);
        }
    }
    adjust(c);
    for (size_t i = 0; i < c->share_count; i++) {
        struct fan_compare_share *share = &c->share[i];
        share->difference = fan_proportions_difference(&share->counts, FAN_STATS_LEVEL);
        share->verdict = judge(share);
        c->shares_worse[share->kind] += share->verdict == FAN_VERDICT_WORSE;
    }
}
