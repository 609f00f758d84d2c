/* json_check.c - see json_check.h. A loop instead of recursion: depth costs a bit, not a
 * stack frame. */
#include "local_lambda/json_check.h"

#include <stdint.h>
#include <string.h>

struct cursor {
    const unsigned char *p, *end;
};

static void skip_space(struct cursor *c)
{
    while (c->p < c->end &&
           (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
        c->p++;
}

static bool is_digit(const struct cursor *c)
{
    return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}

static bool digits(struct cursor *c)
{
    if (!is_digit(c)) return false;
    while (is_digit(c))
        c->p++;
    return true;
}

static bool take(struct cursor *c, char byte)
{
    if (c->p == c->end || *c->p != (unsigned char)byte) return false;
    c->p++;
    return true;
}

static bool number(struct cursor *c)
{
    take(c, '-');
    if (!take(c, '0') && !digits(c)) return false;
    if (take(c, '.') && !digits(c)) return false;
    if (take(c, 'e') || take(c, 'E')) {
        if (!take(c, '+')) take(c, '-');
        return digits(c);
    }
    return true;
}

static bool word(struct cursor *c, const char *text)
{
    for (; *text; text++)
        if (!take(c, *text)) return false;
    return true;
}

static bool hex4(struct cursor *c)
{
    for (int i = 0; i < 4; i++, c->p++) {
        if (c->p == c->end) return false;
        unsigned char b = *c->p;
        if (!((b >= '0' && b <= '9') || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F')))
            return false;
    }
    return true;
}

static bool escape(struct cursor *c)
{
    if (c->p == c->end) return false;
    if (*c->p == '\0' || !strchr("\"\\/bfnrtu", *c->p)) return false;
    return *c->p++ != 'u' || hex4(c);
}

/* One character above ASCII: the shortest form only, no surrogates, up to U+10FFFF. */
static bool utf8(struct cursor *c)
{
    unsigned char b = *c->p;
    int more = b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : 1;
    unsigned char low = 0x80, high = 0xbf; /* bounds of the second byte */
    if (b < 0xc2 || b > 0xf4) return false;
    if (b == 0xe0) low = 0xa0;
    if (b == 0xed) high = 0x9f;
    if (b == 0xf0) low = 0x90;
    if (b == 0xf4) high = 0x8f;
    c->p++;
    for (; more > 0; more--, c->p++, low = 0x80, high = 0xbf)
        if (c->p == c->end || *c->p < low || *c->p > high) return false;
    return true;
}

static bool string(struct cursor *c)
{
    if (!take(c, '"')) return false;
    while (c->p < c->end) {
        unsigned char b = *c->p;
        if (b < 0x20) return false;
        if (b >= 0x80) {
            if (!utf8(c)) return false;
            continue;
        }
        c->p++;
        if (b == '"') return true;
        if (b == '\\' && !escape(c)) return false;
    }
    return false;
}

/* A value that holds no others. */
static bool scalar(struct cursor *c)
{
    if (c->p == c->end) return false;
    switch (*c->p) {
    case '"': return string(c);
    case 't': return word(c, "true");
    case 'f': return word(c, "false");
    case 'n': return word(c, "null");
    default: return number(c);
    }
}

static bool key(struct cursor *c)
{
    skip_space(c);
    if (!string(c)) return false;
    skip_space(c);
    return take(c, ':');
}

/* Bit per open bracket: set for an object. */
struct nest {
    uint8_t is_object[FAN_JSON_DEPTH_MAX / 8 + 1];
    size_t depth;
};

static bool in_object(const struct nest *nest)
{
    size_t i = nest->depth - 1;
    return nest->is_object[i / 8] >> (i % 8) & 1;
}

/* Behind '[' or '{'. False: malformed. *closed: it was empty. */
static bool open_bracket(struct cursor *c, struct nest *nest, bool object, bool *closed)
{
    if (nest->depth == FAN_JSON_DEPTH_MAX) return false;
    size_t i = nest->depth++;
    uint8_t bit = (uint8_t)(1u << (i % 8));
    nest->is_object[i / 8] =
        (uint8_t)((nest->is_object[i / 8] & ~bit) | (object ? bit : 0));
    skip_space(c);
    *closed = take(c, object ? '}' : ']');
    if (*closed) {
        nest->depth--;
        return true;
    }
    return !object || key(c);
}

/* Behind a value: close brackets, up to the next value. False: malformed. */
static bool after_value(struct cursor *c, struct nest *nest)
{
    while (nest->depth > 0) {
        skip_space(c);
        if (take(c, ',')) return !in_object(nest) || key(c);
        if (!take(c, in_object(nest) ? '}' : ']')) return false;
        nest->depth--;
    }
    return true;
}

static bool value(struct cursor *c)
{
    struct nest nest;
    nest.depth = 0;
    memset(nest.is_object, 0, sizeof nest.is_object);
    do {
        bool closed = true;
        skip_space(c);
        if (c->p < c->end && (*c->p == '{' || *c->p == '[')) {
            bool object = *c->p++ == '{';
            if (!open_bracket(c, &nest, object, &closed)) return false;
        } else if (!scalar(c)) {
            return false;
        }
        if (closed && !after_value(c, &nest)) return false;
    } while (nest.depth > 0);
    return true;
}

bool fan_json_check(const char *text, size_t n, size_t *wrong_at)
{
    struct cursor c = { (const unsigned char *)text, (const unsigned char *)text + n };
    bool good = value(&c);
    if (good) {
        skip_space(&c);
        good = c.p == c.end;
    }
    *wrong_at = (size_t)(c.p - (const unsigned char *)text);
    return good;
}
