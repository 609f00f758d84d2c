/* history.c - see history.h. */
#include "mpi_driver/history.h"

#include "common/buf.h"
#include "record/export.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define JOURNAL_NAME "journal-%04u.msgpack"

void fan_history_journal_path(char path[PATH_MAX], const char *dir, uint32_t rank)
{
    snprintf(path, PATH_MAX, "%s/" JOURNAL_NAME, dir, rank);
}

/* Which ranks have a journal in dir: present[] of FAN_HISTORY_RANKS_MAX entries. */
static enum fan_status list_journals(const char *dir, bool *present, struct fan_err *err)
{
    DIR *folder = opendir(dir);
    if (!folder) return fan_fail(err, FAN_EIO, "open '%s': %s", dir, strerror(errno));
    for (struct dirent *entry; (entry = readdir(folder));) {
        unsigned rank;
        char name[64];
        if (sscanf(entry->d_name, "journal-%4u.msgpack", &rank) != 1) continue;
        snprintf(name, sizeof name, JOURNAL_NAME, rank);
        if (strcmp(name, entry->d_name) == 0 && rank < FAN_HISTORY_RANKS_MAX)
            present[rank] = true;
    }
    closedir(folder);
    return FAN_OK;
}

bool fan_history_exists(const char *dir)
{
    bool *present = fan_alloc_zero(FAN_HISTORY_RANKS_MAX, sizeof *present), any = false;
    if (!list_journals(dir, present, NULL))
        for (size_t i = 0; i < FAN_HISTORY_RANKS_MAX; i++)
            any = any || present[i];
    free(present);
    return any;
}

static void note_header(struct fan_history *h, const struct fan_journal_header *header)
{
    if (h->journals == 0) {
        h->job_mark = header->job_crc;
        h->started_wall_ns = header->started_wall_ns;
        memcpy(h->host, header->host, sizeof h->host);
        memcpy(h->program, header->program, sizeof h->program);
    }
    if (header->job_crc != h->job_mark) h->job_mixed = true;
    if (header->started_wall_ns < h->started_wall_ns)
        h->started_wall_ns = header->started_wall_ns;
    if (header->ranks > h->ranks) h->ranks = header->ranks;
}

/* Move what a journal held into the history. */
static void take_content(struct fan_history *h, uint32_t rank,
                         struct fan_journal_content *content, bool sound)
{
    if (sound) note_header(h, &content->header);
    h->journals += sound;
    if (rank + 1 > h->ranks) h->ranks = rank + 1;
    if (content->openings > h->openings) h->openings = content->openings;
    h->bad_frames += content->bad_frames;
    h->bad_bytes += content->bad_bytes;
    h->torn += content->torn;
    size_t n = content->record_count, m = content->phase_count;
    if (n > 0) {
        h->records = fan_realloc(h->records, h->record_count + n, sizeof *h->records);
        memcpy(h->records + h->record_count, content->records, n * sizeof *h->records);
        h->record_count += n;
        free(content->records); /* the bodies have moved */
        content->records = NULL;
        content->record_count = 0;
    }
    if (m > 0) {
        h->phases = fan_realloc(h->phases, h->phase_count + m, sizeof *h->phases);
        h->phase_rank =
            fan_realloc(h->phase_rank, h->phase_count + m, sizeof *h->phase_rank);
        memcpy(h->phases + h->phase_count, content->phases, m * sizeof *h->phases);
        for (size_t i = 0; i < m; i++)
            h->phase_rank[h->phase_count + i] = rank;
        h->phase_count += m;
    }
}

/* Attempts of a rank that left and never came back to its journal. */
static void note_ledger(struct fan_history *h, const char *dir, uint32_t rank,
                        size_t records)
{
    struct fan_totals totals;
    if (fan_ledger_read(&totals, dir, rank, NULL)) return;
    if (totals.started > records) h->lost += totals.started - records;
    if (rank == 0 && totals.ending <= FAN_ENDING_FAILED)
        h->ending = (enum fan_ending)totals.ending;
}

static bool is_empty_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && info.st_size == 0;
}

static void note_times(struct fan_history *h)
{
    for (size_t i = 0; i < h->record_count; i++) {
        int64_t end_ns = h->records[i].sent_ns + h->records[i].end_ns;
        if (end_ns > h->end_ns) h->end_ns = end_ns;
    }
    for (size_t i = 0; i < h->phase_count; i++) {
        if (h->phases[i].end_ns > h->end_ns) h->end_ns = h->phases[i].end_ns;
        if (h->phases[i].phase >= h->next_phase) h->next_phase = h->phases[i].phase + 1;
    }
}

