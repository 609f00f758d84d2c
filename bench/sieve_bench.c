/* sieve_bench.c - CPU time of our kernel beside primesieve's, one thread each,
 * interleaved.
 *
 * Every run is a process of its own, A B A B, so that both meet the same state of the
 * machine; a ratio is taken per pair, and the medians are printed. Cold runs count the
 * whole process. Warm ones are several calls for neighbouring ranges in one process, of
 * which the first is not counted.
 * Usage: sieve_bench --help */
#define _DEFAULT_SOURCE /* wait4: the resources of one child */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <primesieve.h>

#include "common/number.h"
#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_path.h"

#define PAIRS_MAX 99

struct range {
    const char *name;
    uint64_t lo, width, calls; /* above 1 call: warm, and `width` is that of each */
    uint64_t count;            /* of all calls */
};

/* counts: two independent programs agree on them */
static const struct range ranges[] = {
    { "[0, 1e9)", 0, 1000000000, 1, 50847534 },
    { "[0, 1e10)", 0, UINT64_C(10000000000), 1, 455052511 },
    { "1e12 + 1e9", UINT64_C(1000000000000), 1000000000, 1, 36190991 },
    { "1e12 + 1e10", UINT64_C(1000000000000), UINT64_C(10000000000), 1, 361840208 },
    { "1e15 + 1e9", UINT64_C(1000000000000000), 1000000000, 1, 28946421 },
    { "1e15 + 1e10", UINT64_C(1000000000000000), UINT64_C(10000000000), 1, 289531946 },
    { "1e17 + 1e9", UINT64_C(100000000000000000), 1000000000, 1, 25549226 },
    { "1e18 - 1e9", UINT64_C(999999999000000000), 1000000000, 1, 24122961 },
    { "1e12 warm", UINT64_C(1000000000000), 10000000, 100, 36190991 },
    { "1e15 warm", UINT64_C(1000000000000000), 10000000, 20, 5788545 },
    { "1e17 warm", UINT64_C(100000000000000000), 10000000, 10, 2555873 },
};

struct usage {
    double cpu_s;
    double peak_mb;
};

static const struct fan_sieve_path *path; /* NULL: the fastest */

static double cpu_s(const struct rusage *used)
{
    return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
           (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) * 1e-6;
}

/* One call of a run; state is whatever is kept between calls. */
typedef uint64_t count_fn(struct fan_sieve *state, uint64_t lo, uint64_t hi);

static uint64_t count_ours(struct fan_sieve *sieve, uint64_t lo, uint64_t hi)
{
    struct fan_primes primes;
    struct fan_err err = { FAN_OK, "" };
    if (fan_sieve_run(sieve, lo, hi, NULL, NULL, &primes, &err)) {
        fprintf(stderr, "%s\n", err.text);
        _exit(1);
    }
    return primes.count;
}

static uint64_t count_theirs(struct fan_sieve *sieve, uint64_t lo, uint64_t hi)
{
    (void)sieve;
    return primesieve_count_primes(lo, hi - 1);
}

/* In the child: make the calls, tell the CPU time that does not count, check the count.
 */
static int run(count_fn *count, const struct range *range, int report)
{
    primesieve_set_num_threads(1);
    struct fan_sieve *sieve = fan_sieve_new();
    if (path) fan_sieve_take_path(sieve, path);
    struct rusage used;
    double before_s = 0;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < range->calls; i++) {
        sum += count(sieve, range->lo + i * range->width,
                     range->lo + (i + 1) * range->width);
        if (i > 0 || range->calls == 1) continue;
        getrusage(RUSAGE_SELF, &used);
        before_s = cpu_s(&used);
    }
    if (sum != range->count) return 1;
    return write(report, &before_s, sizeof before_s) != sizeof before_s;
}

