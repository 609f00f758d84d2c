/* err.h - status codes and the error record that every fallible function fills. */
#ifndef FAN_COMMON_ERR_H
#define FAN_COMMON_ERR_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One list gives the enum, the names and the meanings. */
#define FAN_STATUS_LIST(X)                                                               \
    X(FAN_OK, "ok")                                                                      \
    X(FAN_EUSAGE, "bad usage or job file")                                               \
    X(FAN_EINVAL, "invalid value")                                                       \
    X(FAN_EFORMAT, "malformed input")                                                    \
    X(FAN_ELIMIT, "size limit exceeded")                                                 \
    X(FAN_EIO, "input/output error")                                                     \
    X(FAN_ENET, "network error")                                                         \
    X(FAN_EREMOTE, "remote service refused")                                             \
    X(FAN_ENOTFOUND, "not found")                                                        \
    X(FAN_ESTATE, "wrong state")                                                         \
    X(FAN_EBUDGET, "budget exhausted")                                                   \
    X(FAN_EINTERRUPTED, "interrupted")

#define FAN_STATUS_ENUM(name, text) name,
enum fan_status { FAN_STATUS_LIST(FAN_STATUS_ENUM) FAN_STATUS_COUNT };
#undef FAN_STATUS_ENUM

#define FAN_ERR_TEXT_MAX 512

/* The first failure and its sentence; zeroed means no failure yet. */
struct fan_err {
    enum fan_status code;
    char text[FAN_ERR_TEXT_MAX];
};

#if defined(__GNUC__)
#define FAN_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define FAN_MUST_CHECK         __attribute__((warn_unused_result))
#else
#define FAN_PRINTF(fmt, first)
#define FAN_MUST_CHECK
#endif

/**
 * Store a failure and return its code, so that callers can write
 * `return fan_fail(err, FAN_EIO, "cannot open '%s': %s", path, strerror(errno));`.
 * The first failure wins: a later one on the same record keeps the first text.
 * err may be NULL. code must not be FAN_OK (asserted). Text is cut at FAN_ERR_TEXT_MAX
 * - 1. Wording: lower case, verb first, subject quoted, cause last, no full stop.
 */
enum fan_status fan_fail(struct fan_err *err, enum fan_status code, const char *fmt, ...)
    FAN_PRINTF(3, 4);

/**
 * Put context before the stored text: "cannot read job 'a.yaml': " + text. Keeps the
 * code. No effect when err is NULL or holds no failure. Returns the stored code (or
 * FAN_OK).
 */
enum fan_status fan_err_prefix(struct fan_err *err, const char *fmt, ...)
    FAN_PRINTF(2, 3);

/* Meaning of a status in words; never NULL. */
const char *fan_status_text(enum fan_status code);

#ifdef __cplusplus
}
#endif
#endif
