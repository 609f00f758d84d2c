/* options.h - command lines from one typed table per program: parsing, bounds, --help. */
#ifndef FAN_COMMON_OPTIONS_H
#define FAN_COMMON_OPTIONS_H

#include "common/err.h"

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Type of the field at `offset` in the caller's struct. */
enum fan_option_type {
    FAN_OPTION_FLAG,   /* bool, set true when given */
    FAN_OPTION_U64,    /* uint64_t in [min, max] */
    FAN_OPTION_NUMBER, /* double in [min, max], % allowed */
    FAN_OPTION_TEXT,   /* const char *, points into argv */
    FAN_OPTION_CHOICE, /* int: index into the choices of `unit`, "a|b|c" */
    FAN_OPTION_LIST    /* struct fan_option_list: may be repeated */
};

#define FAN_OPTION_LIST_MAX 64
struct fan_option_list {
    const char *item[FAN_OPTION_LIST_MAX]; /* each points into argv */
    size_t count;
};

/* A table ends with a row whose name is NULL. */
struct fan_option {
    const char *name; /* without the dashes */
    enum fan_option_type type;
    size_t offset;
    const char *initial; /* default, as text; NULL leaves the field zero */
    double min, max;     /* for U64 and NUMBER; max 0 means no upper bound */
    const char *unit;    /* "ms", "FILE", or the choices; shown in --help */
    const char *help;
};

/* One command (or the whole program, when it has no commands). */
struct fan_command {
    const char *usage;   /* "mpi_driver run JOB.yaml [options]" */
    const char *summary; /* what it does, one or more lines */
    const struct fan_option *options;
    int positional_min, positional_max;
};

#define FAN_OPTION_POSITIONAL_MAX 8
struct fan_arguments {
    const char *positional[FAN_OPTION_POSITIONAL_MAX];
    int count;
    int help; /* --help or -h was given: nothing else was checked */
};

/**
 * Fill `fields` (the struct that the offsets mean) with defaults, then with
 * argv[first..]. Forms: --name value, --name=value, --flag; -- ends options. Strings
 * point into argv. Errors: FAN_EUSAGE naming the option, the value and what was expected.
 */
enum fan_status fan_options_parse(const struct fan_command *command, int argc,
                                  char **argv, int first, void *fields,
                                  struct fan_arguments *arguments,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Print usage, summary and one line per option with unit, default and bounds. */
void fan_options_help(const struct fan_command *command, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
