/* file_limit.c - see file_limit.h. */
#include "invoke/file_limit.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

enum fan_status fan_file_limit_raise(uint32_t files, struct fan_err *err)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= files) return FAN_OK;
    if (limit.rlim_max < files)
        return fan_fail(err, FAN_ELIMIT,
                        "cannot have %u files open: the limit is %llu (ulimit -n)", files,
                        (unsigned long long)limit.rlim_max);
    limit.rlim_cur = files;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return FAN_OK;
    return fan_fail(err, FAN_ELIMIT, "cannot raise the limit of open files: %s",
                    strerror(errno));
}
