/* sieve_fuzz.c - ranges of the sieve and all that it can be asked for, on each
 * instruction set, against a plain sieve or, where that would take too long,
 * Miller-Rabin. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/isprime.h"
#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_path.h"

#define WIDTH_MAX  4096
#define PLAIN_MAX  (UINT64_C(1) << 40)
#define BYTES_EACH 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t composite[WIDTH_MAX + 2];

/* All numbers from 2 to the root serve as divisors. */
static void cross_off(uint64_t lo, uint64_t hi)
{
    memset(composite, 0, sizeof composite);
    for (uint64_t n = lo; n < hi; n++)
        composite[n - lo] = n < 2 || (hi > PLAIN_MAX && !fan_is_prime(n));
    for (uint64_t d = 2; hi <= PLAIN_MAX && d * d < hi; d += 1 + d % 2) {
        uint64_t m = (lo + d - 1) / d * d;
        for (m = m < d * d ? d * d : m; m < hi; m += d)
            composite[m - lo] = 1;
    }
}

static struct fan_primes plain(const struct fan_sieve_task *task)
{
    const uint64_t lo = task->lo, hi = task->hi;
    struct fan_primes found = { 0 };
    cross_off(lo, hi + 2 > hi ? hi + 2 : hi);
    for (uint64_t n = lo; n < hi; n++) {
        if (composite[n - lo]) continue;
        found.count++;
        found.checksum += n;
        if (task->twins && !composite[n + 2 - lo]) found.twins++;
        if (!found.first) found.first = n;
        if (task->gap && found.last && n - found.last > found.gap) {
            found.gap = n - found.last;
            found.gap_start = found.last;
        }
        found.last = n;
    }
    return found;
}

/* What a reader of the primes has seen. */
struct seen {
    uint64_t count, sum, last;
};

static bool see(void *context, const uint64_t *prime, size_t n)
{
    struct seen *seen = context;
    for (size_t i = 0; i < n; i++) {
        if (prime[i] <= seen->last) abort(); /* not in order */
        seen->last = prime[i];
        seen->sum += prime[i];
        seen->count++;
    }
    return false;
}

static void compare(struct fan_sieve *sieve, const struct fan_sieve_task *task,
                    const struct fan_primes *expected, const struct seen *seen)
{
    struct fan_primes found;
    if (fan_sieve_do(sieve, task, &found, NULL) || found.count != expected->count ||
        found.checksum != expected->checksum || found.first != expected->first ||
        found.last != expected->last || found.twins != expected->twins ||
        found.gap != expected->gap || found.gap_start != expected->gap_start)
        abort();
    if (task->each && (seen->count != expected->count || seen->sum != expected->checksum))
        abort();
}

/* Bytes: 5 of the lower end, 2 of the width, and 1 of wishes: twins, gap, each, and how
 * many zero bits follow the lower end, up to 2^50, where base primes are still few. One
 * more call with the same state follows for each further 8. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "portable", "neon", "avx2", "avx512" };
    static struct fan_sieve *sieves[sizeof names / sizeof *names];
    for (; size >= BYTES_EACH; data += BYTES_EACH, size -= BYTES_EACH) {
        struct seen seen;
        struct fan_sieve_task task = { .twins = data[7] & 1, .gap = data[7] & 2 };
        for (int i = 0; i < 5; i++)
            task.lo = task.lo << 8 | data[i];
        task.lo <<= (data[7] >> 3) % 11;
        task.hi = task.lo + (uint64_t)(data[5] << 8 | data[6]) % (WIDTH_MAX + 1);
        if (data[7] & 4) task.each = see;
        task.each_context = &seen;
        struct fan_primes expected = plain(&task);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            const struct fan_sieve_path *path = fan_sieve_path_find(names[i]);
            if (!path) continue;
            if (!sieves[i]) sieves[i] = fan_sieve_new();
            fan_sieve_take_path(sieves[i], path);
            memset(&seen, 0, sizeof seen);
            compare(sieves[i], &task, &expected, &seen);
        }
    }
    return 0;
}
