/* command_line.c - see command_line.h. */
#include "invoke/command_line.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Copy one word from p to out, which is as long as what is left of p; returns where it
 * ends, or NULL when a quote or backslash lacks its end. *out: behind its last byte. */
static const char *take_word(const char *p, char **out)
{
    char quote = '\0', *to = *out;
    for (; *p && (quote || !is_blank(*p)); p++) {
        if (*p == quote) {
            quote = '\0';
        } else if (!quote && (*p == '\'' || *p == '"')) {
            quote = *p;
        } else if (*p == '\\' && quote != '\'') {
            if (!p[1]) return NULL;
            if (quote && p[1] != '"' && p[1] != '\\') *to++ = '\\';
            *to++ = *++p;
        } else {
            *to++ = *p;
        }
    }
    if (quote) return NULL;
    *to++ = '\0';
    *out = to;
    return p;
}

enum fan_status fan_command_line_split(struct fan_command_line *line, const char *text,
                                       struct fan_err *err)
{
    char *out = line->text;
    line->count = 0;
    if (strlen(text) >= sizeof line->text / 2) /* each word ends in a NUL of its own */
        return fan_fail(err, FAN_ELIMIT, "the command is longer than %zu bytes",
                        sizeof line->text / 2 - 1);
    for (const char *p = text;;) {
        while (is_blank(*p))
            p++;
        if (!*p) break;
        if (line->count == FAN_COMMAND_WORDS_MAX)
            return fan_fail(err, FAN_ELIMIT, "the command has more than %d words",
                            FAN_COMMAND_WORDS_MAX);
        line->word[line->count++] = out;
        p = take_word(p, &out);
        if (!p)
            return fan_fail(err, FAN_EINVAL,
                            "a quote or backslash of the command has no end");
    }
    line->word[line->count] = NULL;
    if (line->count == 0) return fan_fail(err, FAN_EINVAL, "the command is empty");
    return FAN_OK;
}
