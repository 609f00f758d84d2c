/* base64.c - see base64.h. */
#include "common/base64.h"

#include <stdint.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t fan_base64_chars(size_t n)
{
    return (n + 2) / 3 * 4;
}

void fan_base64_encode(const void *bytes, size_t n, char *text)
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

/* What each character from '+' to 'z' is worth; -1: it is none of the alphabet. A table,
 * since packages of tens of megabytes come as base64. */
/* clang-format off */
static const int8_t worth[] = {
    62, -1, -1, -1, 63,                                                   /* + to / */
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1, -1,   /* 0 to @ */
     0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12,                   /* A to M */
    13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,                   /* N to Z */
    -1, -1, -1, -1, -1, -1,                                               /* [ to ` */
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38,                   /* a to m */
    39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,                   /* n to z */
};
/* clang-format on */

static int32_t digit(char c)
{
    size_t at = (size_t)(unsigned char)c - '+';
    return at < sizeof worth ? worth[at] : -1;
}

/* The digits of count characters, count <= 4, as the upper ones of four; negative for
 * what is none. */
static int32_t word_of(const char *text, size_t count)
{
    int32_t word = 0, wrong = 0;
    for (size_t i = 0; i < 4; i++) {
        int32_t value = i < count ? digit(text[i]) : 0;
        wrong |= value;
        word = word << 6 | (value & 63);
    }
    return wrong < 0 ? -1 : word;
}

bool fan_base64_decode(const char *text, size_t n, void *out, size_t capacity,
                       size_t *decoded)
{
    uint8_t *p = out;
    if (n % 4 != 0) return false;
    size_t padding = n > 0 && text[n - 1] == '=' ? 1u + (text[n - 2] == '=') : 0;
    size_t whole = padding ? n - 4 : n, bytes = n / 4 * 3 - padding;
    if (bytes > capacity) return false;
    for (size_t i = 0; i < whole; i += 4) {
        int32_t word = word_of(text + i, 4);
        if (word < 0) return false;
        *p++ = (uint8_t)(word >> 16);
        *p++ = (uint8_t)(word >> 8);
        *p++ = (uint8_t)word;
    }
    int32_t last = padding ? word_of(text + whole, 4 - padding) : 0;
    if (last < 0) return false;
    if (padding) *p++ = (uint8_t)(last >> 16);
    if (padding == 1) *p = (uint8_t)(last >> 8);
    *decoded = bytes;
    return true;
}
