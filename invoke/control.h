/* control.h - the few control calls the driver makes: create, inspect, resize and limit
 * functions, publish their versions and name these by aliases. */
#ifndef FAN_INVOKE_CONTROL_H
#define FAN_INVOKE_CONTROL_H

#include "invoke/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fan_control;

/* A client of the control API at cfg->base_url. Owns: fan_control_close. */
enum fan_status fan_control_open(struct fan_control **control,
                                 const struct fan_transport_cfg *cfg,
                                 struct fan_err *err) FAN_MUST_CHECK;
void fan_control_close(struct fan_control *control);

/**
 * Find out whether the service can be reached: connect, with TLS and proxy as they are,
 * and send nothing. Errors: FAN_EREMOTE when it never will be: a certificate is not
 * trusted, or a proxy refuses. Whoever is just not there now is no error.
 */
enum fan_status fan_control_reach(struct fan_control *control,
                                  struct fan_err *err) FAN_MUST_CHECK;

struct fan_function_spec {
    const char *name;
    const char *handler;
    const char *runtime; /* "provided.al2023" */
    const char *arch;    /* "x86_64" or "arm64" */
    uint32_t memory_mb, timeout_s;
    const void *zip; /* deployment package */
    size_t zip_bytes;
};

/**
 * CreateFunction (POST /2015-03-31/functions). Errors: FAN_EREMOTE with the service's
 * error type and message, FAN_ENET. Source: Lambda API reference, CreateFunction.
 */
enum fan_status fan_control_create(struct fan_control *control,
                                   const struct fan_function_spec *spec,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* PutFunctionConcurrency (PUT /2017-10-31/functions/F/concurrency). Errors: as above. */
enum fan_status fan_control_reserve(struct fan_control *control, const char *function,
                                    uint32_t concurrent_executions,
                                    struct fan_err *err) FAN_MUST_CHECK;

/**
 * UpdateFunctionConfiguration of the memory size (PUT .../functions/F/configuration). On
 * AWS it takes effect a while later: inspect's `update` tells. Errors: as above.
 */
enum fan_status fan_control_resize(struct fan_control *control, const char *function,
                                   uint32_t memory_mb,
                                   struct fan_err *err) FAN_MUST_CHECK;

#define FAN_FUNCTION_URL_MAX 256

/**
 * CreateFunctionUrlConfig (POST /2021-10-31/functions/F/url), with AuthType AWS_IAM or
 * NONE; qualifier: an alias, or NULL. url: the address that the function got. Errors: as
 * above. Source: Lambda API reference, CreateFunctionUrlConfig.
 */
enum fan_status fan_control_create_url(struct fan_control *control, const char *function,
                                       const char *qualifier, bool sign,
                                       char url[FAN_FUNCTION_URL_MAX],
                                       struct fan_err *err) FAN_MUST_CHECK;

struct fan_function_state {
    uint32_t memory_mb, timeout_s;
    char update[16]; /* of the last change: Successful, InProgress, Failed; may be "" */
    char handler[129], runtime[40], arch[16], version[16];
};

/* GetFunctionConfiguration. Errors: FAN_ENOTFOUND for an unknown function, else as above.
 */
enum fan_status fan_control_inspect(struct fan_control *control, const char *function,
                                    const char *qualifier,
                                    struct fan_function_state *state,
                                    struct fan_err *err) FAN_MUST_CHECK;

/* What the next version differs in; NULL and 0: as it is. */
struct fan_function_change {
    const char *handler;
    const char *description; /* a version equal to the one before needs another one */
    uint32_t memory_mb;
    char *const *environment; /* NAME=value; replaces all that there were */
    size_t environment_count;
    const void *zip; /* NULL: the code stays */
    size_t zip_bytes;
};

/**
 * Change $LATEST: UpdateFunctionCode where there is a package (PUT .../code), and
 * UpdateFunctionConfiguration. Errors: FAN_ELIMIT (package), else as above.
 */
enum fan_status fan_control_change(struct fan_control *control, const char *function,
                                   const struct fan_function_change *change,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* PublishVersion (POST .../functions/F/versions). version: its number, as text. */
enum fan_status fan_control_publish(struct fan_control *control, const char *function,
                                    char version[16], struct fan_err *err) FAN_MUST_CHECK;

/* A name for a version, which may send a share of its calls to another one. */
struct fan_alias_state {
    char version[16];
    char extra[16]; /* "": none */
    double weight;  /* of extra, 0..1 */
};

/* CreateAlias (POST .../functions/F/aliases) and GetAlias (GET .../aliases/NAME). Errors:
 * FAN_ENOTFOUND for an unknown one, else as above. */
enum fan_status fan_control_create_alias(struct fan_control *control,
                                         const char *function, const char *name,
                                         const struct fan_alias_state *alias,
                                         struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_control_get_alias(struct fan_control *control, const char *function,
                                      const char *name, struct fan_alias_state *alias,
                                      struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
