/* price.c - the arithmetic of Lambda's billing; the tables are price_table.c's. */
#include "analysis/price.h"

#include <math.h>

#include "analysis/statistics.h"

#define INIT_LIMIT_MS                                                                    \
    10000.0 /* INIT of an on-demand function ends here (Lambda guide)                    \
             */

bool fan_price_use_gateway(struct fan_price *price, enum fan_gateway kind)
{
    const struct fan_price_tiers *tiers =
        kind == FAN_GATEWAY_REST ? &price->gateway_rest : &price->gateway_http;
    if (tiers->n == 0) return false;
    price->gateway_request = tiers->tier[0].usd;
    return true;
}

static double gb_seconds(double ms, uint32_t memory_mb)
{
    return ms / 1000.0 * ((double)memory_mb / 1024.0);
}

double fan_price_authorizer_usd(const struct fan_price *price, uint32_t memory_mb)
{
    return price->request + gb_seconds(FAN_AUTHORIZER_MS, memory_mb) * price->gb_second;
}

double fan_price_fee(const struct fan_price *price)
{
    return price->request + price->gateway_request + price->authorizer_request;
}

double fan_price_billed_ms(const struct fan_price *price, double duration_ms,
                           double init_ms)
{
    const double ms = duration_ms + (price->init_billed ? init_ms : 0.0);
    if (!(price->round_up_ms > 0.0)) return ms;
    /* Sums of decimals must not tip over a whole multiple by their last bit. */
    return ceil(ms / price->round_up_ms - 1e-9) * price->round_up_ms;
}

/* Whether REPORT's own billed time is what the table asks for. */
static bool bills_as_reported(const struct fan_price *price)
{
    return price->init_billed && price->round_up_ms == 1.0;
}

static double billed_ms(const struct fan_price *price, const struct fan_record *record,
                        double init_ms)
{
    if (record->reported && (bills_as_reported(price) || record->duration_ms < 0.0))
        return (double)record->billed_ms;
    if (record->reported) return fan_price_billed_ms(price, record->duration_ms, init_ms);
    if (record->end_ns <= 0) return 1.0;
    return (double)((record->end_ns + 999999) / 1000000);
}

struct fan_cost fan_price_attempt(const struct fan_price *price,
                                  const struct fan_record *record, uint32_t memory_mb)
{
    struct fan_cost cost = { 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0 };
    if (!fan_record_billable(record)) return cost;

    const uint32_t size_mb = record->memory_mb ? record->memory_mb : memory_mb;
    double init = record->reported && record->init_ms > 0.0 ? record->init_ms : 0.0;
    const double billed = billed_ms(price, record, init);
    if (!price->init_billed) init = 0.0;
    if (init > billed) init = billed;

    cost.requests = price->request;
    cost.gateway = price->gateway_request;
    cost.authorizer = price->authorizer_request;
    cost.init = gb_seconds(init, size_mb) * price->gb_second;
    cost.compute = gb_seconds(billed - init, size_mb) * price->gb_second;
    cost.total =
        cost.requests + cost.compute + cost.init + cost.gateway + cost.authorizer;
    cost.billed = 1.0;
    cost.gb_seconds = gb_seconds(billed, size_mb);
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
    sum->authorizer += part->authorizer;
    sum->total += part->total;
    sum->billed += part->billed;
    sum->gb_seconds += part->gb_seconds;
}

double fan_price_worst_usd(const struct fan_price *price, uint32_t memory_mb,
                           uint32_t timeout_s)
{
    const double longest_ms = (double)timeout_s * 1000.0 + INIT_LIMIT_MS;
    const double step_ms = price->round_up_ms > 0.0 ? price->round_up_ms : 1.0;
    return fan_price_fee(price) +
           gb_seconds(ceil(longest_ms / step_ms) * step_ms, memory_mb) * price->gb_second;
}

double fan_price_tiered(const struct fan_price_tiers *tiers, double units)
{
    double usd = 0.0, from = 0.0;
    for (size_t i = 0; i < tiers->n; i++) {
        const struct fan_price_tier *tier = &tiers->tier[i];
        if (units <= tier->up_to) return usd + (units - from) * tier->usd;
        usd += (tier->up_to - from) * tier->usd;
        from = tier->up_to;
    }
    return FAN_UNKNOWN;
}

static double gateway_month_usd(const struct fan_price *price, double requests)
{
    const struct fan_price_tiers *kinds[2] = { &price->gateway_rest,
                                               &price->gateway_http };
    for (size_t i = 0; i < 2; i++)
        if (kinds[i]->n > 0 && kinds[i]->tier[0].usd == price->gateway_request)
            return fan_price_tiered(kinds[i], requests);
    return requests * price->gateway_request;
}

double fan_price_month_usd(const struct fan_price *price, const struct fan_month *month)
{
    double requests = month->requests, gb_s = month->gb_seconds;
    if (month->free_tier) {
        requests = fmax(0.0, requests - price->free_requests);
        gb_s = fmax(0.0, gb_s - price->free_gb_seconds);
    }
    double usd = requests * price->request + fan_price_tiered(&price->gb_seconds, gb_s);
    if (month->gateway && price->gateway_request > 0.0)
        usd += gateway_month_usd(price, month->requests) +
               month->requests * price->authorizer_request;
    return usd;
}
