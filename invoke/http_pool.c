/*
 * http_pool.c - see http_pool.h. The only file that knows libcurl.
 *
 * libcurl looks for a free connection by walking all connections of a multi handle to the
 * host, so one multi handle for a thousand transfers spends its time searching. Places
 * are therefore put into groups with a multi handle each, and all groups share one epoll
 * set. A descriptor stays registered there between two requests of its connection, which
 * saves two system calls per request.
 */
#include "invoke/http_pool.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "common/clock.h"
#include "invoke/file_limit.h"

#define GROUP_PLACES     32
#define GROUP_PLACES_TLS 256 /* each group loads the certificate bundle once */
#define EVENTS_MAX       256
#define OWN_HEADERS      3 /* that suppress what libcurl would add */
#define SPARE_FILES      64
#define PLACES_MAX       100000

struct group {
    struct fan_http_pool *pool;
    CURLM *multi;
    uint32_t index;
    int64_t deadline_ns; /* when libcurl wants to be called; -1: no need */
};

struct place {
    struct fan_exchange exchange; /* first: an exchange is cast to its place */
    struct place *next;           /* in the free or the done list */
    struct group *group;
    CURL *easy;
    bool under_way, requested;   /* the request has left once */
    bool answer_long, head_long; /* they passed their limits */
    bool has_type;               /* the caller set a Content-Type */
    bool refused;                /* libcurl refused an option */
    uint32_t timeout_set_ms;
    const char *method_set;
    struct fan_buf head;
    size_t header_count, header_bytes;
    struct curl_slist node[FAN_EXCHANGE_HEADERS_MAX + OWN_HEADERS];
    char error[CURL_ERROR_SIZE];
    size_t prefix_bytes; /* of url: origin and base path, always the same */
    char url[sizeof((struct fan_base_url *)0)->origin +
             sizeof((struct fan_base_url *)0)->path + FAN_EXCHANGE_TARGET_MAX];
    char header_text[FAN_EXCHANGE_HEAD_MAX];
};

/* What epoll knows of a descriptor, and what libcurl wants to know. */
struct descriptor {
    uint32_t registered, wanted; /* EPOLLIN | EPOLLOUT */
    bool ours; /* a connection, which tells us when it is closed; else libcurl's own pipe
                */
};

struct fan_http_pool {
    struct fan_http_pool_cfg cfg;
    int epoll;
    struct place *places;
    struct group *groups;
    uint32_t group_count;
    struct place *free, *done, **done_end;
    struct descriptor *descriptors;
    size_t descriptor_count;
    uint64_t connections;
};

/* ---- descriptors ---- */

static struct descriptor *descriptor(struct fan_http_pool *pool, int fd)
{
    size_t need = (size_t)fd + 1;
    if (need > pool->descriptor_count) {
        size_t count = need + need / 2 + 64;
        pool->descriptors =
            fan_realloc(pool->descriptors, count, sizeof *pool->descriptors);
        memset(pool->descriptors + pool->descriptor_count, 0,
               (count - pool->descriptor_count) * sizeof *pool->descriptors);
        pool->descriptor_count = count;
    }
    return &pool->descriptors[fd];
}

static void unregister(struct fan_http_pool *pool, int fd, struct descriptor *d)
{
    if (d->registered) epoll_ctl(pool->epoll, EPOLL_CTL_DEL, fd, NULL);
    d->registered = 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *unused)
{
    struct group *group = context;
    struct fan_http_pool *pool = group->pool;
    struct descriptor *d = descriptor(pool, fd);
    (void)easy;
    (void)unused;
    d->wanted = what == CURL_POLL_IN      ? EPOLLIN
                : what == CURL_POLL_OUT   ? EPOLLOUT
                : what == CURL_POLL_INOUT ? EPOLLIN | EPOLLOUT
                                          : 0u;
    if (d->wanted == 0) {
        if (!d->ours) unregister(pool, fd, d);
        return 0;
    }
    if (d->registered == d->wanted) return 0;
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = d->wanted;
    event.data.u64 = (uint64_t)group->index << 32 | (uint32_t)fd;
    int operation = d->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(pool->epoll, operation, fd, &event) != 0) return -1;
    d->registered = d->wanted;
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct group *group = context;
    (void)multi;
    group->deadline_ns =
        timeout_ms < 0 ? -1 : fan_clock_mono_ns() + (int64_t)timeout_ms * 1000000;
    return 0;
}

