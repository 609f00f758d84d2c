/* partition_bench.c - does the model of what a sieve call costs hold (docs/partition.md)?
 *
 * A range is cut as a job would cut it, and every part is sieved by a process that has
 * sieved before, as warm instances do. Rounds go through all parts, so that what disturbs
 * one does not disturb the same part twice; other work only adds, so the least time
 * counts. With --rates, the figures from which the model is fitted. Usage:
 * partition_bench --help */
#define _DEFAULT_SOURCE /* clock_gettime */
#include <float.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/buf.h"
#include "common/number.h"
#include "lambda_kernel/sieve.h"
#include "partition/sieve_cost.h"

#define PARTS_MAX 100000
#define TENTHS    10
#define SLOWEST   10
#define WARM_UP   5 /* parts, until caches and clock are as they are in a long run */

static const char usage[] =
    "usage: partition_bench [--rounds N] LO HI PARTS\n"
    "       partition_bench [--rounds N] --rates\n"
    "  --rounds N  how often each part is sieved, 1 to 99 [3]; those that seem slower\n"
    "              than the mean by 5 %, up to four times as often again, 10 s apart\n"
    "  --rates     start-up and cost of a number by height\n";

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double sieve_s(struct fan_sieve *sieve, struct fan_range range)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_primes primes;
    double before = cpu_s();
    if (fan_sieve_run(sieve, range.begin, range.end, NULL, NULL, &primes, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    return cpu_s() - before;
}

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean_of(const double *values, uint64_t n)
{
    double sum = 0;
    for (uint64_t i = 0; i < n; i++)
        sum += values[i];
    return sum / (double)n;
}

/* Of each tenth of the parts, its mean time as a share of that of all: what a better
 * model would make equal. */
static void print_tenths(const double *least_s, uint64_t parts, double mean)
{
    printf("by tenths of the parts, mean / mean of all:");
    for (uint64_t t = 0; t < TENTHS; t++) {
        double sum = 0;
        uint64_t from = t * parts / TENTHS, to = (t + 1) * parts / TENTHS;
        for (uint64_t i = from; i < to; i++)
            sum += least_s[i];
        if (to > from) printf(" %.3f", sum / (double)(to - from) / mean);
    }
    printf("\n");
}

/* The slowest parts, so that one can ask whether they always are. */
static void print_slowest(const double *least_s, struct fan_range range, uint32_t parts)
{
    double before_s = DBL_MAX;
    printf("slowest:\n");
    for (int n = 0; n < SLOWEST; n++) {
        uint32_t most = parts;
        for (uint32_t i = 0; i < parts; i++)
            if (least_s[i] < before_s && (most == parts || least_s[i] > least_s[most]))
                most = i;
        if (most == parts) return;
        struct fan_range part = fan_sieve_cost_part(range, parts, most);
        before_s = least_s[most];
        printf("  part %" PRIu32 ", [%" PRIu64 ", %" PRIu64 "): %.4f s\n", most,
               part.begin, part.end, before_s);
    }
}

static void print_balance(double *least_s, uint64_t parts)
{
    double mean = mean_of(least_s, parts);
    print_tenths(least_s, parts, mean);
    qsort(least_s, parts, sizeof *least_s, ascending);
    printf("CPU s of a part: mean %.4f, least %.4f, median %.4f, 99 %% below %.4f, most "
           "%.4f\nmost / mean %.3f\n",
           mean, least_s[0], least_s[parts / 2], least_s[(parts - 1) * 99 / 100],
           least_s[parts - 1], least_s[parts - 1] / mean);
}

/* Sieve those parts again that were slower than `least` times the mean. False: none. */
static bool round_of(struct fan_sieve *sieve, struct fan_range range, uint32_t parts,
                     double least, double *least_s)
{
    double from_s = least * mean_of(least_s, parts);
    bool any = false;
    for (int i = 0; i < WARM_UP; i++)
        sieve_s(sieve, fan_sieve_cost_part(range, parts, parts - 1));
    for (uint32_t i = 0; i < parts; i++) {
        if (least_s[i] < from_s) continue;
        any = true;
        double s = sieve_s(sieve, fan_sieve_cost_part(range, parts, i));
        least_s[i] = least_s[i] > 0 ? lesser(s, least_s[i]) : s;
    }
    return any;
}

static void balance(struct fan_range range, uint32_t parts, uint64_t rounds)
{
    struct fan_sieve *sieve = fan_sieve_new();
    double *least_s = fan_alloc_zero(parts, sizeof *least_s);
    for (uint64_t round = 0; round < rounds; round++)
        round_of(sieve, range, parts, 0, least_s);
    /* what disturbs them may last for a minute */
    const struct timespec pause = { .tv_sec = 10 };
    for (uint64_t round = 0;
         round < 4 * rounds && round_of(sieve, range, parts, 1.05, least_s); round++)
        nanosleep(&pause, NULL);
    printf("[%" PRIu64 ", %" PRIu64 ") in %" PRIu32 " parts, the least of %" PRIu64
           " rounds, more for the slow ones\n",
           range.begin, range.end, parts, rounds);
    print_slowest(least_s, range, parts);
    print_balance(least_s, parts);
    free(least_s);
    fan_sieve_free(sieve);
}

static void rates(uint64_t rounds)
{
    static const uint64_t heights[] = {
        UINT64_C(1000000000),          UINT64_C(10000000000),
        UINT64_C(100000000000),        UINT64_C(1000000000000),
        UINT64_C(10000000000000),      UINT64_C(100000000000000),
        UINT64_C(1000000000000000),    UINT64_C(10000000000000000),
        UINT64_C(100000000000000000),  UINT64_C(999999998000000000),
        UINT64_C(18446744072000000000)
    };
    const uint64_t narrow = 1000, wide = 1000000000;
    printf("# least of %" PRIu64 " rounds; model in brackets\n"
           "%-21s %24s %22s\n",
           rounds, "height", "first call ms", "ns per number");
    for (size_t i = 0; i < sizeof heights / sizeof *heights; i++) {
        double first_s = DBL_MAX, warm_s = DBL_MAX, wide_s = DBL_MAX;
        const struct fan_range few = { heights[i], heights[i] + narrow },
                               many = { heights[i], heights[i] + wide };
        for (uint64_t round = 0; round < rounds; round++) {
            struct fan_sieve *sieve = fan_sieve_new();
            first_s = lesser(first_s, sieve_s(sieve, few));
            warm_s = lesser(warm_s, sieve_s(sieve, few));
            wide_s = lesser(wide_s, sieve_s(sieve, many));
            fan_sieve_free(sieve);
        }
        double start_up = fan_sieve_cost_s(few), whole = fan_sieve_cost_s(many);
        printf("%-21" PRIu64 " %12.2f (%9.2f) %11.3f (%8.3f)\n", heights[i],
               first_s * 1e3, start_up * 1e3, (wide_s - warm_s) / (double)wide * 1e9,
               (whole - start_up) / (double)(wide - narrow) * 1e9);
        fflush(stdout);
    }
}

static int refuse(const char *why)
{
    fprintf(stderr, "%s\n%s", why, usage);
    return 2;
}

int main(int argc, char **argv)
{
    struct fan_err err = { FAN_OK, "" };
    uint64_t rounds = 3, number[3] = { 0, 0, 0 };
    size_t numbers = 0;
    bool by_height = false;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(usage, stdout) < 0;
        else if (strcmp(argv[i], "--rates") == 0)
            by_height = true;
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
            if (fan_number_u64(argv[++i], 1, 99, &rounds, &err)) return refuse(err.text);
        } else if (numbers == 3)
            return refuse("expected LO HI PARTS");
        else if (fan_number_u64(argv[i], 0, UINT64_MAX, &number[numbers++], &err))
            return refuse(err.text);
    if (by_height && numbers == 0) {
        rates(rounds);
        return 0;
    }
    if (by_height || numbers != 3 || number[0] > number[1] || number[2] < 1 ||
        number[2] > PARTS_MAX)
        return refuse("expected LO <= HI and 1 to 100000 PARTS");
    balance((struct fan_range){ number[0], number[1] }, (uint32_t)number[2], rounds);
    return 0;
}
