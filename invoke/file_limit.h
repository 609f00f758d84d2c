/* file_limit.h - room for as many open files as there are connections. */
#ifndef FAN_INVOKE_FILE_LIMIT_H
#define FAN_INVOKE_FILE_LIMIT_H

#include "common/err.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Raise the process's soft limit of open files to `files`, if it is lower. Errors:
 * FAN_ELIMIT when the hard limit forbids it, naming both.
 */
enum fan_status fan_file_limit_raise(uint32_t files, struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
