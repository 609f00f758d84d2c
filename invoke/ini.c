/* ini.c - see ini.h. */
#include "invoke/ini.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "invoke/credentials.h"

#define ENTRIES_MAX  50000
#define SECTIONS_MAX 5000

struct entry {
    size_t section;
    char *key;
    struct fan_buf value;
    unsigned line;
};

struct fan_ini {
    char **section;
    size_t section_count;
    struct entry *entry;
    size_t entry_count;
};

/* A part of the text. */
struct piece {
    const char *p;
    size_t n;
};

struct reader {
    struct fan_ini *ini;
    const char *name;
    unsigned line;
    size_t indent; /* of the last line that was no continuation */
    bool open;     /* the last setting may go on */
    struct fan_err *err;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static struct piece trim(const char *p, size_t n)
{
    while (n > 0 && is_blank(p[0]))
        p++, n--;
    while (n > 0 && is_blank(p[n - 1]))
        n--;
    const struct piece trimmed = { p, n };
    return trimmed;
}

static char *copy(struct piece text)
{
    char *s = fan_alloc(text.n + 1);
    memcpy(s, text.p, text.n);
    s[text.n] = '\0';
    return s;
}

static char *copy_lower(struct piece text)
{
    char *s = copy(text);
    for (char *p = s; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return s;
}

static enum fan_status bad(const struct reader *r, unsigned line, const char *what)
{
    return fan_fail(r->err, FAN_EFORMAT, "cannot read '%.200s': line %u: %s", r->name,
                    line, what);
}

/* ---- what a line is ---- */

static enum fan_status take_section(struct reader *r, struct piece line)
{
    struct fan_ini *ini = r->ini;
    const char *end = memchr(line.p, ']', line.n);
    struct piece name =
        end ? trim(line.p + 1, (size_t)(end - line.p) - 1) : (struct piece){ NULL, 0 };
    if (name.n == 0) return bad(r, r->line, "expected a section such as [default]");
    if (ini->section_count == SECTIONS_MAX) return bad(r, r->line, "too many sections");
    char *copied = copy(name);
    if (fan_ini_has(ini, copied)) {
        free(copied);
        return bad(r, r->line, "this section is in the file twice");
    }
    ini->section = fan_realloc(ini->section, ini->section_count + 1, sizeof(char *));
    ini->section[ini->section_count++] = copied;
    r->open = false;
    return FAN_OK;
}

/* key: taken over. */
static enum fan_status add_entry(struct reader *r, size_t section, char *key,
                                 struct piece value, unsigned line)
{
    struct fan_ini *ini = r->ini;
    if (ini->entry_count == ENTRIES_MAX) {
        free(key);
        return bad(r, line, "too many settings");
    }
    if ((ini->entry_count & (ini->entry_count - 1)) == 0) /* 0, 1, 2, 4, 8 ... */
        ini->entry = fan_realloc(ini->entry, ini->entry_count ? 2 * ini->entry_count : 1,
                                 sizeof *ini->entry);
    struct entry *e = &ini->entry[ini->entry_count++];
    e->section = section;
    e->key = key;
    e->line = line;
    fan_buf_init(&e->value, FAN_INI_BYTES_MAX);
    return fan_buf_add(&e->value, value.p, value.n, r->err);
}

/* Whether the section that is being read has the key. */
static bool has_key(const struct fan_ini *ini, const char *key)
{
    for (size_t i = ini->entry_count; i-- > 0;) {
        if (ini->entry[i].section + 1 != ini->section_count) return false;
        if (strcmp(ini->entry[i].key, key) == 0) return true;
    }
    return false;
}

static enum fan_status take_setting(struct reader *r, struct piece line)
{
    struct fan_ini *ini = r->ini;
    size_t key_bytes = 0;
    while (key_bytes < line.n && line.p[key_bytes] != '=' && line.p[key_bytes] != ':')
        key_bytes++;
    if (ini->section_count == 0) return bad(r, r->line, "expected a [section] first");
    struct piece key = trim(line.p, key_bytes);
    if (key_bytes == line.n || key.n == 0)
        return bad(r, r->line, "expected [section] or key = value");
    char *copied = copy_lower(key);
    if (has_key(ini, copied)) {
        free(copied);
        return bad(r, r->line, "this key is in its section twice");
    }
    r->open = true;
    return add_entry(r, ini->section_count - 1, copied,
                     trim(line.p + key_bytes + 1, line.n - key_bytes - 1), r->line);
}

static enum fan_status take_more(struct reader *r, struct piece line)
{
    struct fan_buf *value = &r->ini->entry[r->ini->entry_count - 1].value;
    enum fan_status st = fan_buf_add(value, "\n", 1, r->err);
    return st ? st : fan_buf_add(value, line.p, line.n, r->err);
}

static enum fan_status take_line(struct reader *r, const char *p, size_t n)
{
    struct piece line = trim(p, n);
    size_t indent = (size_t)(line.p - p);
    if (line.n == 0) return r->open ? take_more(r, line) : FAN_OK;
    if (line.p[0] == '#' || line.p[0] == ';') return FAN_OK;
    if (r->open && indent > r->indent) return take_more(r, line);
    r->indent = indent;
    return line.p[0] == '[' ? take_section(r, line) : take_setting(r, line);
}

/* ---- values of several lines ---- */

/* Blank lines behind a value are not part of it. */
static void end_value(struct fan_buf *value)
{
    size_t n = value->size;
    while (n > 0 && (value->data[n - 1] == '\n' || is_blank(value->data[n - 1])))
        n--;
    if (value->data) fan_buf_cut(value, n);
}

/* "inner = value" lines below key, as "key.inner". */
static enum fan_status add_nested(struct reader *r, size_t index)
{
    enum fan_status st = FAN_OK;
    const struct entry outer = r->ini->entry[index]; /* the array may move */
    const char *end = outer.value.data + outer.value.size;
    for (const char *p = outer.value.data, *next; !st && p < end; p = next) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        next = newline ? newline + 1 : end;
        struct piece line = trim(p, (size_t)((newline ? newline : end) - p));
        if (line.n == 0) continue;
        const char *equals = memchr(line.p, '=', line.n);
        if (!equals) return bad(r, outer.line, "expected key = value in the lines below");
        struct piece key = trim(line.p, (size_t)(equals - line.p));
        size_t n = strlen(outer.key) + 1;
        char *full = fan_alloc(n + key.n + 1);
        memcpy(full, outer.key, n - 1);
        full[n - 1] = '.';
        memcpy(full + n, key.p, key.n);
        full[n + key.n] = '\0';
        st = add_entry(r, outer.section, full,
                       trim(equals + 1, (size_t)(line.p + line.n - equals) - 1),
                       outer.line);
    }
    return st;
}

static enum fan_status end_values(struct reader *r)
{
    enum fan_status st = FAN_OK;
    size_t count = r->ini->entry_count;
    for (size_t i = 0; i < count; i++)
        end_value(&r->ini->entry[i].value);
    for (size_t i = 0; !st && i < count; i++) {
        const struct fan_buf *value = &r->ini->entry[i].value;
        if (value->size > 0 && value->data[0] == '\n') st = add_nested(r, i);
    }
    return st;
}

/* ---- the whole ---- */

enum fan_status fan_ini_parse(struct fan_ini **ini, const char *name, const char *text,
                              size_t n, struct fan_err *err)
{
    struct reader r = { NULL, name, 0, 0, false, err };
    enum fan_status st = FAN_OK;
    if (n > FAN_INI_BYTES_MAX)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot read '%.200s': it is longer than %zu bytes", name,
                        FAN_INI_BYTES_MAX);
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
        text += 3, n -= 3;
    r.ini = fan_alloc_zero(1, sizeof *r.ini);
    for (size_t at = 0; !st && at < n;) {
        const char *newline = memchr(text + at, '\n', n - at);
        size_t length = newline ? (size_t)(newline - text) - at : n - at;
        r.line++;
        st = memchr(text + at, '\0', length) ? bad(&r, r.line, "a NUL byte")
                                             : take_line(&r, text + at, length);
        at += length + 1;
    }
    if (!st) st = end_values(&r);
    if (st)
        fan_ini_free(r.ini);
    else
        *ini = r.ini;
    return st;
}

