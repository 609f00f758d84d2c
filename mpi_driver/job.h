/* job.h - a job: one YAML file, everything a run needs, checked. */
#ifndef FAN_MPI_DRIVER_JOB_H
#define FAN_MPI_DRIVER_JOB_H

#include "analysis/price.h"
#include "analysis/sizing.h"
#include "common/buf.h"
#include "common/err.h"
#include "invoke/retry.h"
#include "partition/design.h"
#include "partition/tally.h"
#include "partition/range.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_JOB_BYTES_MAX (1024 * 1024)

enum fan_job_endpoint { FAN_ENDPOINT_LOCAL, FAN_ENDPOINT_AWS, FAN_ENDPOINT_URL };
enum fan_job_throttle { FAN_THROTTLE_COUNT, FAN_THROTTLE_RETRY, FAN_THROTTLE_FIND };
enum fan_job_order { FAN_ORDER_RANDOMIZED_BLOCKS, FAN_ORDER_SEQUENTIAL };
enum fan_job_handler {
    FAN_HANDLER_ERATOSTHENES, /* {"max":..,"loops":..} */
    FAN_HANDLER_SIEVE,        /* {"lo":..,"hi":..} */
    FAN_HANDLER_ISPRIME,      /* {"n":..} */
    FAN_HANDLER_CUSTOM        /* workload.function + payload: any other function */
};

/* What a published version is, completed by its function's settings. */
struct fan_job_version {
    char *handler;
    char *package;      /* NULL: the project's function.zip */
    char **environment; /* NAME=value; NULL: none */
    size_t environment_count;
    uint32_t memory_mb;
};

/* A name for a version that may send a share of its calls to another one. */
struct fan_job_alias {
    char *name;               /* NULL: none */
    uint32_t version, canary; /* canary 0: all calls go to version */
    double weight;            /* share of the calls that canary gets */
};

/* The variants of a gateway have a resource of their own each, which wants what their
 * names say. */
enum fan_job_transport {
    FAN_TRANSPORT_INVOKE,  /* the Lambda API */
    FAN_TRANSPORT_GATEWAY, /* API Gateway: alone, with all that its section names */
    FAN_TRANSPORT_GATEWAY_KEY,
    FAN_TRANSPORT_GATEWAY_AUTHORIZER,
    FAN_TRANSPORT_GATEWAY_BOTH,
    FAN_TRANSPORT_URL, /* function URLs */
    FAN_JOB_TRANSPORTS
};

/* A function at a version that is called, by a transport: `compare` makes an entry per
 * version, and several transports one each. */
struct fan_job_function {
    char *name;
    char *handler; /* what the local endpoint creates it with; default: the workload's */
    char *package; /* zip for the local endpoint; NULL: the project's function.zip */
    char *qualifier; /* NULL: $LATEST */
    enum fan_job_transport transport;
    char *url;               /* of its own, for transport url; NULL: the embedded one's */
    char *path;              /* at the gateway; NULL: "/" and its name */
    char *resource;          /* below it, of a variant of the gateway; NULL: the path */
    uint32_t memory_mb;      /* 128..10240; of the version that is called */
    uint32_t memory_most_mb; /* the larger one where an alias splits its calls */
    uint32_t listed_mb;      /* in the file */
    uint32_t timeout_s;      /* 1..900, default 60 */
    bool reserved_set;
    uint32_t reserved; /* reserved concurrency, set on the local endpoint only */
    /* The first entry of a name has these: */
    struct fan_job_version *version; /* published as 1, 2, .. by the local endpoint */
    size_t version_count;
    struct fan_job_alias alias;
    char **compare; /* qualifiers: this entry calls the first of them, */
    size_t compare_count;
    bool derived; /* made of an entry before it, for another version or transport */
};

/* The gateway of transport gateway (key `gateway`). */
struct fan_job_gateway {
    char *url; /* with its stage; NULL: the embedded endpoint's */
    enum fan_gateway kind;
    bool sign;
    char *api_key_env, *token_env; /* names of variables; NULL: none */
    char **token_command;          /* words, NULL behind the last; NULL: none */
    bool authorizer;               /* callers show a token: any of these says so */
    int64_t cache_ns;       /* how long its answers are kept; 300 s, 0: not at all */
    int64_t expires_ns;     /* how long the embedded endpoint's tokens live; 15 min */
    uint32_t authorizer_mb; /* its memory size; 128 */
};

