/* sink.c - see sink.h. */
#include "analysis/sink.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fan_sink_put(struct fan_sink *sink, const char *fmt, ...)
{
    char small[512];
    va_list args, again;
    if (sink->status) return;

    va_start(args, fmt);
    va_copy(again, args);
    const int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (n < 0) {
        sink->status = fan_fail(sink->err, FAN_EINVAL, "cannot format text");
    } else if ((size_t)n < sizeof small) {
        fan_sink_bytes(sink, small, (size_t)n);
    } else {
        char *large = fan_alloc((size_t)n + 1);
        vsnprintf(large, (size_t)n + 1, fmt, again);
        fan_sink_bytes(sink, large, (size_t)n);
        free(large);
    }
    va_end(again);
}

void fan_sink_bytes(struct fan_sink *sink, const void *bytes, size_t n)
{
    if (!sink->status) sink->status = fan_buf_add(sink->out, bytes, n, sink->err);
}

void fan_sink_markdown(struct fan_sink *sink, const char *text)
{
    for (const char *c = text; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte == 0x7f)
            fan_sink_bytes(sink, " ", 1);
        else if (strchr("\\`*_[]<>#|~&!$", *c))
            fan_sink_put(sink, "\\%c", *c);
        else
            fan_sink_bytes(sink, c, 1);
    }
}
