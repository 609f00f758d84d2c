/* runtime_link.c - see runtime_link.h. */
#define _GNU_SOURCE /* accept4 */
#include "local_lambda/runtime_link.h"

#include "local_lambda/tcp_listen.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define BACKLOG         16
#define CONNECTIONS_MAX 16
#define RECEIVE_BYTES   65536
#define OUT_BYTES_MAX   (FAN_RESPONSE_BYTES_MAX + (1u << 20))

struct connection {
    struct fan_runtime_link *link;
    int fd;
    struct fan_watch *readable, *writable; /* writable: NULL while nothing is stuck */
    struct fan_request_reader reader;
    struct fan_buf out; /* bytes owed to the runtime */
    bool close;         /* once out is empty */
    bool held;          /* its NEXT waits for an event */
    bool taking;        /* inside take_requests, which flushes when it is done */
};

struct fan_runtime_link {
    struct fan_loop *loop;
    struct fan_runtime_link_events events;
    int fd;
    uint16_t port;
    struct fan_watch *acceptable;
    struct connection *connection[CONNECTIONS_MAX];
    size_t count;
    struct connection *waiting; /* the last one whose NEXT is held */
};

static void connection_close(struct connection *c)
{
    struct fan_runtime_link *link = c->link;
    for (size_t i = 0; i < link->count; i++)
        if (link->connection[i] == c) {
            link->connection[i] = link->connection[--link->count];
            break;
        }
    if (link->waiting == c) link->waiting = NULL;
    fan_watch_free(c->readable);
    fan_watch_free(c->writable);
    close(c->fd);
    fan_reader_clear(&c->reader);
    fan_buf_clear(&c->out);
    free(c);
}

static void on_writable(void *context);

