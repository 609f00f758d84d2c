/*
 * study.h - what the analysis gets: the run's factors and settings, and all its records.
 * Filled by the driver; everything below this line of the program is pure.
 */
#ifndef FAN_ANALYSIS_STUDY_H
#define FAN_ANALYSIS_STUDY_H

#include "analysis/sizing.h"
#include "record/journal.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why a cell has as many repetitions as it has. */
enum fan_stop {
    FAN_STOP_PLAN,      /* it was to have just so many */
    FAN_STOP_NARROW,    /* the interval of its median was narrow enough */
    FAN_STOP_MOST,      /* never narrow enough: all that the rule allows */
    FAN_STOP_BUDGET,    /* undecided when the budget ended the run */
    FAN_STOP_INTERRUPT, /* undecided when the user ended the run */
    FAN_STOP_CUT        /* undecided when the run ended otherwise, or it still runs */
};

#define FAN_STUDY_TRANSPORTS 6 /* ways to one function, at most */

/* How an alias shares out the calls of a setting. */
struct fan_study_split {
    char version[16]; /* "": nobody said */
    char canary[16];  /* "": all calls go to version */
    double weight;    /* share of the calls that canary is to get */
};

struct fan_study_cell {
    char function[236];  /* its name, with ":qualifier" where one is called, and " via
                            gateway" where transports differ */
    char qualifier[136]; /* version or alias that is called; "": $LATEST */
    struct fan_study_split split;
    char transport[24];    /* "gateway+key"; "" where all cells have the same */
    uint32_t target;       /* cells of one function share it, whatever the transport */
    double gateway_usd;    /* price of a gateway's request, on top of the price table's;
                              0: none */
    double authorizer_usd; /* price of asking its authorizer for each, likewise */
    uint32_t memory_mb, work, parallelism;
    uint64_t calls_planned; /* what the run decided to make; without a rule, all */
    uint64_t calls_most;    /* what it could have made; calls_planned without a rule */
    enum fan_stop stop;
};

/* Blocks on a grid of times. */
struct fan_study_probes {
    double every_s; /* 0: no such grid */
    uint32_t planned, made;
    uint32_t missed;       /* whole or in part, since their time had passed */
    uint64_t calls_missed; /* not in calls_planned */
    uint32_t late;         /* made, and begun more than 1 % of the interval late */
    double late_max_s;
};

/* The authorizer of a gateway that calls pass. */
struct fan_study_authorizer {
    bool on;
    double cache_s; /* how long its answers are kept; 0: it is asked for every call */
    double usd;     /* of one invocation, an estimate */
};

struct fan_study_check {
    char name[64];
    bool ok;
    char detail[256];
};

struct fan_study_sieve {
    uint64_t lo, hi, count, checksum, first, last;
    bool has_twins, has_gap; /* asked for */
    uint64_t twins;          /* pairs (p, p + 2) with p in the range */
    uint64_t gap, gap_start; /* the greatest gap and where it begins */
    uint32_t partitions, partitions_done;
};

/* A search for the best memory size: a record's block is the index of its sample. */
struct fan_study_tune {
    struct fan_sizing_settings settings; /* what it points to is the driver's */
    uint32_t repetitions;                /* warm calls wanted per sample */
    uint32_t sample_calls;               /* calls per sample, with the cold ones */
    uint32_t listed_mb; /* size of the function in the job; 0: several are listed */
};

/* Where it ran; what is not known is empty or 0. */
struct fan_study_environment {
    char cpu[96], system[128], mpi[96]; /* "Linux 6.1 x86_64", "Open MPI v4.1.4" */
    char commit[48];                    /* of the program's sources */
    uint32_t cores, hosts;
};

struct fan_study {
    char job[128], endpoint[128], region[32], transport[96];
    char workload[160]; /* "eratosthenes max 1000000", "sieve [0, 1e10)" */
    char throttle_mode[16];
    char program[32], host[65], started[32];
    struct fan_study_environment environment;
    uint64_t seed;
    bool local;      /* results come from the local endpoint */
    bool randomized; /* blocks in random order */
    uint32_t ranks, blocks, repetitions;
    double until_ci; /* half-width that ends a cell's repetitions; 0: no such rule */
    uint32_t repetitions_min; /* least repetitions under that rule */
    struct fan_study_probes probes;
    bool is_search; /* throttle: find-limit: refusals are what it looks for */
    bool interrupted, budget_stopped;
    double elapsed_s;
    uint64_t budget_invocations; /* 0: none */
    double budget_usd;           /* 0: none */
    struct fan_study_authorizer authorizer;
    bool free_tier; /* also tell what is left of the cost after it */
    bool is_sieve;
    struct fan_study_sieve sieve;
    const struct fan_study_tune *tune; /* NULL: the run is none */

    const struct fan_study_cell *cells; /* a sieve has one */
    size_t cell_count;
    const struct fan_record *records; /* sorted by (rank, seq) */
    size_t record_count;
    const struct fan_phase_mark
        *phases;                /* all ranks' marks; rank r's follow phase_rank */
    const uint32_t *phase_rank; /* rank of each mark */
    size_t phase_count;
    const struct fan_study_check *checks; /* what the driver checked itself */
    size_t check_count;
    uint64_t calls_planned;
    uint64_t journal_bad_frames; /* damaged frames that were skipped on reading */
    const char *command;         /* how to repeat the run */
};

#ifdef __cplusplus
}
#endif
#endif
