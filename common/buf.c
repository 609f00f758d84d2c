/* buf.c - see buf.h. */
#include "common/buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *fan_alloc(size_t bytes)
{
    return fan_realloc(NULL, bytes, 1);
}

void *fan_alloc_zero(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (p) return p;
    fprintf(stderr, "out of memory: cannot allocate %zu x %zu bytes\n", count, size);
    abort();
}

void *fan_realloc(void *old, size_t count, size_t size)
{
    void *p = NULL;
    if (size == 0 || count <= SIZE_MAX / size) {
        size_t bytes = count * size;
        p = realloc(old, bytes ? bytes : 1);
    }
    if (p) return p;
    fprintf(stderr, "out of memory: cannot allocate %zu x %zu bytes\n", count, size);
    abort();
}

char *fan_strdup(const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(fan_alloc(n), text, n);
}

void fan_buf_init(struct fan_buf *buf, size_t max_bytes)
{
    *buf = (struct fan_buf)FAN_BUF_INIT(max_bytes);
}

static enum fan_status reserve(struct fan_buf *buf, size_t n, struct fan_err *err)
{
    /* one byte more is needed for the NUL: even a maximum of SIZE_MAX leaves room for it
     */
    size_t max = buf->max < SIZE_MAX ? buf->max : SIZE_MAX - 1;
    if (n > max || buf->size > max - n)
        return fan_fail(err, FAN_ELIMIT, "cannot hold more than %zu bytes", buf->max);
    size_t need = buf->size + n + 1;
    if (need <= buf->capacity) return FAN_OK;
    size_t capacity = buf->capacity ? buf->capacity : 64;
    while (capacity < need)
        capacity = capacity <= SIZE_MAX / 3 * 2 ? capacity + capacity / 2 : need;
    if (capacity > max + 1) capacity = max + 1;
    buf->data = fan_realloc(buf->data, capacity, 1);
    buf->capacity = capacity;
    return FAN_OK;
}

enum fan_status fan_buf_add(struct fan_buf *buf, const void *bytes, size_t n,
                            struct fan_err *err)
{
    enum fan_status st = reserve(buf, n, err);
    if (st) return st;
    if (n) memcpy(buf->data + buf->size, bytes, n);
    buf->size += n;
    buf->data[buf->size] = '\0';
    return FAN_OK;
}

enum fan_status fan_buf_adds(struct fan_buf *buf, const char *text, struct fan_err *err)
{
    return fan_buf_add(buf, text, strlen(text), err);
}

enum fan_status fan_buf_addf(struct fan_buf *buf, struct fan_err *err, const char *fmt,
                             ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0) return fan_fail(err, FAN_EINVAL, "cannot format text '%s'", fmt);
    enum fan_status st = reserve(buf, (size_t)n, err);
    if (st) return st;
    va_start(args, fmt);
    vsnprintf(buf->data + buf->size, (size_t)n + 1, fmt, args);
    va_end(args);
    buf->size += (size_t)n;
    return FAN_OK;
}

enum fan_status fan_buf_read_file(struct fan_buf *buf, const char *path,
                                  struct fan_err *err)
{
    enum fan_status st = FAN_OK;
    FILE *file = fopen(path, "rb");
    if (!file)
        return fan_fail(err, FAN_EIO, "cannot open '%s': %s", path, strerror(errno));
    char chunk[16384];
    size_t n;
    while (!st && (n = fread(chunk, 1, sizeof chunk, file)) > 0)
        st = fan_buf_add(buf, chunk, n, err);
    if (!st && ferror(file))
        st = fan_fail(err, FAN_EIO, "cannot read '%s': %s", path, strerror(errno));
    else if (st)
        fan_err_prefix(err, "cannot read '%s': ", path);
    fclose(file);
    return st;
}

enum fan_status fan_buf_write_file(const struct fan_buf *buf, const char *path,
                                   struct fan_err *err)
{
    struct fan_buf temporary = FAN_BUF_INIT(4096);
    FILE *file = NULL;
    enum fan_status st =
        fan_buf_addf(&temporary, err, "%s.tmp.%ld", path, (long)getpid());
    if (st) goto out;
    file = fopen(temporary.data, "wb");
    if (!file) {
        st = fan_fail(err, FAN_EIO, "cannot create '%s': %s", path, strerror(errno));
        goto out;
    }
    int failed = buf->size && fwrite(buf->data, 1, buf->size, file) != buf->size;
    failed |= fflush(file) != 0 || fsync(fileno(file)) != 0;
    failed |= fclose(file) != 0;
    if (!failed) failed = rename(temporary.data, path) != 0;
    if (failed) {
        st = fan_fail(err, FAN_EIO, "cannot write '%s': %s", path, strerror(errno));
        unlink(temporary.data);
    }
out:
    fan_buf_clear(&temporary);
    return st;
}

void fan_buf_reset(struct fan_buf *buf)
{
    fan_buf_cut(buf, 0);
}

void fan_buf_cut(struct fan_buf *buf, size_t size)
{
    if (size < buf->size) buf->size = size;
    if (buf->data) buf->data[buf->size] = '\0';
}

void fan_buf_clear(struct fan_buf *buf)
{
    if (!buf) return;
    free(buf->data);
    fan_buf_init(buf, buf->max);
}