/* Settings of the embedded endpoint (key `local`); passed on to local_lambda. */
struct fan_job_local {
    uint32_t concurrency; /* 1000 */
    uint32_t ramp;        /* 1000 environments per 10 s; 0 off */
    uint32_t rate_factor; /* 10; 0 off */
    double fault_throttle, fault_error, fault_drop, fault_cut, fault_slow, fault_kill;
    uint32_t fault_slow_ms;
    int cpu;   /* 0 tick, 1 quota, 2 off */
    char *log; /* file for the functions' logs; NULL: none */
};

/* The search for the best memory size (key `tune`). */
struct fan_job_tune {
    bool on;
    enum fan_sizing_objective objective;  /* cost */
    double time_limit_ms, cost_limit_usd; /* of a call; 0: none */
    uint32_t min_mb, max_mb, step_mb;     /* 128, 3008, 64; of a resized function */
    uint32_t samples, repetitions;        /* 8; 10 warm calls each */
    double stop;                          /* least expected gain, a share; 1 % */
    bool resize;        /* one function, resized: function[] has it at every size */
    uint32_t listed_mb; /* its size in the file */
};

struct fan_job {
    char *name;
    enum fan_job_endpoint endpoint;
    char *endpoint_url; /* FAN_ENDPOINT_URL only */
    char *region;       /* us-east-1, until fan_endpoint_settle finds another */
    bool region_given;  /* by the file */
    char *profile;      /* of AWS's settings, as the command line names it; NULL: as they
                           say themselves. Not part of the file */
    char *arch;         /* x86_64 | arm64: prices */
    char *prices;       /* file of a price table; NULL: the newest of the installation */
    bool free_tier;     /* the report also tells what is left after the free tier */
    struct fan_price price; /* built in, until fan_prices_open reads a table */
    enum fan_job_transport transport[FAN_JOB_TRANSPORTS]; /* levels; default: invoke */
    size_t transport_count;
    struct fan_job_gateway gateway;
    bool url_sign;                     /* function URLs want a signature */
    struct fan_job_function *function; /* each as often as there are transports */
    size_t function_count;

    bool is_sieve;
    struct {
        enum fan_job_handler handler;
        uint64_t max;    /* eratosthenes */
        uint64_t lo, hi; /* sieve handler */
        uint64_t n;      /* isprime */
        char *function;  /* custom: the only function called, then function[0]; NULL:
                            every function of the list */
        char *payload;   /* custom: JSON text, or NULL for {} */
        uint32_t *work;
        size_t work_count; /* default {1} */
        uint32_t *parallelism;
        size_t parallelism_count; /* default: top-level parallelism, else {1} */
        uint32_t repetitions;     /* 100; calls per cell, with until_ci at most; per probe
                                     with every_ns */
        uint32_t repetitions_min; /* as many, or fewer with until_ci */
        double until_ci; /* stop a cell at this half-width of its median's interval,
                            relative to the median; 0: make all repetitions */
        uint32_t blocks; /* most blocks, with until_ci for the least repetitions; 10 */
        int64_t every_ns, for_ns; /* a probe every so often for so long; for_ns alone:
                                     length of a search for the limit; 0: neither */
        enum fan_job_order order;
    } experiment;
    struct {
        struct fan_range range;
        uint32_t partitions; /* 0: auto */
        double audit;        /* share of partitions recomputed locally, 0..1; 1 % */
        struct fan_sieve_wanted wanted;
    } sieve;
    struct fan_job_tune tune; /* on: with an experiment, of which it takes the workload */
    uint32_t parallelism; /* sieve: calls in flight over all ranks, default 8; experiment:
                             its highest level */

