/* job_yaml.h - YAML text to a tree of nodes and back, through libyaml. */
#ifndef FAN_MPI_DRIVER_JOB_YAML_H
#define FAN_MPI_DRIVER_JOB_YAML_H

#include "common/buf.h"
#include "mpi_driver/job_tree.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read one YAML document of n bytes. It is a file that messages call `name`, or, where
 * set is not NULL, the value of that --set argument, which outlives the tree. Refused:
 * anchors and aliases, tags, repeated keys, NUL characters, more than one document, and
 * more than FAN_TREE_DEPTH_MAX levels or FAN_TREE_NODES_MAX nodes. Owns: fan_tree_clear.
 * Errors: FAN_EUSAGE naming file and line (or the argument) and what was expected.
 */
enum fan_status fan_yaml_read(struct fan_node *root, const char *name, const char *set,
                              const char *text, size_t n,
                              struct fan_err *err) FAN_MUST_CHECK;

/* Write the tree as YAML, every scalar in quotes. Errors: FAN_ELIMIT of out. */
enum fan_status fan_yaml_emit(const struct fan_node *root, struct fan_buf *out,
                              struct fan_err *err) FAN_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
