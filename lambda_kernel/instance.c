/* instance.c - see instance.h. */
#include "lambda_kernel/instance.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/random.h"

/* Value of the first line "key : value", or NULL; *n is its length. */
static const char *value_of(const char *text, const char *key, int *n)
{
    size_t key_bytes = strlen(key);
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, key, key_bytes) != 0) continue;
        const char *p = line + key_bytes + strspn(line + key_bytes, " \t");
        if (*p != ':') continue;
        p++;
        p += strspn(p, " \t");
        *n = (int)strcspn(p, "\n");
        return p;
    }
    return NULL;
}

void fan_instance_cpu_model(const char *cpuinfo, char *name, size_t name_bytes)
{
    int n = 0, part_bytes = 0;
    const char *value = value_of(cpuinfo, "model name", &n);
    if (value) {
        snprintf(name, name_bytes, "%.*s", n, value);
        return;
    }
    value = value_of(cpuinfo, "CPU implementer", &n);
    const char *part = value_of(cpuinfo, "CPU part", &part_bytes);
    if (value && part)
        snprintf(name, name_bytes, "arm implementer %.*s part %.*s", n, value, part_bytes,
                 part);
    else
        snprintf(name, name_bytes, "unknown");
}

void fan_instance_init(struct fan_instance *instance)
{
    uint64_t drawn[2];
    fan_random_system(drawn, sizeof drawn);
    snprintf(instance->id, sizeof instance->id, "%016" PRIx64, drawn[0]);
    instance->hash_seed = (size_t)drawn[1];

    /* The first processor's entry is all we need, and its beginning: the kernel writes
     * entry after entry until the reader's buffer is full, at some 7 us each. */
    char text[1024];
    text[0] = '\0';
    int fd = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t n = read(fd, text, sizeof text - 1);
        text[n > 0 ? n : 0] = '\0';
        close(fd);
    }
    fan_instance_cpu_model(text, instance->cpu_model, sizeof instance->cpu_model);
}
