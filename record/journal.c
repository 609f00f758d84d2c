/* journal.c - see journal.h. */
#include "record/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/codec.h"
#include "record/fields.h"
#include "record/frame.h"

#define HEADER_FRAME_MAX  512                /* head, keys and values of a header frame */
#define BATCH_BYTES       (256 * 1024)       /* frames of one write, but for the last */
#define JOURNAL_BYTES_MAX ((size_t)16 << 30) /* more does not fit a rank's memory */

struct fan_journal {
    int fd;
    bool broken; /* a write failed: what follows could not be told from what is lost */
    char *path;
    struct fan_buf frames; /* not yet written */
};

/* ---- writing ---- */

static enum fan_status lock_file(const struct fan_journal *j, struct fan_err *err)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(j->fd, F_SETLK, &lock) == 0 || (errno != EACCES && errno != EAGAIN))
        return FAN_OK; /* a file system without locks is no reason to stop */
    return fan_fail(err, FAN_EIO, "cannot open '%s': another process writes to it",
                    j->path);
}

/* A device or pipe would be read without end. */
static enum fan_status require_file(const char *path, struct fan_err *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return fan_fail(err, FAN_EIO, "cannot open journal '%s': %s", path,
                        strerror(errno));
    if (S_ISREG(info.st_mode)) return FAN_OK;
    return fan_fail(err, FAN_EFORMAT,
                    "cannot open journal '%s': it is not a regular file", path);
}

/* A new file's name must survive the machine's death as well as its content. */
static void sync_folder(const char *path)
{
    char *copy = fan_strdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(copy);
}

/* Cut what a killed writer left unfinished, or refuse a file that is not a journal. */
static enum fan_status prepare_file(const struct fan_journal *j, struct fan_err *err)
{
    struct fan_buf bytes = FAN_BUF_INIT(JOURNAL_BYTES_MAX);
    struct fan_journal_content content;
    memset(&content, 0, sizeof content);
    enum fan_status st = require_file(j->path, err);
    if (!st) st = fan_buf_read_file(&bytes, j->path, err);
    if (st) goto out;
    if (bytes.size == 0) {
        sync_folder(j->path);
        goto out;
    }
    /* Ours if any frame is intact, the header or another; and the beginning of a first
     * frame, which a killed writer left or some damage hit. */
    bool fragment = bytes.size < HEADER_FRAME_MAX && (uint8_t)bytes.data[0] == 0x94;
    struct fan_err cause = { FAN_OK, "" };
    if (fan_journal_parse(&content, bytes.data, bytes.size, &cause) &&
        content.good_end == 0 && !fragment) {
        st = fan_fail(err, FAN_EFORMAT, "cannot append to '%s': it is not a journal",
                      j->path);
        goto out;
    }
    if (content.torn && ftruncate(j->fd, (off_t)content.good_end) != 0)
        st = fan_fail(err, FAN_EIO, "cannot cut the torn end of '%s': %s", j->path,
                      strerror(errno));
out:
    fan_journal_content_clear(&content);
    fan_buf_clear(&bytes);
    return st;
}

/* Hand the frames to the kernel. */
static enum fan_status write_all(struct fan_journal *j, struct fan_err *err)
{
    const char *p = j->frames.data;
    for (size_t left = j->frames.size; left > 0;) {
        ssize_t n = write(j->fd, p, left);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            int cause = n < 0 ? errno : ENOSPC;
            j->broken = true;
            return fan_fail(err, FAN_EIO, "cannot write journal '%s': %s", j->path,
                            strerror(cause));
        }
        p += n;
        left -= (size_t)n;
    }
    fan_buf_reset(&j->frames);
    return FAN_OK;
}

static enum fan_status begin_frames(struct fan_journal *j, struct fan_err *err)
{
    if (j->broken)
        return fan_fail(err, FAN_EIO,
                        "cannot write journal '%s': an earlier write failed", j->path);
    fan_buf_reset(&j->frames);
    return FAN_OK;
}

/* Leave room for the head of a frame; the payload is added behind it. */
static enum fan_status add_head(struct fan_journal *j, struct fan_err *err)
{
    static const char room[FAN_FRAME_HEAD_BYTES];
    return fan_buf_add(&j->frames, room, sizeof room, err);
}

