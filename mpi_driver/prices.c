/* prices.c - see prices.h. */
#include "mpi_driver/prices.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/price_table.h"
#include "mpi_driver/endpoint_process.h"

#define SHARE "../share/lambda-fanout/prices"
#define KEPT  "prices.json"

/* The greatest name of the share folder's tables; false without any. */
static bool find_newest(char path[PATH_MAX])
{
    char folder[PATH_MAX - NAME_MAX - 2], newest[NAME_MAX + 1] = "";
    if (fan_installed_path(folder, sizeof folder, SHARE, NULL)) return false;
    DIR *list = opendir(folder);
    if (!list) return false;
    for (struct dirent *entry; (entry = readdir(list));) {
        const char *name = entry->d_name;
        const size_t n = strlen(name);
        if (name[0] < '0' || name[0] > '9') continue; /* names are dates */
        if (n < 5 || strcmp(name + n - 5, ".json") != 0) continue;
        if (strcmp(name, newest) > 0) snprintf(newest, sizeof newest, "%s", name);
    }
    closedir(list);
    snprintf(path, PATH_MAX, "%s/%s", folder, newest);
    return newest[0] != '\0';
}

/* Which file is to be read; false: the table that is built in. */
static bool choose_file(const struct fan_job *job, const char *folder,
                        char path[PATH_MAX])
{
    if (folder) {
        snprintf(path, PATH_MAX, "%.4000s/%s", folder, KEPT);
        if (access(path, F_OK) == 0) return true;
    }
    if (!job->prices) return find_newest(path);
    snprintf(path, PATH_MAX, "%s", job->prices);
    return true;
}

static enum fan_status read_text(const struct fan_job *job, const char *folder,
                                 char path[PATH_MAX], struct fan_buf *text,
                                 struct fan_err *err)
{
    enum fan_status st;
    if (choose_file(job, folder, path)) {
        st = fan_buf_read_file(text, path, err);
        if (st) fan_err_prefix(err, "read prices: ");
    } else {
        const struct fan_price_file *file = &fan_price_files[fan_price_file_count - 1];
        snprintf(path, PATH_MAX, "built-in prices %s", file->name);
        st = fan_buf_add(text, file->text, file->n, err);
    }
    if (st && err) err->code = FAN_EUSAGE; /* a wrong path is wrong usage */
    return st ? FAN_EUSAGE : FAN_OK;
}

/* A job whose calls all pass a gateway pays for it with each; where only some do, those
 * do (fan_job_price). */
static enum fan_status use_gateway(struct fan_job *job, const char *path,
                                   struct fan_err *err)
{
    if (!fan_job_uses_gateway(job)) return FAN_OK;
    struct fan_price with = job->price;
    if (!fan_price_use_gateway(&with, job->gateway.kind))
        return fan_fail(err, FAN_EUSAGE,
                        "%s: no prices for API Gateway, which the job uses", path);
    if (job->transport_count == 1)
        job->price = fan_job_price(job, &job->price, &job->function[0]);
    return FAN_OK;
}

enum fan_status fan_prices_open(struct fan_job *job, const char *folder,
                                struct fan_comm *comm, struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_PRICE_TABLE_BYTES_MAX);
    struct fan_price_table *table = NULL;
    char path[PATH_MAX] = "";
    enum fan_status st = FAN_OK;
    if (comm->rank == 0) st = read_text(job, folder, path, &text, err);
    st = fan_comm_agree(comm, st, err);
    if (st) goto out;
    fan_comm_bcast_buf(comm, &text);
    comm->ops->bcast(comm, path, sizeof path, 0);
    /* The same bytes are good or bad on all ranks: no need to agree again. */
    st = fan_price_table_parse(&table, path, text.data ? text.data : "", text.size, err);
    if (st) goto out;
    const struct fan_price *price = fan_price_table_find(table, job->region, job->arch);
    if (price) {
        job->price = *price;
        st = use_gateway(job, path, err);
    } else {
        st = fan_fail(err, FAN_EUSAGE,
                      "%s: no prices for %s, which the job asks for with 'arch'", path,
                      job->arch);
    }
out:
    free(table);
    fan_buf_clear(&text);
    return st;
}

enum fan_status fan_prices_keep(const struct fan_job *job, const char *folder,
                                struct fan_err *err)
{
    struct fan_buf text = FAN_BUF_INIT(FAN_PRICE_TABLE_BYTES_MAX);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/%s", folder, KEPT);
    enum fan_status st = fan_price_table_write(&job->price, &text, err);
    if (!st) st = fan_buf_write_file(&text, path, err);
    fan_buf_clear(&text);
    return st;
}
