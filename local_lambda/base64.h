/* base64.h - base64 (RFC 4648, section 4), both ways. Pure. */
#ifndef FAN_LOCAL_LAMBDA_BASE64_H
#define FAN_LOCAL_LAMBDA_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_BASE64_BYTES_MAX (96u << 20) /* of text; none of ours is longer */

/**
 * Decode n characters of text, all of them: no blanks, padding only at the end. False
 * when text is no base64; otherwise *bytes is owned by the caller (free).
 */
bool fan_base64_decode(const char *text, size_t n, unsigned char **bytes,
                       size_t *byte_count);

/* Encode n bytes, at most 3/4 of FAN_BASE64_BYTES_MAX (asserted). Owns: free. */
char *fan_base64_encode(const void *bytes, size_t n);

#ifdef __cplusplus
}
#endif
#endif
