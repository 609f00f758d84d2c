/* api_key.c - see api_key.h. */
#include "local_lambda/api_key.h"

#include <openssl/crypto.h>

#include <string.h>

int fan_api_key_find(const struct fan_api_key *keys, size_t count, const char *value)
{
    char padded[FAN_API_KEY_MAX + 1] = "";
    size_t n = strlen(value);
    if (n > FAN_API_KEY_MAX) return -1;
    memcpy(padded, value, n);
    int found = -1;
    for (size_t i = 0; i < count; i++) {
        /* all of them, whatever was found: the mask is all ones for equal values */
        int mask = -(CRYPTO_memcmp(padded, keys[i].value, sizeof padded) == 0);
        found = (found & ~mask) | ((int)i & mask);
    }
    OPENSSL_cleanse(padded, sizeof padded);
    return found;
}
