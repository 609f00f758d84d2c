/* versions.h - the published versions of a function: numbered snapshots that never
 * change. Pure. */
#ifndef FAN_LOCAL_LAMBDA_VERSIONS_H
#define FAN_LOCAL_LAMBDA_VERSIONS_H

#include "local_lambda/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_VERSION_LATEST "$LATEST"

/* A version is a struct fan_function too, whose `latest` is the function it was made of;
 * its limits are that one's. The functions below take the function itself ($LATEST). */

/**
 * Publish the function as it stands under the next number; description NULL: with the
 * function's own. When neither code nor configuration changed since the last version was
 * published, that one is returned instead. Owned by the function. Source: Lambda API
 * reference, PublishVersion.
 */
struct fan_function *fan_versions_publish(struct fan_function *latest,
                                          const char *description);

/* The last published version, when nothing changed since; else NULL. */
struct fan_function *fan_versions_unchanged(const struct fan_function *latest);

/* The version of this number, the function itself for "$LATEST", or NULL. */
struct fan_function *fan_versions_find(struct fan_function *latest, const char *version);

/* The published ones, by ascending number. */
size_t fan_versions_count(const struct fan_function *latest);
struct fan_function *fan_versions_at(const struct fan_function *latest, size_t index);

/* Remove a published version, or all. Numbers are not given out again by the first. */
void fan_versions_remove(struct fan_function *version);
void fan_versions_clear(struct fan_function *latest);

/* Free a function or a version with what it owns, but not its versions. */
void fan_version_free(struct fan_function *function);

#ifdef __cplusplus
}
#endif
#endif
