/*
 * answer_server.c - the cheapest HTTP server that the clients of a benchmark can share:
 * one epoll loop, a fixed answer, optionally after a fixed delay. Understands just enough
 * HTTP for keep-alive POSTs with Content-Length. Loopback only; ends with its standard
 * input. Usage: answer_server [DELAY_MS]      Prints its port, then serves.
 */
#define _GNU_SOURCE /* accept4, memmem */
#include "common/clock.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 65536
#define REQUEST_MAX     8192
#define DELAYED_MAX     65536

static const char answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    "x-amzn-RequestId: 6ba7b810-9dad-41d1-80b4-00c04fd430c8\r\n"
    "X-Amz-Executed-Version: $LATEST\r\nContent-Length: 45\r\n\r\n"
    "{\"n\":7,\"prime\":true,\"durationSeconds\":0.0001}";

struct connection {
    size_t size;
    char request[REQUEST_MAX];
};
static struct connection *connection[CONNECTIONS_MAX];
static struct {
    int64_t due_ns;
    int fd;
} delayed[DELAYED_MAX]; /* a ring: equal delays stay in order */
static size_t delayed_head, delayed_count;

static void drop(int fd)
{
    close(fd);
    free(connection[fd]);
    connection[fd] = NULL;
}

static void send_answer(int fd)
{
    if (connection[fd] &&
        write(fd, answer, sizeof answer - 1) != (ssize_t)sizeof answer - 1)
        drop(fd);
}

/* bytes of the first whole request in c, or 0 */
static size_t whole_request(const struct connection *c)
{
    const char *end = memmem(c->request, c->size, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - c->request) + 4, body = 0;
    for (const char *p = c->request; p < end; p++)
        if (strncasecmp(p, "\ncontent-length:", 16) == 0)
            body = strtoul(p + 16, NULL, 10);
    return c->size >= head + body ? head + body : 0;
}

static void serve(int fd, int64_t delay_ns)
{
    struct connection *c = connection[fd];
    ssize_t got = read(fd, c->request + c->size, REQUEST_MAX - c->size);
    if (got <= 0) {
        drop(fd);
        return;
    }
    c->size += (size_t)got;
    size_t used = whole_request(c);
    if (!used) return;
    memmove(c->request, c->request + used, c->size - used);
    c->size -= used;
    if (delay_ns == 0 || delayed_count == DELAYED_MAX) {
        send_answer(fd);
        return;
    }
    size_t at = (delayed_head + delayed_count++) % DELAYED_MAX;
    delayed[at].due_ns = fan_clock_mono_ns() + delay_ns;
    delayed[at].fd = fd;
}

/* answer what is due; milliseconds until the next one, -1 when none waits */
static int answer_due(void)
{
    int64_t now = fan_clock_mono_ns();
    while (delayed_count && delayed[delayed_head].due_ns <= now) {
        send_answer(delayed[delayed_head].fd);
        delayed_head = (delayed_head + 1) % DELAYED_MAX;
        delayed_count--;
    }
    if (!delayed_count) return -1;
    return (int)((delayed[delayed_head].due_ns - now) / 1000000) + 1;
}

static void accept_all(int epoll, int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= CONNECTIONS_MAX) {
            close(fd);
            continue;
        }
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connection[fd] = calloc(1, sizeof *connection[fd]);
        if (!connection[fd]) abort();
        struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

int main(int argc, char **argv)
{
    int64_t delay_ns = argc > 1 ? atoi(argv[1]) * INT64_C(1000000) : 0;
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files = { CONNECTIONS_MAX, CONNECTIONS_MAX };
    setrlimit(RLIMIT_NOFILE, &files);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096) ||
        getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("answer_server");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int epoll = epoll_create1(0);
    struct epoll_event e = { .events = EPOLLIN, .data.fd = listener };
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
    e.data.fd = STDIN_FILENO;
    epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &e);
    for (;;) {
        struct epoll_event events[256];
        int n = epoll_wait(epoll, events, 256, answer_due());
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == STDIN_FILENO) return 0;
            if (events[i].data.fd == listener)
                accept_all(epoll, listener);
            else if (connection[events[i].data.fd])
                serve(events[i].data.fd, delay_ns);
        }
    }
}
