/* handlers.c - see handlers.h. */
#include "lambda_kernel/handlers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "common/clock.h"
#include "lambda_kernel/eratosthenes.h"
#include "lambda_kernel/isprime.h"
#include "lambda_kernel/parameters.h"

#define LOOPS_MAX UINT64_C(1000000)

/* jansson's integers end at 2^63 - 1; all callers stay below or use set_text */
static void set_integer(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* numbers up to 2^64 - 1 travel as decimal text, which every JSON reader keeps exact */
static void set_text(json_t *object, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    json_object_set_new(object, key, json_string(text));
}

static double seconds_since(int64_t start_ns)
{
    return (double)(fan_clock_mono_ns() - start_ns) * 1e-9;
}

static enum fan_status handle_sieve(struct fan_handler_context *context,
                                    const json_t *parameters, json_t *result,
                                    struct fan_err *err)
{
    static const struct fan_parameter lo_row = { "lo", 0, FAN_SIEVE_MAX, NULL },
                                      hi_row = { "hi", 0, FAN_SIEVE_MAX, NULL };
    uint64_t lo = 0, hi = 0;
    enum fan_status st = fan_parameter_u64(parameters, &lo_row, &lo, err);
    if (!st) st = fan_parameter_u64(parameters, &hi_row, &hi, err);
    if (st) return st;
    struct fan_primes primes;
    int64_t start = fan_clock_mono_ns();
    if (!context->sieve) context->sieve = fan_sieve_new();
    st = fan_sieve_run(context->sieve, lo, hi, fan_deadline_near, &context->deadline,
                       &primes, err);
    if (st) return st;
    set_integer(result, "lo", lo);
    set_integer(result, "hi", hi);
    set_integer(result, "count", primes.count);
    set_text(result, "checksum", primes.checksum);
    set_integer(result, "first", primes.first);
    set_integer(result, "last", primes.last);
    json_object_set_new(result, "kernelSeconds", json_real(seconds_since(start)));
    return FAN_OK;
}

static enum fan_status handle_eratosthenes(struct fan_handler_context *context,
                                           const json_t *parameters, json_t *result,
                                           struct fan_err *err)
{
    static const struct fan_parameter max_row = { "max", 0, FAN_ERATOSTHENES_MAX, NULL },
                                      loops_row = { "loops", 1,
                                                    FAN_ERATOSTHENES_LOOPS_MAX, "1" };
    uint64_t max = 0, loops = 0;
    enum fan_status st = fan_parameter_u64(parameters, &max_row, &max, err);
    if (!st) st = fan_parameter_u64(parameters, &loops_row, &loops, err);
    if (st) return st;
    struct fan_eratosthenes found;
    st = fan_eratosthenes_run(max, loops, fan_deadline_near, &context->deadline, &found,
                              err);
    if (st) return st;
    set_integer(result, "max", max);
    set_integer(result, "loops", loops);
    set_integer(result, "count", found.count);
    json_t *highest = json_array();
    for (size_t i = 0; i < 3 && found.highest[i]; i++)
        json_array_append_new(highest, json_integer((json_int_t)found.highest[i]));
    json_object_set_new(result, "highest", highest);
    return FAN_OK;
}

static enum fan_status handle_isprime(struct fan_handler_context *context,
                                      const json_t *parameters, json_t *result,
                                      struct fan_err *err)
{
    static const struct fan_parameter n_row = { "n", 0, UINT64_MAX, NULL },
                                      loops_row = { "loops", 1, LOOPS_MAX, "1" };
    uint64_t n = 0, loops = 0;
    enum fan_status st = fan_parameter_u64(parameters, &n_row, &n, err);
    if (!st) st = fan_parameter_u64(parameters, &loops_row, &loops, err);
    if (st) return st;
    bool prime = false;
    for (uint64_t i = 0; i < loops; i++) {
        if (i % 1024 == 0 && fan_deadline_near(&context->deadline))
            return fan_fail(err, FAN_EINTERRUPTED, "stopped testing %" PRIu64, n);
        prime = fan_is_prime(n);
    }
    set_text(result, "n", n);
    json_object_set_new(result, "prime", json_boolean(prime));
    set_integer(result, "loops", loops);
    return FAN_OK;
}

fan_handler_fn *fan_handler_find(const char *name)
{
    static const struct {
        const char *name;
        fan_handler_fn *handle;
    } table[] = { { "sieve", handle_sieve },
                  { "eratosthenes", handle_eratosthenes },
                  { "isprime", handle_isprime } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0) return table[i].handle;
    return NULL;
}
