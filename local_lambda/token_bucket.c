/* token_bucket.c - see token_bucket.h. */
#include "local_lambda/token_bucket.h"

/* Refilled in small steps, a bucket holds 1 token only up to rounding. */
#define ONE_TOKEN (1 - 1e-9)

bool fan_token_bucket_ready(struct fan_token_bucket *bucket, double per_second,
                            double capacity, int64_t now_ns)
{
    if (!bucket->started) {
        bucket->tokens = capacity;
        bucket->last_ns = now_ns;
        bucket->started = true;
    }
    if (now_ns > bucket->last_ns) {
        bucket->tokens += (double)(now_ns - bucket->last_ns) * 1e-9 * per_second;
        bucket->last_ns = now_ns;
    }
    if (bucket->tokens > capacity) bucket->tokens = capacity;
    return bucket->tokens >= ONE_TOKEN;
}

void fan_token_bucket_take(struct fan_token_bucket *bucket)
{
    bucket->tokens -= 1;
}
