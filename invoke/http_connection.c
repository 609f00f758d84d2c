/*
 * http_connection.c - see http_connection.h. The only file that knows libcurl.
 *
 * A dial is a transfer with CURLOPT_CONNECT_ONLY: libcurl connects, speaks to a proxy and
 * does the TLS handshake, and stops there. What follows depends on the connection:
 *
 * Plain: its socket is duplicated and libcurl forgets about it. Sending and receiving
 * are then one system call each, and a thousand connections cost libcurl nothing.
 *
 * TLS: libcurl keeps it, and bytes go through curl_easy_send and curl_easy_recv. These
 * look the connection up in a cache, and each dial has libcurl close all connections of
 * the cache that look dead to it: too old, or, to some versions, readable, as when an
 * answer waits. So each one gets a cache of its own, by a share handle of its own; the
 * search is short, and nobody else's dial can close it. The multi handle, and with it the
 * certificate bundle, which takes long to load, serve all.
 */
#include "invoke/http_connection.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "common/buf.h"
#include "common/clock.h"

/* Before 7.88, libcurl looks for the connection to send on in the multi handle only, and
 * closes no TLS connection but those that ended or are too old. */
#define SHARES_WORK (LIBCURL_VERSION_NUM >= 0x075800)

struct fan_dialer {
    struct fan_dialer_cfg cfg;
    CURLM *multi;
    bool plain;     /* connections are bare sockets */
    int64_t due_ns; /* when libcurl wants to be called */
    uint64_t sockets;
    struct fan_connection *ended, **ended_end;
};