static enum fan_status write_fields(struct fan_journal *j, enum fan_journal_kind kind,
                                    const struct fan_field_table *table, const void *item,
                                    struct fan_err *err)
{
    enum fan_status st = begin_frames(j, err);
    if (!st) st = add_head(j, err);
    if (!st) st = fan_fields_put(&j->frames, table, item, err);
    if (st) return st;
    fan_frame_seal(&j->frames, 0, (uint8_t)kind);
    return write_all(j, err);
}

static enum fan_status add_record(struct fan_journal *j, const struct fan_record *record,
                                  struct fan_err *err)
{
    size_t begin = j->frames.size;
    enum fan_status st = add_head(j, err);
    if (!st) st = fan_codec_put_record(&j->frames, record, err);
    if (!st) fan_frame_seal(&j->frames, begin, FAN_JOURNAL_ATTEMPT);
    return st;
}

enum fan_status fan_journal_open(struct fan_journal **journal, const char *path,
                                 const struct fan_journal_header *header,
                                 struct fan_err *err)
{
    struct fan_journal *j = fan_alloc_zero(1, sizeof *j);
    enum fan_status st = FAN_OK;
    j->path = fan_strdup(path);
    fan_buf_init(&j->frames, BATCH_BYTES + FAN_FRAME_HEAD_BYTES + FAN_FRAME_PAYLOAD_MAX);
    j->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (j->fd < 0) {
        st =
            fan_fail(err, FAN_EIO, "cannot open journal '%s': %s", path, strerror(errno));
        goto out;
    }
    st = prepare_file(j, err);
    /* locked after the read: closing any descriptor of a file drops its POSIX locks */
    if (!st) st = lock_file(j, err);
    if (!st) st = write_fields(j, FAN_JOURNAL_HEADER, &fan_header_table, header, err);
    if (st) goto out;
    *journal = j;
    j = NULL;
out:
    fan_journal_close(j);
    return st;
}

enum fan_status fan_journal_attempts(struct fan_journal *journal,
                                     const struct fan_record *const *records,
                                     size_t count, struct fan_err *err)
{
    enum fan_status st = begin_frames(journal, err);
    for (size_t i = 0; !st && i < count; i++) {
        st = add_record(journal, records[i], err);
        bool full = journal->frames.size >= BATCH_BYTES || i + 1 == count;
        if (!st && full) st = write_all(journal, err);
    }
    return st;
}

enum fan_status fan_journal_attempt(struct fan_journal *journal,
                                    const struct fan_record *record, struct fan_err *err)
{
    return fan_journal_attempts(journal, &record, 1, err);
}

enum fan_status fan_journal_phase(struct fan_journal *journal,
                                  const struct fan_phase_mark *mark, struct fan_err *err)
{
    return write_fields(journal, FAN_JOURNAL_PHASE, &fan_phase_table, mark, err);
}

enum fan_status fan_journal_sync(struct fan_journal *journal, struct fan_err *err)
{
    if (fdatasync(journal->fd) == 0) return FAN_OK;
    if (errno == EINVAL || errno == EROFS) return FAN_OK; /* a pipe or device */
    journal->broken = true;
    return fan_fail(err, FAN_EIO, "cannot write journal '%s' to the disk: %s",
                    journal->path, strerror(errno));
}

void fan_journal_close(struct fan_journal *journal)
{
    if (!journal) return;
    if (journal->fd >= 0) {
        (void)fdatasync(journal->fd);
        close(journal->fd);
    }
    fan_buf_clear(&journal->frames);
    free(journal->path);
    free(journal);
}

enum fan_status fan_journal_wait(const char *path, struct fan_err *err)
{
    struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fan_fail(err, FAN_EIO, "cannot open journal '%s': %s", path,
                        strerror(errno));
    while (fcntl(fd, F_SETLKW, &lock) != 0 && errno == EINTR)
        ;
    close(fd);
    return FAN_OK;
}

/* ---- reading ---- */

struct reader {
    struct fan_journal_content *content;
    size_t record_capacity, phase_capacity;
};

