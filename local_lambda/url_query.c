/* url_query.c - see url_query.h. */
#include "local_lambda/url_query.h"

#include "common/buf.h"
#include "local_lambda/percent.h"

#include <stdlib.h>
#include <string.h>

void fan_url_query_init(struct fan_url_query *query, const char *text)
{
    query->at = text;
    query->scratch = fan_alloc(2 * strlen(text) + 4);
}

void fan_url_query_clear(struct fan_url_query *query)
{
    free(query->scratch);
    *query = (struct fan_url_query){ NULL, NULL };
}

/* Decode n characters to where out is; what stands behind the text and its NUL. */
static char *decode(const char *text, size_t n, char *out)
{
    char *raw = fan_alloc(n + 1);
    for (size_t i = 0; i < n; i++)
        raw[i] = text[i] == '+' ? ' ' : text[i];
    long size = fan_percent_decode(raw, n, out, n + 1);
    free(raw);
    if (size < 0) {
        memcpy(out, text, n);
        out[n] = '\0';
        size = (long)n;
    }
    return out + size + 1;
}

bool fan_url_query_next(struct fan_url_query *query, const char **name,
                        const char **value)
{
    query->at += strspn(query->at, "&");
    if (!*query->at) return false;
    size_t n = strcspn(query->at, "&"), name_bytes = strcspn(query->at, "=&");
    size_t skip = name_bytes < n ? name_bytes + 1 : n;
    char *behind = decode(query->at, name_bytes, query->scratch);
    decode(query->at + skip, n - skip, behind);
    *name = query->scratch;
    *value = behind;
    query->at += n;
    return true;
}
