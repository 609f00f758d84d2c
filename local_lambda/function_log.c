/* function_log.c - see function_log.h. */
#include "local_lambda/function_log.h"

#include "common/base64.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

void fan_tail_init(struct fan_tail *tail)
{
    fan_buf_init(&tail->text, 2 * FAN_TAIL_BYTES);
}

void fan_tail_clear(struct fan_tail *tail)
{
    fan_buf_clear(&tail->text);
}

void fan_tail_add(struct fan_tail *tail, const char *text, size_t n)
{
    struct fan_buf *kept = &tail->text;
    if (n > FAN_TAIL_BYTES) {
        text += n - FAN_TAIL_BYTES;
        n = FAN_TAIL_BYTES;
    }
    if (kept->size + n > kept->max) {
        memmove(kept->data, kept->data + kept->size - FAN_TAIL_BYTES, FAN_TAIL_BYTES);
        kept->size = FAN_TAIL_BYTES;
    }
    (void)!fan_buf_add(kept, text, n, NULL); /* there is room now */
}

const char *fan_tail_base64(const struct fan_tail *tail, char text[FAN_TAIL_BASE64_MAX])
{
    const struct fan_buf *kept = &tail->text;
    size_t n = kept->size < FAN_TAIL_BYTES ? kept->size : FAN_TAIL_BYTES;
    const char *from = kept->data ? kept->data + kept->size - n : "";
    fan_base64_encode(from, n, text);
    return text;
}

void fan_function_log_write(int fd, const char *name, const char *text, size_t n)
{
    struct fan_buf lines = FAN_BUF_INIT(SIZE_MAX / 2);
    for (const char *end = text + n; text < end;) {
        const char *lf = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((lf ? lf : end) - text);
        if (fan_buf_adds(&lines, name, NULL) || fan_buf_add(&lines, ": ", 2, NULL) ||
            fan_buf_add(&lines, text, line, NULL) || fan_buf_add(&lines, "\n", 1, NULL))
            break;
        text += line + 1;
    }
    for (size_t done = 0; done < lines.size;) {
        ssize_t wrote = write(fd, lines.data + done, lines.size - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) break;
        done += (size_t)wrote;
    }
    fan_buf_clear(&lines);
}
