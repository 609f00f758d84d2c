/* http_server.c - see http_server.h. evhttp reads requests and keeps connections. The
 * listener is our own, because evhttp's backlog of 128 loses connections in a burst.
 * Answers are written here in one system call: evhttp would format each header with
 * printf and go round the loop to hear that the socket can be written to. */
#include "local_lambda/http_server.h"

#include "common/clock.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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
#define HEAD_BYTES_MAX    65536 /* of an answer; the longest header is a log tail */

/* One address that is listened on, and who answers there. */
struct front {
    struct fan_server *server;
    struct front *next;
    struct evhttp *http;
    fan_server_answer_fn *answer;
    void *context;
    uint16_t port;
};

struct fan_server {
    struct event_base *base;
    struct front *fronts; /* the first one opened comes last */
    uint16_t port;        /* of that one */
    time_t date_s; /* what date was formatted for: once per second, not per answer */
    char date[40];
    bool stopped;
    int64_t round_ns;    /* begin of this round's callbacks; 0: before the first */
    struct fan_buf head; /* of the answer being written */
    struct fan_exchange *unused; /* kept for the next requests */
};

struct fan_exchange {
    struct fan_server *server;
    struct fan_exchange *next; /* in the list of unused ones */
    struct evhttp_request *raw;
    struct fan_http_request request;
};

struct fan_timer {
    struct fan_server *server;
    struct event *event;
    fan_event_fn *fn;
    void *context;
};

struct fan_watch {
    struct fan_server *server;
    struct event *event;
    fan_event_fn *fn;
    void *context;
};

static void note_round(struct fan_server *server)
{
    if (server->round_ns == 0) server->round_ns = fan_clock_mono_ns();
}

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
    note_round(server);
    struct fan_exchange *exchange = exchange_new(server, raw);
    if (!request_fill(&exchange->request, raw)) {
        exchange_free(exchange);
        evhttp_send_error(raw, 431, "Request Header Fields Too Large");
        return;
    }
    front->answer(front->context, exchange, &exchange->request);
}

static enum fan_status listen_on(const struct fan_server_cfg *cfg, int *out_fd,
                                 struct fan_err *err)
{
    struct sockaddr_in address = { 0 };
    address.sin_family = AF_INET;
    address.sin_port = htons(cfg->port);
    if (inet_pton(AF_INET, cfg->host, &address.sin_addr) != 1)
        return fan_fail(err, FAN_EINVAL,
                        "cannot listen on '%s': expected a numeric IPv4 address",
                        cfg->host);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0)
        return fan_fail(err, FAN_ENET, "cannot open a socket: %s", strerror(errno));
    /* accepted sockets inherit TCP_NODELAY */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) || fcntl(fd, F_SETFL, O_NONBLOCK) ||
        bind(fd, (const struct sockaddr *)&address, sizeof address)) {
        fan_fail(err, FAN_ENET, "cannot listen on %s:%u: %s", cfg->host, cfg->port,
                 strerror(errno));
        close(fd);
        return FAN_ENET;
    }
    *out_fd = fd;
    return FAN_OK;
}

static struct event_base *base_new(void)
{
    struct event_config *config = event_config_new();
    if (!config) return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    /* epoll_wait alone rounds to milliseconds; held answers need better */
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    /* timers count from now, not from when this round of the loop began */
    event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME);
    /* evhttp switches reading and writing on and off within one answer; descriptors are
     * never duplicated here, so the change list is safe */
    event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

/* the listener belongs to front->http from here on */
static enum fan_status front_open(struct front *front, const struct fan_server_cfg *cfg,
                                  int fd, struct fan_err *err)
{
    struct event_base *base = front->server->base;
    struct evconnlistener *listener = evconnlistener_new(
        base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, LISTEN_BACKLOG,
        fd);
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
    struct sockaddr_in address = { 0 };
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size))
        return fan_fail(err, FAN_ENET, "cannot read the port: %s", strerror(errno));
    front->port = ntohs(address.sin_port);
    return FAN_OK;
}

enum fan_status fan_server_listen(struct fan_server *server,
                                  const struct fan_server_cfg *cfg, uint16_t *port,
                                  struct fan_err *err)
{
    int fd = -1;
    enum fan_status st = listen_on(cfg, &fd, err);
    if (st) return st;
    struct front *front = fan_alloc_zero(1, sizeof *front);
    front->server = server;
    front->answer = cfg->answer;
    front->context = cfg->context;
    front->next = server->fronts;
    server->fronts = front;
    st = front_open(front, cfg, fd, err);
    if (!st) *port = front->port;
    return st;
}

