/* price.h - list prices and what an attempt costs.  Pure. */
#ifndef FAN_ANALYSIS_PRICE_H
#define FAN_ANALYSIS_PRICE_H

#include "record/record.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One dated table. Dollars. */
struct fan_price {
    const char *region, *arch, *date, *source;
    double request;         /* per invocation request */
    double gb_second;       /* per GB-second of billed time, GB = 1024 MB */
    double gateway_request; /* per API Gateway request, 0 when none is used */
    double tuning_ms;       /* per ms at 128 MB, as AWS Lambda Power Tuning has it */
    bool exact_ms; /* durations are priced as they are: no rounding up, no INIT */
};

/* Today's table for a region and architecture ("x86_64", "arm64"); us-east-1's when
 * unknown. */
const struct fan_price *fan_price_find(const char *region, const char *arch);

/* The table of 2017 that published experiments of that year are priced with: x86_64,
 * us-east-1, no rounding. */
const struct fan_price *fan_price_of_2017(void);

/* Parts of a cost in dollars; they sum to total. init is the share of the billed time
 * that INIT took, compute is the rest of it. */
struct fan_cost {
    double requests, compute, init, gateway, total;
};

/**
 * Cost of one attempt: 0 for throttles and failed connections; otherwise one request, and
 * billed_ms at the record's memory (a billable attempt without REPORT is priced at its
 * measured latency, rounded up to 1 ms). Source: AWS Lambda pricing page; facts in
 * docs/cost.md.
 */
struct fan_cost fan_price_record(const struct fan_price *price,
                                 const struct fan_record *record);

/* The same for a record that may not know its memory size: memory_mb stands in then. */
struct fan_cost fan_price_attempt(const struct fan_price *price,
                                  const struct fan_record *record, uint32_t memory_mb);

/* Add every part of a cost to a sum. */
void fan_cost_add(struct fan_cost *sum, const struct fan_cost *part);

/**
 * The most an attempt can cost: a request plus time-out and 10 s of INIT at memory_mb.
 */
double fan_price_worst_usd(const struct fan_price *price, uint32_t memory_mb,
                           uint32_t timeout_s);

#ifdef __cplusplus
}
#endif
#endif
