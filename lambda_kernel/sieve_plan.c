/* sieve_plan.c - see sieve_plan.h. The thresholds are measured: docs/kernel.md. */
#include "lambda_kernel/sieve_plan.h"

#include <math.h>

#include "lambda_kernel/sieve_base.h"
#include "lambda_kernel/sieve_bucket.h"
#include "lambda_kernel/sieve_primes.h"
#include "lambda_kernel/sieve_wheel.h"

#define WORD_BITS 64

/* What hit lists, patterns and the stack need of L1 beside the chunk. */
#define L1_RESERVE_BYTES 6144
#define L1_BYTES_MIN     (16 * 1024)
#define L1_BYTES_MAX     (64 * 1024)

/* A class of a low range has at least these bits: 18 KiB. */
#define LOW_CLASS_BITS_MIN 150000
/* A range is high when its root is beyond so many chunks. Its classes have these bits: up
 * to 640 KiB, a third of L2. */
#define HIGH_CHUNKS         8
#define HIGH_CLASS_BITS_MIN 2000000
#define HIGH_CLASS_BITS_MAX 5242880
/* A tile with buckets costs a stream of all huge primes, so a greater modulus is taken
 * before the range falls into more tiles. */
#define BUCKET_CLASS_BITS_MIN (HIGH_CLASS_BITS_MAX / 7)

/* Of the smallest function, with 128 MB, these may fill this share, so that the process
 * stays below 110 MB. Larger sizes are used in proportion, as far as tiles and base
 * primes grow. */
#define MEMORY_MB_MIN UINT64_C(128)
#define MEMORY_SHARE  0.76
#define HIT_BYTES     2

/* A listed prime costs a visit to every class, a streamed one a search for its first
 * multiple, and some time for every multiple. So narrow ranges list few primes. Wide ones
 * list more, as long as this share has room for the list, its hits and all base primes.
 * Beyond that the list is short, to leave more for buckets, and what its share has no
 * room for is sieved anew for each tile. */
#define NARROW_WIDTH      100000000
#define NARROW_LISTED_MAX (UINT32_C(1) << 23)
#define LONG_LISTED_MAX   (UINT32_C(1) << 25)
#define LONG_LIST_BYTES   36e6
#define LONG_SHARE        0.52
#define SHORT_LISTED_MAX  (UINT32_C(1) << 24)
#define SHORT_LIST_BYTES  22e6
#define SHORT_SHARE       0.37

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

static double memory_bytes(uint64_t memory_mb)
{
    if (memory_mb < MEMORY_MB_MIN) memory_mb = MEMORY_MB_MIN;
    return (double)memory_mb * 1024 * 1024;
}

/* Numbers whose primes are stored in what a list leaves of a share of the memory. */
static double stored_beside(double list_bytes, double share, uint64_t memory_mb)
{
    return (memory_bytes(memory_mb) * share - list_bytes) * FAN_WHEEL;
}

static bool lists_many(uint32_t root, uint64_t memory_mb)
{
    return root < stored_beside(LONG_LIST_BYTES, LONG_SHARE, memory_mb);
}

uint64_t fan_sieve_plan_stored_max(uint32_t root, uint64_t memory_mb)
{
    const uint64_t all = (UINT32_MAX / FAN_BASE_WORD_SPAN + 1) * FAN_BASE_WORD_SPAN;
    if (lists_many(root, memory_mb)) return all;
    double numbers = stored_beside(SHORT_LIST_BYTES, SHORT_SHARE, memory_mb);
    if (numbers >= (double)all) return all;
    return (uint64_t)numbers / FAN_BASE_WORD_SPAN * FAN_BASE_WORD_SPAN;
}

uint32_t fan_sieve_plan_listed_max(uint64_t width, uint32_t root, uint64_t memory_mb)
{
    if (width < NARROW_WIDTH) return NARROW_LISTED_MAX;
    return lists_many(root, memory_mb) ? LONG_LISTED_MAX : SHORT_LISTED_MAX;
}

/* What primes leave of the memory for buckets. */
static double bucket_bytes(const struct fan_sieve_terms *terms)
{
    double memory = memory_bytes(terms->memory_mb);
    double primes = lists_many(terms->root, terms->memory_mb)
                        ? LONG_LIST_BYTES + (double)terms->root / FAN_WHEEL
                        : memory * SHORT_SHARE;
    return memory * MEMORY_SHARE - primes;
}

