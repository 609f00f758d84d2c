/* record.h - all that is known of one attempt: one HTTP request made for a call. */
#ifndef FAN_RECORD_RECORD_H
#define FAN_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the attempt ended. Names are part of the export formats. */
#define FAN_OUTCOME_LIST(X)                                                              \
    X(FAN_OUTCOME_OK, "ok")             /* 2xx, the function succeeded */                \
    X(FAN_OUTCOME_FUNCTION, "function") /* 200 with X-Amz-Function-Error: billed */      \
    X(FAN_OUTCOME_THROTTLE, "throttle") /* 429: not billed */                            \
    X(FAN_OUTCOME_SERVICE, "service")   /* 5xx */                                        \
    X(FAN_OUTCOME_CLIENT, "client")     /* other 4xx: the request is wrong */            \
    X(FAN_OUTCOME_NETWORK, "network")   /* no complete HTTP answer */

/* Why a throttle happened: the Reason of TooManyRequestsException (Lambda API, Invoke).
 */
#define FAN_REASON_LIST(X)                                                               \
    X(FAN_REASON_NONE, "")                                                               \
    X(FAN_REASON_CONCURRENCY, "ConcurrentInvocationLimitExceeded")                       \
    X(FAN_REASON_FUNCTION_RATE, "FunctionInvocationRateLimitExceeded")                   \
    X(FAN_REASON_RESERVED_CONCURRENCY,                                                   \
      "ReservedFunctionConcurrentInvocationLimitExceeded")                               \
    X(FAN_REASON_RESERVED_RATE, "ReservedFunctionInvocationRateLimitExceeded")           \
    X(FAN_REASON_CALLER_RATE, "CallerRateLimitExceeded")                                 \
    X(FAN_REASON_SNAPSHOT, "ConcurrentSnapshotCreateLimitExceeded")                      \
    X(FAN_REASON_OTHER, "other")

#define FAN_LIST_ENUM(name, text) name,
enum fan_outcome { FAN_OUTCOME_LIST(FAN_LIST_ENUM) FAN_OUTCOME_COUNT };
enum fan_reason { FAN_REASON_LIST(FAN_LIST_ENUM) FAN_REASON_COUNT };
#undef FAN_LIST_ENUM

#define FAN_RECORD_BODY_MAX                                                              \
    (64 * 1024) /* response bytes kept; more is cut and flagged                          \
                 */

/*
 * Times named *_ns are on the run's clock: rank 0's CLOCK_MONOTONIC minus the run's
 * epoch. Spans (connect, tls, first byte, end) are relative to sent_ns. A missing string
 * is empty.
 */
struct fan_record {
    /* which attempt */
    uint32_t rank;
    uint64_t seq;       /* number of this attempt in its rank's journal, from 0 */
    uint64_t call;      /* the call it was made for, unique in the run */
    uint32_t attempt;   /* 0 for the first attempt of a call */
    uint32_t cell;      /* index of the experiment's cell; 0 for a sieve */
    uint32_t block;     /* index of the block; 0 for a sieve */
    uint32_t slot;      /* which of the rank's concurrent places it used */
    uint32_t in_flight; /* calls of this rank in flight when it left, itself included */
    uint32_t level;     /* calls in flight that the run then wanted over all ranks: the
                           setting's parallelism, or a search's level; 0: not recorded */

    /* when */
    int64_t intended_ns;   /* when it should have left */
    int64_t sent_ns;       /* when it was handed to the HTTP client */
    int64_t connect_ns;    /* span to a TCP connection; 0 on a reused connection */
    int64_t tls_ns;        /* span to the end of the TLS handshake; 0 without or reused */
    int64_t first_byte_ns; /* span to the first byte of the answer; 0 if none came */
    int64_t end_ns;        /* span to the end of the attempt */
    int64_t backoff_ns;    /* wait before this attempt because of the one before, or
                              of a search that held its place back */

    /* how it ended */
    enum fan_outcome outcome;
    enum fan_reason reason;
    bool never_sent; /* network failure before a connection stood: surely not billed */
    uint32_t http_status; /* 0 without an answer */
    char function[80];
    char executed_version[16];
    char request_id[40];
    char error_type[64];  /* X-Amzn-ErrorType, or errorType of a failed function */
    char error_text[192]; /* message, or the network failure in words */

    /* what the platform reported (REPORT line of the log tail) */
    bool reported; /* the fields below are known */
    bool cold;     /* an Init Duration was reported, or the function said so */
    bool
        host_limited; /* local endpoint only: the host had too little CPU for this call */
    double duration_ms;
    double init_ms;
    uint64_t billed_ms;
    uint32_t memory_mb;     /* configured size of the function */
    uint32_t max_memory_mb; /* peak use */

    /* what the function said (fields of its JSON answer) */
    double function_s;     /* its own timer: durationSeconds */
    double function_cpu_s; /* its CPU seconds */
    char instance[40];
    char cpu_model[64];

    bool body_cut;     /* body is shorter than the answer was */
    size_t body_bytes; /* bytes at body */
    char *body;        /* answer, owned by the record; NULL when none is kept */
};

/* Free what the record owns and zero it. NULL is accepted. */
void fan_record_clear(struct fan_record *record);

/* Names as exported ("throttle", "CallerRateLimitExceeded"); never NULL. */
const char *fan_outcome_name(enum fan_outcome outcome);
const char *fan_reason_name(enum fan_reason reason);

/* The reason with this name; FAN_REASON_OTHER for an unknown one, NONE for "". */
enum fan_reason fan_reason_parse(const char *name);

/* True when AWS bills the attempt: the function ran (or may have run: 5xx, or a network
 * failure after the request could have left). */
bool fan_record_billable(const struct fan_record *record);

/**
 * Copy n bytes of text from outside into out (size >= 1 bytes) as valid, terminated
 * UTF-8: a stray byte becomes '?', the text is cut between characters. Returns the bytes
 * used.
 */
size_t fan_record_clean_text(char *out, size_t size, const char *text, size_t n);

/* The same for a field of a record: control characters become spaces. */
void fan_record_set_text(char *field, size_t size, const char *text, size_t n);

#ifdef __cplusplus
}
#endif
#endif
