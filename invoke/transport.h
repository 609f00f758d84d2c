/* transport.h - how an attempt travels: one table of operations per way, picked by name.
 */
#ifndef FAN_INVOKE_TRANSPORT_H
#define FAN_INVOKE_TRANSPORT_H

#include "common/err.h"
#include "record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_provider; /* invoke/provider.h */
struct fan_bearer;   /* invoke/bearer.h */

/* What a gateway or a function URL asks for; pointers outlive the transport. */
struct fan_front {
    bool sign;                /* Signature Version 4; not together with a token */
    const char *api_key;      /* header x-api-key; NULL: none */
    struct fan_bearer *token; /* header Authorization; NULL: none */
};

struct fan_transport_cfg {
    const char *base_url; /* "https://lambda.R.amazonaws.com"; a gateway's with its stage,
                             "https://ID.execute-api.R.amazonaws.com/prod"; a function's
                             own, "https://ID.lambda-url.R.on.aws" */
    const char *region;
    struct fan_provider *provider; /* asked for keys at each signature; outlives the
                                      transport; NULL where nothing is signed */
    struct fan_front front;        /* not looked at by "invoke" */
    uint32_t places;               /* attempts in flight at most */
    uint64_t
        answer_max_bytes; /* a longer answer fails; default 6,291,556 (Lambda's limit) */
    uint32_t connect_timeout_ms;
    const char *ca_file; /* NULL: the system's bundle; outlives the transport */
    int64_t epoch_ns;    /* run clock zero on this host's CLOCK_MONOTONIC */
};

/* One attempt to make. Strings and payload stay valid until its reply was polled. */
struct fan_call {
    uint64_t tag; /* the caller's; comes back in the reply */
    const char *function;
    const char *qualifier; /* NULL: $LATEST; only "invoke" looks at it */
    const char *path;      /* of a gateway's resource, percent-encoded; NULL: "/" and
                              the function's name */
    const void *payload;
    size_t payload_bytes;
    uint32_t timeout_ms; /* whole attempt; 0: none */
    bool want_log_tail;
};

/*
 * A finished attempt. Only the fields of record that the transport can know are filled:
 * sent_ns to end_ns spans, outcome to error_text, reported to max_memory_mb,
 * host_limited, body (full answer, moved to the receiver, who frees it with
 * fan_record_clear or takes it over).
 */
struct fan_reply {
    uint64_t tag;
    uint32_t retry_after_ms; /* floor for the next attempt when the service named one */
    struct fan_record record;
};

struct fan_transport;

struct fan_transport_ops {
    const char *name; /* "invoke", "gateway", "url"; tests: "fake" */

    /* Owns: *transport until close. Errors: FAN_EINVAL (configuration), FAN_ENET. */
    enum fan_status (*open)(struct fan_transport **transport,
                            const struct fan_transport_cfg *cfg, struct fan_err *err);

    /* Start an attempt. At most cfg.places may be in flight (asserted). Errors:
     * FAN_EINVAL. */
    enum fan_status (*submit)(struct fan_transport *transport,
                              const struct fan_call *call, struct fan_err *err);

    /* Wait at most timeout_ms (0: do not) for replies; write up to cap of them, their
     * number to *count (0 on time-out). Returns early when a signal arrives. */
    enum fan_status (*poll)(struct fan_transport *transport, int timeout_ms,
                            struct fan_reply *replies, size_t cap, size_t *count,
                            struct fan_err *err);

    /* Drop everything, attempts in flight too. NULL is accepted. */
    void (*close)(struct fan_transport *transport);
};

/* The transport with this name, or NULL. */
const struct fan_transport_ops *fan_transport_find(const char *name);

extern const struct fan_transport_ops fan_transport_invoke, fan_transport_gateway,
    fan_transport_url;

#ifdef __cplusplus
}
#endif
#endif