/* Numbers that the buckets of one thread can serve at once: the primes q in (a, b] give
 * about ln(ln b / ln a) hits per number that has no factor up to 19 (Mertens). */
static uint64_t bucket_span(const struct fan_sieve_terms *terms, uint32_t listed_max)
{
    const double coprime = 8.0 / 30 * 6 / 7 * 10 / 11 * 12 / 13 * 16 / 17 * 18 / 19;
    double per_number = coprime * log(log((double)terms->root) / log((double)listed_max));
    double span = bucket_bytes(terms) / HIT_BYTES / terms->parts / per_number;
    return span < (double)FAN_BUCKET_SPAN_MAX ? (uint64_t)span : FAN_BUCKET_SPAN_MAX;
}

uint64_t fan_sieve_plan_base_of(uint32_t modulus, uint64_t low)
{
    return low / modulus / WORD_BITS * WORD_BITS;
}

uint64_t fan_sieve_plan_part_end(const struct fan_sieve_plan *plan, uint64_t low,
                                 uint64_t high, unsigned i)
{
    uint64_t base = fan_sieve_plan_base_of(plan->modulus, low) +
                    (i + 1) * plan->tiles * plan->tile_bits;
    return base > (high - 1) / plan->modulus ? high : base * plan->modulus;
}

/* Cut evenly: a last tile or chunk of a few bits would cost as much as a whole one. */
static void cut(struct fan_sieve_plan *plan, const struct fan_sieve_terms *terms,
                uint64_t tile_bits_max, uint32_t chunk_bits)
{
    uint64_t bits = (terms->high - 1) / plan->modulus + 1 -
                    fan_sieve_plan_base_of(plan->modulus, terms->low);
    plan->tiles = divide_up(bits, tile_bits_max * terms->parts);
    uint64_t tile_bits = divide_up(bits, plan->tiles * terms->parts);
    plan->tile_bits = (uint32_t)divide_up(tile_bits, WORD_BITS) * WORD_BITS;
    uint64_t chunks = divide_up(plan->tile_bits, chunk_bits);
    plan->chunk_bits = (uint32_t)divide_up(divide_up(plan->tile_bits, chunks), 512) * 512;
}

struct fan_sieve_plan fan_sieve_plan_range(const struct fan_sieve_terms *terms)
{
    uint64_t width = terms->high - terms->low, part = width / terms->parts;
    struct fan_sieve_plan plan = { 0 };
    uint32_t chunk = chunk_bits_max(terms->l1_bytes), modulus_max;
    plan.listed_max = fan_sieve_plan_listed_max(width, terms->root, terms->memory_mb);
    if (terms->root <= (uint64_t)HIGH_CHUNKS * chunk) {
        modulus_max = terms->ordered ? FAN_WHEEL : 30030;
        plan.modulus = modulus_for(part, LOW_CLASS_BITS_MIN, modulus_max);
        /* a little beyond L1 costs less than to look at sparse primes twice as often */
        cut(&plan, terms, chunk * 4 / 3, chunk);
        return plan;
    }
    bool streams = terms->root > plan.listed_max;
    uint64_t span = streams ? bucket_span(terms, plan.listed_max) : part;
    if (span > part) span = part;
    modulus_max = terms->ordered ? FAN_WHEEL : 2310;
    plan.modulus = modulus_for(
        span, streams ? BUCKET_CLASS_BITS_MIN : HIGH_CLASS_BITS_MIN, modulus_max);
    plan.far = true;
    uint64_t tile_bits_max = span / plan.modulus + WORD_BITS;
    if (tile_bits_max > HIGH_CLASS_BITS_MAX) tile_bits_max = HIGH_CLASS_BITS_MAX;
    cut(&plan, terms, tile_bits_max, chunk);
    return plan;
}

struct fan_sieve_plan fan_sieve_plan_base(uint64_t low, uint64_t high, unsigned parts,
                                          size_t l1_bytes)
{
    struct fan_sieve_plan plan = { .modulus = FAN_WHEEL,
                                   .listed_max = FAN_PRIMES_TINY,
                                   .far = true };
    struct fan_sieve_terms terms = { .low = low, .high = high, .parts = parts };
    cut(&plan, &terms, HIGH_CLASS_BITS_MAX, chunk_bits_max(l1_bytes));
    return plan;
}
