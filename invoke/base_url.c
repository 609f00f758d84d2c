/* base_url.c - see base_url.h. */
#include "invoke/base_url.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Port digits at p[0..n); false when they are none or out of range. */
static bool is_port(const char *p, size_t n, unsigned *port)
{
    unsigned value = 0;
    if (n == 0 || n > 5) return false;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)p[i])) return false;
        value = value * 10 + (unsigned)(p[i] - '0');
    }
    *port = value;
    return value >= 1 && value <= 65535;
}

static bool is_host(const char *p, size_t n)
{
    bool literal = n > 2 && p[0] == '[' && p[n - 1] == ']';
    for (size_t i = literal; i < n - literal; i++)
        if (!isalnum((unsigned char)p[i]) && !strchr(literal ? ":." : "-._", p[i]))
            return false;
    return n > 0 && n < 240;
}

static bool is_loopback(const char *host, size_t n)
{
    return (n > 4 && memcmp(host, "127.", 4) == 0 &&
            strspn(host + 4, "0123456789.") >= n - 4) ||
           (n == 9 && strncasecmp(host, "localhost", n) == 0) ||
           (n == 5 && memcmp(host, "[::1]", n) == 0);
}

static bool is_path(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)p[i]) && !strchr("/-._~$%", p[i])) return false;
    return true;
}

enum fan_status fan_base_url_parse(struct fan_base_url *url, const char *text,
                                   struct fan_err *err)
{
    struct fan_base_url u;
    memset(&u, 0, sizeof u);
    u.tls = strncmp(text, "https://", 8) == 0;
    if (!u.tls && strncmp(text, "http://", 7) != 0)
        return fan_fail(err, FAN_EINVAL,
                        "'%.200s' is not an address: expected "
                        "http://host[:port] or https://host[:port]",
                        text);
    const char *host = text + (u.tls ? 8 : 7);
    size_t authority = strcspn(host, "/?#");
    size_t literal = *host == '[' ? strcspn(host, "]/") : 0; /* colons of IPv6 inside */
    const char *colon = memchr(host + literal, ':', authority - literal);
    size_t host_bytes = colon ? (size_t)(colon - host) : authority;
    const char *path = host + authority;
    size_t path_bytes = strlen(path);
    while (path_bytes > 0 && path[path_bytes - 1] == '/')
        path_bytes--;
    unsigned port = u.tls ? 443 : 80, standard = port;
    if (!is_host(host, host_bytes) ||
        (colon && !is_port(colon + 1, authority - host_bytes - 1, &port)))
        return fan_fail(err, FAN_EINVAL, "'%.200s' is not an address: bad host or port",
                        text);
    if (path_bytes >= sizeof u.path || !is_path(path, path_bytes))
        return fan_fail(err, FAN_EINVAL, "'%.200s' is not an address: bad path", text);
    u.loopback = is_loopback(host, host_bytes);
    memcpy(u.path, path, path_bytes);
    int n = (int)host_bytes;
    if (port == standard)
        snprintf(u.host, sizeof u.host, "%.*s", n, host);
    else
        snprintf(u.host, sizeof u.host, "%.*s:%u", n, host, port);
    snprintf(u.origin, sizeof u.origin, "%s://%s", u.tls ? "https" : "http", u.host);
    *url = u;
    return FAN_OK;
}

bool fan_url_append(char *out, size_t capacity, const char *text)
{
    size_t used = strlen(out), n = strlen(text);
    if (n >= capacity - used) return false;
    memcpy(out + used, text, n + 1);
    return true;
}

bool fan_url_append_encoded(char *out, size_t capacity, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t used = strlen(out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c < 0x80 && isalnum(c)) || strchr("-._~", c);
        if (used + (plain ? 1 : 3) >= capacity) return false;
        if (plain) {
            out[used++] = (char)c;
        } else {
            out[used++] = '%';
            out[used++] = digits[c >> 4];
            out[used++] = digits[c & 15];
        }
        out[used] = '\0';
    }
    return true;
}