static curl_socket_t on_open_socket(void *context, curlsocktype purpose,
                                    struct curl_sockaddr *address)
{
    struct fan_http_pool *pool = context;
    (void)purpose;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0) return CURL_SOCKET_BAD;
    *descriptor(pool, fd) = (struct descriptor){ .ours = true };
    pool->connections++;
    return fd;
}

static int on_close_socket(void *context, curl_socket_t fd)
{
    struct fan_http_pool *pool = context;
    /* epoll forgets a closed descriptor by itself */
    *descriptor(pool, fd) = (struct descriptor){ .ours = false };
    return close(fd);
}

/* ---- one exchange ---- */

static size_t on_head(char *bytes, size_t size, size_t n, void *context)
{
    struct place *place = context;
    n *= size;
    if (n >= 5 && memcmp(bytes, "HTTP/", 5) == 0) { /* again after 100 Continue */
        fan_buf_reset(&place->head);
        return n;
    }
    place->head_long = fan_buf_add(&place->head, bytes, n, NULL) != FAN_OK;
    return place->head_long ? 0 : n;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *context)
{
    struct place *place = context;
    n *= size;
    place->answer_long = fan_buf_add(&place->exchange.answer, bytes, n, NULL) != FAN_OK;
    return place->answer_long ? 0 : n;
}

/*
 * libcurl repeats a request by itself when a reused connection dies without an answer.
 * The first one may have run and been billed, so the repetition is refused here.
 */
static int on_request(void *context, char *remote, char *local, int remote_port,
                      int local_port)
{
    struct place *place = context;
    (void)remote, (void)local, (void)remote_port, (void)local_port;
    if (place->requested) return CURL_PREREQFUNC_ABORT;
    place->requested = true;
    return CURL_PREREQFUNC_OK;
}

static int64_t info_ns(const struct place *place, CURLINFO what)
{
    curl_off_t us = 0;
    if (curl_easy_getinfo(place->easy, what, &us) != CURLE_OK) return 0;
    return (int64_t)us * 1000;
}

static void describe_failure(struct place *place, CURLcode result)
{
    struct fan_exchange *x = &place->exchange;
    unsigned long long most = place->group->pool->cfg.answer_max_bytes;
    long cause = 0; /* the system's error number */
    if (curl_easy_getinfo(place->easy, CURLINFO_OS_ERRNO, &cause) != CURLE_OK) cause = 0;
    const char *why = place->error[0] ? place->error : curl_easy_strerror(result);
    if (result == CURLE_ABORTED_BY_CALLBACK || result == CURLE_GOT_NOTHING ||
        (result == CURLE_SEND_ERROR && place->requested && x->status == 0))
        why = "connection closed without an answer";
    else if (result == CURLE_OPERATION_TIMEDOUT && x->never_sent)
        why = "no connection in time";
    else if (result == CURLE_COULDNT_CONNECT && cause != 0)
        why = strerror((int)cause);
    size_t size = sizeof x->failure;
    if (place->answer_long)
        snprintf(x->failure, size, "answer is longer than %llu bytes", most);
    else if (place->head_long)
        snprintf(x->failure, size, "answer's head is longer than %d bytes",
                 FAN_ANSWER_HEAD_MAX);
    else if (result == CURLE_OPERATION_TIMEDOUT && !x->never_sent)
        snprintf(x->failure, size, "no complete answer within %u ms", x->timeout_ms);
    else
        snprintf(x->failure, size, "%s", why);
}

