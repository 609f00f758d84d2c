/* show.c - see show.h. */
#include "analysis/show.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/number.h"

static struct fan_text text_of(const char *s)
{
    struct fan_text text = { "" };
    strncpy(text.s, s, sizeof text.s - 1);
    return text;
}

/* Digits after the point that give `significant` digits in all, at most `most`. */
static int decimals(double value, int significant, int most)
{
    if (value == 0.0) return 0;
    const int before = (int)floor(log10(fabs(value))) + 1;
    const int after = significant - before;
    return after < 0 ? 0 : after > most ? most : after;
}

/* Zeros at the end of a fraction say nothing here. */
static void trim_zeros(char *s)
{
    if (!strchr(s, '.')) return;
    size_t n = strlen(s);
    while (s[n - 1] == '0')
        s[--n] = '\0';
    if (s[n - 1] == '.') s[n - 1] = '\0';
}

static struct fan_text number_with(double value, int after)
{
    struct fan_text text = { "" };
    if (!isfinite(value)) return text_of("-");
    if (fabs(value) >= 10000.0 && fabs(value) < 1e18) {
        char grouped[FAN_NUMBER_GROUPED_MAX];
        snprintf(text.s, sizeof text.s, "%s%s", value < 0.0 ? "-" : "",
                 fan_number_grouped((uint64_t)llround(fabs(value)), grouped));
        return text;
    }
    snprintf(text.s, sizeof text.s, "%.*f", after, value);
    return text;
}

struct fan_text fan_show_number(double value)
{
    if (!isfinite(value)) return text_of("-");
    if (fabs(value) >= 1e18) {
        struct fan_text text = { "" };
        snprintf(text.s, sizeof text.s, "%.3e", value);
        return text;
    }
    return number_with(value, decimals(value, 4, 6));
}

struct fan_text fan_show_seconds(double seconds)
{
    struct fan_text text = { "" };
    if (!isfinite(seconds)) return text_of("-");
    const double size = fabs(seconds);
    if (size >= 120.0) {
        const double minutes = floor(size / 60.0);
        snprintf(text.s, sizeof text.s, "%s%.0f min %.0f s", seconds < 0.0 ? "-" : "",
                 minutes, floor(size - 60.0 * minutes));
        return text;
    }
    if (size >= 1.0)
        snprintf(text.s, sizeof text.s, "%.40s s", fan_show_number(seconds).s);
    else if (size >= 1e-3)
        snprintf(text.s, sizeof text.s, "%.40s ms", fan_show_number(seconds * 1e3).s);
    else
        snprintf(text.s, sizeof text.s, "%.40s us", fan_show_number(seconds * 1e6).s);
    return text;
}

struct fan_text fan_show_usd(double usd)
{
    struct fan_text text = { "" };
    if (!isfinite(usd)) return text_of("-");
    if (usd >= 1000.0 && usd < 1e15) { /* cents only while they matter */
        char grouped[FAN_NUMBER_GROUPED_MAX];
        const uint64_t cents = (uint64_t)llround(usd * 100.0);
        if (usd < 1e4)
            snprintf(text.s, sizeof text.s, "$%s.%02u",
                     fan_number_grouped(cents / 100, grouped), (unsigned)(cents % 100));
        else
            snprintf(text.s, sizeof text.s, "$%s",
                     fan_number_grouped((uint64_t)llround(usd), grouped));
        return text;
    }
    if (fabs(usd) >= 1.0) {
        snprintf(text.s, sizeof text.s, "$%.2f", usd);
        return text;
    }
    snprintf(text.s, sizeof text.s, "$%.*f", decimals(usd, 4, 12), usd);
    trim_zeros(text.s);
    return text;
}

struct fan_text fan_show_share(double share)
{
    struct fan_text text = { "" };
    if (!isfinite(share)) return text_of("-");
    snprintf(text.s, sizeof text.s, "%.*f", decimals(100.0 * share, 3, 2), 100.0 * share);
    trim_zeros(text.s);
    strncat(text.s, " %", sizeof text.s - strlen(text.s) - 1);
    return text;
}

struct fan_text fan_show_saving(double share)
{
    struct fan_text text = fan_show_share(fabs(share));
    if (!isfinite(share)) return text;
    strncat(text.s, share >= 0.0 ? " less" : " more", sizeof text.s - strlen(text.s) - 1);
    return text;
}

struct fan_text fan_show_interval(struct fan_interval interval)
{
    struct fan_text text = { "" };
    const double larger =
        fmax(fabs(interval.lower), fabs(interval.upper)); /* skips NAN */
    if (!isfinite(larger)) return text_of("-");
    const int after = decimals(larger, 4, 6);
    snprintf(text.s, sizeof text.s, "[%.28s, %.28s]",
             number_with(interval.lower, after).s, number_with(interval.upper, after).s);
    return text;
}

struct fan_text fan_show_count(uint64_t count)
{
    char grouped[FAN_NUMBER_GROUPED_MAX];
    return text_of(fan_number_grouped(count, grouped));
}

struct fan_text fan_show_factor(double factor)
{
    struct fan_text text = { "" };
    if (!isfinite(factor)) return text_of("-");
    snprintf(text.s, sizeof text.s, "%.*fx", decimals(factor, 3, 3), factor);
    return text;
}

struct fan_text fan_show_p(double p)
{
    struct fan_text text = { "" };
    if (!isfinite(p)) return text_of("unknown");
    if (p < 0.001) return text_of("< 0.001");
    snprintf(text.s, sizeof text.s, "= %.3f", p);
    return text;
}
