/* record.c - see record.h. */
#include "record/record.h"

#include <stdlib.h>
#include <string.h>

#define NAME(name, text) text,
static const char *const outcome_names[] = { FAN_OUTCOME_LIST(NAME) };
static const char *const reason_names[] = { FAN_REASON_LIST(NAME) };
#undef NAME

void fan_record_clear(struct fan_record *record)
{
    if (!record) return;
    free(record->body);
    memset(record, 0, sizeof *record);
}

const char *fan_outcome_name(enum fan_outcome outcome)
{
    return (unsigned)outcome < FAN_OUTCOME_COUNT ? outcome_names[outcome] : "unknown";
}

const char *fan_reason_name(enum fan_reason reason)
{
    return (unsigned)reason < FAN_REASON_COUNT ? reason_names[reason] : "other";
}

enum fan_reason fan_reason_parse(const char *name)
{
    for (int i = 0; i < FAN_REASON_COUNT; i++)
        if (strcmp(name, reason_names[i]) == 0) return (enum fan_reason)i;
    return FAN_REASON_OTHER;
}

bool fan_record_billable(const struct fan_record *record)
{
    switch (record->outcome) {
    case FAN_OUTCOME_OK:
    case FAN_OUTCOME_FUNCTION: return true;
    case FAN_OUTCOME_SERVICE:
    case FAN_OUTCOME_NETWORK: return !record->never_sent;
    case FAN_OUTCOME_THROTTLE:
    case FAN_OUTCOME_CLIENT:
    case FAN_OUTCOME_COUNT: break;
    }
    return false;
}

/* Bytes of the well-formed UTF-8 sequence at p, 0 if there is none. Source: RFC 3629. */
static size_t utf8_bytes(const unsigned char *p, size_t n)
{
    size_t size = p[0] < 0x80                    ? 1
                  : p[0] >= 0xc2 && p[0] <= 0xdf ? 2
                  : (p[0] & 0xf0) == 0xe0        ? 3
                  : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
                                                 : 0;
    if (size == 0 || size > n) return 0;
    for (size_t i = 1; i < size; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if (p[0] == 0xe0 && p[1] < 0xa0) return 0; /* overlong */
    if (p[0] == 0xed && p[1] > 0x9f) return 0; /* surrogates */
    if (p[0] == 0xf0 && p[1] < 0x90) return 0; /* overlong */
    if (p[0] == 0xf4 && p[1] > 0x8f) return 0; /* above U+10FFFF */
    return size;
}

size_t fan_record_clean_text(char *out, size_t size, const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        size_t bytes = utf8_bytes(p + i, n - i);
        if (used + (bytes ? bytes : 1) >= size) break;
        if (bytes)
            memcpy(out + used, text + i, bytes);
        else
            out[used] = '?';
        used += bytes ? bytes : 1;
        i += bytes ? bytes : 1;
    }
    out[used] = '\0';
    return used;
}

void fan_record_set_text(char *field, size_t size, const char *text, size_t n)
{
    size_t used = fan_record_clean_text(field, size, text, n);
    for (size_t i = 0; i < used; i++)
        if ((unsigned char)field[i] < 0x20 || field[i] == 0x7f) field[i] = ' ';
}
