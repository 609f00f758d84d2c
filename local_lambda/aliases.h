/* aliases.h - names for versions of a function, and the split of calls between two of
 * them. Pure. */
#ifndef FAN_LOCAL_LAMBDA_ALIASES_H
#define FAN_LOCAL_LAMBDA_ALIASES_H

#include "common/random.h"
#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_alias {
    char name[129];
    char version[FAN_VERSION_MAX]; /* "$LATEST" or a number */
    char extra[FAN_VERSION_MAX];   /* a version that gets a part of the calls, or "" */
    double weight;                 /* that part, 0 to 1 */
    char description[257], revision_id[40];
};

/* All take the function itself ($LATEST), which owns its aliases. */

/* The alias of this name, or NULL. Valid until an alias is put or removed. */
const struct fan_alias *fan_aliases_find(const struct fan_function *latest,
                                         const char *name);
/* All of them, sorted by name. */
size_t fan_aliases_count(const struct fan_function *latest);
const struct fan_alias *fan_aliases_at(const struct fan_function *latest, size_t index);

/* Add a copy, in place of one of the same name, with a new revision. Returns it. */
const struct fan_alias *fan_aliases_put(struct fan_function *latest,
                                        const struct fan_alias *alias);

/* Remove one, if there is one of this name; or all. */
void fan_aliases_remove(struct fan_function *latest, const char *name);
void fan_aliases_clear(struct fan_function *latest);

/**
 * Names of the aliases that lead to this version, with ", " between them, cut at capacity
 * bytes. False: there are none.
 */
bool fan_aliases_of(const struct fan_function *latest, const char *version, char *names,
                    size_t capacity);

/**
 * What a qualifier means now: "" and "$LATEST" the function itself, a number that
 * version, else the alias. random decides between the two versions of a split (NULL: the
 * one that gets the rest). NULL when there is nothing of this name. Source: Lambda
 * developer guide, "Implement Lambda canary deployments using a weighted alias".
 */
struct fan_function *fan_aliases_resolve(struct fan_function *latest,
                                         const char *qualifier,
                                         struct fan_random *random);

#ifdef __cplusplus
}
#endif
#endif