static void finish(struct place *place, CURLcode result)
{
    struct fan_http_pool *pool = place->group->pool;
    struct fan_exchange *x = &place->exchange;
    long status = 0, connects = 0;
    x->end_ns = fan_clock_mono_ns() - x->sent_ns;
    if (curl_easy_getinfo(place->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
        x->status = (uint32_t)status;
    if (curl_easy_getinfo(place->easy, CURLINFO_NUM_CONNECTS, &connects) == CURLE_OK &&
        connects > 0) {
        x->connect_ns = info_ns(place, CURLINFO_CONNECT_TIME_T);
        x->tls_ns = info_ns(place, CURLINFO_APPCONNECT_TIME_T);
    }
    if (x->status) x->first_byte_ns = info_ns(place, CURLINFO_STARTTRANSFER_TIME_T);
    if (x->first_byte_ns > x->end_ns) x->first_byte_ns = x->end_ns;
    x->head = place->head.data ? place->head.data : "";
    x->never_sent = result != CURLE_OK && !place->requested;
    if (result != CURLE_OK) describe_failure(place, result);
    curl_multi_remove_handle(place->group->multi, place->easy);
    place->under_way = false;
    place->next = NULL;
    *pool->done_end = place;
    pool->done_end = &place->next;
}

static void harvest(struct group *group)
{
    int left = 0;
    for (CURLMsg *m; (m = curl_multi_info_read(group->multi, &left));) {
        char *place = NULL;
        CURLcode result = m->data.result; /* m dies with the handle's removal */
        if (m->msg == CURLMSG_DONE &&
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &place) == CURLE_OK)
            finish((struct place *)(void *)place, result);
    }
}

static void act(struct group *group, curl_socket_t fd, int events)
{
    int running = 0;
    if (fd == CURL_SOCKET_TIMEOUT) group->deadline_ns = -1;
    curl_multi_socket_action(group->multi, fd, events, &running);
    harvest(group);
}

struct fan_exchange *fan_http_pool_acquire(struct fan_http_pool *pool)
{
    struct place *place = pool->free;
    if (!place) return NULL;
    pool->free = place->next;
    struct fan_exchange *x = &place->exchange;
    x->tag = 0;
    x->context = NULL;
    x->method = "POST";
    x->target[0] = '\0';
    x->body = NULL;
    x->body_bytes = 0;
    x->timeout_ms = 0;
    x->sent_ns = x->connect_ns = x->tls_ns = x->first_byte_ns = x->end_ns = 0;
    x->status = 0;
    x->never_sent = false;
    x->failure[0] = '\0';
    x->head = "";
    fan_buf_reset(&x->answer);
    x->answer.max = (size_t)pool->cfg.answer_max_bytes;
    fan_buf_reset(&place->head);
    place->requested = place->answer_long = place->head_long = place->has_type = false;
    place->header_count = place->header_bytes = 0;
    place->error[0] = '\0';
    return x;
}

enum fan_status fan_exchange_header(struct fan_exchange *exchange, const char *name,
                                    const char *value, struct fan_err *err)
{
    struct place *place = (struct place *)exchange;
    size_t room = sizeof place->header_text - place->header_bytes;
    char *line = place->header_text + place->header_bytes;
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return fan_fail(err, FAN_EINVAL,
                            "cannot send header '%s': control character in its value",
                            name);
    int n = snprintf(line, room, "%s: %s", name, value);
    if (n < 0 || (size_t)n >= room || place->header_count == FAN_EXCHANGE_HEADERS_MAX)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot send header '%s': the request's head is too long", name);
    place->header_bytes += (size_t)n + 1;
    place->node[place->header_count++].data = line;
    if (strcasecmp(name, "content-type") == 0) place->has_type = true;
    return FAN_OK;
}

/* Chain the lines, and those that keep libcurl from adding its own. */
static struct curl_slist *chain_headers(struct place *place)
{
    static char accept[] = "Accept:", expect[] = "Expect:", type[] = "Content-Type:";
    size_t n = place->header_count;
    place->node[n++].data = accept;
    place->node[n++].data = expect;
    if (!place->has_type) place->node[n++].data = type;
    for (size_t i = 0; i < n; i++)
        place->node[i].next = i + 1 < n ? &place->node[i + 1] : NULL;
    return place->node;
}

/* curl_easy_setopt is variadic: these give each kind of value its exact type. */
static void set_long(struct place *place, CURLoption option, long value)
{
    if (curl_easy_setopt(place->easy, option, value) != CURLE_OK) place->refused = true;
}

static void set_text(struct place *place, CURLoption option, const char *value)
{
    if (curl_easy_setopt(place->easy, option, value) != CURLE_OK) place->refused = true;
}

static void set_method(struct place *place, const char *method)
{
    if (place->method_set && strcmp(place->method_set, method) == 0) return;
    bool get = strcmp(method, "GET") == 0;
    set_long(place, get ? CURLOPT_HTTPGET : CURLOPT_POST, 1L);
    set_text(place, CURLOPT_CUSTOMREQUEST,
             get || strcmp(method, "POST") == 0 ? NULL : method);
    place->method_set = method;
}

void fan_http_pool_start(struct fan_http_pool *pool, struct fan_exchange *exchange)
{
    struct place *place = (struct place *)exchange;
    (void)pool;
    if (strcmp(place->url + place->prefix_bytes, exchange->target) != 0) {
        strcpy(place->url + place->prefix_bytes, exchange->target);
        set_text(place, CURLOPT_URL, place->url);
    }
    set_method(place, exchange->method);
    if (place->timeout_set_ms != exchange->timeout_ms) {
        set_long(place, CURLOPT_TIMEOUT_MS, (long)exchange->timeout_ms);
        place->timeout_set_ms = exchange->timeout_ms;
    }
    if (strcmp(exchange->method, "GET") != 0) {
        curl_off_t n = (curl_off_t)exchange->body_bytes;
        set_text(place, CURLOPT_POSTFIELDS, exchange->body ? exchange->body : "");
        if (curl_easy_setopt(place->easy, CURLOPT_POSTFIELDSIZE_LARGE, n) != CURLE_OK)
            place->refused = true;
    }
    struct curl_slist *headers = chain_headers(place);
    if (curl_easy_setopt(place->easy, CURLOPT_HTTPHEADER, headers) != CURLE_OK)
        place->refused = true;
    exchange->sent_ns = fan_clock_mono_ns();
    CURLMcode added = place->refused
                          ? CURLM_INTERNAL_ERROR
                          : curl_multi_add_handle(place->group->multi, place->easy);
    if (added != CURLM_OK) {
        finish(place, CURLE_FAILED_INIT);
        return;
    }
    place->under_way = true;
    act(place->group, CURL_SOCKET_TIMEOUT, 0); /* send now, not with the next wait */
}

struct fan_exchange *fan_http_pool_take(struct fan_http_pool *pool)
{
    struct place *place = pool->done;
    if (!place) return NULL;
    pool->done = place->next;
    if (!pool->done) pool->done_end = &pool->done;
    return &place->exchange;
}

void fan_http_pool_release(struct fan_http_pool *pool, struct fan_exchange *exchange)
{
    struct place *place = (struct place *)exchange;
    place->next = pool->free;
    pool->free = place;
}

/* ---- waiting ---- */

/* Milliseconds until something is due: the caller's time or a timer of libcurl's. */
static int wait_ms(const struct fan_http_pool *pool, int64_t now_ns, int64_t until_ns)
{
    int64_t first = until_ns;
    for (uint32_t i = 0; i < pool->group_count; i++) {
        int64_t due = pool->groups[i].deadline_ns;
        if (due >= 0 && due < first) first = due;
    }
    int64_t ms = (first - now_ns + 999999) / 1000000;
    return ms < 0 ? 0 : ms > 60000 ? 60000 : (int)ms;
}

static void handle_event(struct fan_http_pool *pool, const struct epoll_event *event)
{
    int fd = (int)(uint32_t)event->data.u64;
    struct descriptor *d = descriptor(pool, fd);
    if (d->wanted == 0) { /* an idle connection that the server closed, mostly */
        unregister(pool, fd, d);
        return;
    }
    int bits = 0;
    if (event->events & EPOLLIN) bits |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT) bits |= CURL_CSELECT_OUT;
    if (event->events & (EPOLLERR | EPOLLHUP)) bits |= CURL_CSELECT_ERR;
    act(&pool->groups[event->data.u64 >> 32], fd, bits);
}

