/* sink.h - text into a buffer without a test after every line: the first error sticks. */
#ifndef FAN_ANALYSIS_SINK_H
#define FAN_ANALYSIS_SINK_H

#include "common/buf.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Set the fields; read status at the end. */
struct fan_sink {
    struct fan_buf *out;
    struct fan_err *err;
    enum fan_status status;
};

/* Append formatted text of any length. No effect once status is an error. */
void fan_sink_put(struct fan_sink *sink, const char *fmt, ...) FAN_PRINTF(2, 3);

/* Append bytes. */
void fan_sink_bytes(struct fan_sink *sink, const void *bytes, size_t n);

/**
 * Append outside text so that Markdown shows it as it is: punctuation escaped, control
 * characters and line ends turned into spaces.
 */
void fan_sink_markdown(struct fan_sink *sink, const char *text);

#ifdef __cplusplus
}
#endif
#endif
