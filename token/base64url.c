/* base64url.c - see base64url.h. */
#include "token/base64url.h"

#include <stdint.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool fan_base64url_decode(const char *text, size_t n, unsigned char *out,
                          size_t *out_bytes)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t written = 0;
    if (n % 4 == 1) return false;
    for (size_t i = 0; i < n; i++) {
        int digit = digit_value(text[i]);
        if (digit < 0) return false;
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out[written++] = (unsigned char)(bits >> held & 0xff);
    }
    if (bits & ((1u << held) - 1)) return false;
    *out_bytes = written;
    return true;
}

size_t fan_base64url_encode(const void *bytes, size_t n, char *text)
{
    const unsigned char *in = bytes;
    uint32_t bits = 0;
    unsigned held = 0;
    size_t written = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | in[i];
        for (held += 8; held >= 6; held -= 6)
            text[written++] = digits[bits >> (held - 6) & 63];
    }
    if (held) text[written++] = digits[bits << (6 - held) & 63];
    text[written] = '\0';
    return written;
}
