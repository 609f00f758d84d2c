/* log.h - one line per event on stderr: time, rank, level, module, text. Never secrets.
 */
#ifndef FAN_COMMON_LOG_H
#define FAN_COMMON_LOG_H

#include "common/err.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fan_log_level { FAN_LOG_ERROR, FAN_LOG_WARN, FAN_LOG_INFO, FAN_LOG_DEBUG };

/**
 * Set what is shown (default: FAN_LOG_WARN) and who speaks. who ("3/16", "local_lambda")
 * is kept, not copied; NULL shows the process id.
 */
void fan_log_setup(enum fan_log_level shown, const char *who);

/* Write one line in a single write(2); lines of several processes do not mix. */
void fan_log(enum fan_log_level level, const char *module, const char *fmt, ...)
    FAN_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
