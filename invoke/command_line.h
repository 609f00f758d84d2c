/* command_line.h - a command in one line taken apart, without a shell.  Pure. */
#ifndef FAN_INVOKE_COMMAND_LINE_H
#define FAN_INVOKE_COMMAND_LINE_H

#include "common/err.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_COMMAND_WORDS_MAX 128
#define FAN_COMMAND_BYTES_MAX 8192

struct fan_command_line {
    char *word[FAN_COMMAND_WORDS_MAX + 1]; /* into text; NULL behind the last */
    size_t count;
    char text[FAN_COMMAND_BYTES_MAX];
};

/**
 * Split at blanks, as a POSIX shell does with a line that has nothing but quotes: '...'
 * keeps all, "..." keeps all but \" and \\, a backslash elsewhere keeps the next
 * character. No variables, no ~, no patterns, no redirection. Errors: FAN_EINVAL
 * (nothing but blanks, a quote or backslash without its end), FAN_ELIMIT. Source: POSIX.1
 * Shell Command Language, section 2.2; Python's shlex.split does the same.
 */
enum fan_status fan_command_line_split(struct fan_command_line *line, const char *text,
                                       struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