static void run_timers(struct fan_http_pool *pool)
{
    int64_t now_ns = fan_clock_mono_ns();
    for (uint32_t i = 0; i < pool->group_count; i++) {
        int64_t due = pool->groups[i].deadline_ns;
        if (due >= 0 && due <= now_ns) act(&pool->groups[i], CURL_SOCKET_TIMEOUT, 0);
    }
}

enum fan_status fan_http_pool_wait(struct fan_http_pool *pool, int timeout_ms,
                                   struct fan_err *err)
{
    struct epoll_event events[EVENTS_MAX];
    int64_t now_ns = fan_clock_mono_ns();
    int64_t until_ns = now_ns + (int64_t)(timeout_ms > 0 ? timeout_ms : 0) * 1000000;
    do {
        int ms = pool->done ? 0 : wait_ms(pool, now_ns, until_ns);
        int n = epoll_wait(pool->epoll, events, EVENTS_MAX, ms);
        if (n < 0 && errno == EINTR) return FAN_OK;
        if (n < 0)
            return fan_fail(err, FAN_EIO, "cannot wait for answers: %s", strerror(errno));
        for (int i = 0; i < n; i++)
            handle_event(pool, &events[i]);
        run_timers(pool);
        now_ns = fan_clock_mono_ns();
    } while (!pool->done && now_ns < until_ns);
    return FAN_OK;
}

