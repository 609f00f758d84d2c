/* function_spec.c - see function_spec.h. */
#include "local_lambda/function_spec.h"

#include "common/number.h"
#include "local_lambda/json_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define FORM        "NAME=ZIP[,memory=MB][,timeout=S][,handler=TEXT]"
#define PACKAGE_MAX (50u << 20)

/* The part of text up to the next ',', which is advanced over; NUL-terminated in place.
 */
static char *next_part(char **text)
{
    char *part = *text;
    size_t n = strcspn(part, ",");
    *text = part + n + (part[n] == ',');
    part[n] = '\0';
    return part;
}

static enum fan_status set_number(json_t *body, const char *key, const char *text,
                                  struct fan_err *err)
{
    uint64_t value = 0;
    enum fan_status st = fan_number_u64(text, 1, 1000000, &value, err);
    if (!st) json_object_set_new(body, key, json_integer((json_int_t)value));
    return st;
}

static enum fan_status set_part(json_t *body, const char *part, struct fan_err *err)
{
    if (strncmp(part, "memory=", 7) == 0)
        return set_number(body, "MemorySize", part + 7, err);
    if (strncmp(part, "timeout=", 8) == 0)
        return set_number(body, "Timeout", part + 8, err);
    if (strncmp(part, "handler=", 8) == 0) {
        json_object_set_new(body, "Handler", json_string(part + 8));
        return FAN_OK;
    }
    return fan_fail(err, FAN_EUSAGE, "unknown part '%.64s': expected %s", part, FORM);
}

static enum fan_status set_package(json_t *body, const char *path, struct fan_err *err)
{
    struct fan_buf zip = FAN_BUF_INIT(PACKAGE_MAX);
    enum fan_status st = fan_buf_read_file(&zip, path, err);
    if (!st) {
        json_object_set_new(
            body, "Code",
            json_pack("{s:o}", "ZipFile", fan_json_base64(zip.data, zip.size)));
    }
    fan_buf_clear(&zip);
    return st;
}

enum fan_status fan_function_spec_body(const char *spec, struct fan_buf *body,
                                       struct fan_err *err)
{
    char *copy = fan_strdup(spec), *rest = copy;
    char *name = next_part(&rest), *zip = strchr(name, '=');
    json_t *json = json_object();
    enum fan_status st = FAN_OK;
    if (!zip || zip == name || !zip[1])
        st = fan_fail(err, FAN_EUSAGE, "expected %s", FORM);
    if (!st) {
        *zip++ = '\0';
        json_object_set_new(json, "FunctionName", json_string(name));
        json_object_set_new(json, "Runtime", json_string("provided.al2023"));
        json_object_set_new(json, "Role",
                            json_string("arn:aws:iam::123456789012:role/local"));
        json_object_set_new(json, "Handler", json_string("bootstrap"));
        st = set_package(json, zip, err);
    }
    while (!st && *rest)
        st = set_part(json, next_part(&rest), err);
    char *text = st ? NULL : json_dumps(json, JSON_COMPACT);
    if (!st && !text) st = fan_fail(err, FAN_EUSAGE, "text is not UTF-8");
    if (!st) st = fan_buf_adds(body, text, err);
    free(text);
    json_decref(json);
    free(copy);
    return st ? fan_err_prefix(err, "bad function '%.200s': ", spec) : FAN_OK;
}
