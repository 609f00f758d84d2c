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

struct choices {
    bool json, all, quiet;
};

struct progress {
    const struct fan_sieve *sieve;
    uint64_t lo, hi;
    int64_t start_ns, drawn_ns;
    bool drawn;
};

static const struct fan_option options[] = {
    { "json", FAN_OPTION_FLAG, offsetof(struct choices, json), NULL, 0, 0, NULL,
      "print one JSON object with count, checksum, first, last and seconds" },
    { "all", FAN_OPTION_FLAG, offsetof(struct choices, all), NULL, 0, 0, NULL,
      "print checksum (sum mod 2^64), first and last prime below the count" },
    { "quiet", FAN_OPTION_FLAG, offsetof(struct choices, quiet), NULL, 0, 0, NULL,
      "draw no progress on the terminal" },
    { NULL, FAN_OPTION_FLAG, 0, NULL, 0, 0, NULL, NULL }
};

static const struct fan_command command = { "sieve_count LO HI [options]",
                                            "Count the primes p with LO <= p < HI; 0 <= "
                                            "LO <= HI <= 1e18. Numbers may be written\n"
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
               ",\"checksum\":\"%" PRIu64 "\",\"first\":%" PRIu64 ",\"last\":%" PRIu64
               ",\"seconds\":%.6f}\n",
               lo, hi, primes->count, primes->checksum, primes->first, primes->last,
               seconds);
        return;
    }
    printf("%" PRIu64 "\n", primes->count);
    if (choices->all)
        printf("checksum %" PRIu64 "\nfirst %" PRIu64 "\nlast %" PRIu64 "\n",
               primes->checksum, primes->first, primes->last);
}

static enum fan_status count(const struct choices *choices, uint64_t lo, uint64_t hi,
                             struct fan_err *err)
{
    struct fan_sieve *sieve = fan_sieve_new();
    int64_t start_ns = fan_clock_mono_ns();
    struct progress progress = { sieve, lo, hi, start_ns, start_ns, false };
    bool show = !choices->quiet && isatty(STDERR_FILENO);
    struct fan_primes primes;
    enum fan_status st = fan_sieve_run(sieve, lo, hi, show ? draw_progress : NULL,
                                       &progress, &primes, err);
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