/* Send what is owed; false when the connection is gone. */
static bool flush(struct connection *c)
{
    size_t sent = 0;
    while (sent < c->out.size) {
        ssize_t n = send(c->fd, c->out.data + sent, c->out.size - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (n < 0) {
            connection_close(c);
            return false;
        }
        sent += (size_t)n;
    }
    c->out.size -= sent;
    if (c->out.size > 0) {
        memmove(c->out.data, c->out.data + sent, c->out.size);
        if (!c->writable)
            c->writable =
                fan_watch_new(c->link->loop, FAN_WATCH_WRITE, c->fd, on_writable, c);
        return true;
    }
    fan_watch_free(c->writable);
    c->writable = NULL;
    if (c->out.capacity > RECEIVE_BYTES) fan_buf_clear(&c->out);
    if (!c->close) return true;
    connection_close(c);
    return false;
}

static void on_writable(void *context)
{
    flush(context);
}

static void owe(struct connection *c, const void *bytes, size_t n)
{
    if (fan_buf_add(&c->out, bytes, n, NULL)) c->close = true; /* never reads: give up */
}

static void take_request(struct connection *c, const struct fan_reader_request *request)
{
    struct fan_runtime_link *link = c->link;
    const char *id = NULL;
    size_t id_bytes = 0, n = 0;
    enum fan_runtime_call call =
        fan_runtime_route(request->method, request->path, &id, &id_bytes);
    enum fan_runtime_reply reply = FAN_RUNTIME_NO_SUCH_CALL;
    if (request->close) c->close = true;
    if (call == FAN_RUNTIME_NEXT) {
        /* held before the event is asked for: it may be sent at once */
        c->held = true;
        link->waiting = c;
        bool hold = true;
        reply =
            link->events.call(link->events.context, call, id, id_bytes, request, &hold);
        if (hold) return;
        c->held = false;
        link->waiting = NULL;
    } else if (call != FAN_RUNTIME_UNKNOWN) {
        bool hold = false;
        reply =
            link->events.call(link->events.context, call, id, id_bytes, request, &hold);
    }
    const char *text = fan_runtime_reply_text(reply, &n);
    owe(c, text, n);
}

/* Handle every complete request; false when the connection is gone. */
static bool take_requests(struct connection *c)
{
    struct fan_reader_request request;
    c->taking = true;
    /* one NEXT at a time: what is pipelined behind a held one waits in the reader */
    while (!c->held && !c->close) {
        enum fan_reader_state state = fan_reader_next(&c->reader, &request);
        if (state == FAN_READER_MORE) break;
        if (state == FAN_READER_BAD) {
            size_t n = 0;
            const char *text = fan_runtime_reply_text(FAN_RUNTIME_BAD_REQUEST, &n);
            owe(c, text, n);
            c->close = true;
            break;
        }
        take_request(c, &request);
    }
    c->taking = false;
    if (!c->held && fan_reader_wants_continue(&c->reader))
        owe(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    /* A runtime that pipelined NEXT behind its response does not wait for the 202: it
     * then travels with the next event and spares the process a wake-up. */
    if (c->held) return true;
    return flush(c);
}

static void on_readable(void *context)
{
    struct connection *c = context;
    static char bytes[RECEIVE_BYTES];
    for (;;) {
        ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (n <= 0 || fan_reader_feed(&c->reader, bytes, (size_t)n, NULL)) {
            connection_close(c);
            return;
        }
        if (!take_requests(c)) return;
        if ((size_t)n < sizeof bytes) return;
    }
}

static void on_acceptable(void *context)
{
    struct fan_runtime_link *link = context;
    for (;;) {
        int fd = accept4(link->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        if (link->count == CONNECTIONS_MAX) {
            close(fd);
            continue;
        }
        struct connection *c = fan_alloc_zero(1, sizeof *c);
        c->link = link;
        c->fd = fd;
        fan_reader_init(&c->reader, FAN_RESPONSE_BYTES_MAX);
        fan_buf_init(&c->out, OUT_BYTES_MAX);
        c->readable = fan_watch_new(link->loop, FAN_WATCH_READ, fd, on_readable, c);
        link->connection[link->count++] = c;
        /* the request mostly is there already */
        on_readable(c);
    }
}

enum fan_status fan_runtime_link_open(struct fan_runtime_link **out,
                                      struct fan_loop *loop,
                                      const struct fan_runtime_link_events *events,
                                      struct fan_err *err)
{
    const struct fan_tcp_address address = { "127.0.0.1", 0 };
    uint16_t port = 0;
    int fd = -1;
    enum fan_status st = fan_tcp_listen(&address, BACKLOG, &fd, &port, err);
    fan_err_prefix(err, "cannot open a Runtime API socket: ");
    if (st) return st;
    struct fan_runtime_link *link = fan_alloc_zero(1, sizeof *link);
    link->loop = loop;
    link->events = *events;
    link->fd = fd;
    link->port = port;
    link->acceptable = fan_watch_new(loop, FAN_WATCH_READ, fd, on_acceptable, link);
    *out = link;
    return FAN_OK;
}

void fan_runtime_link_close(struct fan_runtime_link *link)
{
    if (!link) return;
    fan_runtime_link_reset(link);
    fan_watch_free(link->acceptable);
    close(link->fd);
    free(link);
}

uint16_t fan_runtime_link_port(const struct fan_runtime_link *link)
{
    return link->port;
}

bool fan_runtime_link_waiting(const struct fan_runtime_link *link)
{
    return link->waiting != NULL;
}

/* Head, body and what is owed from before in one system call; the rest is buffered. */
void fan_runtime_link_send(struct fan_runtime_link *link,
                           const struct fan_runtime_event *event, const void *body)
{
    struct connection *c = link->waiting;
    assert(c);
    char head[FAN_RUNTIME_HEAD_MAX];
    size_t n = fan_runtime_event_head(head, event);
    link->waiting = NULL;
    c->held = false;
    owe(c, head, n);
    owe(c, body, event->event_bytes);
    if (!c->taking) flush(c);
}

void fan_runtime_link_reset(struct fan_runtime_link *link)
{
    while (link->count > 0)
        connection_close(link->connection[link->count - 1]);
}

void fan_runtime_link_drain(struct fan_runtime_link *link)
{
    on_acceptable(link);
    struct connection *all[CONNECTIONS_MAX];
    size_t count = link->count;
    memcpy(all, link->connection, sizeof all);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < link->count; k++)
            if (link->connection[k] == all[i]) {
                on_readable(all[i]);
                break;
            }
}
