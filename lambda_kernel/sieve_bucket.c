/* sieve_bucket.c - see sieve_bucket.h. */
#include "lambda_kernel/sieve_bucket.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "lambda_kernel/sieve_memory.h"
#include "lambda_kernel/sieve_wheel.h"

__extension__ typedef unsigned __int128 wide;

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
    size_t cursors = (size_t)fan_wheel_classes(modulus) * buckets->stretches;
    if (cursors > buckets->cursors_capacity) {
        buckets->cursor = fan_realloc(buckets->cursor, cursors, sizeof *buckets->cursor);
        buckets->cursors_capacity = cursors;
    }
    memset(buckets->cursor, 0, cursors * sizeof *buckets->cursor);
    buckets->blocks_used = 0;
}

void fan_buckets_clear(struct fan_buckets *buckets)
{
    for (size_t i = 0; i < buckets->slabs; i++)
        free(buckets->slab[i]);
    free(buckets->slab);
    free(buckets->cursor);
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

/* Its lines were written long ago, if ever: that they are asked for together spares
 * stores from waiting for one after the other. */
static uint16_t *new_block(struct fan_buckets *buckets, uint16_t *cursor)
{
    if (buckets->blocks_used == buckets->slabs * SLAB_BLOCKS) add_slab(buckets);
    size_t at = buckets->blocks_used++;
    char *memory =
        buckets->slab[at / SLAB_BLOCKS] + at % SLAB_BLOCKS * sizeof(struct block);
    for (size_t i = 0; i < sizeof(struct block); i += FAN_CACHE_LINE)
        __builtin_prefetch(memory + i, 1, 2);
    struct block *block = (void *)memory;
    block->before = block_before(cursor);
    return block->hit;
}

/* A multiple that the modulus has sieved already is written, but not kept: its bucket's
 * next hit overwrites it. */
static void put(struct fan_buckets *buckets, const uint32_t *offset, size_t n)
{
    const uint64_t reciprocal = buckets->reciprocal;
    const uint32_t modulus = buckets->modulus, *const place = buckets->place;
    uint16_t **const cursors = buckets->cursor;
    for (size_t i = 0; i < n; i++) {
        uint32_t k = (uint32_t)((wide)offset[i] * reciprocal >> 64);
        uint32_t at = place[offset[i] - k * modulus];
        uint16_t **cursor = cursors + (at / 2 + (k >> FAN_BUCKET_SHIFT));
        if ((uintptr_t)*cursor % BLOCK_BYTES == 0) *cursor = new_block(buckets, *cursor);
        **cursor = (uint16_t)k;
        *cursor += at & 1;
    }
}

void fan_buckets_add(struct fan_buckets *buckets, const struct fan_sieve_path *path,
                     uint64_t low, uint32_t span, const uint32_t *prime, size_t n)
{
    struct fan_path_multiples at;
    for (n = path->first_multiples(prime, n, low, span, &at); n;
         n = path->next_multiples(&at, n, span))
        put(buckets, at.offset, n);
}

void fan_buckets_add_only(struct fan_buckets *buckets, const struct fan_sieve_path *path,
                          uint64_t low, uint32_t span, const uint32_t *prime, size_t n)
{
    uint32_t offset[FAN_PATH_STREAM + FAN_PATH_GROUP];
    put(buckets, offset, path->only_multiples(prime, n, low, span, offset));
}

static const struct block *newest(const uint16_t *cursor)
{
    if (!cursor) return NULL;
    /* the newest block is full when the cursor stands at a block's end */
    uintptr_t used = (uintptr_t)cursor % BLOCK_BYTES;
    const void *block = (const char *)cursor - (used ? used : BLOCK_BYTES);
    return block;
}

/* It was written long ago. Crossing off what comes before takes about as long as its
 * lines need to come. */
static void ask_for(const struct block *block)
{
    for (size_t i = 0; block && i < sizeof *block; i += FAN_CACHE_LINE)
        __builtin_prefetch((const char *)block + i);
}

void fan_buckets_apply(const struct fan_buckets *buckets,
                       const struct fan_sieve_path *path, unsigned wheel_class,
                       uint64_t *words)
{
    const size_t words_apart = (1 << FAN_BUCKET_SHIFT) / 64;
    const uint32_t stretches = buckets->stretches;
    uint16_t *const *cursor = buckets->cursor + (size_t)wheel_class * stretches;
    for (uint32_t s = 0; s < stretches; s++, words += words_apart) {
        const struct block *after = s + 1 < stretches ? newest(cursor[s + 1]) : NULL;
        const uint16_t *end = cursor[s];
        for (const struct block *block = newest(end), *before; block; block = before) {
            before = block->before;
            ask_for(before ? before : after);
            path->apply_short(words, block->hit, (size_t)(end - block->hit));
            if (before) end = before->hit + sizeof before->hit / sizeof *before->hit;
        }
    }
}
