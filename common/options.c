/* options.c - see options.h. */
#include "common/options.h"

#include "common/number.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static int choice_index(const char *choices, const char *value)
{
    size_t n = strlen(value);
    int index = 0;
    for (const char *p = choices; p; index++) {
        const char *bar = strchr(p, '|');
        size_t len = bar ? (size_t)(bar - p) : strlen(p);
        if (len == n && memcmp(p, value, n) == 0) return index;
        p = bar ? bar + 1 : NULL;
    }
    return -1;
}

static enum fan_status set_value(const struct fan_option *o, void *fields,
                                 const char *value, struct fan_err *err)
{
    void *field = (char *)fields + o->offset;
    switch (o->type) {
    case FAN_OPTION_FLAG: *(bool *)field = true; return FAN_OK;
    case FAN_OPTION_TEXT: *(const char **)field = value; return FAN_OK;
    case FAN_OPTION_U64:
        return fan_number_u64(value, (uint64_t)o->min,
                              o->max > 0 ? (uint64_t)o->max : UINT64_MAX, field, err);
    case FAN_OPTION_NUMBER:
        return fan_number_double(value, o->min, o->max > 0 ? o->max : 1e300, field, err);
    case FAN_OPTION_CHOICE: {
        int index = choice_index(o->unit, value);
        if (index < 0)
            return fan_fail(err, FAN_EINVAL, "'%.64s' is not one of %s", value, o->unit);
        *(int *)field = index;
        return FAN_OK;
    }
    case FAN_OPTION_LIST: {
        struct fan_option_list *list = field;
        if (list->count == FAN_OPTION_LIST_MAX)
            return fan_fail(err, FAN_ELIMIT, "more than %d times", FAN_OPTION_LIST_MAX);
        list->item[list->count++] = value;
        return FAN_OK;
    }
    }
    return fan_fail(err, FAN_ESTATE, "option '%s' has no type", o->name);
}

static const struct fan_option *find(const struct fan_option *table, const char *name,
                                     size_t n)
{
    for (const struct fan_option *o = table; o && o->name; o++)
        if (strlen(o->name) == n && memcmp(o->name, name, n) == 0) return o;
    return NULL;
}

/* argv[*i] is "--name[=value]"; advances *i over a separate value */
static enum fan_status parse_option(const struct fan_command *command, int argc,
                                    char **argv, int *i, void *fields,
                                    struct fan_err *err)
{
    const char *name = argv[*i] + 2;
    const char *equals = strchr(name, '=');
    size_t n = equals ? (size_t)(equals - name) : strlen(name);
    const struct fan_option *o = find(command->options, name, n);
    if (!o)
        return fan_fail(err, FAN_EUSAGE, "unknown option '--%.*s' (see --help)", (int)n,
                        name);
    const char *value = equals ? equals + 1 : NULL;
    if (o->type == FAN_OPTION_FLAG) {
        if (value)
            return fan_fail(err, FAN_EUSAGE, "option '--%s' takes no value", o->name);
    } else if (!value) {
        if (*i + 1 >= argc)
            return fan_fail(err, FAN_EUSAGE, "option '--%s' needs a value (%s)", o->name,
                            o->unit ? o->unit : "text");
        value = argv[++*i];
    }
    struct fan_err cause = { FAN_OK, "" };
    if (set_value(o, fields, value, &cause))
        return fan_fail(err, FAN_EUSAGE, "option '--%s': %s", o->name, cause.text);
    return FAN_OK;
}

enum fan_status fan_options_parse(const struct fan_command *command, int argc,
                                  char **argv, int first, void *fields,
                                  struct fan_arguments *arguments, struct fan_err *err)
{
    memset(arguments, 0, sizeof *arguments);
    for (const struct fan_option *o = command->options; o && o->name; o++)
        if (o->initial) {
            enum fan_status st = set_value(o, fields, o->initial, err);
            if (st) return st;
        }
    for (int i = first; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            arguments->help = 1;
            return FAN_OK;
        }
    bool options_ended = false;
    for (int i = first; i < argc; i++) {
        if (!options_ended && strcmp(argv[i], "--") == 0) {
            options_ended = true;
        } else if (!options_ended && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (argv[i][1] != '-')
                return fan_fail(err, FAN_EUSAGE, "unknown option '%s' (see --help)",
                                argv[i]);
            enum fan_status st = parse_option(command, argc, argv, &i, fields, err);
            if (st) return st;
        } else if (arguments->count == command->positional_max ||
                   arguments->count == FAN_OPTION_POSITIONAL_MAX) {
            return fan_fail(err, FAN_EUSAGE, "unexpected argument '%s', expected: %s",
                            argv[i], command->usage);
        } else {
            arguments->positional[arguments->count++] = argv[i];
        }
    }
    if (arguments->count < command->positional_min)
        return fan_fail(err, FAN_EUSAGE, "missing argument, expected: %s",
                        command->usage);
    return FAN_OK;
}

void fan_options_help(const struct fan_command *command, FILE *out)
{
    fprintf(out, "usage: %s\n\n%s\n", command->usage, command->summary);
    if (!command->options || !command->options->name) return;
    fprintf(out, "\noptions:\n");
    for (const struct fan_option *o = command->options; o->name; o++) {
        char left[80];
        snprintf(left, sizeof left, "--%s%s%s", o->name,
                 o->type == FAN_OPTION_FLAG ? "" : " ",
                 o->type == FAN_OPTION_FLAG ? ""
                 : o->unit                  ? o->unit
                                            : "TEXT");
        fprintf(out,
                strlen(left) < 30 ? "  %-30s %s"
                                  : "  %s\n                                 %s",
                left, o->help);
        if (o->initial && *o->initial) fprintf(out, " [%s]", o->initial);
        fprintf(out, "\n");
    }
    fprintf(out, "  %-30s %s\n", "--help", "show this text");
}