    enum fan_job_throttle
        throttle; /* default: count in an experiment, retry in a sieve */
    struct {
        uint32_t attempts, base_ms, cap_ms; /* 25, 100, 20000 */
        enum fan_jitter jitter;
    } retry;
    struct {
        uint32_t start, step; /* calls in flight at first, and more per quiet window */
        int64_t window_ns;    /* between two decisions */
    } find_limit;             /* 1, 1, 1 s */
    struct {
        uint64_t invocations; /* 0: no limit */
        double usd;           /* 0: no limit */
    } budget;
    uint64_t seed; /* randomisation, faults, jitter; default 1 */
    struct fan_job_local local;
};

/**
 * Parse and check a job. name is what messages call the file; sets are the --set
 * arguments
 * ("budget.usd=0.5", "functions.0.memory_mb=256", "experiment.work=[1,2]"), applied
 * before checking. Owns: free with fan_job_free. Errors: FAN_EUSAGE naming file, line,
 * key, value and what was expected (for a --set: the argument instead of file and line).
 */
enum fan_status fan_job_parse(struct fan_job **job, const char *name, const char *text,
                              size_t n, const char *const *sets, size_t set_count,
                              struct fan_err *err) FAN_MUST_CHECK;
void fan_job_free(struct fan_job *job);

/**
 * The job with every default written out, as YAML that parses to the same job (the
 * job.yaml of a result folder). Errors: FAN_ELIMIT.
 */
enum fan_status fan_job_write(const struct fan_job *job, struct fan_buf *out,
                              struct fan_err *err) FAN_MUST_CHECK;

/* The entry that has the versions and the alias of a function: the first of its name. */
const struct fan_job_function *fan_job_home(const struct fan_job *job,
                                            const struct fan_job_function *function);

/* "name", or "name:qualifier" where not $LATEST is called; cut to fit. Returns text. */
#define FAN_JOB_LABEL_MAX 200
const char *fan_job_label(const struct fan_job_function *function,
                          char text[FAN_JOB_LABEL_MAX]);
/* Whether any call goes this way. */
bool fan_job_uses(const struct fan_job *job, enum fan_job_transport transport);

/* Whether any call passes the gateway, in any variant; whether one of this way does. */
bool fan_job_uses_gateway(const struct fan_job *job);
bool fan_job_is_gateway(enum fan_job_transport transport);
/* Whether variants of the gateway are named: plain `gateway` is one then, without key and
 * token. */
bool fan_job_has_variants(const struct fan_job *job);
/* Whether calls of this way send the API key, and show a token. */
bool fan_job_sends_key(const struct fan_job *job, enum fan_job_transport transport);
bool fan_job_sends_token(const struct fan_job *job, enum fan_job_transport transport);
/* Whether any calls do. */
bool fan_job_any_key(const struct fan_job *job);
bool fan_job_any_token(const struct fan_job *job);

#define FAN_JOB_TRANSPORTS_TEXT 96

/* "gateway", "invoke, url": the job's transports. Returns text. */
const char *fan_job_transports(const struct fan_job *job,
                               char text[FAN_JOB_TRANSPORTS_TEXT]);

/* What calls of this function cost: these prices, and the gateway's if they pass one,
 * with an invocation of its authorizer where that is asked for every call. */
struct fan_price fan_job_price(const struct fan_job *job, const struct fan_price *price,
                               const struct fan_job_function *function);

/* The factors of an experiment, for partition/design.h. Pointers into the job. */
struct fan_factors fan_job_factors(const struct fan_job *job);

/* Probes of an experiment over time: every, every, .. while before for; 0 without. */
uint64_t fan_job_probes(const struct fan_job *job);

/* How an experiment's calls are cut into blocks. */
struct fan_blocking fan_job_blocking(const struct fan_job *job);

/**
 * Request payload of a call: for an experiment's cell {"max":..,"loops":work} and the
 * like; for a sieve {"lo":..,"hi":..}. In an experiment with the sieve handler, work k
 * sieves k times the width [lo, lo + k (hi - lo)); with isprime, work repeats; custom
 * payloads are sent as they are.
 */
enum fan_status fan_job_payload(const struct fan_job *job, uint32_t work,
                                struct fan_range range, struct fan_buf *out,
                                struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
