/* http_server.c - see http_server.h. evhttp reads requests and keeps connections. The
 * socket is our own, because evhttp's backlog of 128 loses connections in a burst.
 * Answers are written here in one system call: evhttp would format each header with
 * printf and go round the loop to hear that the socket can be written to. */
#include "local_lambda/http_server.h"

#include "local_lambda/answer_head.h"
#include "local_lambda/tcp_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#define LISTEN_BACKLOG    4096
#define HEADERS_MAX_BYTES 65536
#define IDLE_TIMEOUT_S    600 /* of a kept-alive connection */
#define CUT_BYTES_MAX     1024

/* One address that is listened on, and who answers there. */
struct front {
    struct fan_server *server;
    struct front *next;
    struct evhttp *http;
    fan_server_answer_fn *answer;
    void *context;
};

struct fan_server {
    struct fan_loop *loop;
    struct front *fronts; /* the first one opened comes last */
    uint16_t port;        /* of that one */
    time_t date_s; /* what date was formatted for: once per second, not per answer */
    char date[40];
    struct fan_buf head;         /* of the answer being written */
    struct fan_exchange *unused; /* kept for the next requests */
};

struct fan_exchange {
    struct fan_server *server;
    struct fan_exchange *next; /* in the list of unused ones */
    struct evhttp_request *raw;
    struct fan_http_request request;
};

static const char *method_name(enum evhttp_cmd_type method)
{
    switch (method) {
    case EVHTTP_REQ_GET: return "GET";
    case EVHTTP_REQ_POST: return "POST";
    case EVHTTP_REQ_HEAD: return "HEAD";
    case EVHTTP_REQ_PUT: return "PUT";
    case EVHTTP_REQ_DELETE: return "DELETE";
    case EVHTTP_REQ_PATCH: return "PATCH";
    case EVHTTP_REQ_OPTIONS: return "OPTIONS";
    case EVHTTP_REQ_TRACE: return "TRACE";
    case EVHTTP_REQ_CONNECT: return "CONNECT";
    }
    return "";
}

/* 0 when there are more headers than a request may have */
static int request_fill(struct fan_http_request *request, struct evhttp_request *raw)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(raw);
    const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
    const char *query = uri ? evhttp_uri_get_query(uri) : NULL;
    request->method = method_name(evhttp_request_get_command(raw));
    request->path = path ? path : "";
    request->query = query ? query : "";
    request->header_count = 0;
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(raw);
    for (const struct evkeyval *h = headers->tqh_first; h; h = h->next.tqe_next) {
        if (request->header_count == FAN_HTTP_HEADERS_MAX) return 0;
        request->header[request->header_count++] =
            (struct fan_http_field){ h->key, h->value };
    }
    struct evbuffer *body = evhttp_request_get_input_buffer(raw);
    request->body_bytes = evbuffer_get_length(body);
    request->body = request->body_bytes ? (const char *)evbuffer_pullup(body, -1) : "";
    return 1;
}

/* Exchanges are reused: they are a little too large for malloc's quick path. */
static struct fan_exchange *exchange_new(struct fan_server *server,
                                         struct evhttp_request *raw)
{
    struct fan_exchange *exchange = server->unused;
    if (exchange)
        server->unused = exchange->next;
    else
        exchange = fan_alloc(sizeof *exchange);
    exchange->server = server;
    exchange->raw = raw;
    return exchange;
}

static void exchange_free(struct fan_exchange *exchange)
{
    exchange->next = exchange->server->unused;
    exchange->server->unused = exchange;
}

static struct bufferevent *stream_of(const struct fan_exchange *exchange)
{
    return evhttp_connection_get_bufferevent(
        evhttp_request_get_connection(exchange->raw));
}

static void on_request(struct evhttp_request *raw, void *context)
{
    const struct front *front = context;
    struct fan_server *server = front->server;
    fan_loop_note_round(server->loop);
    struct fan_exchange *exchange = exchange_new(server, raw);
    if (!request_fill(&exchange->request, raw)) {
        exchange_free(exchange);
        evhttp_send_error(raw, 431, "Request Header Fields Too Large");
        return;
    }
    front->answer(front->context, exchange, &exchange->request);
}

