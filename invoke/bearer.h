/*
 * bearer.h - the bearer token that a gateway's authorizer wants: from a variable of
 * the environment, or from a command that prints one and is asked again before it
 * expires. Not to be used by two threads at once.
 */
#ifndef FAN_INVOKE_BEARER_H
#define FAN_INVOKE_BEARER_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_bearer;

/**
 * A source of the token in a variable, which is read now. Owns: fan_bearer_free. Errors:
 * FAN_ENOTFOUND (it is not set), FAN_EINVAL (no visible ASCII, or over 8192 bytes); no
 * text ever shows a token.
 */
enum fan_status fan_bearer_variable(struct fan_bearer **source, const char *name,
                                    struct fan_err *err) FAN_MUST_CHECK;

/**
 * A source of the tokens that a program prints: words[0], searched in PATH and run
 * without a shell, within 30 s, at the first need and then before the token's claim `exp`
 * (a minute before, or when 4/5 of its time are over; a token that is none of JSON Web
 * never expires). words, ending with a NULL, stay the caller's and outlive the source.
 * The second and later runs go on beside the caller's work, as long as the token before
 * serves. Owns: fan_bearer_free.
 */
struct fan_bearer *fan_bearer_command(char *const *words);
void fan_bearer_free(struct fan_bearer *source);

/**
 * The header's value, "Bearer TOKEN"; it is the source's, and right until the next call.
 * *generation changes with it. Sees to another token when it is time, and waits for it
 * only when there is none that is valid; when it fails, the token before it serves on.
 * Errors: those of the command; FAN_ESTATE for a token that has expired.
 */
enum fan_status fan_bearer_header(struct fan_bearer *source, const char **header,
                                  uint64_t *generation,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* A token of this generation was refused: ask the command for another, at most once a
 * second. Returns whether there is one. */
bool fan_bearer_renew(struct fan_bearer *source, uint64_t generation);

#ifdef __cplusplus
}
#endif
#endif
