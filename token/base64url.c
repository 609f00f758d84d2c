/* base64url.c - see base64url.h. rhonabwy's decoder takes padding, blanks, half groups
 * and spare bits; so what does not come out again as it went in is refused. */
#include "token/base64url.h"

#include <string.h>

#include <orcania.h>

bool fan_base64url_decode(const char *text, size_t n, unsigned char *out,
                          size_t *out_bytes)
{
    /* digits of what a lax decoder makes of n digits, in whole groups */
    unsigned char again[FAN_BASE64URL_DIGITS_MAX + 8];
    size_t digits = 0;
    if (n == 0 || n > FAN_BASE64URL_DIGITS_MAX || memchr(text, '\0', n)) return false;
    return o_base64url_decode((const unsigned char *)text, n, out, out_bytes) &&
           o_base64url_encode(out, *out_bytes, again, &digits) && digits == n &&
           memcmp(again, text, n) == 0;
}
