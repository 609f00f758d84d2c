/* cpu_share.h - wall time that AWS's CPU quota gives to a CPU need, by memory size. Pure.
 */
#ifndef FAN_LOCAL_LAMBDA_CPU_SHARE_H
#define FAN_LOCAL_LAMBDA_CPU_SHARE_H

#include "common/random.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_CPU_VCPU_MB 1769.0 /* memory that comes with one vCPU */

enum fan_cpu_model { FAN_CPU_TICK, FAN_CPU_QUOTA, FAN_CPU_OFF }; /* "tick|quota|off" */

/* vCPUs granted to one thread: min(1, memory_mb / 1769). */
double fan_cpu_share(uint32_t memory_mb);

/**
 * Wall time of a CPU need under CFS bandwidth control with a period of 20 ms and this
 * quota (> 0): a need within the quota runs through; else n = floor(c / Q) periods and
 * the rest, or n - 1 periods and a quota when nothing rests. A quota of a whole period
 * never throttles.
 */
double fan_cpu_cfs_wall_ms(double cpu_ms, double quota_ms);

/**
 * The ideal quota of a memory size: fan_cpu_cfs_wall_ms with 20 ms x share. Source:
 * docs/local_lambda.md, "CPU share".
 */
double fan_cpu_quota_wall_ms(double cpu_ms, uint32_t memory_mb);

/**
 * The same with the kernel's accounting: CPU is charged at 4 ms ticks, a task over-runs
 * its quota until the next tick and repays the debt; phases of tick and period are drawn
 * from random. Long needs tend to cpu / share; the cost of the computation is bounded
 * whatever the need. Never less than cpu_ms; equal to it from 1769 MB on. Source:
 * docs/local_lambda.md, "CPU share".
 */
double fan_cpu_tick_wall_ms(double cpu_ms, uint32_t memory_mb, struct fan_random *random);

#ifdef __cplusplus
}
#endif
#endif
