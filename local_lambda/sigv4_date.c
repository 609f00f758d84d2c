/* sigv4_date.c - see sigv4_date.h. */
#include "local_lambda/sigv4_date.h"

#include "common/date.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum fan_status fan_sigv4_date_parse(const char *text, int64_t *seconds,
                                     struct fan_err *err)
{
    /* a signature has no leap seconds */
    if (fan_date_basic(text, strlen(text), seconds) && text[13] != '6') return FAN_OK;
    return fan_fail(err, FAN_EFORMAT,
                    "Date must be in ISO-8601 'basic format'. Got '%.40s'. See "
                    "http://en.wikipedia.org/wiki/ISO_8601",
                    text);
}

void fan_sigv4_date_format(int64_t seconds, char text[FAN_SIGV4_DATE_MAX])
{
    time_t at = (time_t)seconds;
    struct tm tm;
    if (seconds < 0 || !gmtime_r(&at, &tm)) {
        assert(0);
        memset(&tm, 0, sizeof tm);
    }
    strftime(text, FAN_SIGV4_DATE_MAX, "%Y%m%dT%H%M%SZ", &tm);
}
