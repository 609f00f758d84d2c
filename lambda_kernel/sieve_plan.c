/* sieve_plan.c - see sieve_plan.h. The thresholds are measured: docs/kernel.md. */
#include "lambda_kernel/sieve_plan.h"

#include <math.h>

#include "lambda_kernel/sieve_bucket.h"
#include "lambda_kernel/sieve_primes.h"
#include "lambda_kernel/sieve_wheel.h"

/* What hit lists, patterns and the stack need of L1 beside the chunk. */
#define L1_RESERVE_BYTES 6144
#define L1_BYTES_MIN     (16 * 1024)
#define L1_BYTES_MAX     (64 * 1024)

/* A class of a low range has at least these bits: 18 KiB. */
#define LOW_CLASS_BITS_MIN 150000
/* A range is high when its root is beyond so many chunks. Its classes have these bits: up
 * to 640 KiB, a third of L2. */
#define HIGH_CHUNKS         24
#define HIGH_CLASS_BITS_MIN 2000000
#define HIGH_CLASS_BITS_MAX 5242880

/* Hits that buckets may hold: two bytes each. More is quicker near 10^18, but 23 million
 * take the process past 100 MB there. */
#define BUCKET_HITS_MAX 21e6

/* A listed prime costs a visit to every class, a streamed one a search for its first
 * multiple, and some time for every multiple. So narrow ranges list few primes. The
 * longest list is left out where base primes take much memory. */
#define NARROW_WIDTH      100000000
#define NARROW_LISTED_MAX (UINT32_C(1) << 23)
#define LARGE_ROOT        500000000
#define LARGE_LISTED_MAX  (UINT32_C(1) << 24)
#define LISTED_MAX        (UINT32_C(1) << 25)

static uint64_t divide_up(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

static uint32_t chunk_bits_max(size_t l1_bytes)
{
    if (l1_bytes < L1_BYTES_MIN) l1_bytes = L1_BYTES_MIN;
    if (l1_bytes > L1_BYTES_MAX) l1_bytes = L1_BYTES_MAX;
    return (uint32_t)(l1_bytes - L1_RESERVE_BYTES) * 8;
}

static uint32_t modulus_for(uint64_t width, uint64_t class_bits_min, uint32_t modulus)
{
    static const uint8_t factors[] = { 13, 11, 7 };
    for (unsigned i = 0; i < sizeof factors; i++)
        if (modulus % factors[i] == 0 && width / modulus < class_bits_min)
            modulus /= factors[i];
    return modulus;
}

/* Numbers that the buckets can serve at once: the primes q in (a, b] give about
 * ln(ln b / ln a) hits per number that is coprime to the modulus (Mertens). */
static uint64_t bucket_span(uint32_t listed_max, uint32_t root)
{
    const double coprime = 48.0 / 210;
    double hits = coprime * log(log((double)root) / log((double)listed_max));
    double span = BUCKET_HITS_MAX / hits;
    return span < FAN_BUCKET_SPAN_MAX / 2.0 ? (uint64_t)span : FAN_BUCKET_SPAN_MAX / 2;
}

/* Cut evenly: a last tile or chunk of a few bits would cost as much as a whole one. */
static void cut(struct fan_sieve_plan *plan, uint64_t low, uint64_t high,
                uint64_t tile_bits_max, uint32_t chunk_bits)
{
    uint64_t bits = (high - 1) / plan->modulus - low / plan->modulus + 1;
    uint64_t tiles = divide_up(bits, tile_bits_max);
    plan->tile_bits = (uint32_t)divide_up(divide_up(bits, tiles), 64) * 64;
    uint64_t chunks = divide_up(plan->tile_bits, chunk_bits);
    plan->chunk_bits = (uint32_t)divide_up(divide_up(plan->tile_bits, chunks), 512) * 512;
}

uint32_t fan_sieve_plan_listed_max(uint64_t width, uint32_t root)
{
    if (width < NARROW_WIDTH) return NARROW_LISTED_MAX;
    return root > LARGE_ROOT ? LARGE_LISTED_MAX : LISTED_MAX;
}

struct fan_sieve_plan fan_sieve_plan_range(uint64_t low, uint64_t high, uint32_t root,
                                           size_t l1_bytes)
{
    uint64_t width = high - low;
    struct fan_sieve_plan plan = { 0, 0, 0, fan_sieve_plan_listed_max(width, root) };
    uint32_t chunk = chunk_bits_max(l1_bytes);
    if (root <= (uint64_t)HIGH_CHUNKS * chunk) {
        plan.modulus = modulus_for(width, LOW_CLASS_BITS_MIN, 30030);
        cut(&plan, low, high, chunk, chunk);
        return plan;
    }
    uint64_t span = root > plan.listed_max ? bucket_span(plan.listed_max, root) : width;
    if (span > width) span = width;
    plan.modulus = modulus_for(span, HIGH_CLASS_BITS_MIN, 2310);
    uint64_t tile_bits_max = span / plan.modulus + 1;
    if (tile_bits_max > HIGH_CLASS_BITS_MAX) tile_bits_max = HIGH_CLASS_BITS_MAX;
    cut(&plan, low, high, tile_bits_max, chunk);
    return plan;
}

struct fan_sieve_plan fan_sieve_plan_base(uint64_t low, uint64_t high, size_t l1_bytes)
{
    struct fan_sieve_plan plan = { FAN_WHEEL, 0, 0, FAN_PRIMES_TINY };
    cut(&plan, low, high, HIGH_CLASS_BITS_MAX, chunk_bits_max(l1_bytes));
    return plan;
}
