/* token_bucket.h - a rate with bursts: a bucket that is refilled continuously. Pure. */
#ifndef FAN_LOCAL_LAMBDA_TOKEN_BUCKET_H
#define FAN_LOCAL_LAMBDA_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_throttle {
    double rate;    /* tokens per second */
    uint32_t burst; /* the most that the bucket holds; it starts full */
};

/* Zeroed is not started. */
struct fan_token_bucket {
    double tokens;
    int64_t last_ns;
    bool started;
};

/* Refill by what the time up to now_ns (a monotonic clock) gives; is there a token? */
bool fan_token_bucket_ready(struct fan_token_bucket *bucket, double per_second,
                            double capacity, int64_t now_ns);

/* Take one; the bucket was ready. */
void fan_token_bucket_take(struct fan_token_bucket *bucket);

#ifdef __cplusplus
}
#endif
#endif
