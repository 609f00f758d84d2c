/*
 * client_bench.c - client CPU of one signed and journalled invocation, the way a rank
 * makes it. Usage: client_bench URL FUNCTION PLACES CALLS      Keys from the environment.
 * Prints one JSON line. The first 2 x PLACES calls open the connections and are not
 * measured.
 */
#include "common/clock.h"
#include "invoke/key_source.h"
#include "invoke/transport.h"
#include "record/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REPLIES 64 /* as the driver takes at once */
static const char payload[] = "{\"n\":1000003}";

struct bench {
    const struct fan_transport_ops *ops;
    struct fan_transport *transport;
    struct fan_journal *journal;
    const char *function;
    uint64_t connections, failed;
};

/* Make `calls` calls with at most `places` in flight; journal each. */
static enum fan_status run(struct bench *b, uint32_t places, uint64_t calls,
                           struct fan_err *err)
{
    struct fan_call call = { .function = b->function,
                             .payload = payload,
                             .payload_bytes = sizeof payload - 1,
                             .timeout_ms = 60000,
                             .want_log_tail = true };
    static struct fan_reply replies[REPLIES];
    uint64_t sent = 0, done = 0;
    enum fan_status st = FAN_OK;
    while (!st && done < calls) {
        for (; !st && sent < calls && sent - done < places; sent++) {
            call.tag = sent;
            st = b->ops->submit(b->transport, &call, err);
        }
        size_t n = 0;
        const struct fan_record *records[REPLIES];
        if (!st) st = b->ops->poll(b->transport, 1000, replies, REPLIES, &n, err);
        for (size_t i = 0; i < n; i++, done++) {
            struct fan_record *record = &replies[i].record;
            record->seq = done;
            b->connections += record->connect_ns > 0;
            b->failed += record->outcome != FAN_OUTCOME_OK;
            records[i] = record;
        }
        if (!st) st = fan_journal_attempts(b->journal, records, n, err);
        for (size_t i = 0; i < n; i++)
            fan_record_clear(&replies[i].record);
    }
    return st;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s URL FUNCTION PLACES CALLS\n", argv[0]);
        return 2;
    }
    struct fan_err err = { FAN_OK, "" };
    uint32_t places = (uint32_t)strtoul(argv[3], NULL, 10);
    uint64_t calls = strtoull(argv[4], NULL, 10);
    struct fan_transport_cfg cfg = { .base_url = argv[1],
                                     .region = "us-east-1",
                                     .provider = fan_provider_chain(NULL),
                                     .places = places,
                                     .answer_max_bytes = 6291556,
                                     .connect_timeout_ms = 10000,
                                     .epoch_ns = fan_clock_mono_ns() };
    struct bench b = { .ops = fan_transport_find("invoke"), .function = argv[2] };
    struct fan_journal_header header = { .version = 1,
                                         .ranks = 1,
                                         .epoch_ns = cfg.epoch_ns };
    char path[] = "/tmp/client_bench_XXXXXX";
    int fd = mkstemp(path);
    if (fd >= 0) close(fd);
    unlink(path);

    enum fan_status st = fan_journal_open(&b.journal, path, &header, &err);
    if (!st) st = b.ops->open(&b.transport, &cfg, &err);
    if (!st) st = run(&b, places, 2 * (uint64_t)places, &err);
    int64_t cpu_ns = fan_clock_cpu_ns(), wall_ns = fan_clock_mono_ns();
    if (!st) st = run(&b, places, calls, &err);
    cpu_ns = fan_clock_cpu_ns() - cpu_ns;
    wall_ns = fan_clock_mono_ns() - wall_ns;
    if (!st)
        printf("{\"calls\":%" PRIu64 ",\"cpu_us_per_call\":%.3f,\"wall_s\":%.6f,"
               "\"connections\":%" PRIu64 ",\"failed\":%" PRIu64 "}\n",
               calls, (double)cpu_ns / 1e3 / (double)calls, (double)wall_ns / 1e9,
               b.connections, b.failed);
    else
        fprintf(stderr, "client_bench: %s\n", err.text);
    if (b.transport) b.ops->close(b.transport);
    fan_provider_free(cfg.provider);
    fan_journal_close(b.journal);
    unlink(path);
    return st ? 1 : 0;
}
