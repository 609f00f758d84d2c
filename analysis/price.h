/* price.h - list prices and what an attempt costs.  Pure. */
#ifndef FAN_ANALYSIS_PRICE_H
#define FAN_ANALYSIS_PRICE_H

#include "record/record.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_PRICE_TIERS_MAX 8
#define FAN_AUTHORIZER_MS   2.0 /* billed; the project's own, warm (docs/cost.md) */

/* A unit costs usd while the month's sum of units is at most up_to. */
struct fan_price_tier {
    double up_to, usd; /* up_to: INFINITY in the last tier of a whole list */
};

/* What units cost by the amount of a month; n is 0 where the table does not say. */
struct fan_price_tiers {
    struct fan_price_tier tier[FAN_PRICE_TIERS_MAX]; /* up_to ascends */
    size_t n;
};

/* The prices of one region and architecture, from one dated table (price_table.h).
 * Dollars; NAN where the table does not say. */
struct fan_price {
    char region[32], arch[16], date[16], source[160];
    double request;         /* per invocation request */
    double gb_second;       /* per GB-second of billed time, GB = 1024 MB: first tier */
    double gateway_request; /* per API Gateway request, 0 when none is used */
    double
        authorizer_request; /* of its authorizer, asked for each; an estimate, 0: none */
    double tuning_ms;       /* per ms at 128 MB, as AWS Lambda Power Tuning has it */
    double round_up_ms;     /* billed time is a multiple of it; 0: as it is */
    bool init_billed;       /* the INIT phase counts as billed time */
    double free_requests, free_gb_seconds; /* of every month; 0: none */
    struct fan_price_tiers gb_seconds, gateway_rest, gateway_http;
    double sqs_request, sqs_fifo_request, s3_put, s3_get;
};

/* Today's prices for a region and architecture ("x86_64", "arm64"), from the tables that
 * the program was built with: us-east-1's and x86_64's when unknown. */
const struct fan_price *fan_price_find(const char *region, const char *arch);

/* The table of 2017 that published experiments of that year are priced with: x86_64,
 * us-east-1, no rounding. */
const struct fan_price *fan_price_of_2017(void);

/* API Gateway's two kinds: REST APIs and HTTP APIs. */
enum fan_gateway { FAN_GATEWAY_REST, FAN_GATEWAY_HTTP };

/* Let every request go through a gateway at its first tier. False, and nothing changed,
 * when the table has no price for it. */
bool fan_price_use_gateway(struct fan_price *price, enum fan_gateway kind);

/* What an invocation of a gateway's authorizer costs, as an estimate: a request, and
 * FAN_AUTHORIZER_MS of billed time at memory_mb. */
double fan_price_authorizer_usd(const struct fan_price *price, uint32_t memory_mb);

/* What each request costs, however long it takes. */
double fan_price_fee(const struct fan_price *price);

/* Parts of a cost in dollars; they sum to total. init is the share of the billed time
 * that INIT took, compute is the rest of it. And the amounts that they are paid for. */
struct fan_cost {
    double requests, compute, init, gateway, authorizer, total;
    double billed, gb_seconds; /* requests; GB-seconds */
};

/**
 * Milliseconds that are billed for a run of duration_ms and an INIT of init_ms (0: warm).
 * Source: Lambda guide, billed duration = INIT + duration, rounded up.
 */
double fan_price_billed_ms(const struct fan_price *price, double duration_ms,
                           double init_ms);

/**
 * Cost of one attempt: 0 for throttles and failed connections; otherwise one request, and
 * the billed time at the record's memory. Where the table bills as Lambda does today,
 * that time is the REPORT line's own. A billable attempt without REPORT is priced at its
 * measured latency, rounded up to 1 ms. Source: AWS Lambda pricing page; facts in
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

/* Dollars of `units` >= 0 in one month; NAN beyond the last tier that is known. */
double fan_price_tiered(const struct fan_price_tiers *tiers, double units);

/* A month's use. */
struct fan_month {
    double requests, gb_seconds;
    bool gateway;   /* each request is a gateway's too */
    bool free_tier; /* what is free each month is all unused yet */
};

/**
 * Dollars of a month, by the tiers of the amount that is left after the free one; NAN
 * where the table does not say. A gateway's request costs as in gateway_request: which
 * kind it is of, and so its tiers, is found by that price.
 */
double fan_price_month_usd(const struct fan_price *price, const struct fan_month *month);

#ifdef __cplusplus
}
#endif
#endif
