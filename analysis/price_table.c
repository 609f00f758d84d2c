/* price_table.c - see price_table.h. */
#include "analysis/price_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/statistics.h"
#include "analysis/strict_json.h"

#define FORMAT    1
#define USD_MAX   1000.0 /* of one unit: dearer is a slip of the decimal point */
#define UNITS_MAX 1e18
#define MS_MAX    60000.0
#define DIGITS    17 /* significant ones: what is written reads back as it was */

static const char *const arch_names[FAN_PRICE_ARCHS] = { "x86_64", "arm64" };

/* ---- reading ---- */

/* "2026-11": digits, and '-' behind the fourth and the seventh. */
static void read_date(struct fan_strict *r, const struct fan_strict_place *root,
                      char *out, size_t capacity)
{
    static const char expected[] = "a date such as 2026-11, 2026-11-30 or 2026";
    fan_strict_text(r, root, "date", expected, out, capacity);
    const size_t n = strlen(out);
    bool good = n == 4 || n == 7 || n == 10;
    for (size_t i = 0; i < n; i++)
        good =
            good && (i == 4 || i == 7 ? out[i] == '-' : out[i] >= '0' && out[i] <= '9');
    if (!good) fan_strict_fail(r, "date", "'%s' is no date, expected %s", out, expected);
}

static void read_tier(struct fan_strict *r, struct fan_strict_place *place, bool last,
                      double before, struct fan_price_tier *tier)
{
    fan_strict_check(r, place, "up_to usd");
    tier->up_to = (double)INFINITY;
    fan_strict_number(r, place, "up_to", last, UNITS_MAX,
                      "the units of a month up to which it holds (only the last tier may "
                      "do without)",
                      &tier->up_to);
    fan_strict_number(r, place, "usd", false, USD_MAX, "dollars per unit", &tier->usd);
    if (!(tier->up_to > before))
        fan_strict_fail(r, place->path,
                        "up_to %g is not above the tier before, expected more than %g",
                        tier->up_to, before);
}

static void read_tiers(struct fan_strict *r, const struct fan_strict_place *parent,
                       const char *key, bool optional, struct fan_price_tiers *tiers)
{
    static const char expected[] =
        "a list such as [{\"up_to\": 1e9, \"usd\": 0.001}, {\"usd\": 0.0009}]";
    const struct fan_strict_place list =
        fan_strict_get(r, parent, key, optional, expected);
    const size_t n = fan_strict_length(r, &list, FAN_PRICE_TIERS_MAX, expected);
    double before = 0.0;
    for (size_t i = 0; i < n && !r->st; i++) {
        struct fan_strict_place entry = fan_strict_entry(r, &list, i);
        read_tier(r, &entry, i + 1 == n, before, &tiers->tier[i]);
        before = tiers->tier[i].up_to;
    }
    if (!r->st) tiers->n = n;
}

/* What a region has beside Lambda; what is not in the table stays unknown. */
static void read_services(struct fan_strict *r, const struct fan_strict_place *region,
                          struct fan_price *price)
{
    static const char each[] = "dollars per request";
    const struct fan_strict_place gateway = fan_strict_object(
        r, region, "api_gateway", true, "rest_request_usd http_request_usd");
    const struct fan_strict_place sqs = fan_strict_object(
        r, region, "sqs", true, "standard_request_usd fifo_request_usd");
    const struct fan_strict_place s3 =
        fan_strict_object(r, region, "s3", true, "put_usd get_usd");
    read_tiers(r, &gateway, "rest_request_usd", true, &price->gateway_rest);
    read_tiers(r, &gateway, "http_request_usd", true, &price->gateway_http);
    price->sqs_request = price->sqs_fifo_request = FAN_UNKNOWN;
    price->s3_put = price->s3_get = FAN_UNKNOWN;
    fan_strict_number(r, &sqs, "standard_request_usd", true, USD_MAX, each,
                      &price->sqs_request);
    fan_strict_number(r, &sqs, "fifo_request_usd", true, USD_MAX, each,
                      &price->sqs_fifo_request);
    fan_strict_number(r, &s3, "put_usd", true, USD_MAX, each, &price->s3_put);
    fan_strict_number(r, &s3, "get_usd", true, USD_MAX, each, &price->s3_get);
}

