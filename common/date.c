/* date.c - see date.h. */
#include "common/date.h"

#include <ctype.h>
#include <string.h>

#define LATEST_S INT64_C(7258118400) /* 2200-01-01T00:00:00Z */

struct date {
    int year, month, day, hour, minute, second;
};

/* Exactly `digits` of them at text; -1 for anything else. */
static int number(const char *text, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)text[i])) return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static int month_days(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool is_date(const struct date *d)
{
    return d->year >= 1970 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
           d->day <= month_days(d->year, d->month) && d->hour >= 0 && d->hour <= 23 &&
           d->minute >= 0 && d->minute <= 59 && d->second >= 0 && d->second <= 60;
}

/* Years begin in March here, so that the leap day is the last of its year. */
static int64_t seconds_of(const struct date *d)
{
    int64_t y = d->month > 2 ? d->year : d->year - 1;
    int m = (d->month + 9) % 12;
    int64_t days =
        y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d->day - 1 - 719468;
    int64_t seconds = days * 86400 + d->hour * 3600 + d->minute * 60 + d->second;
    return seconds < LATEST_S ? seconds : LATEST_S;
}

bool fan_date_http(const char *text, size_t n, int64_t *seconds)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (n != 29 || text[3] != ',' || text[4] != ' ' || text[7] != ' ' ||
        text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':' ||
        memcmp(text + 25, " GMT", 4) != 0)
        return false;
    struct date d = { number(text + 12, 4), 0,
                      number(text + 5, 2),  number(text + 17, 2),
                      number(text + 20, 2), number(text + 23, 2) };
    for (int m = 0; m < 12; m++)
        if (memcmp(months + 3 * (size_t)m, text + 8, 3) == 0) d.month = m + 1;
    if (!is_date(&d)) return false;
    *seconds = seconds_of(&d);
    return true;
}

/* "Z" or "+01:00" or "+0100" at text, as seconds ahead of UTC. */
static bool offset(const char *text, size_t n, int *ahead)
{
    *ahead = 0;
    if (n == 1) return text[0] == 'Z' || text[0] == 'z';
    if ((n != 6 && n != 5) || (text[0] != '+' && text[0] != '-') ||
        (n == 6 && text[3] != ':'))
        return false;
    int hours = number(text + 1, 2), minutes = number(text + n - 2, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    *ahead = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
    return true;
}

bool fan_date_iso(const char *text, size_t n, int64_t *seconds)
{
    int ahead = 0;
    size_t at = 19;
    if (n < 20 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != 't' && text[10] != ' ') || text[13] != ':' ||
        text[16] != ':')
        return false;
    struct date d = { number(text, 4),      number(text + 5, 2),  number(text + 8, 2),
                      number(text + 11, 2), number(text + 14, 2), number(text + 17, 2) };
    if (text[at] == '.') {
        at++;
        while (at < n && isdigit((unsigned char)text[at]))
            at++;
        if (at == 20) return false;
    }
    if (!is_date(&d) || at == n || !offset(text + at, n - at, &ahead)) return false;
    *seconds = seconds_of(&d) - ahead;
    return true;
}

bool fan_date_basic(const char *text, size_t n, int64_t *seconds)
{
    if (n != 16 || text[8] != 'T' || text[15] != 'Z') return false;
    struct date d = { number(text, 4),     number(text + 4, 2),  number(text + 6, 2),
                      number(text + 9, 2), number(text + 11, 2), number(text + 13, 2) };
    if (!is_date(&d)) return false;
    *seconds = seconds_of(&d);
    return true;
}
