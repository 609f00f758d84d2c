/* sieve_bucket.c - see sieve_bucket.h. */
#include "lambda_kernel/sieve_bucket.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "lambda_kernel/sieve_memory.h"
#include "lambda_kernel/sieve_wheel.h"

__extension__ typedef unsigned __int128 wide;

#define SLAB_BYTES   (1024 * 1024)
#define SLAB_BLOCKS  (SLAB_BYTES / sizeof(struct block))
#define BLOCK_PIECES 5
#define PIECE_BYTES  (FAN_BUCKET_PIECE * sizeof(uint16_t))

struct block {
    struct block *before; /* filled before this one */
    uint16_t hit[BLOCK_PIECES][FAN_BUCKET_PIECE];
};

struct fan_bucket_chain {
    struct block *newest; /* NULL: none */
    size_t pieces;        /* in the newest one; the others are full */
};

static void set_places(struct fan_buckets *buckets, uint32_t modulus, uint32_t stretches)
{
    if (buckets->modulus == modulus && buckets->stretches == stretches) return;
    free(buckets->place);
    buckets->place = fan_alloc_zero(modulus, sizeof *buckets->place);
    uint32_t place = 1;
    for (uint32_t r = 1; r < modulus; r += fan_wheel_gap(modulus, r))
        buckets->place[r] = place, place += 2 * stretches;
    buckets->reciprocal = UINT64_MAX / modulus + 1;
    buckets->modulus = modulus;
    buckets->stretches = stretches;
}

void fan_buckets_open(struct fan_buckets *buckets, uint32_t modulus, uint32_t bits)
{
    const uint32_t beyond = 4; /* multiples may be 112 numbers behind the tile */
    set_places(buckets, modulus, ((bits - 1 + beyond) >> FAN_BUCKET_SHIFT) + 1);
    size_t n = (size_t)fan_wheel_classes(modulus) * buckets->stretches;
    if (n > buckets->capacity) {
        free(buckets->piece);
        buckets->piece = fan_sieve_memory(n, PIECE_BYTES);
        buckets->gathered = fan_realloc(buckets->gathered, n, sizeof *buckets->gathered);
        buckets->chain = fan_realloc(buckets->chain, n, sizeof *buckets->chain);
        buckets->capacity = n;
    }
    memset(buckets->gathered, 0, n * sizeof *buckets->gathered);
    memset(buckets->chain, 0, n * sizeof *buckets->chain);
    buckets->blocks_used = 0;
}

void fan_buckets_clear(struct fan_buckets *buckets)
{
    for (size_t i = 0; i < buckets->slabs; i++)
        free(buckets->slab[i]);
    free(buckets->slab);
    free(buckets->piece);
    free(buckets->gathered);
    free(buckets->chain);
    free(buckets->place);
    *buckets = (struct fan_buckets){ .modulus = 0 };
}

static void add_slab(struct fan_buckets *buckets)
{
    if (buckets->slabs == buckets->slabs_capacity) {
        buckets->slabs_capacity = 2 * buckets->slabs_capacity + 8;
        buckets->slab =
            fan_realloc(buckets->slab, buckets->slabs_capacity, sizeof *buckets->slab);
    }
    buckets->slab[buckets->slabs++] = fan_sieve_memory(SLAB_BYTES, 1);
}

static void ask_for(const void *memory, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += FAN_CACHE_LINE)
        __builtin_prefetch((const char *)memory + i);
}

static struct block *new_block(struct fan_buckets *buckets, struct block *before)
{
    if (buckets->blocks_used == buckets->slabs * SLAB_BLOCKS) add_slab(buckets);
    size_t at = buckets->blocks_used++;
    void *memory =
        buckets->slab[at / SLAB_BLOCKS] + at % SLAB_BLOCKS * sizeof(struct block);
    struct block *block = memory;
    block->before = before;
    return block;
}

/* Where the bucket's next piece goes was written long ago, if ever: asked for now, it is
 * there when that piece is full. */
