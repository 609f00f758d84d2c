/* sieve_fuzz.c - ranges of the sieve, on each instruction set, against a plain sieve. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_path.h"

#define WIDTH_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All numbers from 2 to the root serve as divisors. */
static struct fan_primes plain(uint64_t lo, uint64_t hi)
{
    static uint8_t composite[WIDTH_MAX];
    struct fan_primes found = { 0 };
    memset(composite, 0, sizeof composite);
    for (uint64_t d = 2; d * d < hi; d += 1 + d % 2) {
        uint64_t m = (lo + d - 1) / d * d;
        for (m = m < d * d ? d * d : m; m < hi; m += d)
            composite[m - lo] = 1;
    }
    for (uint64_t n = lo < 2 ? 2 : lo; n < hi; n++) {
        if (composite[n - lo]) continue;
        found.count++;
        found.checksum += n;
        if (!found.first) found.first = n;
        found.last = n;
    }
    return found;
}

/* Bytes: 5 of the lower end, 2 of the width; one more call with the same state follows
 * for each further 7. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "portable", "avx2", "avx512" };
    static struct fan_sieve *sieves[sizeof names / sizeof *names];
    for (; size >= 7; data += 7, size -= 7) {
        uint64_t lo = 0;
        for (int i = 0; i < 5; i++)
            lo = lo << 8 | data[i];
        uint64_t hi = lo + (uint64_t)(data[5] << 8 | data[6]) % (WIDTH_MAX + 1);
        struct fan_primes expected = plain(lo, hi);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            const struct fan_sieve_path *path = fan_sieve_path_find(names[i]);
            struct fan_primes found;
            if (!path) continue;
            if (!sieves[i]) sieves[i] = fan_sieve_new();
            fan_sieve_take_path(sieves[i], path);
            if (fan_sieve_run(sieves[i], lo, hi, NULL, NULL, &found, NULL) ||
                found.count != expected.count || found.checksum != expected.checksum ||
                found.first != expected.first || found.last != expected.last)
                abort();
        }
    }
    return 0;
}
