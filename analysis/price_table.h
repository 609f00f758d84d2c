/*
 * price_table.h - dated price tables: JSON texts, one per date (docs/cost.md). Those in
 * analysis/prices/ are built into the program.  Pure: reading files is others' business.
 */
#ifndef FAN_ANALYSIS_PRICE_TABLE_H
#define FAN_ANALYSIS_PRICE_TABLE_H

#include "analysis/price.h"
#include "common/buf.h"
#include "common/err.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_PRICE_TABLE_BYTES_MAX (256 * 1024)
#define FAN_PRICE_REGIONS_MAX     64
#define FAN_PRICE_ARCHS           2

/* What a table holds: an entry for each region and architecture. */
struct fan_price_table {
    struct fan_price price[FAN_PRICE_REGIONS_MAX * FAN_PRICE_ARCHS];
    size_t n;
};

/**
 * Read a table. name is what messages call it. Owns: the caller frees *table with free().
 * Errors: FAN_EUSAGE naming the table, the place in it, what was wrong and what was
 * expected.
 */
enum fan_status fan_price_table_parse(struct fan_price_table **table, const char *name,
                                      const char *text, size_t n,
                                      struct fan_err *err) FAN_MUST_CHECK;

/* The entry of a region and architecture. Of a region that the table does not have:
 * us-east-1's or else the first region's. NULL when the architecture is in neither. */
const struct fan_price *fan_price_table_find(const struct fan_price_table *table,
                                             const char *region, const char *arch);

/* Append prices as a table of one entry, which parses to equal prices. What a run sends
 * its requests through (gateway_request) is not part of it. Errors: FAN_ELIMIT. */
enum fan_status fan_price_table_write(const struct fan_price *price, struct fan_buf *out,
                                      struct fan_err *err) FAN_MUST_CHECK;

/* The tables that the program was built with, ascending by date: the last is today's. */
struct fan_price_file {
    const char *name; /* "2026-11.json" */
    const char *text;
    size_t n;
};
extern const struct fan_price_file fan_price_files[];
extern const size_t fan_price_file_count;

#ifdef __cplusplus
}
#endif
#endif
