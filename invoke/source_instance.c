/* source_instance.c - keys of the role of the EC2 instance that this runs on. */
#include "invoke/key_source.h"

#include <stdio.h>
#include <string.h>

#include "invoke/instance_metadata.h"
#include "invoke/key_json.h"

#define ROLES "iam/security-credentials/"

/* The first line, which must be a role's name: it goes into a path. */
static bool read_role(char *role, size_t capacity, const struct fan_buf *answer)
{
    size_t n = answer->data ? strcspn(answer->data, "\r\n") : 0;
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789+=,.@_-";
    if (n == 0 || n >= capacity || strspn(answer->data, good) < n) return false;
    memcpy(role, answer->data, n);
    role[n] = '\0';
    return true;
}

enum fan_status fan_source_instance(const struct fan_profile *profile,
                                    struct fan_key_set *keys, struct fan_err *err)
{
    struct fan_instance instance;
    char role[128], path[sizeof ROLES + sizeof role];
    enum fan_status st = fan_instance_find(&instance, profile, err);
    if (st) return st;
    struct fan_buf answer = FAN_BUF_INIT(FAN_KEY_JSON_MAX);
    st = fan_instance_read(&instance, ROLES, &answer, err);
    if (!st && !read_role(role, sizeof role, &answer))
        st = fan_fail(err, FAN_ENOTFOUND, "instance metadata at %.64s: no role",
                      instance.origin);
    if (st) goto out;
    snprintf(path, sizeof path, "%s%s", ROLES, role);
    fan_buf_reset(&answer);
    st = fan_instance_read(&instance, path, &answer, err);
    if (!st)
        st = fan_key_json_read(keys, "the instance's role",
                               answer.data ? answer.data : "", answer.size, false, err);
    keys->late_is_good = true; /* AWS: they are renewed late now and then, and go on */
out:
    if (answer.data) fan_wipe(answer.data, answer.capacity);
    fan_buf_clear(&answer);
    fan_wipe(&instance, sizeof instance);
    return st;
}