static void read_arch(struct fan_strict *r, const struct fan_strict_place *lambda,
                      const char *arch, const struct fan_price *shared,
                      struct fan_price_table *table)
{
    const struct fan_strict_place place =
        fan_strict_object(r, lambda, arch, true, "gb_second_usd power_tuning_ms_usd");
    if (!place.value) return;
    struct fan_price price = *shared;
    snprintf(price.arch, sizeof price.arch, "%s", arch);
    read_tiers(r, &place, "gb_second_usd", false, &price.gb_seconds);
    price.gb_second = price.gb_seconds.tier[0].usd;
    price.tuning_ms = price.gb_second / 1000.0 * 128.0 / 1024.0;
    fan_strict_number(r, &place, "power_tuning_ms_usd", true, USD_MAX,
                      "dollars per ms at 128 MB, as AWS Lambda Power Tuning has it",
                      &price.tuning_ms);
    table->price[table->n++] = price;
}

static void read_lambda(struct fan_strict *r, const struct fan_strict_place *region,
                        struct fan_price *shared, struct fan_price_table *table)
{
    const struct fan_strict_place lambda = fan_strict_object(
        r, region, "lambda", false, "request_usd x86_64 arm64 free_tier");
    fan_strict_number(r, &lambda, "request_usd", false, USD_MAX, "dollars per request",
                      &shared->request);
    const struct fan_strict_place free_tier =
        fan_strict_object(r, &lambda, "free_tier", true, "requests gb_seconds");
    if (free_tier.value) {
        fan_strict_number(r, &free_tier, "requests", false, UNITS_MAX,
                          "requests per month", &shared->free_requests);
        fan_strict_number(r, &free_tier, "gb_seconds", false, UNITS_MAX,
                          "GB-seconds per month", &shared->free_gb_seconds);
    }
    const size_t before = table->n;
    for (size_t a = 0; a < FAN_PRICE_ARCHS; a++)
        read_arch(r, &lambda, arch_names[a], shared, table);
    if (table->n == before)
        fan_strict_fail(r, lambda.path, "no prices, expected x86_64 or arm64");
}

static void read_region(struct fan_strict *r, const struct fan_strict_place *regions,
                        const char *name, const struct fan_price *head,
                        struct fan_price_table *table)
{
    const struct fan_strict_place region =
        fan_strict_object(r, regions, name, false, "lambda api_gateway sqs s3");
    struct fan_price shared = *head;
    const size_t n = strlen(name);
    bool good = n > 0 && n < sizeof shared.region;
    for (size_t i = 0; i < n && good; i++)
        good = name[i] == '-' || (name[i] >= '0' && name[i] <= '9') ||
               (name[i] >= 'a' && name[i] <= 'z');
    if (!good) {
        fan_strict_fail(r, region.path,
                        "no region's name, expected one such as "
                        "us-east-1");
        return;
    }
    memcpy(shared.region, name, n + 1);
    read_services(r, &region, &shared);
    read_lambda(r, &region, &shared, table);
}

static void read_table(struct fan_strict *r, struct fan_strict_place *root,
                       struct fan_price_table *table)
{
    static const char example[] = "an object such as {\"us-east-1\": {...}}";
    struct fan_price head;
    double format = 0.0;
    memset(&head, 0, sizeof head);
    fan_strict_check(r, root, "format date source billing regions");
    fan_strict_number(r, root, "format", false, 1e6, "the number 1", &format);
    if (format != FORMAT)
        fan_strict_fail(r, "format", "%g is not known, expected the number 1", format);
    read_date(r, root, head.date, sizeof head.date);
    fan_strict_text(r, root, "source", "where the prices are from", head.source,
                    sizeof head.source);
    const struct fan_strict_place billing =
        fan_strict_object(r, root, "billing", false, "round_up_ms init");
    fan_strict_number(r, &billing, "round_up_ms", false, MS_MAX,
                      "milliseconds such as 1, or 0 for not rounded", &head.round_up_ms);
    fan_strict_bool(r, &billing, "init", &head.init_billed);
    struct fan_strict_place regions = fan_strict_get(r, root, "regions", false, example);
    fan_strict_check(r, &regions, NULL);
    if (r->st) return;
    const size_t n = json_object_size(regions.value);
    if (n < 1 || n > FAN_PRICE_REGIONS_MAX)
        fan_strict_fail(r, regions.path, "there are %zu regions, expected 1 to %d", n,
                        FAN_PRICE_REGIONS_MAX);
    for (void *at = json_object_iter(regions.value); at && !r->st;
         at = json_object_iter_next(regions.value, at))
        read_region(r, &regions, json_object_iter_key(at), &head, table);
}

enum fan_status fan_price_table_parse(struct fan_price_table **table, const char *name,
                                      const char *text, size_t n, struct fan_err *err)
{
    struct fan_strict r = { name, err, FAN_OK };
    if (n > FAN_PRICE_TABLE_BYTES_MAX)
        return fan_fail(err, FAN_EUSAGE,
                        "%s: the table has %zu bytes, expected at most %d", name, n,
                        FAN_PRICE_TABLE_BYTES_MAX);
    struct fan_price_table *fresh = fan_alloc_zero(1, sizeof *fresh);
    struct json_t *whole =
        fan_strict_open(&r, text, n, "JSON as docs/cost.md describes it");
    struct fan_strict_place root = { "", whole }; /* loses what is no object */
    if (!r.st) read_table(&r, &root, fresh);
    fan_strict_close(whole);
    if (!r.st) {
        *table = fresh;
        fresh = NULL; /* ownership moved to the caller */
    }
    free(fresh);
    return r.st;
}

