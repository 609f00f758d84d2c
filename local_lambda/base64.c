/* base64.c - see base64.h. */
#include "local_lambda/base64.h"

#include "common/buf.h"

#include <openssl/evp.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool fan_base64_decode(const char *text, size_t n, unsigned char **bytes,
                       size_t *byte_count)
{
    if (n % 4 != 0 || n > FAN_BASE64_BYTES_MAX) return false;
    size_t padding = n && text[n - 1] == '=' ? 1u + (text[n - 2] == '=') : 0;
    /* the decoder takes padding for zeros and drops blanks: neither may stand inside */
    for (size_t i = 0; i < n - padding; i++)
        if (memchr("= \t\r\n", text[i], 5)) return false;
    unsigned char *decoded = fan_alloc(n / 4 * 3 + 1);
    int size = n ? EVP_DecodeBlock(decoded, (const unsigned char *)text, (int)n) : 0;
    if (size < 0 || (size_t)size < padding) {
        free(decoded);
        return false;
    }
    *bytes = decoded;
    *byte_count = (size_t)size - padding;
    return true;
}

char *fan_base64_encode(const void *bytes, size_t n)
{
    assert(n <= FAN_BASE64_BYTES_MAX / 4 * 3);
    char *text = fan_alloc((n + 2) / 3 * 4 + 1);
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)n);
    return text;
}
