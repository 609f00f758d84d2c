/* buf.h - a growable byte buffer that is born with a maximum. */
#ifndef FAN_COMMON_BUF_H
#define FAN_COMMON_BUF_H

#include "common/err.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* data is always NUL-terminated beyond size once anything was added; NULL when empty. */
struct fan_buf {
    char *data;
    size_t size;     /* bytes in use */
    size_t capacity; /* bytes allocated */
    size_t max;      /* size never exceeds this */
};

/* clang-format off */
#define FAN_BUF_INIT(max_bytes) { NULL, 0, 0, (max_bytes) }
/* clang-format on */

/**
 * Prepare a buffer of at most max_bytes. Allocates nothing.
 */
void fan_buf_init(struct fan_buf *buf, size_t max_bytes);

/**
 * Append bytes. Errors: FAN_ELIMIT when the maximum would be exceeded (nothing is added).
 */
enum fan_status fan_buf_add(struct fan_buf *buf, const void *bytes, size_t n,
                            struct fan_err *err) FAN_MUST_CHECK;

/**
 * Append a NUL-terminated string / formatted text. Errors: FAN_ELIMIT as fan_buf_add.
 */
enum fan_status fan_buf_adds(struct fan_buf *buf, const char *text,
                             struct fan_err *err) FAN_MUST_CHECK;
enum fan_status fan_buf_addf(struct fan_buf *buf, struct fan_err *err, const char *fmt,
                             ...) FAN_PRINTF(3, 4) FAN_MUST_CHECK;

/**
 * Append a whole file. Errors: FAN_EIO (names the path and cause), FAN_ELIMIT.
 */
enum fan_status fan_buf_read_file(struct fan_buf *buf, const char *path,
                                  struct fan_err *err) FAN_MUST_CHECK;

/**
 * Write the buffer to path: to a temporary file beside it, then renamed, so that a reader
 * never sees half a file. Errors: FAN_EIO.
 */
enum fan_status fan_buf_write_file(const struct fan_buf *buf, const char *path,
                                   struct fan_err *err) FAN_MUST_CHECK;

/* Forget the content, or what is behind the first `size` bytes; keep the memory. */
void fan_buf_reset(struct fan_buf *buf);
void fan_buf_cut(struct fan_buf *buf, size_t size);

/* Free the memory; the maximum stays. NULL and zeroed buffers are accepted. */
void fan_buf_clear(struct fan_buf *buf);

/**
 * malloc/calloc/strdup that print the size and abort when memory runs out. Legitimate
 * because every size that comes from outside is bounded before it gets here. Owns: the
 * caller frees with free().
 */
void *fan_alloc(size_t bytes);
void *fan_alloc_zero(size_t count, size_t size);
void *fan_realloc(void *old, size_t count, size_t size);
char *fan_strdup(const char *text);

#ifdef __cplusplus
}
#endif
#endif