static void describe_damage(struct fan_history *h, uint32_t unusable)
{
    if (h->bad_frames == 0 && h->bad_bytes == 0 && h->torn == 0 && unusable == 0) return;
    snprintf(
        h->damage, sizeof h->damage,
        "%llu damaged frames and %llu stray bytes were skipped, %u of %u journals end "
        "inside a frame, %u have no header; everything intact is used",
        (unsigned long long)h->bad_frames, (unsigned long long)h->bad_bytes, h->torn,
        h->journals + unusable, unusable);
}

enum fan_status fan_history_read(struct fan_history *history, const char *dir,
                                 struct fan_err *err)
{
    struct fan_history h;
    memset(&h, 0, sizeof h);
    uint32_t unusable = 0, found = 0;
    bool *present = fan_alloc_zero(FAN_HISTORY_RANKS_MAX, sizeof *present);
    enum fan_status st = list_journals(dir, present, err);
    for (uint32_t rank = 0; !st && rank < FAN_HISTORY_RANKS_MAX; rank++) {
        if (!present[rank]) continue;
        char path[PATH_MAX];
        fan_history_journal_path(path, dir, rank);
        struct fan_journal_content content;
        memset(&content, 0, sizeof content);
        /* Without an intact header it is an error, but its intact records still count. */
        bool sound = fan_journal_read(&content, path, NULL) == FAN_OK;
        size_t records = content.record_count;
        bool empty = !sound && content.bad_bytes == 0 && is_empty_file(path);
        unusable += !sound && !empty; /* empty: its rank had only just begun */
        found++;
        take_content(&h, rank, &content, sound);
        fan_journal_content_clear(&content);
        note_ledger(&h, dir, rank, records);
    }
    free(present);
    if (!st && found == 0)
        st = fan_fail(err, FAN_ENOTFOUND, "find no journal-*.msgpack in '%s'", dir);
    if (st) {
        fan_history_clear(&h);
        return st;
    }
    fan_records_sort(h.records, h.record_count);
    note_times(&h);
    describe_damage(&h, unusable);
    *history = h;
    return FAN_OK;
}

enum fan_status fan_history_wait(const char *dir, struct fan_err *err)
{
    bool *present = fan_alloc_zero(FAN_HISTORY_RANKS_MAX, sizeof *present);
    enum fan_status st = list_journals(dir, present, err);
    for (uint32_t rank = 0; !st && rank < FAN_HISTORY_RANKS_MAX; rank++) {
        char path[PATH_MAX];
        fan_history_journal_path(path, dir, rank);
        if (present[rank]) st = fan_journal_wait(path, err);
    }
    free(present);
    return st;
}

void fan_history_clear(struct fan_history *history)
{
    if (!history) return;
    for (size_t i = 0; i < history->record_count; i++)
        fan_record_clear(&history->records[i]);
    free(history->records);
    free(history->phases);
    free(history->phase_rank);
    memset(history, 0, sizeof *history);
}

void fan_history_calls(const struct fan_history *history, bool failed_again,
                       uint32_t *state, uint64_t calls)
{
    memset(state, 0, (size_t)calls * sizeof *state);
    for (size_t i = 0; i < history->record_count; i++) {
        const struct fan_record *r = &history->records[i];
        if (r->call >= calls) continue;
        uint32_t *s = &state[r->call];
        uint32_t attempts = *s & FAN_CALL_ATTEMPTS, over = *s & FAN_CALL_OVER;
        if (r->attempt < FAN_CALL_ATTEMPTS && r->attempt + 1 > attempts)
            attempts = r->attempt + 1;
        bool made = r->outcome != FAN_OUTCOME_NETWORK || !r->never_sent;
        if (r->outcome == FAN_OUTCOME_OK || (!failed_again && made)) over = FAN_CALL_OVER;
        *s = attempts | over;
    }
}

void fan_history_next_seq(const struct fan_history *history, uint64_t *seq,
                          uint32_t ranks)
{
    memset(seq, 0, (size_t)ranks * sizeof *seq);
    for (size_t i = 0; i < history->record_count; i++) {
        const struct fan_record *r = &history->records[i];
        if (r->rank < ranks && r->seq >= seq[r->rank]) seq[r->rank] = r->seq + 1;
    }
}