static void empty_piece(struct fan_buckets *buckets, size_t bucket)
{
    struct fan_bucket_chain *chain = buckets->chain + bucket;
    if (!chain->newest) chain->newest = new_block(buckets, NULL);
    memcpy(chain->newest->hit[chain->pieces++], buckets->piece + bucket * FAN_BUCKET_PIECE,
           PIECE_BYTES);
    if (chain->pieces == BLOCK_PIECES) {
        chain->newest = new_block(buckets, chain->newest);
        chain->pieces = 0;
    }
    const char *next = (const char *)chain->newest->hit[chain->pieces];
    for (size_t i = 0; i <= PIECE_BYTES; i += FAN_CACHE_LINE)
        __builtin_prefetch(next + i, 1, 2);
}

/* A multiple that the modulus has sieved already is written, but not kept: its bucket's
 * next hit overwrites it. */
static void put(struct fan_buckets *buckets, const uint32_t *offset, size_t n)
{
    const uint64_t reciprocal = buckets->reciprocal;
    const uint32_t modulus = buckets->modulus, *const place = buckets->place;
    uint16_t *const piece = buckets->piece;
    uint8_t *const gathered = buckets->gathered;
    for (size_t i = 0; i < n; i++) {
        uint32_t k = (uint32_t)((wide)offset[i] * reciprocal >> 64);
        uint32_t at = place[offset[i] - k * modulus];
        size_t bucket = at / 2 + (k >> FAN_BUCKET_SHIFT);
        unsigned before = gathered[bucket], after = before + (at & 1);
        piece[bucket * FAN_BUCKET_PIECE + before] = (uint16_t)k;
        if (__builtin_expect(after == FAN_BUCKET_PIECE, 0)) {
            empty_piece(buckets, bucket);
            after = 0;
        }
        gathered[bucket] = (uint8_t)after;
    }
}

void fan_buckets_add(struct fan_buckets *buckets, const struct fan_sieve_path *path,
                     uint64_t low, uint32_t span, const uint32_t *prime, size_t n)
{
    struct fan_path_multiples at;
    uint32_t offset[FAN_PATH_STREAM + FAN_PATH_GROUP];
    for (n = path->first_multiples(prime, n, low, span, &at); n;
         n = path->next_multiples(&at, n, span))
        put(buckets, offset, path->sift(at.offset, n, low, offset));
}

void fan_buckets_add_only(struct fan_buckets *buckets, const struct fan_sieve_path *path,
                          uint64_t low, uint32_t span, const uint32_t *prime, size_t n)
{
    uint32_t offset[FAN_PATH_STREAM + FAN_PATH_GROUP];
    n = path->only_multiples(prime, n, low, span, offset);
    put(buckets, offset, path->sift(offset, n, low, offset));
}

/* Blocks were written long ago. Crossing off what comes before takes about as long as
 * their lines need to come. */
void fan_buckets_apply(const struct fan_buckets *buckets,
                       const struct fan_sieve_path *path, unsigned wheel_class,
                       uint64_t *words)
{
    const size_t words_apart = (1 << FAN_BUCKET_SHIFT) / 64,
                 from = (size_t)wheel_class * buckets->stretches,
                 to = from + buckets->stretches;
    for (size_t b = from; b < to; b++, words += words_apart) {
        const struct block *block = buckets->chain[b].newest,
                           *after = b + 1 < to ? buckets->chain[b + 1].newest : NULL;
        path->apply_short(words, buckets->piece + b * FAN_BUCKET_PIECE,
                          buckets->gathered[b]);
        for (size_t pieces = buckets->chain[b].pieces; block; pieces = BLOCK_PIECES) {
            const struct block *before = block->before, *next = before ? before : after;
            if (next) ask_for(next, sizeof *next);
            path->apply_short(words, block->hit[0], pieces * FAN_BUCKET_PIECE);
            block = before;
        }
    }
}
