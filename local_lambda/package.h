/* package.h - deployment packages: a zip unpacked into a folder, safely. */
#ifndef FAN_LOCAL_LAMBDA_PACKAGE_H
#define FAN_LOCAL_LAMBDA_PACKAGE_H

#include "common/err.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Unpack a zip (bytes in memory, at most 50 MB packed and 250 MB unpacked) into dir,
 * which is created. Refuses absolute paths, "..", links and other special files; keeps
 * Unix permission bits. Errors: FAN_EFORMAT (no zip, unsafe entry), FAN_ELIMIT, FAN_EIO.
 */
enum fan_status fan_package_unzip(const void *zip, size_t n, const char *dir,
                                  struct fan_err *err) FAN_MUST_CHECK;

/* Remove a folder and what is in it. */
void fan_package_remove(const char *dir);

#ifdef __cplusplus
}
#endif
#endif
