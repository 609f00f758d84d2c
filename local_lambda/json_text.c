/* json_text.c - see json_text.h. */
#include "local_lambda/json_text.h"

#include "common/base64.h"
#include "common/buf.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Length of the UTF-8 character at bytes, or 0 when there is none. */
static size_t character(const char *bytes, size_t n)
{
    const unsigned char *b = (const unsigned char *)bytes;
    if (b[0] < 0x80) return 1;
    size_t length = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
    if (b[0] < 0xc2 || b[0] > 0xf4 || n < length) return 0;
    for (size_t i = 1; i < length; i++)
        if ((b[i] & 0xc0) != 0x80) return 0;
    /* too long a form, a surrogate, beyond U+10FFFF */
    if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
        (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
        return 0;
    return length;
}

bool fan_utf8_valid(const char *bytes, size_t n)
{
    for (size_t at = 0, length; at < n; at += length)
        if ((length = character(bytes + at, n - at)) == 0) return false;
    return true;
}

struct json_t *fan_json_text(const char *bytes, size_t n)
{
    if (fan_utf8_valid(bytes, n)) return json_stringn_nocheck(n ? bytes : "", n);
    static const char replacement[] = "\xef\xbf\xbd";
    char *text = fan_alloc(3 * n + 1);
    size_t out = 0;
    for (size_t at = 0; at < n;) {
        size_t length = character(bytes + at, n - at);
        memcpy(text + out, length ? bytes + at : replacement, length ? length : 3);
        out += length ? length : 3;
        at += length ? length : 1;
    }
    json_t *value = json_stringn_nocheck(text, out);
    free(text);
    return value;
}

struct json_t *fan_json_string(const char *text)
{
    return fan_json_text(text, strlen(text));
}

struct json_t *fan_json_base64(const void *bytes, size_t n)
{
    char *text = fan_alloc(fan_base64_chars(n) + 1);
    fan_base64_encode(bytes, n, text);
    json_t *value = json_string_nocheck(text);
    free(text);
    return value;
}

const char *fan_time_log(int64_t wall_ns, char text[FAN_TIME_LOG_MAX])
{
    /* strftime's month names would follow a locale */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t seconds = (time_t)(wall_ns / 1000000000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    snprintf(text, FAN_TIME_LOG_MAX, "%02d/%.3s/%04d:%02d:%02d:%02d +0000",
             utc.tm_mday % 100, months + 3 * (utc.tm_mon % 12),
             (utc.tm_year + 1900) % 10000, utc.tm_hour % 100, utc.tm_min % 100,
             utc.tm_sec % 100);
    return text;
}
