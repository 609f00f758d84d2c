/* environment.c - see environment.h. */
#include "mpi_driver/environment.h"

#include "common/buf.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <jansson.h>

#define FILE_BYTES_MAX (64u << 10)

/* The value of /proc/cpuinfo's first "model name" line; empty where there is none. */
static void read_cpu(char *text, size_t capacity)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];
    text[0] = '\0';
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        snprintf(text, capacity, "%s", colon + 1 + strspn(colon + 1, " "));
        text[strcspn(text, "\n")] = '\0';
        break;
    }
    if (file) fclose(file);
}

/* How many different hosts the ranks are on; known on rank 0. */
static uint32_t count_hosts(struct fan_comm *comm)
{
    struct fan_buf all = FAN_BUF_INIT((size_t)comm->size * sizeof comm->host + 1);
    uint64_t *sizes = fan_alloc_zero((size_t)comm->size, sizeof *sizes);
    uint32_t hosts = 0;
    comm->ops->gather(comm, comm->host, sizeof comm->host, &all, sizes);
    for (size_t i = 0; comm->rank == 0 && i < all.size / sizeof comm->host; i++) {
        const char *host = all.data + i * sizeof comm->host;
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(all.data + k * sizeof comm->host, host) == 0;
        hosts += !seen;
    }
    free(sizes);
    fan_buf_clear(&all);
    return hosts;
}

void fan_environment_look(struct fan_study_environment *e, struct fan_comm *comm)
{
    struct utsname system;
    memset(e, 0, sizeof *e);
    e->hosts = count_hosts(comm);
    read_cpu(e->cpu, sizeof e->cpu);
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    e->cores = cores > 0 ? (uint32_t)cores : 0;
    if (uname(&system) == 0)
        snprintf(e->system, sizeof e->system, "%.32s %.64s %.16s", system.sysname,
                 system.release, system.machine);
    snprintf(e->mpi, sizeof e->mpi, "%s", comm->library);
    snprintf(e->commit, sizeof e->commit, "%s", FAN_COMMIT);
}

static void json_path(char path[PATH_MAX], const char *dir)
{
    snprintf(path, PATH_MAX, "%.4000s/environment.json", dir);
}

enum fan_status fan_environment_write(const struct fan_study_environment *e,
                                      const char *dir, struct fan_err *err)
{
    char path[PATH_MAX];
    json_path(path, dir);
    json_t *root = json_pack("{s:s,s:I,s:s,s:s,s:I,s:s}", "cpu", e->cpu, "cores",
                             (json_int_t)e->cores, "system", e->system, "mpi", e->mpi,
                             "hosts", (json_int_t)e->hosts, "commit", e->commit);
    const int failed = !root || json_dump_file(root, path, JSON_INDENT(1));
    json_decref(root);
    return failed ? fan_fail(err, FAN_EIO, "write '%s'", path) : FAN_OK;
}

static void take_text(const json_t *root, const char *key, char *text, size_t capacity)
{
    const char *value = json_string_value(json_object_get(root, key));
    if (value) snprintf(text, capacity, "%s", value);
}

static uint32_t take_count(const json_t *root, const char *key)
{
    const json_int_t value = json_integer_value(json_object_get(root, key));
    return value > 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
}

void fan_environment_read(struct fan_study_environment *e, const char *dir)
{
    char path[PATH_MAX];
    json_path(path, dir);
    memset(e, 0, sizeof *e);
    struct fan_buf text = FAN_BUF_INIT(FILE_BYTES_MAX);
    json_t *root = NULL;
    if (!fan_buf_read_file(&text, path, NULL))
        root = json_loadb(text.data ? text.data : "", text.size, 0, NULL);
    take_text(root, "cpu", e->cpu, sizeof e->cpu);
    take_text(root, "system", e->system, sizeof e->system);
    take_text(root, "mpi", e->mpi, sizeof e->mpi);
    take_text(root, "commit", e->commit, sizeof e->commit);
    e->cores = take_count(root, "cores");
    e->hosts = take_count(root, "hosts");
    json_decref(root);
    fan_buf_clear(&text);
}
