/* runtime_address.c - where the runtime API listens; see runtime_api.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/number.h"
#include "runtime/runtime_api.h"

static enum fan_status refuse(const char *text, const char *expected, struct fan_err *err)
{
    return fan_fail(err, FAN_EINVAL,
                    "cannot use runtime API address '%.128s': expected %s", text,
                    expected);
}

/* letters, digits and the marks that need no escape in a path */
static bool is_path(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        "/-_.~%:@!$&'()*+,;=") == strlen(text);
}

static bool set_host(struct fan_runtime_address *address, const char *host, size_t n)
{
    unsigned char digits[sizeof(struct in6_addr)];
    bool bracketed = n > 2 && host[0] == '[' && host[n - 1] == ']';
    if (bracketed) {
        host++;
        n -= 2;
    }
    if (n == 0 || n >= sizeof address->host) return false;
    memcpy(address->host, host, n);
    address->host[n] = '\0';
    if (!bracketed && strcmp(address->host, "localhost") == 0)
        memcpy(address->host, "127.0.0.1", sizeof "127.0.0.1");
    return inet_pton(bracketed ? AF_INET6 : AF_INET, address->host, digits) == 1;
}

enum fan_status fan_runtime_address_parse(const char *text,
                                          struct fan_runtime_address *address,
                                          struct fan_err *err)
{
    struct fan_runtime_address found;
    memset(&found, 0, sizeof found);
    size_t authority_bytes = strcspn(text, "/");
    if (authority_bytes == 0 || authority_bytes >= sizeof found.authority)
        return refuse(text, "HOST:PORT", err);
    memcpy(found.authority, text, authority_bytes);

    const char *colon = strrchr(found.authority, ':');
    if (!colon) return refuse(text, "HOST:PORT", err);
    uint64_t port = 0;
    if (strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        fan_number_u64(colon + 1, 1, UINT16_MAX, &port, NULL))
        return refuse(text, "a port from 1 to 65535", err);
    found.port = (uint16_t)port;
    if (!set_host(&found, found.authority, (size_t)(colon - found.authority)))
        return refuse(text, "an IPv4 address, an IPv6 address in brackets or localhost",
                      err);

    const char *prefix = text + authority_bytes;
    size_t prefix_bytes = strlen(prefix);
    while (prefix_bytes > 0 && prefix[prefix_bytes - 1] == '/')
        prefix_bytes--;
    if (prefix_bytes >= sizeof found.prefix || !is_path(prefix))
        return refuse(text, "a short plain path behind the port", err);
    memcpy(found.prefix, prefix, prefix_bytes);
    *address = found;
    return FAN_OK;
}
