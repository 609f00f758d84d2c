/*
 * client_bench.c - client CPU per signed and recorded invocation over plain HTTP.
 *
 * usage: client_bench [IN_FLIGHT [INVOCATIONS [JOURNAL]]]
 *
 * A child process answers every request at once with a small JSON answer. The parent is
 * the client as the driver uses it: sign, send, read, journal. Printed: process CPU (user
 * and system) per invocation, wall time, connections opened. On loopback the kernel
 * charges the receiver's work to the sender, so the figure includes some of the server's.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/number.h"
#include "invoke/transport.h"
#include "record/journal.h"

static const char answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 44\r\n"
    "x-amzn-RequestId: 11112222-3333-4444-5555-666677778888\r\n"
    "X-Amz-Executed-Version: $LATEST\r\n\r\n"
    "{\"result\":\"0123456789012345678901234567890\"}";

/* Requests are small and arrive whole; each ends in the payload's last brace. */
static void serve(int listener)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[256];
    int set = epoll_create1(0);
    epoll_ctl(set, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int n = epoll_wait(set, events, 256, -1);
        for (int i = 0; i < n; i++) {
            char request[8192];
            int fd = events[i].data.fd;
            if (fd == listener) {
                event.data.fd = accept(listener, NULL, NULL);
                if (event.data.fd >= 0)
                    epoll_ctl(set, EPOLL_CTL_ADD, event.data.fd, &event);
                continue;
            }
            ssize_t got = recv(fd, request, sizeof request, 0);
            if (got <= 0)
                close(fd);
            else if (request[got - 1] == '}' &&
                     send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0)
                close(fd);
        }
    }
}

static int listen_loopback(unsigned *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        listen(fd, 4096) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return -1;
    *port = ntohs(address.sin_port);
    return fd;
}

static enum fan_status submit(struct fan_transport *transport, uint64_t i,
                              struct fan_err *err)
{
    static char payload[] = "{\"lo\":1000000,\"hi\":2000000,\"padding\":"
                            "\"01234567890123456789012345678901234567890123456789\"}";
    struct fan_call call = { .tag = i,
                             .function = "eratosthenes-128",
                             .payload = payload,
                             .payload_bytes = sizeof payload - 1,
                             .timeout_ms = 60000,
                             .want_log_tail = true };
    return fan_transport_invoke.submit(transport, &call, err);
}

/* Make `total` invocations with `places` in flight, each journalled. */
static enum fan_status run(struct fan_transport *transport, struct fan_journal *journal,
                           uint64_t places, uint64_t total, struct fan_err *err)
{
    struct fan_reply replies[64];
    uint64_t sent = 0, done = 0;
    enum fan_status st = FAN_OK;
    while (!st && done < total) {
        while (!st && sent < total && sent - done < places)
            st = submit(transport, sent++, err);
        size_t n = 0;
        if (!st) st = fan_transport_invoke.poll(transport, 1000, replies, 64, &n, err);
        for (size_t i = 0; i < n; i++) {
            struct fan_record *r = &replies[i].record;
            r->seq = done++;
            if (!st && r->outcome != FAN_OUTCOME_OK)
                st = fan_fail(err, FAN_ENET, "an invocation failed: %s", r->error_text);
            if (!st) st = fan_journal_attempt(journal, r, err);
            fan_record_clear(r);
        }
    }
    return st;
}

static enum fan_status measure(unsigned port, uint64_t places, uint64_t total,
                               const char *path, struct fan_err *err)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    struct fan_transport_cfg cfg = { .base_url = url,
                                     .region = "us-east-1",
                                     .credentials = { "AKIDEXAMPLE", "secret", NULL },
                                     .places = (uint32_t)places };
    struct fan_journal_header header = { .version = 1, .ranks = 1 };
    struct fan_transport *transport = NULL;
    struct fan_journal *journal = NULL;
    enum fan_status st = fan_transport_invoke.open(&transport, &cfg, err);
    if (!st) st = fan_journal_open(&journal, path, &header, err);
    if (!st) st = run(transport, journal, places, 4 * places, err); /* connect, warm up */
    int64_t cpu_ns = fan_clock_cpu_ns(), start_ns = fan_clock_mono_ns();
    if (!st) st = run(transport, journal, places, total, err);
    cpu_ns = fan_clock_cpu_ns() - cpu_ns;
    start_ns = fan_clock_mono_ns() - start_ns;
    if (!st)
        printf("in_flight=%llu invocations=%llu client_cpu_us=%.2f wall_us=%.2f\n",
               (unsigned long long)places, (unsigned long long)total,
               (double)cpu_ns / 1e3 / (double)total,
               (double)start_ns / 1e3 / (double)total);
    fan_transport_invoke.close(transport);
    fan_journal_close(journal);
    return st;
}

int main(int argc, char **argv)
{
    uint64_t places = 64, total = 100000;
    unsigned port = 0;
    struct fan_err err = { FAN_OK, "" };
    char own[] = "/tmp/client_bench_XXXXXX";
    enum fan_status st = FAN_OK;
    if (argc > 1) st = fan_number_u64(argv[1], 1, 10000, &places, &err);
    if (!st && argc > 2) st = fan_number_u64(argv[2], 1, 100000000, &total, &err);
    if (st) {
        fprintf(stderr, "client_bench: %s\n", err.text);
        return 2;
    }
    int listener = listen_loopback(&port), file = argc > 3 ? -1 : mkstemp(own);
    if (file >= 0) close(file);
    pid_t server = listener >= 0 ? fork() : -1;
    if (server < 0) {
        perror("client_bench: cannot start its server");
        return 1;
    }
    if (server == 0) serve(listener);
    close(listener);
    st = measure(port, places, total, argc > 3 ? argv[3] : own, &err);
    if (file >= 0) unlink(own);
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    if (st) fprintf(stderr, "client_bench: %s\n", err.text);
    return st ? 1 : 0;
}
