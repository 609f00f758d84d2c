/* ledger.c - see ledger.h. */
#include "mpi_driver/ledger.h"

#include "common/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the byte order of the machine: a ledger is not carried elsewhere, journals are. */
struct ledger_file {
    char mark[8];
    struct fan_totals totals;
};

struct fan_ledger {
    struct ledger_file *file;
};

static const char ledger_mark[8] = "fanled1";

static void ledger_path(char path[PATH_MAX], const char *dir, uint32_t rank)
{
    snprintf(path, PATH_MAX, "%s/ledger-%04u.bin", dir, rank);
}

/* Write the whole file, not a hole: a full disk must fail here and not kill a later
 * store. */
static enum fan_status prepare(int fd, const char *path, struct fan_err *err)
{
    struct ledger_file file;
    memset(&file, 0, sizeof file);
    ssize_t got = pread(fd, &file, sizeof file, 0);
    if (got > 0) {
        if (got == (ssize_t)sizeof file &&
            memcmp(file.mark, ledger_mark, sizeof file.mark) == 0)
            return FAN_OK;
        return fan_fail(err, FAN_EFORMAT, "read '%s': it is not a ledger", path);
    }
    memset(&file, 0, sizeof file);
    memcpy(file.mark, ledger_mark, sizeof file.mark);
    if (got < 0 || pwrite(fd, &file, sizeof file, 0) != (ssize_t)sizeof file)
        return fan_fail(err, FAN_EIO, "write '%s': %s", path, strerror(errno));
    return FAN_OK;
}

enum fan_status fan_ledger_open(struct fan_ledger **ledger, const char *dir,
                                uint32_t rank, struct fan_err *err)
{
    char path[PATH_MAX];
    ledger_path(path, dir, rank);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return fan_fail(err, FAN_EIO, "open '%s': %s", path, strerror(errno));
    enum fan_status st = prepare(fd, path, err);
    if (st) goto out;
    void *map =
        mmap(NULL, sizeof(struct ledger_file), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        st = fan_fail(err, FAN_EIO, "map '%s': %s", path, strerror(errno));
        goto out;
    }
    *ledger = fan_alloc_zero(1, sizeof **ledger);
    (*ledger)->file = map;
    uint64_t started = (*ledger)->file->totals.started;
    memset(&(*ledger)->file->totals, 0, sizeof(*ledger)->file->totals);
    (*ledger)->file->totals.started = started;
out:
    close(fd);
    return st;
}

void fan_ledger_close(struct fan_ledger *ledger)
{
    if (!ledger) return;
    munmap(ledger->file, sizeof *ledger->file);
    free(ledger);
}

struct fan_totals *fan_ledger_totals(struct fan_ledger *ledger)
{
    return &ledger->file->totals;
}

enum fan_status fan_ledger_read(struct fan_totals *totals, const char *dir, uint32_t rank,
                                struct fan_err *err)
{
    char path[PATH_MAX];
    ledger_path(path, dir, rank);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fan_fail(err, errno == ENOENT ? FAN_ENOTFOUND : FAN_EIO, "open '%s': %s",
                        path, strerror(errno));
    struct ledger_file file;
    ssize_t got = pread(fd, &file, sizeof file, 0);
    close(fd);
    if (got != (ssize_t)sizeof file ||
        memcmp(file.mark, ledger_mark, sizeof file.mark) != 0)
        return fan_fail(err, FAN_EFORMAT, "read '%s': it is not a ledger", path);
    *totals = file.totals;
    return FAN_OK;
}