static struct usage measure(count_fn *count, const struct range *range)
{
    int status = 1, ends[2];
    double before_s = 0;
    struct rusage used;
    if (pipe(ends)) exit(1);
    pid_t child = fork();
    if (child == 0) _exit(run(count, range, ends[1]));
    close(ends[1]);
    ssize_t n = read(ends[0], &before_s, sizeof before_s);
    close(ends[0]);
    if (child < 0 || n != sizeof before_s || wait4(child, &status, 0, &used) < 0 ||
        status != 0) {
        fprintf(stderr, "a run of %s failed\n", range->name);
        exit(1);
    }
    double calls = range->calls == 1 ? 1 : (double)(range->calls - 1);
    return (struct usage){ (cpu_s(&used) - before_s) / calls,
                           (double)used.ru_maxrss / 1024 };
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void compare(const struct range *range, size_t pairs, bool json)
{
    double ours_s[PAIRS_MAX], theirs_s[PAIRS_MAX], gain[PAIRS_MAX];
    double ours_mb = 0, theirs_mb = 0;
    for (size_t i = 0; i < pairs; i++) {
        struct usage ours = measure(count_ours, range);
        struct usage theirs = measure(count_theirs, range);
        ours_s[i] = ours.cpu_s;
        theirs_s[i] = theirs.cpu_s;
        gain[i] = theirs.cpu_s / ours.cpu_s;
        if (ours.peak_mb > ours_mb) ours_mb = ours.peak_mb;
        if (theirs.peak_mb > theirs_mb) theirs_mb = theirs.peak_mb;
    }
    double middle = median(gain, pairs), ours_middle = median(ours_s, pairs),
           theirs_middle = median(theirs_s, pairs); /* which sorts them */
    /* what else runs can only add to a time, so the least ones tell of a quiet machine */
    double quiet = theirs_s[0] / ours_s[0];
    printf(json ? "{\"range\":\"%s\",\"kernel_s\":%.5f,\"primesieve_s\":%.5f,"
                  "\"gain\":%.3f,\"least_gain\":%.3f,\"most_gain\":%.3f,"
                  "\"gain_of_least_times\":%.3f,"
                  "\"kernel_peak_mb\":%.1f,\"primesieve_peak_mb\":%.1f}\n"
                : "%-12s %9.4f %10.4f %7.2f  %5.2f %5.2f %6.2f %9.0f %9.0f\n",
           range->name, ours_middle, theirs_middle, middle, gain[0], gain[pairs - 1],
           quiet, ours_mb, theirs_mb);
    fflush(stdout);
}

static const char usage[] =
    "usage: sieve_bench [--json] [--path NAME] [--range TEXT] [PAIRS]\n"
    "  --json        an object a line\n"
    "  --path NAME   avx512, avx2, neon or portable [the fastest]\n"
    "  --range TEXT  only the ranges whose names contain it, as \"1e15\" or \"warm\"\n"
    "  PAIRS         1 to 99 [5]\n";

static int refuse(const char *why)
{
    fprintf(stderr, "%s\n%s", why, usage);
    return 2;
}

int main(int argc, char **argv)
{
    struct fan_err err = { FAN_OK, "" };
    uint64_t pairs = 5;
    bool json = false;
    const char *only = "";
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(usage, stdout) < 0;
        else if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (strcmp(argv[i], "--range") == 0 && i + 1 < argc)
            only = argv[++i];
        else if (strcmp(argv[i], "--path") == 0 && i + 1 < argc) {
            path = fan_sieve_path_find(argv[++i]);
            if (!path) return refuse("this processor cannot take that path");
        } else if (fan_number_u64(argv[i], 1, PAIRS_MAX, &pairs, &err))
            return refuse(err.text);
    if (!json)
        printf("# CPU seconds of a call (user + system), medians of %" PRIu64
               " pairs; gain = primesieve / kernel; quiet = that of the least times; "
               "peak MB\n"
               "%-12s %9s %10s %7s  %5s %5s %6s %9s %9s\n",
               pairs, "range", "kernel", "primesieve", "gain", "least", "most", "quiet",
               "MB", "MB");
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (strstr(ranges[i].name, only)) compare(&ranges[i], (size_t)pairs, json);
    return 0;
}
