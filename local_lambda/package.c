/* package.c - see package.h. */
#define _XOPEN_SOURCE 700 /* nftw, which POSIX has as an XSI extension only */
#include "local_lambda/package.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>

#define PACKED_BYTES_MAX   52428800u
#define UNPACKED_BYTES_MAX 262144000u
#define ENTRIES_MAX        65535
#define NAME_BYTES_MAX     1024

struct unpacking {
    zip_t *zip;
    const char *dir;
    uint64_t bytes; /* written so far, by all entries */
    struct fan_err *err;
};

static enum fan_status unsafe(struct unpacking *u, const char *name, const char *why)
{
    return fan_fail(u->err, FAN_EFORMAT, "cannot unpack entry '%.200s': %s", name, why);
}

/* a relative path of proper components */
static bool path_safe(const char *name)
{
    if (name[0] == '\0' || name[0] == '/' || strchr(name, '\\')) return false;
    if (strlen(name) > NAME_BYTES_MAX) return false;
    for (const char *part = name; *part;) {
        size_t n = strcspn(part, "/");
        if (n == 0 || (n == 1 && part[0] == '.')) return false;
        if (n == 2 && part[0] == '.' && part[1] == '.') return false;
        part += n;
        if (*part) part++;
    }
    return true;
}

/* create the folders above the last component of path, which begins with dir */
static enum fan_status make_parents(struct unpacking *u, char *path)
{
    for (char *slash = path + strlen(u->dir) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        int failed = mkdir(path, 0755) != 0 && errno != EEXIST;
        if (failed) {
            fan_fail(u->err, FAN_EIO, "cannot create folder '%s': %s", path,
                     strerror(errno));
            return FAN_EIO;
        }
        *slash = '/';
    }
    return FAN_OK;
}

static enum fan_status copy_out(struct unpacking *u, zip_file_t *in, int out,
                                const char *name)
{
    char chunk[65536];
    zip_int64_t n;
    while ((n = zip_fread(in, chunk, sizeof chunk)) > 0) {
        u->bytes += (uint64_t)n;
        if (u->bytes > UNPACKED_BYTES_MAX)
            return fan_fail(u->err, FAN_ELIMIT, "cannot unpack more than %u bytes",
                            UNPACKED_BYTES_MAX);
        for (zip_int64_t done = 0; done < n;) {
            ssize_t wrote = write(out, chunk + done, (size_t)(n - done));
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote <= 0)
                return fan_fail(u->err, FAN_EIO, "cannot write entry '%.200s': %s", name,
                                strerror(errno));
            done += wrote;
        }
    }
    return n < 0 ? unsafe(u, name, zip_file_strerror(in)) : FAN_OK;
}

/* mode 0: the archive says nothing of permissions */
static enum fan_status write_file(struct unpacking *u, zip_uint64_t index,
                                  const char *name, const char *path, mode_t mode)
{
    enum fan_status st = FAN_OK;
    zip_file_t *in = zip_fopen_index(u->zip, index, 0);
    if (!in) return unsafe(u, name, zip_strerror(u->zip));
    /* exclusive: an entry may not replace an earlier one */
    int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (out < 0) {
        st = errno == EEXIST || errno == EISDIR
                 ? unsafe(u, name, "the name occurs twice")
                 : fan_fail(u->err, FAN_EIO, "cannot create '%s': %s", path,
                            strerror(errno));
        goto out;
    }
    st = copy_out(u, in, out, name);
    if (!st && fchmod(out, mode ? mode : 0644) != 0)
        st = fan_fail(u->err, FAN_EIO, "cannot set the mode of '%s': %s", path,
                      strerror(errno));
    if (close(out) != 0 && !st)
        st = fan_fail(u->err, FAN_EIO, "cannot write '%s': %s", path, strerror(errno));
out:
    zip_fclose(in);
    return st;
}

static enum fan_status unpack_entry(struct unpacking *u, zip_uint64_t index)
{
    const char *name = zip_get_name(u->zip, index, ZIP_FL_ENC_RAW);
    if (!name || !path_safe(name))
        return unsafe(u, name ? name : "?", "its path leads out of the package");
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    zip_file_get_external_attributes(u->zip, index, 0, &system, &attributes);
    mode_t mode = system == ZIP_OPSYS_UNIX ? (mode_t)(attributes >> 16) : 0;
    mode_t kind = mode & S_IFMT;
    if (kind != 0 && kind != S_IFREG && kind != S_IFDIR)
        return unsafe(u, name, "it is neither a file nor a folder");

    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", u->dir, name);
    if (n < 0 || (size_t)n >= sizeof path) return unsafe(u, name, "its path is too long");
    enum fan_status st = make_parents(u, path);
    if (st || path[n - 1] == '/') return st; /* a folder ends in '/' and now exists */
    return write_file(u, index, name, path, mode & 0777);
}

static zip_t *open_zip(const void *bytes, size_t n, struct fan_err *err)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(bytes, n, 0, &why);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
    if (!zip) {
        fan_fail(err, FAN_EFORMAT, "cannot read the package as a zip: %s",
                 zip_error_strerror(&why));
        zip_source_free(source);
    }
    zip_error_fini(&why);
    return zip;
}

enum fan_status fan_package_unzip(const void *zip, size_t n, const char *dir,
                                  struct fan_err *err)
{
    if (n > PACKED_BYTES_MAX)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot take a package of %zu bytes: expected at "
                        "most %u",
                        n, PACKED_BYTES_MAX);
    struct unpacking u = { .dir = dir, .err = err };
    u.zip = open_zip(zip, n, err);
    if (!u.zip) return FAN_EFORMAT;
    enum fan_status st = FAN_OK;
    zip_int64_t entries = zip_get_num_entries(u.zip, 0);
    if (entries > ENTRIES_MAX)
        st = fan_fail(err, FAN_ELIMIT, "cannot unpack %lld entries: expected at most %d",
                      (long long)entries, ENTRIES_MAX);
    else if (entries <= 0)
        st = fan_fail(err, FAN_EFORMAT, "cannot unpack the package: it is empty");
    else if (mkdir(dir, 0755) != 0)
        st =
            fan_fail(err, FAN_EIO, "cannot create folder '%s': %s", dir, strerror(errno));
    else {
        for (zip_int64_t i = 0; i < entries && !st; i++)
            st = unpack_entry(&u, (zip_uint64_t)i);
        if (st) fan_package_remove(dir);
    }
    zip_discard(u.zip);
    return st;
}

static int remove_entry(const char *path, const struct stat *info, int kind,
                        struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    remove(path); /* what cannot be removed stays; the folder above it then does too */
    return 0;
}

void fan_package_remove(const char *dir)
{
    nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
