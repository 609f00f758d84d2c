/* base64url.h - base64url without padding, the alphabet of tokens.   Pure.
 * Source: RFC 4648 section 5; RFC 7515 section 2. */
#ifndef FAN_TOKEN_BASE64URL_H
#define FAN_TOKEN_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Room, in bytes, for what n digits decode to, and for the digits of n bytes and a NUL.
 */
#define FAN_BASE64URL_DECODED_MAX(n) ((n) / 4 * 3 + 2)
#define FAN_BASE64URL_ENCODED_MAX(n) (((n)*4 + 2) / 3 + 1)

/**
 * Decode n digits into out. False for padding, characters outside the alphabet, a length
 * that no bytes have, and unused bits that are not zero: each value has one spelling.
 */
bool fan_base64url_decode(const char *text, size_t n, unsigned char *out,
                          size_t *out_bytes);

/* Encode n bytes; text is NUL-terminated. Returns the number of digits. */
size_t fan_base64url_encode(const void *bytes, size_t n, char *text);

#ifdef __cplusplus
}
#endif
#endif
