/* function_urls.h - the function URLs of an account, and what they are called here. Pure.
 *
 * On AWS a URL has a host of its own, ID.lambda-url.REGION.on.aws. Here it is
 * ID.lambda-url.REGION.localhost at the endpoint's port: names below localhost mean this
 * machine without any DNS (RFC 6761, section 6.3; libcurl knows that), the path stays the
 * function's, and a request for a URL cannot be taken for one of the Lambda API. */
#ifndef FAN_LOCAL_LAMBDA_FUNCTION_URLS_H
#define FAN_LOCAL_LAMBDA_FUNCTION_URLS_H

#include "local_lambda/function_target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_URL_ID_CHARS 32
#define FAN_URL_TEXT_MAX 160

enum fan_url_auth { FAN_URL_NONE, FAN_URL_AWS_IAM };

struct fan_function_url {
    char id[FAN_URL_ID_CHARS + 1];
    struct fan_target function; /* qualifier: an alias, or "" */
    enum fan_url_auth auth;
    char created[32], modified[32];
};

struct fan_urls;

/* Owns: fan_urls_free. region is the caller's and outlives it. */
struct fan_urls *fan_urls_new(const char *region);
void fan_urls_free(struct fan_urls *urls);

/* The port that is part of every URL. */
void fan_urls_set_port(struct fan_urls *urls, uint16_t port);

/* "http://ID.lambda-url.us-east-1.localhost:9100/" into text, which is returned. */
const char *fan_urls_text(const struct fan_urls *urls, const struct fan_function_url *url,
                          char text[FAN_URL_TEXT_MAX]);

/* All of them, in no order; valid until the next change. */
size_t fan_urls_count(const struct fan_urls *urls);
struct fan_function_url *fan_urls_at(struct fan_urls *urls, size_t index);

/* The URL of a function or of its alias, or NULL. */
struct fan_function_url *fan_urls_find(struct fan_urls *urls, const char *name,
                                       const char *qualifier);

/* Give a function that has none a URL with a new id, made now. */
struct fan_function_url *fan_urls_add(struct fan_urls *urls,
                                      const struct fan_target *function);
void fan_urls_remove(struct fan_urls *urls, struct fan_function_url *url);

/* A function goes away, and its URLs with it. */
void fan_urls_forget(struct fan_urls *urls, const char *name);

/* Set the time of change to now. */
void fan_urls_touch(struct fan_function_url *url);

/* Is this value of a Host header that of a function URL, known or not? */
bool fan_urls_is_host(const char *host);

/* The URL that a Host header names, or NULL. */
struct fan_function_url *fan_urls_of_host(struct fan_urls *urls, const char *host);

#ifdef __cplusplus
}
#endif
#endif
