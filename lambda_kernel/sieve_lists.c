/* sieve_lists.c - see sieve_lists.h. */
#include "lambda_kernel/sieve_lists.h"

#include <stdlib.h>
#include <string.h>

#include "lambda_kernel/sieve_memory.h"

void fan_lists_reserve(struct fan_lists *lists, size_t n)
{
    size_t most = 0;
    for (int c = 0; c < FAN_PATH_AHEAD; c++)
        if (lists->counts[c] > most) most = lists->counts[c];
    if (lists->hits[0] && most + n <= lists->capacity) return;
    size_t capacity = most + n + most / 2;
    for (int c = 0; c < FAN_PATH_AHEAD; c++) {
        uint32_t *hits = fan_sieve_memory(capacity + FAN_PATH_GROUP, sizeof *hits);
        if (lists->counts[c])
            memcpy(hits, lists->hits[c], lists->counts[c] * sizeof *hits);
        free(lists->hits[c]);
        lists->hits[c] = hits;
    }
    lists->capacity = capacity;
}

void fan_lists_empty(struct fan_lists *lists)
{
    memset(lists->counts, 0, sizeof lists->counts);
}

void fan_lists_clear(struct fan_lists *lists)
{
    for (int c = 0; c < FAN_PATH_AHEAD; c++)
        free(lists->hits[c]);
    *lists = (struct fan_lists){ .capacity = 0 };
}
