/* err.c - see err.h. */
#include "common/err.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum fan_status fan_fail(struct fan_err *err, enum fan_status code, const char *fmt, ...)
{
    assert(code != FAN_OK);
    if (err && err->code == FAN_OK) {
        va_list args;
        va_start(args, fmt);
        vsnprintf(err->text, sizeof err->text, fmt, args);
        va_end(args);
        err->code = code;
    }
    return code;
}

enum fan_status fan_err_prefix(struct fan_err *err, const char *fmt, ...)
{
    if (!err || err->code == FAN_OK) return FAN_OK;
    char old[FAN_ERR_TEXT_MAX];
    memcpy(old, err->text, sizeof old);
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof err->text)
        snprintf(err->text + n, sizeof err->text - (size_t)n, "%s", old);
    return err->code;
}

const char *fan_status_text(enum fan_status code)
{
#define FAN_STATUS_TEXT(name, text) text,
    static const char *const texts[] = { FAN_STATUS_LIST(FAN_STATUS_TEXT) };
#undef FAN_STATUS_TEXT
    return (unsigned)code < FAN_STATUS_COUNT ? texts[code] : "unknown status";
}
