/* ini_fuzz.c - any bytes as a shared file of AWS: read, or refused with a line. What was
 * read is written plainly and read again to the same. */
#include "common/buf.h"
#include "invoke/ini.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds) abort();
}

/* A setting below another one comes back with that one: its name has a dot that the plain
 * form would keep too, but its value may be of a later repetition. */
static int is_plain(const char *key, const char *value)
{
    return !strchr(key, '.') && value[0] != '\n';
}

/* Each setting on a line of its own, the further lines of a value indented. */
static void write_again(const struct fan_ini *ini, struct fan_buf *out)
{
    const char *section, *key, *value, *last = NULL;
    for (size_t i = 0; fan_ini_at(ini, i, &section, &key, &value); i++) {
        if (!is_plain(key, value)) continue;
        if (!last || strcmp(last, section) != 0)
            require(fan_buf_addf(out, NULL, "[%s]\n", section) == FAN_OK);
        last = section;
        require(fan_buf_addf(out, NULL, "%s=", key) == FAN_OK);
        for (const char *p = value; *p; p++)
            require(fan_buf_add(out, p, 1, NULL) == FAN_OK &&
                    (*p != '\n' || fan_buf_add(out, " ", 1, NULL) == FAN_OK));
        require(fan_buf_add(out, "\n", 1, NULL) == FAN_OK);
    }
}

static void compare(const struct fan_ini *ini, const struct fan_ini *again)
{
    const char *section, *key, *value;
    for (size_t i = 0; fan_ini_at(ini, i, &section, &key, &value); i++) {
        require(fan_ini_has(ini, section) && fan_ini_get(ini, section, key) != NULL);
        if (!is_plain(key, value)) continue;
        const char *same = fan_ini_get(again, section, key);
        require(same && strcmp(same, value) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_ini *ini = NULL, *again = NULL;
    struct fan_buf text = FAN_BUF_INIT(4 * FAN_INI_BYTES_MAX);
    enum fan_status st = fan_ini_parse(&ini, "a", (const char *)data, size, &err);
    require(st ? !ini && err.text[0] : ini != NULL);
    if (!st && size < 4096) { /* settings of a section may be apart only in ours */
        write_again(ini, &text);
        st = fan_ini_parse(&again, "b", text.data ? text.data : "", text.size, &err);
        require(st == FAN_OK);
        compare(ini, again);
    }
    fan_buf_clear(&text);
    fan_ini_free(ini);
    fan_ini_free(again);
    return 0;
}
