/* base64.h - base64 (RFC 4648, section 4), both ways.   Pure. */
#ifndef FAN_COMMON_BASE64_H
#define FAN_COMMON_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Characters that n bytes become, without the NUL. */
size_t fan_base64_chars(size_t n);

/* Write base64 of n bytes and a NUL: text has room for fan_base64_chars(n) + 1. */
void fan_base64_encode(const void *bytes, size_t n, char *text);

/**
 * Decode n characters, all of them, into out, which has room for capacity bytes: n / 4 *
 * 3 are enough. Returns false, and may have written to out, for other characters (blanks
 * too), padding that is missing or elsewhere than at the end, and too little room.
 * *decoded is set on success.
 */
bool fan_base64_decode(const char *text, size_t n, void *out, size_t capacity,
                       size_t *decoded);

#ifdef __cplusplus
}
#endif
#endif