void fan_ini_free(struct fan_ini *ini)
{
    if (!ini) return;
    for (size_t i = 0; i < ini->entry_count; i++) {
        struct fan_buf *value = &ini->entry[i].value;
        if (value->data) fan_wipe(value->data, value->capacity);
        fan_buf_clear(value);
        free(ini->entry[i].key);
    }
    for (size_t i = 0; i < ini->section_count; i++)
        free(ini->section[i]);
    free(ini->section);
    free(ini->entry);
    free(ini);
}

static const char *value_of(const struct entry *e)
{
    return e->value.data ? e->value.data : "";
}

const char *fan_ini_get(const struct fan_ini *ini, const char *section, const char *key)
{
    for (size_t i = ini ? ini->entry_count : 0; i-- > 0;) { /* of nested ones the last */
        const struct entry *e = &ini->entry[i];
        if (strcmp(e->key, key) == 0 && strcmp(ini->section[e->section], section) == 0)
            return value_of(e);
    }
    return NULL;
}

bool fan_ini_has(const struct fan_ini *ini, const char *section)
{
    for (size_t i = 0; ini && i < ini->section_count; i++)
        if (strcmp(ini->section[i], section) == 0) return true;
    return false;
}

const char *fan_ini_section(const struct fan_ini *ini, size_t index)
{
    return ini && index < ini->section_count ? ini->section[index] : NULL;
}

bool fan_ini_at(const struct fan_ini *ini, size_t index, const char **section,
                const char **key, const char **value)
{
    if (!ini || index >= ini->entry_count) return false;
    const struct entry *e = &ini->entry[index];
    *section = ini->section[e->section];
    *key = e->key;
    *value = value_of(e);
    return true;
}