uint64_t fan_http_pool_connections(const struct fan_http_pool *pool)
{
    return pool->connections;
}

/* ---- life ---- */

static enum fan_status open_group(struct fan_http_pool *pool, uint32_t index,
                                  uint32_t places, struct fan_err *err)
{
    struct group *group = &pool->groups[index];
    group->pool = pool;
    group->index = index;
    group->deadline_ns = -1;
    group->multi = curl_multi_init();
    CURLM *m = group->multi;
    /* unset, libcurl keeps four times the transfers of the moment, and a batch that
     * drains loses its connections */
    if (m && curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, 2L * (long)places) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_PIPELINING, CURLPIPE_NOTHING) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_SOCKETDATA, group) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
        curl_multi_setopt(m, CURLMOPT_TIMERDATA, group) == CURLM_OK)
        return FAN_OK;
    return fan_fail(err, FAN_EIO, "cannot set up libcurl's multi handle");
}

static void set_protocols(struct place *place)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    set_text(place, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    set_long(place, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

static bool set_callbacks(struct fan_http_pool *pool, struct place *place)
{
    CURL *e = place->easy;
    return curl_easy_setopt(e, CURLOPT_PRIVATE, place) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_ERRORBUFFER, place->error) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEDATA, place) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HEADERDATA, place) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_request) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PREREQDATA, place) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open_socket) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, pool) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket) ==
               CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, pool) == CURLE_OK;
}

