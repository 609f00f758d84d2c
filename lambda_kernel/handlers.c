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

#define LOOPS_MAX  UINT64_C(1000000)
#define LISTED_MAX 100000 /* primes of an answer: 2 MB of the 6 MB that one may have */

/* as decimal text, which every JSON reader keeps exact */
static json_t *text_of(uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return json_string(text);
}

/* jansson's integers, like many others', end at 2^63 - 1 */
static json_t *number_of(uint64_t value)
{
    return value <= INT64_MAX ? json_integer((json_int_t)value) : text_of(value);
}

static void set_number(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, number_of(value));
}

/* values that often pass 2^63 are always text */
static void set_text(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, text_of(value));
}

static double seconds_since(int64_t start_ns)
{
    return (double)(fan_clock_mono_ns() - start_ns) * 1e-9;
}

/* The primes of an answer, as far as it has room. */
struct listing {
    json_t *primes;
    bool full;
};

static bool list_primes(void *context, const uint64_t *prime, size_t n)
{
    struct listing *listing = context;
    listing->full = json_array_size(listing->primes) + n > LISTED_MAX;
    for (size_t i = 0; i < n && !listing->full; i++)
        json_array_append_new(listing->primes, number_of(prime[i]));
    return listing->full;
}

static enum fan_status read_sieve_task(const json_t *parameters,
                                       struct fan_sieve_task *task, bool *list,
                                       struct fan_err *err)
{
    static const struct fan_parameter lo_row = { "lo", 0, FAN_SIEVE_MAX, NULL },
                                      hi_row = { "hi", 0, FAN_SIEVE_MAX, NULL };
    enum fan_status st = fan_parameter_u64(parameters, &lo_row, &task->lo, err);
    if (!st) st = fan_parameter_u64(parameters, &hi_row, &task->hi, err);
    if (!st) st = fan_parameter_bool(parameters, "twins", &task->twins, err);
    if (!st) st = fan_parameter_bool(parameters, "gap", &task->gap, err);
    if (!st) st = fan_parameter_bool(parameters, "primes", list, err);
    return st;
}

static void set_primes(json_t *result, const struct fan_sieve_task *task,
                       const struct fan_primes *primes)
{
    set_number(result, "lo", task->lo);
    set_number(result, "hi", task->hi);
    set_number(result, "count", primes->count);
    set_text(result, "checksum", primes->checksum);
    set_number(result, "first", primes->first);
    set_number(result, "last", primes->last);
    if (task->twins) set_number(result, "twins", primes->twins);
    if (task->gap) set_number(result, "gap", primes->gap);
    if (task->gap) set_number(result, "gapStart", primes->gap_start);
}

static enum fan_status handle_sieve(struct fan_handler_context *context,
                                    const json_t *parameters, json_t *result,
                                    struct fan_err *err)
{
    bool list = false;
    struct listing listing = { NULL, false };
    struct fan_primes primes;
    struct fan_sieve_task task = { .stop = fan_deadline_near,
                                   .stop_context = &context->deadline };
    enum fan_status st = read_sieve_task(parameters, &task, &list, err);
    if (st) return st;
    int64_t start = fan_clock_mono_ns();
    if (!context->sieve) {
        context->sieve = fan_sieve_new();
        fan_sieve_take_memory(context->sieve, context->memory_mb);
        fan_sieve_take_threads(context->sieve, fan_deadline_threads(context->memory_mb));
    }
    if (list) {
        listing.primes = json_array();
        json_object_set_new(result, "primes", listing.primes);
        task.each = list_primes;
        task.each_context = &listing;
    }
    st = fan_sieve_do(context->sieve, &task, &primes, err);
    if (listing.full) {
        if (err) *err = (struct fan_err){ FAN_OK, "" };
        return fan_fail(err, FAN_EINVAL,
                        "cannot list the primes of [%" PRIu64 ", %" PRIu64
                        "): more than %d, expected a smaller range",
                        task.lo, task.hi, LISTED_MAX);
    }
    if (st) return st;
    set_primes(result, &task, &primes);
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
    set_number(result, "max", max);
    set_number(result, "loops", loops);
    set_number(result, "count", found.count);
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
    set_number(result, "loops", loops);
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
