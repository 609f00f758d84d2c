/* folder.c - see folder.h. */
#include "mpi_driver/folder.h"

#include "common/buf.h"
#include "mpi_driver/history.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SAME_SECOND_MAX   100
#define JOURNAL_BYTES_MAX ((size_t)1 << 36)

static bool is_empty(DIR *folder)
{
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            return false;
    return true;
}

/* FAN_EUSAGE when something is in the way */
static enum fan_status check_free(const char *dir, struct fan_err *err)
{
    DIR *folder = opendir(dir);
    if (!folder) {
        if (errno == ENOENT) return FAN_OK;
        return fan_fail(err, FAN_EUSAGE, "use '%s' as result folder: %s", dir,
                        strerror(errno));
    }
    bool empty = is_empty(folder);
    closedir(folder);
    if (empty) return FAN_OK;
    return fan_fail(err, FAN_EUSAGE,
                    "use '%s' as result folder: it is not empty; expected a new or empty "
                    "folder, or --resume to go on with that run",
                    dir);
}

enum fan_status fan_folder_choose(char dir[PATH_MAX], const char *wanted,
                                  const char *job_name, struct fan_err *err)
{
    if (wanted) {
        if (wanted[0] == '\0' || strlen(wanted) >= PATH_MAX - 64)
            return fan_fail(err, FAN_EUSAGE, "option '--out': expected a folder's path");
        snprintf(dir, PATH_MAX, "%s", wanted);
        return check_free(dir, err);
    }
    char name[128], stamp[32];
    snprintf(name, sizeof name, "%.100s", job_name);
    for (char *p = name; *p; p++)
        if (*p == '/' || *p == ' ' || (unsigned char)*p < ' ') *p = '-';
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    snprintf(dir, PATH_MAX, "out/%s-%s", name, stamp);
    for (int i = 2; i < SAME_SECOND_MAX && check_free(dir, NULL); i++)
        snprintf(dir, PATH_MAX, "out/%s-%s-%d", name, stamp, i);
    return check_free(dir, err);
}

static bool is_plain(unsigned char c)
{
    return isalnum(c) || c >= 0x80 || (c != '\0' && strchr("/._-+=:,@%", c));
}

void fan_folder_word(char word[FAN_FOLDER_WORD_MAX], const char *path)
{
    const char *p = path;
    char *end = word;
    while (is_plain((unsigned char)*p))
        p++;
    const bool quoted = *p || p == path;
    if (quoted) *end++ = '\'';
    for (p = path; *p && p < path + PATH_MAX - 1; p++) {
        if (*p == '\'') { /* ends the quotes, stands for itself, begins them again */
            memcpy(end, "'\\'", 3);
            end += 3;
        }
        *end++ = *p;
    }
    if (quoted) *end++ = '\'';
    *end = '\0';
}

enum fan_status fan_folder_make(const char *dir, struct fan_err *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", dir);
    for (char *p = path + 1;; p++) {
        if (*p != '/' && *p != '\0') continue;
        char end = *p;
        *p = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            return fan_fail(err, FAN_EIO, "make folder '%s': %s", path, strerror(errno));
        if (end == '\0') return FAN_OK;
        *p = end;
    }
}

enum fan_status fan_folder_job_mark(const struct fan_job *job, uint64_t *mark,
                                    struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(4 * (size_t)FAN_JOB_BYTES_MAX);
    struct fan_job same = *job; /* shares the strings, owns nothing */
    same.budget.invocations = 0;
    same.budget.usd = 0;
    enum fan_status st = fan_job_write(&same, &text, err);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
    fan_buf_clear(&text);
    if (!st) *mark = hash >> 1; /* a journal holds signed 64-bit integers */
    return st;
}

static void job_path(char path[PATH_MAX], const char *dir)
{
    snprintf(path, PATH_MAX, "%s/job.yaml", dir);
}

