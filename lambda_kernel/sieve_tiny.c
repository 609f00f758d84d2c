/* sieve_tiny.c - see sieve_tiny.h. */
#include "lambda_kernel/sieve_tiny.h"

#include "lambda_kernel/sieve_presieve.h"
#include "lambda_kernel/sieve_twins.h"

/* False: stopped. */
static bool find(const struct fan_sieve_task *task, uint64_t high, uint64_t prime,
                 struct fan_primes *found)
{
    if (prime < task->lo || prime >= high) return true;
    if (task->twins && found->last && prime - found->last == 2) found->twins++;
    struct fan_primes one = {
        .count = 1, .checksum = prime, .first = prime, .last = prime
    };
    fan_primes_join(found, &one);
    return !task->each || !task->each(task->each_context, &prime, 1);
}

bool fan_tiny_find(const struct fan_primes_list *list, const struct fan_sieve_task *task,
                   uint64_t high, struct fan_primes *found)
{
    if (high > FAN_PRIMES_TINY) high = FAN_PRIMES_TINY;
    for (size_t i = 0; i < FAN_PRESIEVE_PRIMES; i++)
        if (!find(task, high, fan_presieve_prime[i], found)) return false;
    for (size_t i = 0; i < list->count && list->prime[i] < high; i++)
        if (!find(task, high, list->prime[i], found)) return false;
    if (task->twins) found->twins += fan_twins_across(task->lo, high);
    return true;
}
