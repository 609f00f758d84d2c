/* process_usage.c - see process_usage.h. Source: proc(5), clock_getcpuclockid(3). */
#include "local_lambda/process_usage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define DESCENDANTS_MAX 64
#define GENERATIONS_MAX 4

static int open_proc(pid_t pid, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* The file's first bytes as text; "" when they cannot be read. */
static const char *read_at(int fd, char *text, size_t capacity)
{
    ssize_t n = fd >= 0 ? pread(fd, text, capacity - 1, 0) : -1;
    text[n > 0 ? n : 0] = '\0';
    return text;
}

/* The same of a watched process; "" for a zeroed record, whose descriptors mean nothing.
 */
static const char *read_kept(const struct fan_usage *usage, int fd, char *text,
                             size_t capacity)
{
    return read_at(usage->pid ? fd : -1, text, capacity);
}

static const char *read_proc(pid_t pid, const char *name, char *text, size_t capacity)
{
    int fd = open_proc(pid, name);
    read_at(fd, text, capacity);
    if (fd >= 0) close(fd);
    return text;
}

/* The field with this number (from 0), as decimal digits; 0 when there is none. */
static uint64_t field(const char *text, int number)
{
    for (; number > 0; number--) {
        text = strchr(text, ' ');
        if (!text) return 0;
        text++;
    }
    return strtoull(text, NULL, 10);
}

static uint64_t page_bytes(void)
{
    static uint64_t bytes;
    if (!bytes) bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    return bytes;
}

void fan_usage_open(struct fan_usage *usage, pid_t pid)
{
    usage->pid = pid;
    usage->children_fd = 0;
    usage->statm_fd = open_proc(pid, "statm");
    usage->schedstat_fd = open_proc(pid, "schedstat");
    if (clock_getcpuclockid(pid, &usage->clock)) usage->pid = 0;
}

void fan_usage_close(struct fan_usage *usage)
{
    if (usage->statm_fd > 0) close(usage->statm_fd);
    if (usage->schedstat_fd > 0) close(usage->schedstat_fd);
    if (usage->children_fd > 0) close(usage->children_fd);
    memset(usage, 0, sizeof *usage);
}

bool fan_usage_has_children(struct fan_usage *usage)
{
    char name[64], text[32];
    if (!usage->pid) return false;
    if (usage->children_fd == 0) {
        snprintf(name, sizeof name, "task/%ld/children", (long)usage->pid);
        usage->children_fd = open_proc(usage->pid, name);
    }
    return *read_kept(usage, usage->children_fd, text, sizeof text) != '\0';
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t)) return 0;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t fan_usage_cpu_ns(const struct fan_usage *usage)
{
    return usage->pid ? clock_ns(usage->clock) : 0;
}

int64_t fan_usage_runqueue_ns(const struct fan_usage *usage)
{
    char text[128];
    return (int64_t)field(read_kept(usage, usage->schedstat_fd, text, sizeof text), 1);
}

uint64_t fan_usage_resident_bytes(const struct fan_usage *usage)
{
    char text[128];
    return field(read_kept(usage, usage->statm_fd, text, sizeof text), 1) * page_bytes();
}

uint64_t fan_usage_peak_bytes(const struct fan_usage *usage)
{
    char text[2048];
    if (!usage->pid) return 0;
    const char *line =
        strstr(read_proc(usage->pid, "status", text, sizeof text), "VmHWM:");
    return line ? strtoull(line + 6, NULL, 10) * 1024 : 0;
}

uint64_t fan_usage_own_peak_bytes(void)
{
    struct rusage own;
    if (getrusage(RUSAGE_SELF, &own)) return 0;
    return (uint64_t)own.ru_maxrss * 1024;
}

/* CPU time of children that were waited for: fields 16 and 17 of stat, in clock ticks. */
static int64_t waited_for_ns(pid_t pid)
{
    char text[1024];
    const char *after = strrchr(read_proc(pid, "stat", text, sizeof text), ')');
    if (!after) return 0;
    uint64_t ticks = field(after + 2, 13) + field(after + 2, 14);
    return (int64_t)(ticks * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK)));
}

static void add_family(struct fan_family *family, pid_t pid, int generation, int *left)
{
    char name[64], text[1024], statm[128];
    family->cpu_ns += waited_for_ns(pid);
    if (generation == GENERATIONS_MAX) return;
    snprintf(name, sizeof name, "task/%ld/children", (long)pid);
    read_proc(pid, name, text, sizeof text);
    for (char *p = text, *end; *left > 0; p = end) {
        pid_t child = (pid_t)strtol(p, &end, 10);
        if (end == p || child <= 1) return;
        clockid_t clock;
        --*left;
        if (clock_getcpuclockid(child, &clock) == 0) family->cpu_ns += clock_ns(clock);
        family->resident_bytes +=
            field(read_proc(child, "statm", statm, sizeof statm), 1) * page_bytes();
        add_family(family, child, generation + 1, left);
    }
}

struct fan_family fan_usage_family(const struct fan_usage *usage)
{
    struct fan_family family = { 0, 0 };
    int left = DESCENDANTS_MAX;
    if (usage->pid) add_family(&family, usage->pid, 0, &left);
    return family;
}
