/* cpu_share.c - see cpu_share.h.
 *
 * The tick model follows a task through a CFS bandwidth group whose CPU use is charged
 * only at timer ticks. `budget` is what the group may still use; each period refills it,
 * a tick charges what ran since the last one, and a tick that finds it used up puts the
 * task to sleep until refills have made it positive again. */
#include "local_lambda/cpu_share.h"

#include <math.h>

#define PERIOD_MS      20.0
#define TICK_MS        4.0
#define LEFT_OVER_MS   5.0 /* unused budget that outlives a refill: one slice */
#define START_SPENT_MS 1.0 /* of the first budget, used before the handler begins */

/* Quotas that are followed tick by tick at both ends of a long need. Between them whole
 * quotas are exchanged for whole periods: budget and phases come out unchanged. */
#define FOLLOWED_QUOTAS 64.0

/* Beyond this (30 years) a double no longer holds fractions of a quota. */
#define EXACT_MS 1e12

double fan_cpu_share(uint32_t memory_mb)
{
    return fmin(1, memory_mb / FAN_CPU_VCPU_MB);
}

double fan_cpu_cfs_wall_ms(double cpu_ms, double quota_ms)
{
    if (!(cpu_ms > quota_ms)) return fmax(cpu_ms, 0);
    if (quota_ms >= PERIOD_MS) return cpu_ms;
    double periods = floor(cpu_ms / quota_ms);
    double rest = cpu_ms - periods * quota_ms;
    /* a need of whole quotas ends with its last quota, not after one more period */
    const double noise = 1e-9 * cpu_ms;
    if (rest > quota_ms - noise) {
        periods += 1;
        rest = 0;
    }
    if (rest > noise) return periods * PERIOD_MS + rest;
    return (periods - 1) * PERIOD_MS + quota_ms;
}

double fan_cpu_quota_wall_ms(double cpu_ms, uint32_t memory_mb)
{
    return fan_cpu_cfs_wall_ms(cpu_ms, PERIOD_MS * fan_cpu_share(memory_mb));
}

/* Where a task stands; times count from its start. */
struct task {
    double quota_ms;
    double now_ms, left_ms;         /* CPU still needed */
    double budget_ms, uncharged_ms; /* CPU that ran since the last tick */
    double refill_ms, tick_ms;      /* the next ones */
};

static void refill(struct task *task)
{
    task->budget_ms = fmin(task->budget_ms, LEFT_OVER_MS) + task->quota_ms;
    task->refill_ms += PERIOD_MS;
}

/* sleep through as many refills as it takes to have a budget again */
static void sleep_off_debt(struct task *task)
{
    double refills = floor(-task->budget_ms / task->quota_ms) + 1;
    task->budget_ms += refills * task->quota_ms;
    task->now_ms = task->refill_ms + (refills - 1) * PERIOD_MS;
    task->refill_ms += refills * PERIOD_MS;
    if (task->tick_ms < task->now_ms)
        task->tick_ms += TICK_MS * ceil((task->now_ms - task->tick_ms) / TICK_MS);
}

static void charge(struct task *task)
{
    task->budget_ms -= task->uncharged_ms;
    task->uncharged_ms = 0;
    task->tick_ms += TICK_MS;
    if (task->budget_ms <= 0) sleep_off_debt(task);
}

/* run until only `stop_ms` of the need is left; time passed since the start */
static void run(struct task *task, double stop_ms)
{
    while (task->left_ms > stop_ms) {
        double next = fmin(task->refill_ms, task->tick_ms);
        double step = fmax(next - task->now_ms, 0);
        if (task->left_ms - stop_ms <= step) {
            step = task->left_ms - stop_ms;
            task->now_ms += step;
            task->uncharged_ms += step;
            task->left_ms = stop_ms;
            return;
        }
        task->left_ms -= step;
        task->uncharged_ms += step;
        task->now_ms = next;
        if (task->refill_ms <= task->tick_ms)
            refill(task);
        else
            charge(task);
    }
}

double fan_cpu_tick_wall_ms(double cpu_ms, uint32_t memory_mb, struct fan_random *random)
{
    double quota = PERIOD_MS * fan_cpu_share(memory_mb);
    if (!(cpu_ms > 0)) return 0;
    if (quota >= PERIOD_MS || quota <= 0) return cpu_ms;
    if (cpu_ms > EXACT_MS) return cpu_ms / fan_cpu_share(memory_mb);
    struct task task = {
        .quota_ms = quota,
        .left_ms = cpu_ms,
        .budget_ms = quota - START_SPENT_MS,
        .refill_ms = PERIOD_MS * fan_random_unit(random),
        .tick_ms = TICK_MS * fan_random_unit(random),
    };
    double skipped_ms = 0, followed = FOLLOWED_QUOTAS * quota;
    if (cpu_ms > 3 * followed) {
        run(&task, cpu_ms - followed);
        double quotas = floor((task.left_ms - followed) / quota);
        task.left_ms -= quotas * quota;
        skipped_ms = quotas * PERIOD_MS;
    }
    run(&task, 0);
    return fmax(skipped_ms + task.now_ms, cpu_ms);
}
