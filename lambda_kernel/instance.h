/* instance.h - what a function process knows about itself. */
#ifndef FAN_LAMBDA_KERNEL_INSTANCE_H
#define FAN_LAMBDA_KERNEL_INSTANCE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fan_instance {
    char id[17];         /* 16 random hex digits, new in every process */
    size_t hash_seed;    /* random, for hash tables that others' keys go into */
    char cpu_model[128]; /* as /proc/cpuinfo names it; "unknown" where it does not */
};

/* Draw the id and the seed, and read the CPU model. */
void fan_instance_init(struct fan_instance *instance);

/**
 * Find the CPU's name in the text of /proc/cpuinfo: "model name" where there is one
 * (x86), else implementer and part (arm64). Pure. name: at least 1 byte, cut to fit.
 */
void fan_instance_cpu_model(const char *cpuinfo, char *name, size_t name_bytes);

#ifdef __cplusplus
}
#endif
#endif
