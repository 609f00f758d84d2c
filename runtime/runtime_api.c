/* runtime_api.c - see runtime_api.h. */
#include "runtime/runtime_api.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/http_response.h"
#include "common/log.h"
#include "runtime/runtime_response.h"

#define API_VERSION "/2018-06-01"

/* answer and head; the platform itself takes at most 6,291,556 bytes of answer */
#define REQUEST_MAX (7 * 1024 * 1024)

/* A connection that ends without an answer is replaced. One that served for a while was
 * merely idle too long; several that end at once mean that nobody answers. */
#define BREAKS_MAX     3
#define SERVED_LONG_NS INT64_C(1000000000)

struct fan_runtime {
    struct fan_runtime_address address;
    int fd;          /* -1: not connected */
    bool next_asked; /* the wait for the next event is sent on this connection */
    int breaks;      /* connections in a row that ended early */
    int64_t connected_ns;
    struct fan_http_response response;
    struct fan_runtime_response event;       /* of the response last received */
    char request_id[FAN_RUNTIME_ID_MAX + 1]; /* of the event at hand */
    struct fan_buf next; /* the request for the next event, the same every time */
    struct fan_buf out;
    size_t in_start, in_end; /* unread bytes of `in` */
    char in[32768];
};

enum fan_status fan_runtime_open(struct fan_runtime **runtime, const char *address,
                                 struct fan_err *err)
{
    struct fan_runtime_address found;
    enum fan_status st = fan_runtime_address_parse(address, &found, err);
    if (st) return st;
    /* not zeroed: a cold start would touch every page of the buffers */
    struct fan_runtime *r = fan_alloc(sizeof *r);
    r->address = found;
    r->fd = -1;
    r->next_asked = false;
    r->breaks = 0;
    r->connected_ns = 0;
    r->request_id[0] = '\0';
    r->in_start = r->in_end = 0;
    memset(&r->event, 0, sizeof r->event);
    fan_http_response_init(&r->response, FAN_RUNTIME_EVENT_MAX);
    fan_buf_init(&r->out, REQUEST_MAX);
    fan_buf_init(&r->next, REQUEST_MAX);
    /* fits: prefix and authority are short */
    (void)!fan_buf_addf(&r->next, NULL,
                        "GET %s" API_VERSION "/runtime/invocation/next HTTP/1.1\r\n"
                        "Host: %s\r\nUser-Agent: lambda-fanout/" FAN_VERSION "\r\n\r\n",
                        r->address.prefix, r->address.authority);
    *runtime = r;
    return FAN_OK;
}

static void disconnect(struct fan_runtime *r)
{
    if (r->fd >= 0) close(r->fd);
    r->fd = -1;
    r->next_asked = false;
    r->in_start = r->in_end = 0;
}

void fan_runtime_close(struct fan_runtime *runtime)
{
    if (!runtime) return;
    disconnect(runtime);
    fan_http_response_clear(&runtime->response);
    fan_buf_clear(&runtime->out);
    fan_buf_clear(&runtime->next);
    free(runtime);
}

static enum fan_status connect_now(struct fan_runtime *r, struct fan_err *err)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memset(&v4, 0, sizeof v4);
    memset(&v6, 0, sizeof v6);
    v4.sin_family = AF_INET;
    v6.sin6_family = AF_INET6;
    v4.sin_port = v6.sin6_port = htons(r->address.port);
    bool is_v4 = inet_pton(AF_INET, r->address.host, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, r->address.host, &v6.sin6_addr) != 1)
        return fan_fail(err, FAN_ENET, "cannot use host '%s'", r->address.host);
    const struct sockaddr *to =
        is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;

    disconnect(r);
    r->fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (r->fd < 0 || connect(r->fd, to, is_v4 ? sizeof v4 : sizeof v6) != 0) {
        enum fan_status st = fan_fail(err, FAN_ENET, "cannot connect to %s: %s",
                                      r->address.authority, strerror(errno));
        disconnect(r);
        return st;
    }
    /* a delayed small write would cost an invocation 40 ms */
    setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    r->connected_ns = fan_clock_mono_ns();
    return FAN_OK;
}

/* The connection ended early. False when there were too many such in a row. */
static bool may_reconnect(struct fan_runtime *r)
{
    if (fan_clock_mono_ns() - r->connected_ns > SERVED_LONG_NS) r->breaks = 0;
    disconnect(r);
    return ++r->breaks <= BREAKS_MAX;
}

static bool send_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* Read one response into r->response; *ended tells that the connection ended before its
 * first byte, which a new connection may cure. */
static enum fan_status receive(struct fan_runtime *r, bool *ended, struct fan_err *err)
{
    fan_http_response_reset(&r->response);
    *ended = false;
    while (r->response.state != FAN_HTTP_DONE) {
        if (r->in_start == r->in_end) {
            ssize_t n = recv(r->fd, r->in, sizeof r->in, 0);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) {
                *ended = fan_http_response_untouched(&r->response);
                if (*ended) return FAN_OK;
                enum fan_status st = fan_http_response_end(&r->response, err);
                if (st) return st;
                break;
            }
            r->in_start = 0;
            r->in_end = (size_t)n;
        }
        size_t used = 0;
        enum fan_status st = fan_http_response_feed(&r->response, r->in + r->in_start,
                                                    r->in_end - r->in_start, &used, err);
        if (st) return st;
        r->in_start += used;
    }
    r->breaks = 0;
    if (r->response.close) disconnect(r);
    return fan_runtime_response_read(&r->event, r->response.head.data, err);
}