/* ---- libcurl's callbacks ---- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *unused)
{
    struct fan_dialer *d = context;
    struct epoll_event event;
    char *owner = NULL;
    (void)unused;
    if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner) == CURLE_OK && owner &&
        ((struct fan_connection *)(void *)owner)->up)
        return 0; /* whoever uses the connection watches it now */
    memset(&event, 0, sizeof event);
    event.data.u64 = FAN_DIALER_EVENT | (uint32_t)fd;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) event.events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) event.events |= EPOLLOUT;
    if (event.events == 0) {
        epoll_ctl(d->cfg.epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    if (epoll_ctl(d->cfg.epoll, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
    return epoll_ctl(d->cfg.epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -1;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct fan_dialer *d = context;
    (void)multi;
    d->due_ns =
        timeout_ms < 0 ? INT64_MAX : fan_clock_mono_ns() + (int64_t)timeout_ms * 1000000;
    return 0;
}

static curl_socket_t on_open_socket(void *context, curlsocktype purpose,
                                    struct curl_sockaddr *address)
{
    struct fan_dialer *d = context;
    (void)purpose;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0) return CURL_SOCKET_BAD;
    d->sockets++;
    return fd;
}

/* What a proxy says beside its refusal is of no interest, and not for stdout. */
static size_t on_bytes(char *bytes, size_t size, size_t n, void *context)
{
    (void)bytes, (void)context;
    return size * n;
}

/* ---- one dial ---- */

/*
 * The proxy of the environment, where libcurl does not look for it itself. It leaves
 * HTTP_PROXY alone, since a CGI program's is set by whoever asks: a header "Proxy:".
 * Such programs have a REQUEST_METHOD, and others mean what they say. NULL: as libcurl
 * finds it. NO_PROXY holds for both.
 */
static const char *upper_case_proxy(const struct fan_dialer_cfg *cfg)
{
    const char *proxy = getenv("HTTP_PROXY");
    if (cfg->url.tls || getenv("http_proxy") || getenv("REQUEST_METHOD")) return NULL;
    return proxy && *proxy ? proxy : NULL;
}

static bool is_direct(const struct fan_dialer_cfg *cfg)
{
    return cfg->direct || cfg->url.loopback;
}

/* curl_easy_setopt is variadic: these give each kind of value its exact type. */
static bool set_long(CURL *easy, CURLoption option, long value)
{
    return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

static bool set_text(CURL *easy, CURLoption option, const char *value)
{
    return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

static bool set_pointer(CURL *easy, CURLoption option, void *value)
{
    return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

static bool set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return set_long(easy, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

static bool set_callbacks(struct fan_dialer *d, struct fan_connection *c)
{
    CURL *e = c->easy;
    return set_pointer(e, CURLOPT_PRIVATE, c) &&
           set_pointer(e, CURLOPT_ERRORBUFFER, c->error) &&
           curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open_socket) == CURLE_OK &&
           set_pointer(e, CURLOPT_OPENSOCKETDATA, d);
}

static bool set_proxy(CURL *e, const struct fan_dialer_cfg *cfg)
{
    const char *proxy = is_direct(cfg) ? "" : upper_case_proxy(cfg);
    return /* a proxy passes bytes on, for http:// too: its requests look as to a server
            */
        set_long(e, CURLOPT_HTTPPROXYTUNNEL, 1) &&
        set_long(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1) &&
        (!proxy || set_text(e, CURLOPT_PROXY, proxy)) &&
        (!cfg->ca_file || set_text(e, CURLOPT_PROXY_CAINFO, cfg->ca_file));
}

static bool set_options(struct fan_dialer *d, struct fan_connection *c)
{
    const struct fan_dialer_cfg *cfg = &d->cfg;
    CURL *e = c->easy;
    long timeout_ms = cfg->connect_timeout_ms ? (long)cfg->connect_timeout_ms : 10000;
    return set_callbacks(d, c) && set_protocols(e) &&
           set_text(e, CURLOPT_URL, cfg->url.origin) &&
           set_long(e, CURLOPT_CONNECT_ONLY, 1) && set_long(e, CURLOPT_NOSIGNAL, 1) &&
           set_long(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
           set_long(e, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms) &&
           /* a function may be silent for minutes */
           set_long(e, CURLOPT_TCP_KEEPALIVE, 1) &&
           /* no search for a connection to reuse, no end of one for its age */
           set_long(e, CURLOPT_FRESH_CONNECT, 1) &&
           set_long(e, CURLOPT_MAXAGE_CONN, 1000000) && set_proxy(e, cfg) &&
           (!cfg->ca_file || set_text(e, CURLOPT_CAINFO, cfg->ca_file));
}

static bool set_own_cache(struct fan_connection *c)
{
    if (!SHARES_WORK) return true;
    c->share = curl_share_init();
    return c->share &&
           curl_share_setopt(c->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) ==
               CURLSHE_OK &&
           set_pointer(c->easy, CURLOPT_SHARE, c->share);
}

/* libcurl forgets the connection, and closes what it knows of it. */
static void drop_handle(struct fan_dialer *d, struct fan_connection *c)
{
    if (c->easy) {
        curl_multi_remove_handle(d->multi, c->easy);
        curl_easy_cleanup(c->easy);
    }
    if (c->share) curl_share_cleanup(c->share);
    c->easy = c->share = NULL;
}

static void end_dial(struct fan_dialer *d, struct fan_connection *c)
{
    c->dialing = false;
    if (!c->up) drop_handle(d, c);
    c->next = NULL;
    *d->ended_end = c;
    d->ended_end = &c->next;
}

static int64_t info_ns(const struct fan_connection *c, CURLINFO what)
{
    curl_off_t us = 0;
    if (curl_easy_getinfo(c->easy, what, &us) != CURLE_OK) return 0;
    return (int64_t)us * 1000;
}

/* What a proxy answered to CONNECT, in words; false for another failure. Its address is
 * not shown: a password may stand in it. */
static bool tell_refusal(struct fan_connection *c, CURLcode result)
{
    const char *why = NULL;
    long code = 0;
    if (result != CURLE_RECV_ERROR && result != CURLE_COULDNT_CONNECT) return false;
    if (curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &code) != CURLE_OK)
        return false;
    if (code == 407 || code == 401) /* some say 401 to a wrong password */
        why = "the proxy wants a user and a password, or others than HTTPS_PROXY or "
              "HTTP_PROXY has";
    else if (code == 403 || code == 405)
        why = "the proxy allows no tunnel to this address";
    if (why) snprintf(c->failure, sizeof c->failure, "%s (HTTP %ld)", why, code);
    return why != NULL;
}

static bool is_certificate(CURLcode result)
{
    return result == CURLE_PEER_FAILED_VERIFICATION ||
           result == CURLE_SSL_CACERT_BADFILE || result == CURLE_SSL_ISSUER_ERROR;
}

static void describe_failure(struct fan_connection *c, CURLcode result)
{
    long cause = 0; /* the system's error number */
    const char *why = c->error[0] ? c->error : curl_easy_strerror(result);
    if (curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &cause) != CURLE_OK) cause = 0;
    c->hopeless = true;
    if (tell_refusal(c, result)) return;
    c->hopeless = is_certificate(result);
    if (result == CURLE_OPERATION_TIMEDOUT)
        why = "no connection in time";
    else if (result == CURLE_COULDNT_CONNECT && cause != 0)
        why = strerror((int)cause);
    snprintf(c->failure, sizeof c->failure, "%s", why);
}

static void take_connection(struct fan_dialer *d, struct fan_connection *c)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    c->connect_ns = info_ns(c, CURLINFO_CONNECT_TIME_T);
    if (d->cfg.url.tls) c->tls_ns = info_ns(c, CURLINFO_APPCONNECT_TIME_T);
    if (curl_easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK ||
        fd == CURL_SOCKET_BAD) {
        snprintf(c->failure, sizeof c->failure, "libcurl gave no socket");
        return;
    }
    c->fd = d->plain ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : fd;
    if (c->fd < 0)
        snprintf(c->failure, sizeof c->failure, "cannot use a socket: %s",
                 strerror(errno));
    if (d->plain) {
        /* epoll would go on watching for as long as a duplicate is open */
        epoll_ctl(d->cfg.epoll, EPOLL_CTL_DEL, fd, NULL);
        drop_handle(d, c);
    }
    c->up = c->fd >= 0;
}

static void harvest(struct fan_dialer *d)
{
    int left = 0;
    for (CURLMsg *m; (m = curl_multi_info_read(d->multi, &left));) {
        char *place = NULL;
        CURLcode result = m->data.result; /* m dies with the handle's removal */
        if (m->msg != CURLMSG_DONE ||
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &place) != CURLE_OK)
            continue;
        struct fan_connection *c = (struct fan_connection *)(void *)place;
        if (result == CURLE_OK)
            take_connection(d, c);
        else
            describe_failure(c, result);
        end_dial(d, c);
    }
}

static void act(struct fan_dialer *d, curl_socket_t fd, int events)
{
    int running = 0;
    if (fd == CURL_SOCKET_TIMEOUT) d->due_ns = INT64_MAX;
    curl_multi_socket_action(d->multi, fd, events, &running);
    harvest(d);
}

void fan_dialer_dial(struct fan_dialer *dialer, struct fan_connection *connection)
{
    struct fan_connection *c = connection;
    c->connect_ns = c->tls_ns = 0;
    c->failure[0] = c->error[0] = '\0';
    c->hopeless = false;
    c->dialing = true;
    c->easy = curl_easy_init();
    if (c->easy && set_options(dialer, c) && (dialer->plain || set_own_cache(c)) &&
        curl_multi_add_handle(dialer->multi, c->easy) == CURLM_OK) {
        act(dialer, CURL_SOCKET_TIMEOUT, 0); /* begin now, not with the next wait */
        return;
    }
    snprintf(c->failure, sizeof c->failure, "cannot set up a handle of libcurl");
    end_dial(dialer, c);
}

void fan_dialer_act(struct fan_dialer *dialer, uint64_t key, uint32_t events)
{
    int bits = 0;
    if (events & EPOLLIN) bits |= CURL_CSELECT_IN;
    if (events & EPOLLOUT) bits |= CURL_CSELECT_OUT;
    if (events & (EPOLLERR | EPOLLHUP)) bits |= CURL_CSELECT_ERR;
    act(dialer, (curl_socket_t)(uint32_t)key, bits);
}

int64_t fan_dialer_due_ns(const struct fan_dialer *dialer)
{
    return dialer->due_ns;
}

void fan_dialer_tick(struct fan_dialer *dialer)
{
    if (dialer->due_ns <= fan_clock_mono_ns()) act(dialer, CURL_SOCKET_TIMEOUT, 0);
}

struct fan_connection *fan_dialer_next(struct fan_dialer *dialer)
{
    struct fan_connection *c = dialer->ended;
    if (!c) return NULL;
    dialer->ended = c->next;
    if (!dialer->ended) dialer->ended_end = &dialer->ended;
    return c;
}

uint64_t fan_dialer_sockets(const struct fan_dialer *dialer)
{
    return dialer->sockets;
}

/* ---- bytes ---- */

static enum fan_io judge_system(ssize_t n, size_t *done)
{
    if (n > 0) *done = (size_t)n;
    if (n >= 0) return n > 0 ? FAN_IO_DONE : FAN_IO_ENDED;
    bool wait = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return wait ? FAN_IO_WAIT : FAN_IO_BROKEN;
}

static enum fan_io judge_curl(CURLcode result, size_t done)
{
    if (result == CURLE_AGAIN) return FAN_IO_WAIT;
    if (result != CURLE_OK) return FAN_IO_BROKEN;
    return done > 0 ? FAN_IO_DONE : FAN_IO_ENDED;
}

enum fan_io fan_connection_send(struct fan_connection *connection, const char *bytes,
                                size_t n, size_t *done)
{
    *done = 0;
    if (!connection->easy)
        return judge_system(send(connection->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT),
                            done);
    CURLcode result = curl_easy_send(connection->easy, bytes, n, done);
    return judge_curl(result, *done);
}

enum fan_io fan_connection_receive(struct fan_connection *connection, char *bytes,
                                   size_t capacity, size_t *done)
{
    *done = 0;
    if (!connection->easy)
        return judge_system(recv(connection->fd, bytes, capacity, MSG_DONTWAIT), done);
    CURLcode result = curl_easy_recv(connection->easy, bytes, capacity, done);
    return judge_curl(result, *done);
}

void fan_connection_hang_up(struct fan_dialer *dialer, struct fan_connection *connection)
{
    struct fan_connection *c = connection;
    if (c->up) {
        /* by name: libcurl may keep the socket open for a farewell */
        epoll_ctl(dialer->cfg.epoll, EPOLL_CTL_DEL, c->fd, NULL);
        if (!c->easy) close(c->fd);
    }
    drop_handle(dialer, c);
    c->up = c->dialing = false;
    c->fd = -1;
}

/* ---- life ---- */

/* Is a plain connection a bare socket? Not when a proxy is itself spoken to by TLS. */
static bool is_plain(const struct fan_dialer_cfg *cfg)
{
    static const char *const names[] = { "http_proxy", "HTTP_PROXY", "all_proxy",
                                         "ALL_PROXY" };
    if (cfg->url.tls) return false;
    for (size_t i = 0; !is_direct(cfg) && i < sizeof names / sizeof *names; i++) {
        const char *proxy = getenv(names[i]);
        if (proxy && strncasecmp(proxy, "https:", 6) == 0) return false;
    }
    return true;
}

/* Once and for good: a dialer may be opened while another thread opens or closes one. */
static pthread_once_t initialise_once = PTHREAD_ONCE_INIT;
static bool initialised;

static void initialise(void)
{
    initialised = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

enum fan_status fan_dialer_open(struct fan_dialer **dialer,
                                const struct fan_dialer_cfg *cfg, struct fan_err *err)
{
    pthread_once(&initialise_once, initialise);
    if (!initialised) return fan_fail(err, FAN_EIO, "cannot initialise libcurl");
    struct fan_dialer *d = fan_alloc_zero(1, sizeof *d);
    d->cfg = *cfg;
    d->plain = is_plain(cfg);
    d->due_ns = INT64_MAX;
    d->ended_end = &d->ended;
    d->multi = curl_multi_init();
    CURLM *m = d->multi;
    if (m && curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_SOCKETDATA, d) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_TIMERDATA, d) == CURLM_OK) {
        *dialer = d;
        return FAN_OK;
    }
    fan_dialer_close(d);
    return fan_fail(err, FAN_EIO, "cannot set up libcurl's multi handle");
}

void fan_dialer_close(struct fan_dialer *dialer)
{
    if (!dialer) return;
    curl_multi_cleanup(dialer->multi);
    free(dialer);
}
