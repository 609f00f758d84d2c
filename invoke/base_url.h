/* base_url.h - the service's address, taken apart and checked.  Pure. */
#ifndef FAN_INVOKE_BASE_URL_H
#define FAN_INVOKE_BASE_URL_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_base_url {
    bool tls;
    bool loopback;    /* 127.x.x.x, ::1 or localhost: never asked through a proxy */
    char host[256];   /* as in the Host header: the default port is left out */
    char origin[272]; /* "http://" or "https://" and host */
    char path[128]; /* what stands before every path, "" or "/stage"; no '/' at its end */
};

/**
 * Take "http[s]://host[:port][/path]" apart. Errors: FAN_EINVAL for another scheme, user
 * names, queries, a bad port, or characters that do not belong in a URL.
 */
enum fan_status fan_base_url_parse(struct fan_base_url *url, const char *text,
                                   struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append text to out, a terminated string in capacity bytes: as it is, or percent-encoded
 * (unreserved characters stay, RFC 3986 section 2.3). Return false when it does not fit.
 */
bool fan_url_append(char *out, size_t capacity, const char *text);
bool fan_url_append_encoded(char *out, size_t capacity, const char *text);

#ifdef __cplusplus
}
#endif
#endif