static enum fan_status add_next_request(struct fan_runtime *r, struct fan_err *err)
{
    return fan_buf_add(&r->out, r->next.data, r->next.size, err);
}

/* path: behind the API version */
static enum fan_status add_post_request(struct fan_runtime *r, const char *path,
                                        const char *error_type, const char *body,
                                        size_t body_bytes, struct fan_err *err)
{
    enum fan_status st = fan_buf_addf(
        &r->out, err,
        "POST %s" API_VERSION "%s HTTP/1.1\r\nHost: %s\r\n"
        "User-Agent: lambda-fanout/" FAN_VERSION "\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n%s%s%s\r\n",
        r->address.prefix, path, r->address.authority, body_bytes,
        error_type ? "Lambda-Runtime-Function-Error-Type: " : "",
        error_type ? error_type : "", error_type ? "\r\n" : "");
    return st ? st : fan_buf_add(&r->out, body, body_bytes, err);
}

/* Send what r->out holds and receive one response, over as many connections as it takes.
 * *repeats counts the sendings beyond the first. */
static enum fan_status exchange(struct fan_runtime *r, int *repeats, struct fan_err *err)
{
    for (*repeats = 0;; ++*repeats) {
        bool ended = false;
        enum fan_status st = r->fd < 0 ? connect_now(r, err) : FAN_OK;
        if (st) return st;
        if (send_all(r->fd, r->out.data, r->out.size)) {
            st = receive(r, &ended, err);
            if (st || !ended) return st;
        }
        if (!may_reconnect(r))
            return fan_fail(err, FAN_ENET, "%s ends every connection without an answer",
                            r->address.authority);
    }
}

static enum fan_status take_event(struct fan_runtime *r, struct fan_runtime_event *event,
                                  struct fan_err *err)
{
    const struct fan_http_response *response = &r->response;
    if (response->status != 200)
        return fan_fail(err, FAN_EREMOTE, "cannot get the next event: status %d: %.200s",
                        response->status, response->body.size ? response->body.data : "");
    if (!r->event.request_id[0])
        return fan_fail(err, FAN_EFORMAT, "cannot use an event without a request id");
    memcpy(r->request_id, r->event.request_id, sizeof r->request_id);
    *event = (struct fan_runtime_event){ r->request_id, r->event.trace_id,
                                         r->event.deadline_ms,
                                         response->body.size ? response->body.data : "",
                                         response->body.size };
    return FAN_OK;
}

enum fan_status fan_runtime_next(struct fan_runtime *runtime,
                                 struct fan_runtime_event *event, struct fan_err *err)
{
    enum fan_status st;
    bool ended = true;
    if (runtime->next_asked) {
        runtime->next_asked = false;
        st = receive(runtime, &ended, err);
        if (st) return st;
        if (ended && !may_reconnect(runtime))
            return fan_fail(err, FAN_ENET, "%s ends every connection without an answer",
                            runtime->address.authority);
    }
    if (ended) {
        int repeats;
        fan_buf_reset(&runtime->out);
        st = add_next_request(runtime, err);
        if (!st) st = exchange(runtime, &repeats, err);
        if (st) return st;
    }
    return take_event(runtime, event, err);
}

/* What the platform said to an answer. */
static enum fan_status judge(const struct fan_runtime *r, int repeats,
                             struct fan_err *err)
{
    int status = r->response.status;
    const char *body = r->response.body.size ? r->response.body.data : "";
    if (status >= 500)
        return fan_fail(err, FAN_EREMOTE, "cannot answer: status %d: %.200s", status,
                        body);
    /* sent twice, an answer may have arrived the first time: then it is refused now */
    if (status >= 300 && repeats == 0)
        fan_log(FAN_LOG_WARN, "runtime", "answer to %s refused: status %d: %.200s",
                r->request_id, status, body);
    return FAN_OK;
}

enum fan_status fan_runtime_answer(struct fan_runtime *runtime, const char *error_type,
                                   const char *body, size_t body_bytes,
                                   struct fan_err *err)
{
    char path[FAN_RUNTIME_ID_MAX + 64] = "/runtime/invocation/";
    strcat(path, runtime->request_id);
    strcat(path, error_type ? "/error" : "/response");
    int repeats = 0;
    fan_buf_reset(&runtime->out);
    enum fan_status st =
        add_post_request(runtime, path, error_type, body, body_bytes, err);
    if (!st) st = add_next_request(runtime, err);
    if (!st) st = exchange(runtime, &repeats, err);
    if (st) return st;
    runtime->next_asked = runtime->fd >= 0; /* a closed connection took it along */
    return judge(runtime, repeats, err);
}

enum fan_status fan_runtime_init_error(struct fan_runtime *runtime,
                                       const char *error_type, const char *body,
                                       size_t body_bytes, struct fan_err *err)
{
    int repeats = 0;
    fan_buf_reset(&runtime->out);
    enum fan_status st = add_post_request(runtime, "/runtime/init/error", error_type,
                                          body, body_bytes, err);
    if (!st) st = exchange(runtime, &repeats, err);
    return st ? st : judge(runtime, repeats, err);
}
