/* source_process.c - keys that a program prints: credential_process of a profile. */
#include "invoke/key_source.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/buf.h"
#include "invoke/child_output.h"
#include "invoke/command_line.h"
#include "invoke/key_json.h"

#define TIMEOUT_MS 60000 /* as in the SDKs: it may ask a service, or a person */

enum fan_status fan_source_process(const struct fan_profile *profile,
                                   struct fan_key_set *keys, struct fan_err *err)
{
    const char *command = fan_profile_get(profile, "credential_process");
    char from[FAN_KEY_FROM_MAX];
    if (!command) return FAN_ENOTFOUND; /* said with the files' keys */
    snprintf(from, sizeof from, "credential_process of profile '%.64s'",
             fan_profile_name(profile));
    struct fan_command_line *line = fan_alloc(sizeof *line);
    struct fan_buf output = FAN_BUF_INIT(FAN_KEY_JSON_MAX);
    enum fan_status st = fan_command_line_split(line, command, err);
    if (!st) st = fan_child_output(line->word, TIMEOUT_MS, &output, err);
    if (st) {
        fan_err_prefix(err, "%s: ", from);
        if (st == FAN_ENOTFOUND) st = FAN_EUSAGE; /* it is set up, and wrong */
    } else {
        st = fan_key_json_read(keys, from, output.data ? output.data : "", output.size,
                               true, err);
    }
    if (output.data) fan_wipe(output.data, output.capacity);
    fan_buf_clear(&output);
    free(line);
    return st;
}