enum fan_status fan_folder_write_job(const char *dir, const struct fan_job *job,
                                     struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(4 * (size_t)FAN_JOB_BYTES_MAX);
    char path[PATH_MAX];
    job_path(path, dir);
    enum fan_status st = fan_job_write(job, &text, err);
    if (!st) st = fan_buf_write_file(&text, path, err);
    fan_buf_clear(&text);
    return st;
}

enum fan_status fan_folder_read_job(struct fan_job **job, const char *dir,
                                    struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_JOB_BYTES_MAX);
    char path[PATH_MAX];
    job_path(path, dir);
    enum fan_status st = fan_buf_read_file(&text, path, err);
    if (!st) st = fan_job_parse(job, path, text.data, text.size, NULL, 0, err);
    fan_buf_clear(&text);
    return st;
}

int fan_folder_lock(const char *dir)
{
    int lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (lock >= 0 && flock(lock, LOCK_EX)) {
        if (errno == EINTR) continue;
        close(lock);
        lock = -1;
    }
    return lock;
}

void fan_folder_unlock(int lock)
{
    if (lock >= 0) close(lock);
}

/* Size of our own journal, as we see it; 0 without one. */
static uint64_t journal_bytes(const char *dir, uint32_t rank)
{
    char path[PATH_MAX];
    struct stat info;
    fan_history_journal_path(path, dir, rank);
    return stat(path, &info) == 0 && info.st_size > 0 ? (uint64_t)info.st_size : 0;
}

static enum fan_status write_journals(const char *dir, const struct fan_buf *all,
                                      const uint64_t *sizes, int ranks,
                                      struct fan_err *err)
{
    size_t at = 0;
    enum fan_status st = FAN_OK;
    for (int r = 0; !st && r < ranks; r++) {
        char path[PATH_MAX];
        if (sizes[r] == 0) continue;
        struct fan_buf one = { all->data + at, (size_t)sizes[r], 0, 0 }; /* a view */
        at += (size_t)sizes[r];
        fan_history_journal_path(path, dir, (uint32_t)r);
        st = fan_buf_write_file(&one, path, err);
    }
    return st;
}

enum fan_status fan_folder_collect(const char *dir, struct fan_comm *comm,
                                   struct fan_err *err)
{
    size_t ranks = (size_t)comm->size;
    uint64_t *sizes = fan_alloc_zero(ranks, sizeof *sizes);
    uint64_t *unseen = fan_alloc_zero(ranks, sizeof *unseen), any = 0;
    struct fan_buf own = FAN_BUF_INIT(JOURNAL_BYTES_MAX);
    struct fan_buf all = FAN_BUF_INIT(JOURNAL_BYTES_MAX);
    sizes[comm->rank] = journal_bytes(dir, (uint32_t)comm->rank);
    comm->ops->sum_u64(comm, sizes, ranks);
    for (size_t r = 0; comm->rank == 0 && r < ranks; r++)
        unseen[r] = journal_bytes(dir, (uint32_t)r) != sizes[r];
    comm->ops->bcast(comm, unseen, ranks * sizeof *unseen, 0);
    for (size_t r = 0; r < ranks; r++)
        any += unseen[r];
    enum fan_status st = FAN_OK;
    if (any == 0) goto out; /* the usual case: one host, or a shared folder */
    if (unseen[comm->rank]) {
        char path[PATH_MAX];
        fan_history_journal_path(path, dir, (uint32_t)comm->rank);
        st = fan_buf_read_file(&own, path, err);
    }
    st = fan_comm_agree(comm, st, err);
    if (st) goto out;
    comm->ops->gather(comm, own.data, own.size, &all, sizes);
    if (comm->rank == 0) st = write_journals(dir, &all, sizes, comm->size, err);
    st = fan_comm_agree(comm, st, err);
out:
    fan_buf_clear(&own);
    fan_buf_clear(&all);
    free(sizes);
    free(unseen);
    return st;
}
