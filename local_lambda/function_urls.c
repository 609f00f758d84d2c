/* function_urls.c - see function_urls.h. */
#include "local_lambda/function_urls.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/random.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOST_PART ".lambda-url."

struct fan_urls {
    const char *region;
    uint16_t port;
    struct fan_function_url *url;
    size_t count, capacity;
};

struct fan_urls *fan_urls_new(const char *region)
{
    struct fan_urls *urls = fan_alloc_zero(1, sizeof *urls);
    urls->region = region;
    return urls;
}

void fan_urls_free(struct fan_urls *urls)
{
    if (!urls) return;
    free(urls->url);
    free(urls);
}

void fan_urls_set_port(struct fan_urls *urls, uint16_t port)
{
    urls->port = port;
}

const char *fan_urls_text(const struct fan_urls *urls, const struct fan_function_url *url,
                          char text[FAN_URL_TEXT_MAX])
{
    snprintf(text, FAN_URL_TEXT_MAX, "http://%s" HOST_PART "%.64s.localhost:%u/", url->id,
             urls->region, urls->port);
    return text;
}

size_t fan_urls_count(const struct fan_urls *urls)
{
    return urls->count;
}

struct fan_function_url *fan_urls_at(struct fan_urls *urls, size_t index)
{
    assert(index < urls->count);
    return &urls->url[index];
}

struct fan_function_url *fan_urls_find(struct fan_urls *urls, const char *name,
                                       const char *qualifier)
{
    for (size_t i = 0; i < urls->count; i++)
        if (strcmp(urls->url[i].function.name, name) == 0 &&
            strcmp(urls->url[i].function.qualifier, qualifier) == 0)
            return &urls->url[i];
    return NULL;
}

/* not to be guessed: where there is no signature, it is all that protects a function */
static void make_id(char id[FAN_URL_ID_CHARS + 1])
{
    unsigned char bytes[FAN_URL_ID_CHARS];
    fan_random_system(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        id[i] = "abcdefghijklmnopqrstuvwxyz234567"[bytes[i] % 32];
    id[FAN_URL_ID_CHARS] = '\0';
}

struct fan_function_url *fan_urls_add(struct fan_urls *urls,
                                      const struct fan_target *function)
{
    if (urls->count == urls->capacity) {
        urls->capacity = urls->capacity ? 2 * urls->capacity : 8;
        urls->url = fan_realloc(urls->url, urls->capacity, sizeof *urls->url);
    }
    struct fan_function_url *url = &urls->url[urls->count++];
    *url = (struct fan_function_url){ .function = *function };
    make_id(url->id);
    fan_urls_touch(url);
    memcpy(url->created, url->modified, sizeof url->created);
    return url;
}

void fan_urls_remove(struct fan_urls *urls, struct fan_function_url *url)
{
    *url = urls->url[--urls->count];
}

void fan_urls_forget(struct fan_urls *urls, const char *name)
{
    for (size_t i = urls->count; i-- > 0;)
        if (strcmp(urls->url[i].function.name, name) == 0)
            fan_urls_remove(urls, &urls->url[i]);
}

void fan_urls_touch(struct fan_function_url *url)
{
    fan_clock_iso(fan_clock_wall_ns(), url->modified);
}

/* What follows the first label of a host. */
static const char *behind_label(const char *host)
{
    return host + strcspn(host, ".");
}

bool fan_urls_is_host(const char *host)
{
    return host && strncasecmp(behind_label(host), HOST_PART, sizeof HOST_PART - 1) == 0;
}

struct fan_function_url *fan_urls_of_host(struct fan_urls *urls, const char *host)
{
    if (!fan_urls_is_host(host) || behind_label(host) - host != FAN_URL_ID_CHARS)
        return NULL;
    for (size_t i = 0; i < urls->count; i++)
        if (strncasecmp(urls->url[i].id, host, FAN_URL_ID_CHARS) == 0)
            return &urls->url[i];
    return NULL;
}
