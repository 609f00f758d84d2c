/* sieve_bucket.c - see sieve_bucket.h. */
#include "lambda_kernel/sieve_bucket.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

/* A block is aligned to its size, so that a cursor tells by itself when its block is
 * full. Its first bytes link to the block filled before it. */
#define BLOCK_BYTES 1024
#define SLAB_BYTES  (1024 * 1024)
#define SLAB_BLOCKS (SLAB_BYTES / BLOCK_BYTES)

struct block {
    struct block *before;
    uint16_t hit[(BLOCK_BYTES - sizeof(struct block *)) / sizeof(uint16_t)];
};
static_assert(sizeof(struct block) == BLOCK_BYTES, "blocks fill their bytes");

void fan_buckets_reset(struct fan_buckets *buckets)
{
    memset(buckets->cursor, 0, sizeof buckets->cursor);
    buckets->blocks_used = 0;
}

void fan_buckets_clear(struct fan_buckets *buckets)
{
    for (size_t i = 0; i < buckets->slabs; i++)
        free(buckets->slab[i]);
    free(buckets->slab);
    memset(buckets, 0, sizeof *buckets);
}

static void add_slab(struct fan_buckets *buckets)
{
    if (buckets->slabs == buckets->slabs_capacity) {
        buckets->slabs_capacity = 2 * buckets->slabs_capacity + 8;
        buckets->slab =
            fan_realloc(buckets->slab, buckets->slabs_capacity, sizeof *buckets->slab);
    }
    char *slab = aligned_alloc(BLOCK_BYTES, SLAB_BYTES);
    if (!slab) {
        fprintf(stderr, "out of memory: cannot allocate %d bytes\n", SLAB_BYTES);
        abort();
    }
    buckets->slab[buckets->slabs++] = slab;
}

static struct block *block_before(uint16_t *cursor)
{
    void *end = cursor;
    return cursor ? (struct block *)end - 1 : NULL;
}

static uint16_t *new_block(struct fan_buckets *buckets, uint16_t *cursor)
{
    if (buckets->blocks_used == buckets->slabs * SLAB_BLOCKS) add_slab(buckets);
    size_t at = buckets->blocks_used++;
    void *memory =
        buckets->slab[at / SLAB_BLOCKS] + at % SLAB_BLOCKS * sizeof(struct block);
    struct block *block = memory;
    block->before = block_before(cursor);
    return block->hit;
}

static inline void put(struct fan_buckets *buckets, uint64_t offset)
{
    uint64_t k = offset / FAN_WHEEL;
    unsigned c = fan_wheel_class[offset - k * FAN_WHEEL];
    uint16_t **cursor = &buckets->cursor[(k >> FAN_BUCKET_SHIFT) * FAN_WHEEL_CLASSES + c];
    if ((uintptr_t)*cursor % BLOCK_BYTES == 0) *cursor = new_block(buckets, *cursor);
    *(*cursor)++ = (uint16_t)k;
}

/* Put in p * q = low + offset and the multiples above it. Apart from its caller, because
 * most huge primes have none: their way must stay short. */
static __attribute__((noinline)) void put_all(struct fan_buckets *buckets, uint64_t span,
                                              uint64_t p, uint64_t q, uint64_t offset)
{
    unsigned residue = (unsigned)(q % FAN_WHEEL), up = fan_wheel_up[residue];
    unsigned c = fan_wheel_class[(residue + up) % FAN_WHEEL];
    for (offset += up * p; offset < span; c = (c + 1) % FAN_WHEEL_CLASSES) {
        put(buckets, offset);
        offset += fan_wheel_gap[c] * p;
    }
}

void fan_buckets_add(struct fan_buckets *buckets, uint64_t low, uint64_t span, uint32_t p)
{
    /* q = floor(low / p): the quotient in doubles is at most one off, being below 2^45 */
    int64_t q = (int64_t)((double)(int64_t)low / (double)p);
    int64_t rest = (int64_t)low - q * (int64_t)p;
    if (rest < 0) {
        rest += p;
        q--;
    }
    if (rest >= p) {
        rest -= p;
        q++;
    }
    uint64_t offset = 0;
    if (rest > 0) {
        offset = p - (uint64_t)rest;
        q++;
    }
    if (q < p) { /* smaller multiples have a smaller prime factor */
        offset += (uint64_t)(p - q) * p;
        q = p;
    }
    if (offset < span) put_all(buckets, span, p, (uint64_t)q, offset);
}

static void apply_hits(uint8_t *bytes, const uint16_t *hit, const uint16_t *end)
{
    for (; hit < end; hit++)
        bytes[*hit >> 3] = (uint8_t)(bytes[*hit >> 3] | 1U << (*hit & 7));
}

void fan_buckets_apply(const struct fan_buckets *buckets, unsigned tile,
                       unsigned wheel_class, uint8_t *bytes)
{
    const unsigned stretches = FAN_TILE_BITS >> FAN_BUCKET_SHIFT;
    for (unsigned s = 0; s < stretches; s++, bytes += (1 << FAN_BUCKET_SHIFT) / 8) {
        const uint16_t *end =
            buckets->cursor[(tile * stretches + s) * FAN_WHEEL_CLASSES + wheel_class];
        if (!end) continue;
        /* the newest block is full when the cursor stands at a block's end */
        uintptr_t used = (uintptr_t)end % BLOCK_BYTES;
        const void *start = (const char *)end - (used ? used : BLOCK_BYTES);
        for (const struct block *block = start; block; block = block->before) {
            apply_hits(bytes, block->hit, end);
            end = block->before
                      ? block->before->hit + sizeof block->hit / sizeof *block->hit
                      : NULL;
        }
    }
}
