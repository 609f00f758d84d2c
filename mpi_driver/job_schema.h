/*
 * job_schema.h - the keys of a job, in one place: a schema of libcyaml, and the structs
 * of text that it fills. What the texts must mean is checked by job_check.c.
 */
#ifndef FAN_MPI_DRIVER_JOB_SCHEMA_H
#define FAN_MPI_DRIVER_JOB_SCHEMA_H

#include "common/err.h"
#include "mpi_driver/job_tree.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A member is NULL when its key is missing. */
struct fan_text_version {
    char *memory_mb, *handler, *package;
    char **environment;
    uint32_t environment_count;
};
struct fan_text_alias {
    char *name, *version, *canary, *weight;
};
struct fan_text_function {
    char *name, *memory_mb, *timeout_s, *handler, *package, *qualifier, *reserved;
    struct fan_text_version *versions;
    uint32_t versions_count;
    struct fan_text_alias *alias;
    char **compare;
    uint32_t compare_count;
    char *url, *path;
};
struct fan_text_workload {
    char *handler, *max, *lo, *hi, *n, *function, *payload;
};
struct fan_text_repetitions {
    char *max; /* a plain number becomes this */
    char *min, *until;
};
struct fan_text_experiment {
    struct fan_text_workload *workload;
    char **work;
    uint32_t work_count;
    char **parallelism;
    uint32_t parallelism_count;
    struct fan_text_repetitions *repetitions;
    char *blocks, *order;
    char *every, *duration;
};
struct fan_text_sieve {
    char *lo, *hi, *partitions, *audit, *twins, *gap;
};
struct fan_text_tune {
    char *objective, *time_limit_ms, *cost_limit_usd, *min_mb, *max_mb, *step_mb;
    char *samples, *repetitions, *stop, *reconfigure;
};
struct fan_text_retry {
    char *attempts, *base_ms, *cap_ms, *jitter;
};
struct fan_text_find_limit {
    char *start, *step, *window;
};
struct fan_text_budget {
    char *invocations, *usd;
};
struct fan_text_faults {
    char *throttle, *error, *drop, *cut, *slow, *slow_ms, *kill;
};
struct fan_text_authorizer {
    char *cache, *memory_mb, *expires;
};
struct fan_text_gateway {
    char *url, *kind, *sign, *api_key_env, *token_env;
    char **token_command;
    uint32_t token_command_count;
    struct fan_text_authorizer *authorizer;
};
struct fan_text_local {
    char *concurrency, *ramp, *rate_factor, *cpu, *log;
    struct fan_text_faults *faults;
};
struct fan_job_text {
    char *name, *endpoint, *region, *arch, *prices, *free_tier;
    char **transport;
    uint32_t transport_count;
    struct fan_text_gateway *gateway;
    char *url_auth;
    struct fan_text_function *function;
    uint32_t function_count;
    struct fan_text_experiment *experiment;
    struct fan_text_sieve *sieve;
    struct fan_text_tune *tune;
    char *parallelism, *throttle;
    struct fan_text_retry *retry;
    struct fan_text_find_limit *find_limit;
    struct fan_text_budget *budget;
    char *seed;
    struct fan_text_local *local;
};

/**
 * Check the tree's keys and shapes against the schema, wrap single values where a list is
 * wanted, and load it through libcyaml. name is what messages call the file. Owns: *text
 * until fan_schema_free. Errors: FAN_EUSAGE naming file and line or --set argument, the
 * key and what was expected.
 */
enum fan_status fan_schema_load(struct fan_job_text **text, struct fan_node *root,
                                const char *name, struct fan_err *err) FAN_MUST_CHECK;
void fan_schema_free(struct fan_job_text *text);

/**
 * The word of the list (NULL-terminated) that `word` was probably meant to be, or NULL:
 * at most two edits away and at most a third of its letters wrong.
 */
const char *fan_schema_suggest(const char *word, const char *const *words);

#ifdef __cplusplus
}
#endif
#endif
