/* no_lookups.c - what libcrypto may ask of libc and this program has no use for.
 *
 * libcrypto can load plug-ins and connect to hosts by name. In a static program glibc
 * would have to load shared objects for that, of the very version that was linked, and
 * the linker warns of it. The authorizer does neither: it takes keys from its environment
 * and speaks to an address in digits. So these calls fail at once (--wrap in
 * cmake/bootstrap.cmake), and the code behind them is not linked. */
#include <netdb.h>
#include <stddef.h>

void *__wrap_dlopen(const char *name, int flags);
int __wrap_getaddrinfo(const char *node, const char *service,
                       const struct addrinfo *hints, struct addrinfo **found);
struct hostent *__wrap_gethostbyname(const char *name);

void *__wrap_dlopen(const char *name, int flags)
{
    (void)name, (void)flags;
    return NULL;
}

int __wrap_getaddrinfo(const char *node, const char *service,
                       const struct addrinfo *hints, struct addrinfo **found)
{
    (void)node, (void)service, (void)hints, (void)found;
    return EAI_FAIL;
}

struct hostent *__wrap_gethostbyname(const char *name)
{
    (void)name;
    return NULL;
}
