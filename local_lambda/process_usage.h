/* process_usage.h - CPU time, memory and waiting of a function process, read from the
 * kernel as cheaply as it can be. */
#ifndef FAN_LOCAL_LAMBDA_PROCESS_USAGE_H
#define FAN_LOCAL_LAMBDA_PROCESS_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opened on one process. Zeroed and then cleared is fine. */
struct fan_usage {
    pid_t pid;
    clockid_t clock;            /* CPU time of all its threads */
    int statm_fd, schedstat_fd; /* kept open: a pread is cheap, an open is not */
    int children_fd;            /* the same, opened when first needed; 0: not yet */
};

/* Start watching. Never fails: figures that cannot be read count as 0. */
void fan_usage_open(struct fan_usage *usage, pid_t pid);
void fan_usage_close(struct fan_usage *usage);

/* CPU nanoseconds of the process, without its children. About 0.3 us. */
int64_t fan_usage_cpu_ns(const struct fan_usage *usage);

/* Nanoseconds its main thread was ready to run but had no CPU. About 1 us. */
int64_t fan_usage_runqueue_ns(const struct fan_usage *usage);

/* Resident bytes now. About 1 us. */
uint64_t fan_usage_resident_bytes(const struct fan_usage *usage);

/* The most that ever was resident (VmHWM). About 10 us. */
uint64_t fan_usage_peak_bytes(const struct fan_usage *usage);

/* The most that ever was resident of this process itself. */
uint64_t fan_usage_own_peak_bytes(void);

/* Has its main thread living children? About 1 us. */
bool fan_usage_has_children(struct fan_usage *usage);

struct fan_family {
    int64_t cpu_ns;          /* of living descendants and of those waited for */
    uint64_t resident_bytes; /* of living descendants, now */
};

/* What descendants use: children of main threads, four generations and 64 processes at
 * most; those waited for count in steps of 10 ms. About 20 us. */
struct fan_family fan_usage_family(const struct fan_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
