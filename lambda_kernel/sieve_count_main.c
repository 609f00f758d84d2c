/* sieve_count_main.c - the program `sieve_count`: the kernel on the command line. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/number.h"
#include "common/options.h"
#include "lambda_kernel/sieve.h"

#define NS_PER_S          1e9
#define REDRAW_NS         INT64_C(200000000)
#define EXIT_FAILURE_CODE 1
#define EXIT_USAGE        2

#define MEMORY_MB_MAX 10240.0

struct choices {
    bool json, all, twins, gap, list, quiet;
    uint64_t threads, memory_mb;
};

struct progress {
    const struct fan_sieve *sieve;
    uint64_t lo, hi;
    int64_t start_ns, drawn_ns;
    bool drawn;
};

static const struct fan_option options[] = {
    { "json", FAN_OPTION_FLAG, offsetof(struct choices, json), NULL, 0, 0, NULL,
      "print one JSON object with count, checksum, first, last and seconds, and what "
      "else was asked for" },
    { "all", FAN_OPTION_FLAG, offsetof(struct choices, all), NULL, 0, 0, NULL,
      "print checksum (sum mod 2^64), first and last prime below the count" },
    { "twins", FAN_OPTION_FLAG, offsetof(struct choices, twins), NULL, 0, 0, NULL,
      "count the twins as well: pairs (p, p + 2) of primes with LO <= p < HI" },
    { "gap", FAN_OPTION_FLAG, offsetof(struct choices, gap), NULL, 0, 0, NULL,
      "find the greatest gap between neighbouring primes, and where it begins" },
    { "print", FAN_OPTION_FLAG, offsetof(struct choices, list), NULL, 0, 0, NULL,
      "print the primes themselves, a line each, instead of the count" },
    { "threads", FAN_OPTION_U64, offsetof(struct choices, threads), "1", 1,
      FAN_SIEVE_THREADS_MAX, "threads", "for ranges that are wide enough" },
    { "memory", FAN_OPTION_U64, offsetof(struct choices, memory_mb), "128", 128,
      MEMORY_MB_MAX, "MB", "stay below it; above 10^17 more is quicker" },
    { "quiet", FAN_OPTION_FLAG, offsetof(struct choices, quiet), NULL, 0, 0, NULL,
      "draw no progress on the terminal" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL }
};

static const struct fan_command command = { "sieve_count LO HI [options]",
                                            "Count the primes p with LO <= p < HI; 0 <= "
                                            "LO <= HI < 2^64. Numbers may be written\n"
                                            "as 1000000, 1_000_000 or 1e6.",
                                            options, 2, 2 };

/* A stop callback that never stops, but shows how far the sieve is. */
static bool draw_progress(void *context)
{
    struct progress *p = context;
    int64_t now = fan_clock_mono_ns();
    if (now - p->drawn_ns < REDRAW_NS) return false;
    p->drawn_ns = now;
    uint64_t at = fan_sieve_position(p->sieve);
    double done = at <= p->lo ? 0 : (double)(at - p->lo) / (double)(p->hi - p->lo);
    double elapsed_s = (double)(now - p->start_ns) / NS_PER_S;
    fprintf(stderr, "\r%5.1f %%  %.0f s", done * 100, elapsed_s);
    if (done > 0.001) fprintf(stderr, ", %.0f s left", elapsed_s / done - elapsed_s);
    fprintf(stderr, "   ");
    p->drawn = true;
    return false;
}

static void print(const struct choices *choices, uint64_t lo, uint64_t hi,
                  const struct fan_primes *primes, double seconds)
{
    if (choices->json) {
        printf("{\"lo\":%" PRIu64 ",\"hi\":%" PRIu64 ",\"count\":%" PRIu64
               ",\"checksum\":\"%" PRIu64 "\",\"first\":%" PRIu64 ",\"last\":%" PRIu64,
               lo, hi, primes->count, primes->checksum, primes->first, primes->last);
        if (choices->twins) printf(",\"twins\":%" PRIu64, primes->twins);
        if (choices->gap)
            printf(",\"gap\":%" PRIu64 ",\"gapStart\":%" PRIu64, primes->gap,
                   primes->gap_start);
        printf(",\"seconds\":%.6f}\n", seconds);
        return;
    }
    if (!choices->list) printf("%" PRIu64 "\n", primes->count);
    if (choices->all)
        printf("checksum %" PRIu64 "\nfirst %" PRIu64 "\nlast %" PRIu64 "\n",
               primes->checksum, primes->first, primes->last);
    if (choices->twins) printf("twins %" PRIu64 "\n", primes->twins);
    if (choices->gap)
        printf("gap %" PRIu64 " from %" PRIu64 "\n", primes->gap, primes->gap_start);
}

/* Prints primes; stops when nobody reads them. */
static bool print_primes(void *context, const uint64_t *prime, size_t n)
{
    (void)context;
    for (size_t i = 0; i < n; i++)
        printf("%" PRIu64 "\n", prime[i]);
    return ferror(stdout) != 0;
}

static enum fan_status count(const struct choices *choices, uint64_t lo, uint64_t hi,
                             struct fan_err *err)
{
    struct fan_sieve *sieve = fan_sieve_new();
    int64_t start_ns = fan_clock_mono_ns();
    struct progress progress = { sieve, lo, hi, start_ns, start_ns, false };
    bool show = !choices->quiet && isatty(STDERR_FILENO);
    struct fan_primes primes;
    struct fan_sieve_task task = { .lo = lo,
                                   .hi = hi,
                                   .twins = choices->twins,
                                   .gap = choices->gap,
                                   .each = choices->list ? print_primes : NULL,
                                   .stop = show ? draw_progress : NULL,
                                   .stop_context = &progress };
    fan_sieve_take_threads(sieve, (unsigned)choices->threads);
    fan_sieve_take_memory(sieve, choices->memory_mb);
    enum fan_status st = fan_sieve_do(sieve, &task, &primes, err);
    if (progress.drawn) fprintf(stderr, "\r%40s\r", "");
    if (!st)
        print(choices, lo, hi, &primes,
              (double)(fan_clock_mono_ns() - start_ns) / NS_PER_S);
    fan_sieve_free(sieve);
    return st;
}

int main(int argc, char **argv)
{
    struct fan_err err = { FAN_OK, "" };
    struct choices choices;
    struct fan_arguments arguments;
    uint64_t lo = 0, hi = 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("sieve_count " FAN_VERSION);
        return 0;
    }
    memset(&choices, 0, sizeof choices);
    enum fan_status st =
        fan_options_parse(&command, argc, argv, 1, &choices, &arguments, &err);
    if (!st && arguments.help) {
        fan_options_help(&command, stdout);
        return 0;
    }
    if (!st) st = fan_number_u64(arguments.positional[0], 0, FAN_SIEVE_MAX, &lo, &err);
    if (!st) st = fan_number_u64(arguments.positional[1], 0, FAN_SIEVE_MAX, &hi, &err);
    if (!st) st = count(&choices, lo, hi, &err);
    if (!st && fflush(stdout) == 0) return 0;
    fprintf(stderr, "sieve_count: %s\n", st ? err.text : "cannot write the result");
    return st ? EXIT_USAGE : EXIT_FAILURE_CODE;
}
