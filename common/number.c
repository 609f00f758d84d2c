/* number.c - see number.h. */
#include "common/number.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* value * 10 + digit, false on overflow */
static bool push_digit(uint64_t *value, unsigned digit)
{
    if (*value > (UINT64_MAX - digit) / 10) return false;
    *value = *value * 10 + digit;
    return true;
}

/* "12", "1_000", "1e10", "2.5e6"; false when it is no exact unsigned integer */
static bool scan_u64(const char *p, uint64_t *value)
{
    uint64_t v = 0;
    int fraction = 0; /* digits behind the point */
    bool point = false, any = false;
    for (; *p && *p != 'e' && *p != 'E'; p++) {
        if (*p == '_' && any && isdigit((unsigned char)p[1])) continue;
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        if (!isdigit((unsigned char)*p) || !push_digit(&v, (unsigned)(*p - '0')))
            return false;
        any = true;
        fraction += point;
    }
    int exponent = 0;
    if (*p) {
        p++;
        if (*p == '+') p++;
        if (!isdigit((unsigned char)*p)) return false;
        for (; isdigit((unsigned char)*p); p++)
            if ((exponent = exponent * 10 + (*p - '0')) > 400) return false;
        if (*p) return false;
    }
    for (; exponent < fraction; fraction--) {
        if (v % 10) return false;
        v /= 10;
    }
    for (; exponent > fraction && v; exponent--)
        if (!push_digit(&v, 0)) return false;
    *value = v;
    return any;
}

enum fan_status fan_number_u64(const char *text, uint64_t min, uint64_t max,
                               uint64_t *value, struct fan_err *err)
{
    uint64_t v;
    if (!scan_u64(text, &v) || v < min || v > max)
        return fan_fail(err, FAN_EINVAL,
                        "'%.64s' is not an integer from %" PRIu64 " to %" PRIu64, text,
                        min, max);
    *value = v;
    return FAN_OK;
}

enum fan_status fan_number_double(const char *text, double min, double max, double *value,
                                  struct fan_err *err)
{
    char *end = NULL;
    double v = strtod(text, &end);
    bool ok = end != text && (isdigit((unsigned char)text[0]) || strchr("-+.", text[0]));
    if (ok && *end == '%') {
        v /= 100;
        end++;
    }
    if (!ok || *end || !isfinite(v) || v < min || v > max)
        return fan_fail(err, FAN_EINVAL, "'%.64s' is not a number from %g to %g", text,
                        min, max);
    *value = v;
    return FAN_OK;
}

enum fan_status fan_number_bool(const char *text, bool *value, struct fan_err *err)
{
    static const char *const words[] = { "false", "true", "no", "yes",
                                         "off",   "on",   "0",  "1" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0) {
            *value = i % 2;
            return FAN_OK;
        }
    return fan_fail(err, FAN_EINVAL, "'%.64s' is not true or false", text);
}

/* From long to short, so that the first that divides a duration writes it best. */
static const struct unit {
    const char *name;
    int64_t ns;
} units[] = { { "d", INT64_C(86400000000000) },
              { "h", INT64_C(3600000000000) },
              { "m", INT64_C(60000000000) },
              { "s", INT64_C(1000000000) },
              { "ms", INT64_C(1000000) } };
#define UNITS (sizeof units / sizeof *units)

enum fan_status fan_number_duration(const char *text, int64_t min_ns, int64_t max_ns,
                                    int64_t *value_ns, struct fan_err *err)
{
    char *end = NULL, low[FAN_NUMBER_DURATION_MAX], high[FAN_NUMBER_DURATION_MAX];
    const char *unit = text + strspn(text, "0123456789.");
    double v = strtod(text, &end), unit_ns = (double)NAN;
    if (v == 0 && unit > text && !*unit) unit_ns = 1;
    for (size_t i = 0; end == unit && unit > text && i < UNITS; i++)
        if (strcmp(unit, units[i].name) == 0) unit_ns = (double)units[i].ns;
    double ns = nearbyint(v * unit_ns);
    /* what is not a number fails every comparison */
    if (!(ns >= (double)min_ns && ns <= (double)max_ns && ns < 9.2e18))
        return fan_fail(err, FAN_EINVAL, "'%.64s' is not a duration from %s to %s", text,
                        fan_number_duration_text(min_ns, low),
                        fan_number_duration_text(max_ns, high));
    *value_ns = (int64_t)ns;
    return FAN_OK;
}

char *fan_number_duration_text(int64_t ns, char text[FAN_NUMBER_DURATION_MAX])
{
    size_t i = 0;
    while (i + 1 < UNITS && ns % units[i].ns != 0)
        i++;
    if (ns == 0) i = UNITS - 2; /* seconds */
    snprintf(text, FAN_NUMBER_DURATION_MAX, "%.15g%s", (double)ns / (double)units[i].ns,
             units[i].name);
    return text;
}

char *fan_number_grouped(uint64_t value, char text[FAN_NUMBER_GROUPED_MAX])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, value), out = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) text[out++] = ',';
        text[out++] = digits[i];
    }
    text[out] = '\0';
    return text;
}
