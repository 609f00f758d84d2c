/*
 * ini.h - the dialect of AWS's shared files: "[section]", "key = value" or "key: value",
 * comments on lines of their own (# or ;), values that go on on indented lines, and
 * settings nested below a key without a value.   Pure.
 */
#ifndef FAN_INVOKE_INI_H
#define FAN_INVOKE_INI_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_INI_BYTES_MAX ((size_t)1 << 20)

struct fan_ini;

/**
 * Read a file's text, n bytes. name: the file's, for errors. Keys are compared in lower
 * case, sections as they are; blanks around both do not count. The lines of a longer
 * value are joined by '\n'. Below "outer =", an indented "inner = value" becomes the key
 * "outer.inner". Owns: fan_ini_free, which wipes what it read. Errors: FAN_EFORMAT naming
 * file and line, and never what stands there; FAN_ELIMIT.
 */
enum fan_status fan_ini_parse(struct fan_ini **ini, const char *name, const char *text,
                              size_t n, struct fan_err *err) FAN_MUST_CHECK;
void fan_ini_free(struct fan_ini *ini);

/* A value, or NULL. NULL as ini is an empty file. */
const char *fan_ini_get(const struct fan_ini *ini, const char *section, const char *key);
bool fan_ini_has(const struct fan_ini *ini, const char *section);

/* Sections in their order, from 0; NULL behind the last. */
const char *fan_ini_section(const struct fan_ini *ini, size_t index);

/* Settings in their order, from 0; false behind the last. */
bool fan_ini_at(const struct fan_ini *ini, size_t index, const char **section,
                const char **key, const char **value);

#ifdef __cplusplus
}
#endif
#endif
