/* base64url.h - base64url without padding, the alphabet of tokens, read strictly.   Pure.
 * Source: RFC 4648 section 5; RFC 7515 section 2. */
#ifndef FAN_TOKEN_BASE64URL_H
#define FAN_TOKEN_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_BASE64URL_DIGITS_MAX 8192

/* Room, in bytes, for what n digits decode to: the decoder writes whole groups. */
#define FAN_BASE64URL_DECODED_MAX(n) ((n) / 4 * 3 + 4)

/**
 * Decode n digits, 1 to FAN_BASE64URL_DIGITS_MAX, into out. False for other lengths,
 * padding, characters outside the alphabet, a length that no bytes have, and unused bits
 * that are not zero: each value has one spelling.
 */
bool fan_base64url_decode(const char *text, size_t n, unsigned char *out,
                          size_t *out_bytes);

#ifdef __cplusplus
}
#endif
#endif
