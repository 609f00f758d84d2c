/* tcp_listen.c - see tcp_listen.h. */
#include "local_lambda/tcp_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int set(int fd, int level, int option)
{
    const int on = 1;
    return setsockopt(fd, level, option, &on, sizeof on);
}

enum fan_status fan_tcp_listen(const struct fan_tcp_address *address, int backlog,
                               int *out, uint16_t *port, struct fan_err *err)
{
    struct sockaddr_in at = { 0 };
    socklen_t size = sizeof at;
    at.sin_family = AF_INET;
    at.sin_port = htons(address->port);
    if (inet_pton(AF_INET, address->host, &at.sin_addr) != 1)
        return fan_fail(err, FAN_EINVAL,
                        "cannot listen on '%s': expected a numeric IPv4 address",
                        address->host);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fan_fail(err, FAN_ENET, "cannot open a socket: %s", strerror(errno));
    /* an old connection must not keep us from our port; a free one is to be ours alone */
    if ((address->port && set(fd, SOL_SOCKET, SO_REUSEADDR)) ||
        set(fd, IPPROTO_TCP, TCP_NODELAY) ||
        bind(fd, (const struct sockaddr *)&at, sizeof at) || listen(fd, backlog) ||
        getsockname(fd, (struct sockaddr *)&at, &size)) {
        fan_fail(err, FAN_ENET, "cannot listen on %s:%u: %s", address->host,
                 address->port, strerror(errno));
        close(fd);
        return FAN_ENET;
    }
    *out = fd;
    *port = ntohs(at.sin_port);
    return FAN_OK;
}
