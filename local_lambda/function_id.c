/* function_id.c - see function_id.h. */
#include "local_lambda/function_id.h"

#include "local_lambda/percent.h"

#include <ctype.h>
#include <string.h>

#define ID_BYTES_MAX 170 /* of a whole ARN, by the API's model */

static bool word(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '_')
            return false;
    return n > 0;
}

bool fan_function_name_valid(const char *name)
{
    size_t n = strlen(name);
    return n <= 64 && word(name, n);
}

/* skip "arn:aws:lambda:" and its kin */
static const char *skip_partition(const char *at)
{
    if (strncmp(at, "arn:aws", 7) != 0) return at;
    const char *p = at + 7;
    while (isalpha((unsigned char)*p) || *p == '-')
        p++;
    return strncmp(p, ":lambda:", 8) == 0 ? p + 8 : at;
}

/* skip "us-east-1:", "us-gov-west-1:" */
static const char *skip_region(const char *at)
{
    const char *p = at;
    int dashes = 0;
    for (; islower((unsigned char)*p) || *p == '-'; p++)
        dashes += *p == '-';
    if (dashes < 2 || p[-1] != '-' || !isdigit((unsigned char)p[0]) || p[1] != ':')
        return at;
    return p + 2;
}

/* skip "123456789012:" */
static const char *skip_account(const char *at)
{
    size_t digits = strspn(at, "0123456789");
    return digits == 12 && at[12] == ':' ? at + 13 : at;
}

enum fan_status fan_function_id_parse(const char *component, size_t n, char name[65],
                                      char qualifier[129], struct fan_err *err)
{
    char id[ID_BYTES_MAX + 129 + 1];
    if (fan_percent_decode(component, n, id, sizeof id) < 0)
        return fan_fail(err, FAN_EINVAL,
                        "cannot read a function name of %zu bytes: it is too long or "
                        "badly percent-encoded",
                        n);
    const char *at = skip_account(skip_region(skip_partition(id)));
    if (strncmp(at, "function:", 9) == 0) at += 9;
    size_t name_bytes = strcspn(at, ":");
    const char *rest = at + name_bytes;
    if (*rest == ':') rest++;
    size_t rest_bytes = strlen(rest);
    bool qualified = rest != at + name_bytes;
    bool rest_right = qualified ? strcmp(rest, "$LATEST") == 0 || word(rest, rest_bytes)
                                : rest_bytes == 0;
    if (name_bytes > 64 || !word(at, name_bytes) || !rest_right || rest_bytes > 128)
        return fan_fail(
            err, FAN_EINVAL,
            "cannot read function name '%s': expected NAME, NAME:QUALIFIER or "
            "an ARN",
            id);
    memcpy(name, at, name_bytes);
    name[name_bytes] = '\0';
    memcpy(qualifier, rest, rest_bytes + 1);
    return FAN_OK;
}