/* the listener belongs to front->http from here on */
static enum fan_status front_open(struct front *front, const struct fan_server_cfg *cfg,
                                  int fd, struct fan_err *err)
{
    struct event_base *base = fan_loop_base(front->server->loop);
    struct evconnlistener *listener = evconnlistener_new(
        base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
    if (!listener) {
        close(fd);
        return fan_fail(err, FAN_ENET, "cannot listen on %s:%u: %s", cfg->host, cfg->port,
                        strerror(errno));
    }
    front->http = evhttp_new(base);
    if (!front->http || !evhttp_bind_listener(front->http, listener)) {
        evconnlistener_free(listener);
        return fan_fail(err, FAN_ENET, "cannot start the HTTP server");
    }
    evhttp_set_max_headers_size(front->http, HEADERS_MAX_BYTES);
    evhttp_set_max_body_size(front->http, (ev_ssize_t)cfg->body_max);
    evhttp_set_timeout(front->http, IDLE_TIMEOUT_S);
    evhttp_set_allowed_methods(
        front->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT |
                         EVHTTP_REQ_DELETE | EVHTTP_REQ_PATCH | EVHTTP_REQ_OPTIONS);
    evhttp_set_gencb(front->http, on_request, front);
    return FAN_OK;
}

enum fan_status fan_server_listen(struct fan_server *server,
                                  const struct fan_server_cfg *cfg, uint16_t *port,
                                  struct fan_err *err)
{
    const struct fan_tcp_address address = { cfg->host, cfg->port };
    int fd = -1;
    enum fan_status st = fan_tcp_listen(&address, LISTEN_BACKLOG, &fd, port, err);
    if (st) return st;
    struct front *front = fan_alloc_zero(1, sizeof *front);
    front->server = server;
    front->answer = cfg->answer;
    front->context = cfg->context;
    front->next = server->fronts;
    server->fronts = front;
    return front_open(front, cfg, fd, err);
}

enum fan_status fan_server_open(struct fan_server **out, struct fan_loop *loop,
                                const struct fan_server_cfg *cfg, struct fan_err *err)
{
    struct fan_server *server = fan_alloc_zero(1, sizeof *server);
    fan_buf_init(&server->head, FAN_ANSWER_HEAD_MAX);
    server->loop = loop;
    enum fan_status st = fan_server_listen(server, cfg, &server->port, err);
    if (st) {
        fan_server_close(server);
        return st;
    }
    *out = server;
    return FAN_OK;
}

void fan_server_close(struct fan_server *server)
{
    if (!server) return;
    for (struct front *next; server->fronts; server->fronts = next) {
        next = server->fronts->next;
        if (server->fronts->http) evhttp_free(server->fronts->http);
        free(server->fronts);
    }
    for (struct fan_exchange *next; server->unused; server->unused = next) {
        next = server->unused->next;
        free(server->unused);
    }
    fan_buf_clear(&server->head);
    free(server);
}

uint16_t fan_server_port(const struct fan_server *server)
{
    return server->port;
}

const struct fan_http_request *fan_exchange_request(const struct fan_exchange *exchange)
{
    return &exchange->request;
}

const char *fan_exchange_peer(const struct fan_exchange *exchange,
                              char text[FAN_PEER_MAX])
{
    struct sockaddr_in address = { 0 };
    socklen_t size = sizeof address;
    int fd = bufferevent_getfd(stream_of(exchange));
    if (getpeername(fd, (struct sockaddr *)&address, &size) ||
        !inet_ntop(AF_INET, &address.sin_addr, text, FAN_PEER_MAX))
        text[0] = '\0';
    return text;
}

static const char *date_now(struct fan_server *server)
{
    time_t now = time(NULL);
    if (now != server->date_s) {
        struct tm utc;
        gmtime_r(&now, &utc);
        strftime(server->date, sizeof server->date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
        server->date_s = now;
    }
    return server->date;
}

/* evhttp's objects must not be freed inside its own callbacks: a timer does it */
static void close_later(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    evhttp_connection_free(context);
}

void fan_exchange_drop(struct fan_exchange *exchange)
{
    static const struct timeval at_once = { 0, 0 };
    struct evhttp_connection *connection = evhttp_request_get_connection(exchange->raw);
    event_base_once(fan_loop_base(exchange->server->loop), -1, EV_TIMEOUT, close_later,
                    connection, &at_once);
    exchange_free(exchange);
}

/* Both parts as far as the socket takes them; -1: the client is gone. */
static ssize_t send_both(int fd, const struct fan_buf *head, const struct fan_buf *body)
{
    struct iovec parts[2] = { { head->data, head->size }, { body->data, body->size } };
    struct msghdr message = { 0 };
    message.msg_iov = parts;
    message.msg_iovlen = body->size > 0 ? 2 : 1;
    ssize_t sent;
    do
        sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : sent;
}

void fan_exchange_answer(struct fan_exchange *exchange,
                         const struct fan_http_answer *answer)
{
    static const struct fan_buf nothing = FAN_BUF_INIT(0);
    struct evhttp_request *raw = exchange->raw;
    struct bufferevent *stream = stream_of(exchange);
    bool bodiless = fan_answer_bodiless(answer->status) ||
                    evhttp_request_get_command(raw) == EVHTTP_REQ_HEAD;
    const struct fan_buf *body = bodiless ? &nothing : &answer->body;
    struct fan_buf *head = &exchange->server->head;
    fan_answer_head(head, answer, &exchange->request, date_now(exchange->server),
                    answer->body.size);
    ssize_t sent = send_both(bufferevent_getfd(stream), head, body);
    if (sent < 0) {
        fan_exchange_drop(exchange);
        return;
    }
    size_t done = (size_t)sent, head_done = done < head->size ? done : head->size;
    if (done < head->size + body->size) {
        struct evbuffer *rest = bufferevent_get_output(stream);
        evbuffer_add(rest, head->data + head_done, head->size - head_done);
        done -= head_done;
        if (body->size > done) evbuffer_add(rest, body->data + done, body->size - done);
        bufferevent_enable(stream, EV_WRITE);
    }
    exchange_free(exchange);
    /* the request is over, as soon as the rest, if any, is written */
    evhttp_send_reply_end(raw);
}

void fan_exchange_cut(struct fan_exchange *exchange, const struct fan_http_answer *answer)
{
    char head[256];
    size_t part = answer->body.size / 2;
    if (part > CUT_BYTES_MAX) part = CUT_BYTES_MAX;
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %d OK\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n",
                     answer->status, answer->body.size);
    /* evhttp has no way to break its own promise, so the bytes go straight out; a full
     * socket buffer only makes the cut earlier */
    int fd = bufferevent_getfd(stream_of(exchange));
    if (send(fd, head, (size_t)n, MSG_NOSIGNAL | MSG_MORE) == n && part > 0)
        (void)!send(fd, answer->body.data, part, MSG_NOSIGNAL);
    fan_exchange_drop(exchange);
}