/* ---- finding ---- */

const struct fan_price *fan_price_table_find(const struct fan_price_table *table,
                                             const char *region, const char *arch)
{
    const struct fan_price *usual = NULL, *first = NULL;
    for (size_t i = 0; arch && i < table->n; i++) {
        const struct fan_price *price = &table->price[i];
        if (strcmp(price->arch, arch) != 0) continue;
        if (region && strcmp(price->region, region) == 0) return price;
        if (strcmp(price->region, "us-east-1") == 0) usual = price;
        if (!first) first = price;
    }
    return usual ? usual : first;
}

/* A table of those built in, parsed once. They are tested: a bad one cannot get here. */
static const struct fan_price_table *built_in(size_t index)
{
    static struct fan_price_table *parsed[2]; /* the first and the last */
    struct fan_price_table **own = &parsed[index > 0];
    struct fan_err err = { FAN_OK, "" };
    const struct fan_price_file *file = &fan_price_files[index];
    if (*own) return *own;
    if (fan_price_table_parse(own, file->name, file->text, file->n, &err)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    return *own;
}

const struct fan_price *fan_price_find(const char *region, const char *arch)
{
    const struct fan_price_table *table = built_in(fan_price_file_count - 1);
    const struct fan_price *price = fan_price_table_find(table, region, arch);
    return price ? price : fan_price_table_find(table, region, arch_names[0]);
}

const struct fan_price *fan_price_of_2017(void)
{
    return fan_price_table_find(built_in(0), "us-east-1", "x86_64");
}

/* ---- writing ---- */

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void set_known(json_t *object, const char *key, double usd)
{
    if (isfinite(usd)) set(object, key, json_real(usd));
}

static void set_tiers(json_t *object, const char *key,
                      const struct fan_price_tiers *tiers)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tiers->n; i++) {
        json_t *tier = json_object();
        set_known(tier, "up_to", tiers->tier[i].up_to);
        set(tier, "usd", json_real(tiers->tier[i].usd));
        json_array_append_new(list, tier);
    }
    if (tiers->n > 0)
        set(object, key, list);
    else
        json_decref(list);
}

static json_t *region_json(const struct fan_price *price)
{
    json_t *region = json_object(), *lambda = json_object(), *arch = json_object();
    json_t *gateway = json_object(), *sqs = json_object(), *s3 = json_object();
    json_t *free_tier = json_object();
    set_tiers(arch, "gb_second_usd", &price->gb_seconds);
    set(arch, "power_tuning_ms_usd", json_real(price->tuning_ms));
    set(free_tier, "requests", json_real(price->free_requests));
    set(free_tier, "gb_seconds", json_real(price->free_gb_seconds));
    set(lambda, "request_usd", json_real(price->request));
    set(lambda, price->arch, arch);
    set(lambda, "free_tier", free_tier);
    set_tiers(gateway, "rest_request_usd", &price->gateway_rest);
    set_tiers(gateway, "http_request_usd", &price->gateway_http);
    set_known(sqs, "standard_request_usd", price->sqs_request);
    set_known(sqs, "fifo_request_usd", price->sqs_fifo_request);
    set_known(s3, "put_usd", price->s3_put);
    set_known(s3, "get_usd", price->s3_get);
    set(region, "lambda", lambda);
    set(region, "api_gateway", gateway);
    set(region, "sqs", sqs);
    set(region, "s3", s3);
    return region;
}

enum fan_status fan_price_table_write(const struct fan_price *price, struct fan_buf *out,
                                      struct fan_err *err)
{
    json_t *root = json_object(), *billing = json_object(), *regions = json_object();
    set(billing, "round_up_ms", json_real(price->round_up_ms));
    set(billing, "init", json_boolean(price->init_billed));
    set(regions, price->region, region_json(price));
    set(root, "format", json_integer(FORMAT));
    set(root, "date", json_string(price->date));
    set(root, "source", json_string(price->source));
    set(root, "billing", billing);
    set(root, "regions", regions);
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
    json_decref(root);
    if (!text) return fan_fail(err, FAN_EFORMAT, "cannot write the prices as JSON");
    enum fan_status st = fan_buf_adds(out, text, err);
    if (!st) st = fan_buf_adds(out, "\n", err);
    free(text);
    return st;
}
