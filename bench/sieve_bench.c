/* sieve_bench.c - CPU time of our kernel beside primesieve's, one thread each,
 * interleaved.
 *
 * Every run is a process of its own, A B A B, so that both meet the same state of the
 * machine; a ratio is taken per pair, and the medians are printed. Usage: sieve_bench
 * [PAIRS] */
#define _DEFAULT_SOURCE /* wait4: the resources of one child */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <primesieve.h>

#include "common/number.h"
#include "lambda_kernel/sieve.h"

#define PAIRS_MAX 99

struct range {
    const char *name;
    uint64_t lo, width, count;
};

/* counts: two independent programs agree on them */
static const struct range ranges[] = {
    { "[0, 1e9)", 0, 1000000000, 50847534 },
    { "[0, 1e10)", 0, UINT64_C(10000000000), 455052511 },
    { "1e12 + 1e9", UINT64_C(1000000000000), 1000000000, 36190991 },
    { "1e15 + 1e9", UINT64_C(1000000000000000), 1000000000, 28946421 },
    { "1e18 - 1e9", UINT64_C(999999999000000000), 1000000000, 24122961 },
};

struct usage {
    double cpu_s;
    double peak_mb;
};

static int sieve_in_child(const struct range *range)
{
    struct fan_sieve *sieve = fan_sieve_new();
    struct fan_primes primes;
    struct fan_err err = { FAN_OK, "" };
    if (fan_sieve_run(sieve, range->lo, range->lo + range->width, NULL, NULL, &primes,
                      &err))
        fprintf(stderr, "%s\n", err.text);
    int wrong = err.code || primes.count != range->count;
    fan_sieve_free(sieve);
    return wrong;
}

static int primesieve_in_child(const struct range *range)
{
    primesieve_set_num_threads(1);
    return primesieve_count_primes(range->lo, range->lo + range->width - 1) !=
           range->count;
}

static struct usage measure(int (*run)(const struct range *), const struct range *range)
{
    int status = 1;
    struct rusage used;
    pid_t child = fork();
    if (child == 0) _exit(run(range));
    if (child < 0 || wait4(child, &status, 0, &used) < 0 || status != 0) {
        fprintf(stderr, "a run of %s failed\n", range->name);
        exit(1);
    }
    double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    return (struct usage){ cpu, (double)used.ru_maxrss / 1024 };
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

static void compare(const struct range *range, size_t pairs)
{
    double ours_s[PAIRS_MAX], theirs_s[PAIRS_MAX], ratio[PAIRS_MAX];
    double ours_mb = 0, theirs_mb = 0;
    for (size_t i = 0; i < pairs; i++) {
        struct usage ours = measure(sieve_in_child, range);
        struct usage theirs = measure(primesieve_in_child, range);
        ours_s[i] = ours.cpu_s;
        theirs_s[i] = theirs.cpu_s;
        ratio[i] = ours.cpu_s / theirs.cpu_s;
        if (ours.peak_mb > ours_mb) ours_mb = ours.peak_mb;
        if (theirs.peak_mb > theirs_mb) theirs_mb = theirs.peak_mb;
    }
    printf("%-12s %9.3f %9.3f %9.2f %9.0f %9.0f\n", range->name, median(ours_s, pairs),
           median(theirs_s, pairs), median(ratio, pairs), ours_mb, theirs_mb);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct fan_err err = { FAN_OK, "" };
    uint64_t pairs = 5;
    if (argc > 2 || (argc == 2 && fan_number_u64(argv[1], 1, PAIRS_MAX, &pairs, &err))) {
        fprintf(stderr, "usage: sieve_bench [PAIRS] %s\n", err.text);
        return 2;
    }
    printf("# CPU seconds (user + system, whole process), medians of %" PRIu64
           " pairs; peak MB\n",
           pairs);
    printf("%-12s %9s %9s %9s %9s %9s\n", "range", "kernel", "primesieve", "ratio", "MB",
           "MB");
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        compare(&ranges[i], (size_t)pairs);
    return 0;
}
