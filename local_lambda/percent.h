/* percent.h - percent-encoding of URLs (RFC 3986, section 2.1). Pure. */
#ifndef FAN_LOCAL_LAMBDA_PERCENT_H
#define FAN_LOCAL_LAMBDA_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Decode n characters of text into value, NUL-terminated. Returns the decoded length, or
 * -1 when an escape is malformed, decodes to NUL (no text of ours may hold one), or the
 * result does not fit capacity bytes. '+' stays '+'.
 */
long fan_percent_decode(const char *text, size_t n, char *value, size_t capacity);

/* Letters, digits, '-', '.', '_' and '~': never escaped (RFC 3986, section 2.3). */
bool fan_percent_unreserved(unsigned char c);

#ifdef __cplusplus
}
#endif
#endif
