/* calibration.c - the program: run checks, print a table or JSON (docs/calibration.md).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench/calibrate.h"
#include "common/options.h"

struct settings {
    uint64_t repetitions, seed;
    struct fan_option_list parts;
    bool json;
};

/* clang-format off: tables */
#define AT(field) offsetof(struct settings, field)
static const struct fan_option options[] = {
    { "repetitions", FAN_OPTION_U64, AT(repetitions), "1000", 1, 1000000, "N",
      "of every check" },
    { "seed", FAN_OPTION_U64, AT(seed), "1", 0, 0, "N", "equal seeds give equal tables" },
    { "part", FAN_OPTION_LIST, AT(parts), NULL, 0, 0, "PART",
      "only this part; may be repeated" },
    { "json", FAN_OPTION_FLAG, AT(json), NULL, 0, 0, NULL,
      "one JSON object per check and line" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL }
};
static const struct fan_command command = {
    "calibration [options]",
    "Repeat made-up measurements whose truth is known and count how often the intervals\n"
    "and tests of a report keep what they promise. Parts: intervals, tests, course,\n"
    "limits, studies. Exit status 1: a check is outside of its bounds.",
    options, 0, 0
};
/* clang-format on */

static bool is_wanted(const struct settings *settings, const char *part)
{
    for (size_t i = 0; i < settings->parts.count; i++)
        if (strcmp(settings->parts.item[i], part) == 0) return true;
    return settings->parts.count == 0;
}

static void print_json(const struct fan_kept *kept)
{
    const struct fan_check *check = kept->check;
    printf("{\"part\": \"%s\", \"check\": \"%s\", \"noise\": \"%s\", \"n\": %zu, "
           "\"promised\": %.4f, \"kept\": %.4f, \"ci\": [%.4f, %.4f], "
           "\"bounds\": [%.4f, %.4f], \"ok\": %s",
           check->part, check->name, check->noise ? check->noise->name : "-", check->n,
           kept->nominal, kept->share, kept->lower, kept->upper, check->least,
           check->most, kept->ok ? "true" : "false");
    if (isfinite(kept->error_median))
        printf(", \"error_median\": %.4g, \"error_p95\": %.4g", kept->error_median,
               kept->error_p95);
    printf("}\n");
}

static void print_row(const struct fan_kept *kept)
{
    const struct fan_check *check = kept->check;
    char n[24] = "-", error[64] = "";
    if (check->n > 0) snprintf(n, sizeof n, "%zu", check->n);
    if (isfinite(kept->error_median))
        snprintf(error, sizeof error, "%.3g, %.3g", kept->error_median, kept->error_p95);
    printf("| %s | %s | %s | %.1f %% | %.1f %% [%.1f, %.1f] | %s | %s%s%s |\n",
           check->name, check->noise ? check->noise->name : "-", n, 100.0 * kept->nominal,
           100.0 * kept->share, 100.0 * kept->lower, 100.0 * kept->upper, error,
           kept->ok ? "" : "**outside**", kept->ok || !check->remark ? "" : "; ",
           check->remark ? check->remark : "");
}

static bool run_part(const struct settings *settings, const struct fan_check *checks,
                     size_t n)
{
    bool ok = true;
    if (!is_wanted(settings, checks[0].part)) return true;
    const clock_t start = clock();
    if (!settings->json)
        printf("\n### %s\n\n| check | noise | n | promised | kept | error: median, p95 | "
               "|\n|---|---|---|---|---|---|---|\n",
               checks[0].part);
    for (size_t i = 0, group; i < n; i += group) {
        struct fan_kept kept[FAN_TRIAL_BITS];
        group = fan_calibrate_group(checks + i, n - i);
        fan_calibrate(checks + i, group, settings->repetitions, settings->seed, kept);
        for (size_t c = 0; c < group; c++) {
            ok = ok && kept[c].ok;
            if (settings->json)
                print_json(&kept[c]);
            else
                print_row(&kept[c]);
        }
        fflush(stdout);
    }
    fprintf(stderr, "%s: %.1f s of CPU\n", checks[0].part,
            (double)(clock() - start) / CLOCKS_PER_SEC);
    return ok;
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct fan_arguments arguments;
    struct fan_err err = { FAN_OK, "" };
    if (fan_options_parse(&command, argc, argv, 1, &settings, &arguments, &err)) {
        fprintf(stderr, "calibration: %s\n", err.text);
        return 2;
    }
    if (arguments.help) {
        fan_options_help(&command, stdout);
        return 0;
    }
    bool ok = run_part(&settings, fan_checks_intervals, fan_checks_intervals_n);
    ok = run_part(&settings, fan_checks_tests, fan_checks_tests_n) && ok;
    ok = run_part(&settings, fan_checks_course, fan_checks_course_n) && ok;
    ok = run_part(&settings, fan_checks_limits, fan_checks_limits_n) && ok;
    ok = run_part(&settings, fan_checks_studies, fan_checks_studies_n) && ok;
    return ok ? 0 : 1;
}