static enum fan_status open_place(struct fan_http_pool *pool, uint32_t index,
                                  uint32_t group_places, struct fan_err *err)
{
    struct place *place = &pool->places[index];
    const struct fan_http_pool_cfg *cfg = &pool->cfg;
    place->group = &pool->groups[index / group_places];
    place->easy = curl_easy_init();
    if (!place->easy)
        return fan_fail(err, FAN_EIO, "cannot set up libcurl's easy handle");
    fan_buf_init(&place->head, FAN_ANSWER_HEAD_MAX);
    fan_buf_init(&place->exchange.answer, (size_t)cfg->answer_max_bytes);
    place->prefix_bytes = (size_t)snprintf(place->url, sizeof place->url, "%s%s",
                                           cfg->url.origin, cfg->url.path);
    place->refused = !set_callbacks(pool, place);
    set_protocols(place);
    set_long(place, CURLOPT_NOSIGNAL, 1L);
    set_long(place, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    set_long(place, CURLOPT_PATH_AS_IS, 1L); /* what was signed is what is sent */
    set_long(place, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set_long(place, CURLOPT_TCP_KEEPALIVE, 1L); /* a function may be silent for minutes */
    set_long(place, CURLOPT_CONNECTTIMEOUT_MS,
             (long)(cfg->connect_timeout_ms ? cfg->connect_timeout_ms : 10000));
    if (cfg->url.loopback) set_text(place, CURLOPT_PROXY, "");
    if (cfg->ca_file) set_text(place, CURLOPT_CAINFO, cfg->ca_file);
    if (place->refused) return fan_fail(err, FAN_EIO, "libcurl refuses a basic option");
    place->next = pool->free;
    pool->free = place;
    return FAN_OK;
}

enum fan_status fan_http_pool_open(struct fan_http_pool **pool,
                                   const struct fan_http_pool_cfg *cfg,
                                   struct fan_err *err)
{
    if (cfg->places < 1 || cfg->places > PLACES_MAX)
        return fan_fail(err, FAN_EINVAL,
                        "cannot have %u requests in flight: expected 1 "
                        "to %d",
                        cfg->places, PLACES_MAX);
    enum fan_status st = fan_file_limit_raise(cfg->places + SPARE_FILES, err);
    if (st) return st;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fan_fail(err, FAN_EIO, "cannot initialise libcurl");
    struct fan_http_pool *p = fan_alloc_zero(1, sizeof *p);
    uint32_t group_places = cfg->url.tls ? GROUP_PLACES_TLS : GROUP_PLACES;
    p->cfg = *cfg;
    p->done_end = &p->done;
    p->group_count = (cfg->places + group_places - 1) / group_places;
    p->groups = fan_alloc_zero(p->group_count, sizeof *p->groups);
    p->places = fan_alloc_zero(cfg->places, sizeof *p->places);
    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (p->epoll < 0)
        st = fan_fail(err, FAN_EIO, "cannot open an epoll set: %s", strerror(errno));
    for (uint32_t i = 0; !st && i < p->group_count; i++)
        st = open_group(p, i, group_places, err);
    /* from the last to the first, so that few places in flight share the first group */
    for (uint32_t i = cfg->places; !st && i-- > 0;)
        st = open_place(p, i, group_places, err);
    if (st)
        fan_http_pool_close(p);
    else
        *pool = p;
    return st;
}

void fan_http_pool_close(struct fan_http_pool *pool)
{
    if (!pool) return;
    for (uint32_t i = 0; i < pool->cfg.places; i++) {
        struct place *place = &pool->places[i];
        if (place->under_way) curl_multi_remove_handle(place->group->multi, place->easy);
        curl_easy_cleanup(place->easy);
        fan_buf_clear(&place->head);
        fan_buf_clear(&place->exchange.answer);
    }
    for (uint32_t i = 0; i < pool->group_count; i++)
        curl_multi_cleanup(pool->groups[i].multi);
    if (pool->epoll >= 0) close(pool->epoll);
    free(pool->descriptors);
    free(pool->groups);
    free(pool->places);
    free(pool);
    curl_global_cleanup();
}
