/* sigv4_date.c - see sigv4_date.h. */
#include "local_lambda/sigv4_date.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

static int digits(const char *text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* days of a Gregorian date since 1970-01-01; years begin in March so that the leap day is
 * the last of its year */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int m = (month + 9) % 12;
    int64_t era_days = y * 365 + y / 4 - y / 100 + y / 400;
    return era_days + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int month_days(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

enum fan_status fan_sigv4_date_parse(const char *text, int64_t *seconds,
                                     struct fan_err *err)
{
    if (strlen(text) == 16 && text[8] == 'T' && text[15] == 'Z') {
        int year = digits(text, 4), month = digits(text + 4, 2),
            day = digits(text + 6, 2);
        int hour = digits(text + 9, 2), minute = digits(text + 11, 2);
        int second = digits(text + 13, 2);
        if (year >= 1970 && month >= 1 && month <= 12 && day >= 1 &&
            day <= month_days(year, month) && hour >= 0 && hour <= 23 && minute >= 0 &&
            minute <= 59 && second >= 0 && second <= 59) {
            *seconds = days_since_1970(year, month, day) * DAY_S + hour * 3600 +
                       minute * 60 + second;
            return FAN_OK;
        }
    }
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