/* Room for one more item in an array that doubles. */
static void *grow(void *array, size_t count, size_t *capacity, size_t item_bytes)
{
    if (count < *capacity) return array;
    *capacity = *capacity ? *capacity * 2 : 16;
    return fan_realloc(array, *capacity, item_bytes);
}

static enum fan_status take_header(struct reader *r, const struct fan_frame *frame)
{
    struct fan_journal_header header;
    size_t offset = 0;
    memset(&header, 0, sizeof header);
    enum fan_status st = fan_fields_get(frame->payload, frame->payload_bytes, &offset,
                                        &fan_header_table, &header, NULL);
    if (st) return st;
    if (header.version != 1) return FAN_EFORMAT;
    if (r->content->openings++ == 0) r->content->header = header;
    return FAN_OK;
}

static enum fan_status take_record(struct reader *r, const struct fan_frame *frame)
{
    struct fan_journal_content *c = r->content;
    c->records =
        grow(c->records, c->record_count, &r->record_capacity, sizeof *c->records);
    size_t offset = 0;
    enum fan_status st =
        fan_codec_get_record(frame->payload, frame->payload_bytes, &offset,
                             &c->records[c->record_count], NULL);
    if (!st) c->record_count++;
    return st;
}

static enum fan_status take_phase(struct reader *r, const struct fan_frame *frame)
{
    struct fan_journal_content *c = r->content;
    struct fan_phase_mark mark;
    size_t offset = 0;
    memset(&mark, 0, sizeof mark);
    enum fan_status st = fan_fields_get(frame->payload, frame->payload_bytes, &offset,
                                        &fan_phase_table, &mark, NULL);
    if (st) return st;
    c->phases = grow(c->phases, c->phase_count, &r->phase_capacity, sizeof *c->phases);
    c->phases[c->phase_count++] = mark;
    return FAN_OK;
}

static enum fan_status take_frame(struct reader *r, const struct fan_frame *frame)
{
    switch (frame->kind) {
    case FAN_JOURNAL_HEADER: return take_header(r, frame);
    case FAN_JOURNAL_ATTEMPT: return take_record(r, frame);
    case FAN_JOURNAL_PHASE: return take_phase(r, frame);
    default: return FAN_OK; /* of a later version, intact */
    }
}

enum fan_status fan_journal_parse(struct fan_journal_content *content, const void *bytes,
                                  size_t n, struct fan_err *err)
{
    struct reader reader = { content, 0, 0 };
    struct fan_frame frame;
    memset(content, 0, sizeof *content);
    struct fan_frame_scan *scan = fan_frame_scan_new(bytes, n);
    uint64_t undecodable = 0, good_bytes = 0;
    while (fan_frame_scan_next(scan, &frame)) {
        content->good_end = frame.end;
        if (take_frame(&reader, &frame))
            undecodable++;
        else
            good_bytes += frame.end - frame.begin;
    }
    struct fan_frame_damage damage = fan_frame_scan_damage(scan);
    fan_frame_scan_free(scan);
    content->bad_frames = damage.bad_frames + undecodable;
    content->bad_bytes = n - good_bytes;
    content->torn = damage.torn;
    if (content->openings > 0) return FAN_OK;
    return fan_fail(err, FAN_EFORMAT, "no journal: no intact header in %zu bytes", n);
}

enum fan_status fan_journal_read(struct fan_journal_content *content, const char *path,
                                 struct fan_err *err)
{
    struct fan_buf bytes = FAN_BUF_INIT(JOURNAL_BYTES_MAX);
    memset(content, 0, sizeof *content);
    enum fan_status st = require_file(path, err);
    if (!st) st = fan_buf_read_file(&bytes, path, err);
    if (!st) {
        st = fan_journal_parse(content, bytes.data, bytes.size, err);
        if (st) fan_err_prefix(err, "cannot read journal '%s': ", path);
    }
    fan_buf_clear(&bytes);
    return st;
}

void fan_journal_content_clear(struct fan_journal_content *content)
{
    if (!content) return;
    for (size_t i = 0; i < content->record_count; i++)
        fan_record_clear(&content->records[i]);
    free(content->records);
    free(content->phases);
    memset(content, 0, sizeof *content);
}
