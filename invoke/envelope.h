/* envelope.h - base64 (RFC 4648 section 4) around bytes that travel as text.  Pure. */
#ifndef FAN_INVOKE_ENVELOPE_H
#define FAN_INVOKE_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Characters that n bytes become, without the NUL. */
size_t fan_envelope_bytes(size_t n);

/* Write base64 of n bytes and a NUL: text has room for fan_envelope_bytes(n) + 1. */
void fan_envelope_encode(const void *bytes, size_t n, char *text);

/**
 * Decode n characters into out (capacity bytes); padding may be missing. Returns false
 * for other characters, a length that cannot be, or too little room; *decoded is set on
 * success.
 */
bool fan_envelope_decode(const char *text, size_t n, void *out, size_t capacity,
                         size_t *decoded);

#ifdef __cplusplus
}
#endif
#endif
