/* price_table_fuzz.c - any bytes as a price table: read, or refused with a place and an
 * expectation; what was read has sane prices, is written and read again to the same. */
#include "analysis/price_table.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds) abort();
}

static void check_tiers(const struct fan_price_tiers *tiers)
{
    require(tiers->n <= FAN_PRICE_TIERS_MAX);
    for (size_t i = 0; i < tiers->n; i++) {
        require(tiers->tier[i].usd >= 0.0);
        require(tiers->tier[i].up_to > (i ? tiers->tier[i - 1].up_to : 0.0));
    }
    const double usd = fan_price_tiered(tiers, 1e9);
    require(isnan(usd) || usd >= 0.0);
}

static void write_and_reread(const struct fan_price *price)
{
    struct fan_buf once = FAN_BUF_INIT(FAN_PRICE_TABLE_BYTES_MAX);
    struct fan_buf twice = FAN_BUF_INIT(FAN_PRICE_TABLE_BYTES_MAX);
    struct fan_price_table *again = NULL;
    require(fan_price_table_write(price, &once, NULL) == FAN_OK);
    require(fan_price_table_parse(&again, "b", once.data, once.size, NULL) == FAN_OK);
    require(again->n == 1);
    require(fan_price_table_write(&again->price[0], &twice, NULL) == FAN_OK);
    require(once.size == twice.size && !memcmp(once.data, twice.data, once.size));
    free(again);
    fan_buf_clear(&once);
    fan_buf_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fan_err err = { FAN_OK, "" };
    struct fan_price_table *table = NULL;
    const enum fan_status st =
        fan_price_table_parse(&table, "a", (const char *)data, size, &err);
    require(st ? st == FAN_EUSAGE && !table && err.text[0] : table != NULL);
    for (size_t i = 0; table && i < table->n; i++) {
        const struct fan_price *price = &table->price[i];
        require(price->request >= 0.0 && price->gb_second >= 0.0);
        check_tiers(&price->gb_seconds);
        check_tiers(&price->gateway_rest);
        require(fan_price_table_find(table, price->region, price->arch) == price);
        write_and_reread(price);
    }
    free(table);
    return 0;
}
