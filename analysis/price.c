/* price.c - the dated price tables, and the arithmetic of Lambda's billing. */
#include "analysis/price.h"

#include <string.h>

/*
 * First price tier, without the free tier: what the next call of an account costs that
 * has used the free one up. Only the region whose list was read; see docs/cost.md.
 */
static const struct fan_price price_table[] = {
    { "us-east-1", "x86_64", "2026-11", "aws.amazon.com/lambda/pricing", 0.20e-6,
      0.0000166667, 0.0, 2.1e-9, false },
    { "us-east-1", "arm64", "2026-11", "aws.amazon.com/lambda/pricing", 0.20e-6,
      0.0000133334, 0.0, 1.7e-9, false },
};

/* INIT of the packaged runtimes was free then. */
static const struct fan_price price_2017 = {
    "us-east-1", "x86_64", "2017", "published sieve experiment", 0.20e-6, 0.00001667,
    0.0,         2.1e-9,   true
};

#define PRICE_COUNT (sizeof price_table / sizeof price_table[0])
#define INIT_LIMIT_MS                                                                    \
    10000.0 /* INIT of an on-demand function ends here (Lambda guide)                    \
             */

const struct fan_price *fan_price_find(const char *region, const char *arch)
{
    const struct fan_price *same_arch = &price_table[0];

    for (size_t i = PRICE_COUNT; i-- > 0;) {
        if (!arch || strcmp(price_table[i].arch, arch) != 0) continue;
        same_arch = &price_table[i];
        if (region && strcmp(price_table[i].region, region) == 0) break;
    }
    return same_arch;
}

const struct fan_price *fan_price_of_2017(void)
{
    return &price_2017;
}

static double gb_seconds(double ms, uint32_t memory_mb)
{
    return ms / 1000.0 * ((double)memory_mb / 1024.0);
}

/* Milliseconds that are billed; without a REPORT line the measured latency stands in. */
static double billed_ms(const struct fan_price *price, const struct fan_record *record)
{
    if (price->exact_ms && record->reported && record->duration_ms >= 0.0)
        return record->duration_ms;
    if (record->reported) return (double)record->billed_ms;
    if (record->end_ns <= 0) return 1.0;
    return (double)((record->end_ns + 999999) / 1000000);
}

struct fan_cost fan_price_attempt(const struct fan_price *price,
                                  const struct fan_record *record, uint32_t memory_mb)
{
    struct fan_cost cost = { 0.0, 0.0, 0.0, 0.0, 0.0 };
    if (!fan_record_billable(record)) return cost;

    const uint32_t size_mb = record->memory_mb ? record->memory_mb : memory_mb;
    const double billed = billed_ms(price, record);
    double init = record->reported && record->init_ms > 0.0 ? record->init_ms : 0.0;
    if (price->exact_ms) init = 0.0;
    if (init > billed) init = billed;

    cost.requests = price->request;
    cost.gateway = price->gateway_request;
    cost.init = gb_seconds(init, size_mb) * price->gb_second;
    cost.compute = gb_seconds(billed - init, size_mb) * price->gb_second;
    cost.total = cost.requests + cost.compute + cost.init + cost.gateway;
    return cost;
}

struct fan_cost fan_price_record(const struct fan_price *price,
                                 const struct fan_record *record)
{
    return fan_price_attempt(price, record, 0);
}

void fan_cost_add(struct fan_cost *sum, const struct fan_cost *part)
{
    sum->requests += part->requests;
    sum->compute += part->compute;
    sum->init += part->init;
    sum->gateway += part->gateway;
    sum->total += part->total;
}

double fan_price_worst_usd(const struct fan_price *price, uint32_t memory_mb,
                           uint32_t timeout_s)
{
    const double longest_ms = (double)timeout_s * 1000.0 + INIT_LIMIT_MS;
    return price->request + price->gateway_request +
           gb_seconds(longest_ms, memory_mb) * price->gb_second;
}
