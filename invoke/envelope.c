/* envelope.c - see envelope.h. */
#include "invoke/envelope.h"

#include <stdint.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t fan_envelope_bytes(size_t n)
{
    return (n + 2) / 3 * 4;
}

void fan_envelope_encode(const void *bytes, size_t n, char *text)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t word = (uint32_t)p[i] << 16;
        if (i + 1 < n) word |= (uint32_t)p[i + 1] << 8;
        if (i + 2 < n) word |= p[i + 2];
        *text++ = alphabet[word >> 18];
        *text++ = alphabet[word >> 12 & 63];
        *text++ = alphabet[word >> 6 & 63];
        *text++ = alphabet[word & 63];
        if (i + 1 >= n) text[-2] = '=';
        if (i + 2 >= n) text[-1] = '=';
    }
    *text = '\0';
}

static int digit(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool fan_envelope_decode(const char *text, size_t n, void *out, size_t capacity,
                         size_t *decoded)
{
    uint8_t *p = out;
    size_t used = 0;
    uint32_t bits = 0, word = 0;
    for (int padding = 0; n > 0 && padding < 2 && text[n - 1] == '='; padding++)
        n--;
    if (n % 4 == 1) return false;
    for (size_t i = 0; i < n; i++) {
        int value = digit(text[i]);
        if (value < 0) return false;
        word = word << 6 | (uint32_t)value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        if (used == capacity) return false;
        p[used++] = (uint8_t)(word >> bits);
    }
    *decoded = used;
    return true;
}
