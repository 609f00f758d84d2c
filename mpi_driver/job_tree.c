/* job_tree.c - see job_tree.h. */
#include "mpi_driver/job_tree.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/number.h"
#include "mpi_driver/job_yaml.h"

void fan_tree_clear(struct fan_node *node)
{
    if (!node) return;
    for (size_t i = 0; i < node->count; i++)
        fan_tree_clear(&node->child[i]);
    free(node->child);
    free(node->key);
    free(node->text);
    memset(node, 0, sizeof *node);
}

struct fan_node *fan_tree_add(struct fan_node *node)
{
    /* grow by doubling: the capacity is the power of two that holds count */
    if ((node->count & (node->count - 1)) == 0)
        node->child = fan_realloc(node->child, node->count ? 2 * node->count : 1,
                                  sizeof *node->child);
    struct fan_node *child = &node->child[node->count++];
    memset(child, 0, sizeof *child);
    return child;
}

struct fan_node *fan_tree_child(const struct fan_node *node, const char *key, size_t n)
{
    for (size_t i = 0; i < node->count; i++)
        if (node->child[i].key && strlen(node->child[i].key) == n &&
            memcmp(node->child[i].key, key, n) == 0)
            return &node->child[i];
    return NULL;
}

/* The list entry with this number: an old one, or a new one at the end. */
static struct fan_node *step_into_list(struct fan_node *node, const char *number)
{
    uint64_t index;
    if (fan_number_u64(number, 0, node->count, &index, NULL)) return NULL;
    return index < node->count ? &node->child[index] : fan_tree_add(node);
}

/* One step of a path, making what is missing. NULL when the node is a single value. */
static struct fan_node *step(struct fan_node *node, const char *key, const char *argument)
{
    if (node->kind == FAN_NODE_LIST) return step_into_list(node, key);
    if (node->kind == FAN_NODE_SCALAR) {
        if (node->text && !fan_tree_is_null(node)) return NULL;
        free(node->text); /* a key without a value becomes a mapping */
        node->text = NULL;
        node->kind = FAN_NODE_MAP;
        node->set = argument;
    }
    struct fan_node *child = fan_tree_child(node, key, strlen(key));
    if (child) return child;
    child = fan_tree_add(node);
    child->key = fan_strdup(key);
    child->kind = FAN_NODE_SCALAR;
    child->set = argument;
    return child;
}

/* Walk to the node of the path, cutting path at its dots. */
static enum fan_status walk(struct fan_node *node, char *path, const char *argument,
                            struct fan_node **target, struct fan_err *err)
{
    for (char *key = path, *dot; key; key = dot) {
        dot = strchr(key, '.');
        if (dot) *dot++ = '\0';
        if (!*key || strlen(key) > FAN_TREE_KEY_MAX)
            return fan_fail(err, FAN_EUSAGE,
                            "--set %.160s: the key is not a path of words, expected "
                            "key.key=value",
                            argument);
        struct fan_node *next = step(node, key, argument);
        if (!next)
            return fan_fail(
                err, FAN_EUSAGE, "--set %.160s: '%s' leads nowhere, expected %s",
                argument, key,
                node->kind == FAN_NODE_LIST ? "the number of an entry of the list, from 0"
                                            : "a mapping on the way, not a single value");
        node = next;
    }
    *target = node;
    return FAN_OK;
}

enum fan_status fan_tree_set(struct fan_node *root, const char *argument,
                             struct fan_err *err)
{
    const char *value = strchr(argument, '=');
    if (!value || value == argument || value - argument > FAN_TREE_PATH_MAX)
        return fan_fail(err, FAN_EUSAGE,
                        "--set %.160s: this is no assignment, expected key=value such as "
                        "budget.usd=0.5",
                        argument);
    char path[FAN_TREE_PATH_MAX + 1];
    memcpy(path, argument, (size_t)(value - argument));
    path[value - argument] = '\0';
    value++;

    struct fan_node fresh = { 0 };
    enum fan_status st = fan_yaml_read(&fresh, NULL, argument, value, strlen(value), err);
    if (st) return st;
    struct fan_node *target = NULL;
    st = walk(root, path, argument, &target, err);
    if (st) {
        fan_tree_clear(&fresh);
        return st;
    }
    fresh.key = target->key;
    target->key = NULL;
    fan_tree_clear(target);
    *target = fresh;
    return FAN_OK;
}

void fan_tree_wrap(struct fan_node *node)
{
    struct fan_node list = {
        .kind = FAN_NODE_LIST, .key = node->key, .line = node->line, .set = node->set
    };
    node->key = NULL;
    *fan_tree_add(&list) = *node;
    *node = list;
}

void fan_tree_nest(struct fan_node *node, const char *key)
{
    struct fan_node map = {
        .kind = FAN_NODE_MAP, .key = node->key, .line = node->line, .set = node->set
    };
    node->key = fan_strdup(key);
    *fan_tree_add(&map) = *node;
    *node = map;
}

bool fan_tree_is_null(const struct fan_node *node)
{
    static const char *const words[] = { "", "~", "null", "Null", "NULL" };
    if (node->kind != FAN_NODE_SCALAR || !node->plain) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(node->text, words[i]) == 0) return true;
    return false;
}

/* The node at path, or the last one on the way to it; *found tells which. */
static const struct fan_node *nearest(const struct fan_node *node, const char *path,
                                      bool *found)
{
    *found = true;
    while (*path) {
        size_t n = strcspn(path, ".");
        const struct fan_node *next = NULL;
        if (node->kind == FAN_NODE_MAP) next = fan_tree_child(node, path, n);
        if (node->kind == FAN_NODE_LIST) {
            size_t index = (size_t)strtoul(path, NULL, 10);
            if (index < node->count) next = &node->child[index];
        }
        if (!next) {
            *found = false;
            return node;
        }
        node = next;
        path += n + (path[n] == '.');
    }
    return node;
}

const struct fan_node *fan_tree_find(const struct fan_node *root, const char *path)
{
    bool found;
    const struct fan_node *node = nearest(root, path, &found);
    return found ? node : NULL;
}

enum fan_status fan_tree_fail(const struct fan_node *root, const char *name,
                              const char *path, struct fan_err *err, const char *fmt, ...)
{
    bool found;
    const struct fan_node *node = nearest(root, path, &found);
    char what[FAN_ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    if (*path)
        fan_fail(err, FAN_EUSAGE, "key '%s': %s", path, what);
    else
        fan_fail(err, FAN_EUSAGE, "%s", what);
    if (node->set)
        fan_err_prefix(err, "--set %.160s: ", node->set);
    else
        fan_err_prefix(err, "%s:%zu: ", name, node->line);
    return FAN_EUSAGE;
}
