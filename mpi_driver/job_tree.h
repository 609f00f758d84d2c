/*
 * job_tree.h - the YAML of a job as a small tree whose nodes know where they come from.
 *
 * libcyaml fills structs but forgets lines; messages to people need them. So the text is
 * read once into this tree, --set arguments are laid over it, the schema is checked on
 * it, and its text form goes to libcyaml (job_yaml.h, job_schema.h).
 */
#ifndef FAN_MPI_DRIVER_JOB_TREE_H
#define FAN_MPI_DRIVER_JOB_TREE_H

#include "common/err.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FAN_TREE_DEPTH_MAX 8     /* a job needs 4 */
#define FAN_TREE_NODES_MAX 10000 /* nodes of a file or of one --set value */
#define FAN_TREE_KEY_MAX   64    /* bytes of one key */
#define FAN_TREE_PATH_MAX  160   /* bytes of a key path as text */

enum fan_node_kind { FAN_NODE_SCALAR, FAN_NODE_LIST, FAN_NODE_MAP };

struct fan_node {
    enum fan_node_kind kind;
    char *key;              /* in a mapping: this node's key; otherwise NULL */
    char *text;             /* scalar: its value; otherwise NULL */
    bool plain;             /* scalar without quotes: may mean "no value" */
    size_t line;            /* of the file, from 1 */
    const char *set;        /* the --set argument it comes from; NULL: the file */
    struct fan_node *child; /* of lists and mappings */
    size_t count;
};

/* One more child at the end, zeroed; pointers to its older siblings become invalid. */
struct fan_node *fan_tree_add(struct fan_node *node);

/* The child of a mapping with this key of n bytes, or NULL. */
struct fan_node *fan_tree_child(const struct fan_node *node, const char *key, size_t n);

/**
 * Lay "a.b.0.c=VALUE" over the tree: VALUE is YAML, missing mappings on the way are made,
 * and the number of a list's end appends. argument outlives the tree. Errors: FAN_EUSAGE
 * naming the argument.
 */
enum fan_status fan_tree_set(struct fan_node *root, const char *argument,
                             struct fan_err *err) FAN_MUST_CHECK;

/* The node at a path such as "functions.0.name", or NULL. The empty path is the root. */
const struct fan_node *fan_tree_find(const struct fan_node *root, const char *path);

/* Make a node the only entry of a list that takes its place: 2 becomes [2]. */
void fan_tree_wrap(struct fan_node *node);

/* Make a node the only entry of a mapping that takes its place: 2 becomes {key: 2}. */
void fan_tree_nest(struct fan_node *node, const char *key);

/* True for a value left out: nothing, ~ or null, without quotes. */
bool fan_tree_is_null(const struct fan_node *node);

/**
 * Fail as FAN_EUSAGE about the value at path: "FILE:LINE: key 'PATH': TEXT", or
 * "--set ARGUMENT: key 'PATH': TEXT". Where nothing is at path, the line is that of the
 * nearest mapping or list around it.
 */
enum fan_status fan_tree_fail(const struct fan_node *root, const char *name,
                              const char *path, struct fan_err *err, const char *fmt, ...)
    FAN_PRINTF(5, 6);

/* Free what the node owns and zero it. NULL is accepted. */
void fan_tree_clear(struct fan_node *node);

#ifdef __cplusplus
}
#endif
#endif