enum fan_status fan_server_open(struct fan_server **out, const struct fan_server_cfg *cfg,
                                struct fan_err *err)
{
    struct fan_server *server = fan_alloc_zero(1, sizeof *server);
    fan_buf_init(&server->head, HEAD_BYTES_MAX);
    server->base = base_new();
    enum fan_status st = server->base
                             ? fan_server_listen(server, cfg, &server->port, err)
                             : fan_fail(err, FAN_EIO, "cannot start the event loop");
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
    if (server->base) event_base_free(server->base);
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

void fan_server_run(struct fan_server *server)
{
    server->stopped = false;
    while (!server->stopped && event_base_loop(server->base, EVLOOP_ONCE) == 0)
        server->round_ns = 0;
}

void fan_server_stop(struct fan_server *server)
{
    server->stopped = true;
    event_base_loopbreak(server->base);
}

int64_t fan_server_round_ns(const struct fan_server *server)
{
    return server->round_ns;
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

struct reason {
    int status;
    const char *text;
};

static const char *reason_of(int status)
{
    /* the service's own statuses first: functions may answer through a gateway with any
     */
    static const struct reason reasons[] = {
        { 200, "OK" },
        { 429, "Too Many Requests" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 500, "Internal Server Error" },
        { 201, "Created" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 412, "Precondition Failed" },
        { 413, "Request Entity Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Entity" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return reasons[i].text;
    return "Unknown";
}

/* by RFC 9110, sections 15.3.5 and 15.4.5 */
static bool has_no_body(int status)
{
    return status == 204 || status == 304;
}

static bool says(const struct fan_http_request *request, const char *value)
{
    const char *connection = fan_http_header(request, "Connection");
    return connection && strcasecmp(connection, value) == 0;
}

static void head_add(struct fan_buf *head, const char *a, const char *b, const char *c)
{
    /* fits: headers are ours, the longest is a log tail */
    (void)!fan_buf_adds(head, a, NULL);
    (void)!fan_buf_adds(head, b, NULL);
    (void)!fan_buf_adds(head, c, NULL);
}

/* Everything before the body, which has body_bytes. */
static const struct fan_buf *make_head(struct fan_exchange *exchange,
                                       const struct fan_http_answer *answer,
                                       size_t body_bytes)
{
    struct fan_buf *head = &exchange->server->head;
    char number[32];
    fan_buf_reset(head);
    snprintf(number, sizeof number, "HTTP/1.1 %d ", answer->status);
    head_add(head, number, reason_of(answer->status), "\r\nDate: ");
    head_add(head, date_now(exchange->server), "\r\n", "");
    for (size_t i = 0; i < answer->header_count; i++) {
        head_add(head, answer->header[i].name, ": ", answer->header[i].value);
        head_add(head, "\r\n", "", "");
    }
    if (says(&exchange->request, "close"))
        head_add(head, "Connection: close\r\n", "", "");
    else if (says(&exchange->request, "keep-alive"))
        head_add(head, "Connection: keep-alive\r\n", "", "");
    if (!has_no_body(answer->status)) {
        snprintf(number, sizeof number, "%zu", body_bytes);
        head_add(head, "Content-Length: ", number, "\r\n");
    }
    head_add(head, "\r\n", "", "");
    return head;
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
    event_base_once(exchange->server->base, -1, EV_TIMEOUT, close_later, connection,
                    &at_once);
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
    bool bodiless =
        has_no_body(answer->status) || evhttp_request_get_command(raw) == EVHTTP_REQ_HEAD;
    const struct fan_buf *body = bodiless ? &nothing : &answer->body;
    const struct fan_buf *head = make_head(exchange, answer, answer->body.size);
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

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct fan_timer *timer = context;
    note_round(timer->server);
    timer->fn(timer->context);
}

static struct event *must(struct event *event)
{
    if (event) return event;
    fprintf(stderr, "out of memory: cannot create an event\n");
    abort();
}

struct fan_timer *fan_timer_new(struct fan_server *server, fan_event_fn *fn,
                                void *context)
{
    struct fan_timer *timer = fan_alloc(sizeof *timer);
    timer->server = server;
    timer->fn = fn;
    timer->context = context;
    timer->event = must(event_new(server->base, -1, 0, on_timer, timer));
    return timer;
}

void fan_timer_set(struct fan_timer *timer, int64_t delay_ns)
{
    if (delay_ns < 0) delay_ns = 0;
    /* rounded up: a timer never fires early */
    int64_t delay_us = (delay_ns + 999) / 1000;
    struct timeval delay = { delay_us / 1000000, delay_us % 1000000 };
    event_add(timer->event, &delay);
}

void fan_timer_stop(struct fan_timer *timer)
{
    event_del(timer->event);
}

void fan_timer_free(struct fan_timer *timer)
{
    if (!timer) return;
    event_free(timer->event);
    free(timer);
}

static void on_watch(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct fan_watch *watch = context;
    note_round(watch->server);
    watch->fn(watch->context);
}

struct fan_watch *fan_watch_new(struct fan_server *server, enum fan_watch_kind kind,
                                int number, fan_event_fn *fn, void *context)
{
    static const short what[] = { EV_READ, EV_WRITE, EV_SIGNAL };
    struct fan_watch *watch = fan_alloc(sizeof *watch);
    watch->server = server;
    watch->fn = fn;
    watch->context = context;
    watch->event = must(event_new(server->base, number, (short)(what[kind] | EV_PERSIST),
                                  on_watch, watch));
    event_add(watch->event, NULL);
    return watch;
}

void fan_watch_free(struct fan_watch *watch)
{
    if (!watch) return;
    event_free(watch->event);
    free(watch);
}
