/* job_yaml.c - see job_yaml.h.  The only user of libyaml's own interface. */
#include "mpi_driver/job_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

struct reader {
    yaml_parser_t yaml;
    const char *name; /* of the file */
    const char *set;  /* or the --set argument that is read */
    const char *text;
    size_t n, nodes;
    struct fan_err *err;
};

static enum fan_status refuse(struct reader *r, size_t line, const char *what)
{
    if (r->set) return fan_fail(r->err, FAN_EUSAGE, "--set %.160s: %s", r->set, what);
    return fan_fail(r->err, FAN_EUSAGE, "%s:%zu: %s", r->name, line, what);
}

static size_t line_of_offset(const struct reader *r, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < r->n; i++)
        line += r->text[i] == '\n';
    return line;
}

static bool starts_with_tab(const struct reader *r, size_t line)
{
    const char *p = r->text, *end = r->text + r->n;
    for (size_t i = 1; i < line && p; i++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (p) p++;
    }
    while (p && p < end && *p == ' ')
        p++;
    return p && p < end && *p == '\t';
}

/* what libyaml did not understand, in its words, with ours where they help more */
static enum fan_status refuse_syntax(struct reader *r)
{
    size_t line = r->yaml.problem_mark.line + 1;
    if (r->yaml.error == YAML_READER_ERROR)
        line = line_of_offset(r, r->yaml.problem_offset);
    if (starts_with_tab(r, line))
        return refuse(r, line, "malformed YAML: a tab indents the line, expected spaces");
    char what[256];
    snprintf(what, sizeof what,
             "malformed YAML: %s%s%s, expected lines such as 'key: value'",
             r->yaml.problem ? r->yaml.problem : "unreadable text",
             r->yaml.context ? " " : "", r->yaml.context ? r->yaml.context : "");
    return refuse(r, line, what);
}

static enum fan_status next_event(struct reader *r, yaml_event_t *event)
{
    return yaml_parser_parse(&r->yaml, event) ? FAN_OK : refuse_syntax(r);
}

static enum fan_status read_scalar(struct reader *r, const yaml_event_t *event,
                                   struct fan_node *node)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t n = event->data.scalar.length;
    if (memchr(value, '\0', n))
        return refuse(r, node->line, "a value holds a NUL character, expected text");
    node->kind = FAN_NODE_SCALAR;
    node->text = fan_strdup(value);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return FAN_OK;
}

static enum fan_status read_node(struct reader *r, const yaml_event_t *event,
                                 struct fan_node *node, int depth);

static enum fan_status read_list(struct reader *r, struct fan_node *node, int depth)
{
    node->kind = FAN_NODE_LIST;
    for (;;) {
        yaml_event_t event;
        enum fan_status st = next_event(r, &event);
        if (st) return st;
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        if (!end) st = read_node(r, &event, fan_tree_add(node), depth + 1);
        yaml_event_delete(&event);
        if (end || st) return st;
    }
}

/* A key: sets *key, or NULL at the end of the mapping. */
static enum fan_status read_key(struct reader *r, const struct fan_node *map, char **key)
{
    yaml_event_t event;
    enum fan_status st = next_event(r, &event);
    if (st) return st;
    size_t line = event.start_mark.line + 1;
    *key = NULL;
    if (event.type == YAML_MAPPING_END_EVENT) goto out;
    if (event.type != YAML_SCALAR_EVENT || event.data.scalar.anchor ||
        event.data.scalar.tag) {
        st = refuse(r, line, "a key is not a simple word, expected 'key: value'");
        goto out;
    }
    const char *text = (const char *)event.data.scalar.value;
    size_t n = event.data.scalar.length;
    if (n == 0 || n > FAN_TREE_KEY_MAX || memchr(text, '\0', n)) {
        st = refuse(r, line, "a key is empty or longer than 64 bytes, expected a word");
        goto out;
    }
    const struct fan_node *twin = fan_tree_child(map, text, n);
    if (twin) {
        char what[160];
        snprintf(what, sizeof what,
                 "key '%s' appears twice, first on line %zu, expected once", text,
                 twin->line);
        st = refuse(r, line, what);
        goto out;
    }
    *key = fan_strdup(text);
out:
    yaml_event_delete(&event);
    return st;
}

static enum fan_status read_map(struct reader *r, struct fan_node *node, int depth)
{
    node->kind = FAN_NODE_MAP;
    for (;;) {
        char *key;
        enum fan_status st = read_key(r, node, &key);
        if (st || !key) return st;
        struct fan_node *child = fan_tree_add(node);
        child->key = key;
        yaml_event_t event;
        st = next_event(r, &event);
        if (st) return st;
        st = read_node(r, &event, child, depth + 1);
        yaml_event_delete(&event);
        if (st) return st;
    }
}

static enum fan_status read_node(struct reader *r, const yaml_event_t *event,
                                 struct fan_node *node, int depth)
{
    node->line = event->start_mark.line + 1;
    node->set = r->set;
    if (depth > FAN_TREE_DEPTH_MAX)
        return refuse(r, node->line, "nested too deeply, expected at most 8 levels");
    if (++r->nodes > FAN_TREE_NODES_MAX)
        return refuse(r, node->line, "too many values, expected at most 10000");
    bool scalar = event->type == YAML_SCALAR_EVENT, list = false;
    if (event->type == YAML_SEQUENCE_START_EVENT) list = true;
    if (event->type == YAML_ALIAS_EVENT || (scalar ? event->data.scalar.anchor
                                            : list ? event->data.sequence_start.anchor
                                                   : event->data.mapping_start.anchor))
        return refuse(r, node->line,
                      "anchors and aliases (& and *) are not allowed, "
                      "expected the value itself (or quotes around it)");
    if (scalar ? event->data.scalar.tag
        : list ? event->data.sequence_start.tag
               : event->data.mapping_start.tag)
        return refuse(r, node->line,
                      "tags (!) are not allowed, expected the value itself");
    if (scalar) return read_scalar(r, event, node);
    return list ? read_list(r, node, depth) : read_map(r, node, depth);
}

/* stream start, document start, the value, document end, stream end */
static enum fan_status read_stream(struct reader *r, struct fan_node *root)
{
    static const yaml_event_type_t around[] = { YAML_STREAM_START_EVENT,
                                                YAML_DOCUMENT_START_EVENT, YAML_NO_EVENT,
                                                YAML_DOCUMENT_END_EVENT,
                                                YAML_STREAM_END_EVENT };
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        yaml_event_t event;
        enum fan_status st = next_event(r, &event);
        if (st) return st;
        size_t line = event.start_mark.line + 1;
        if (around[i] == YAML_NO_EVENT)
            st = read_node(r, &event, root, 1);
        else if (event.type == YAML_STREAM_END_EVENT && i < 3)
            st = refuse(r, line,
                        r->set ? "no value is given, expected key=value"
                               : "nothing is in it, expected keys and values");
        else if (event.type != around[i])
            st = refuse(r, line, "a second document begins, expected one");
        yaml_event_delete(&event);
        if (st) return st;
    }
    return FAN_OK;
}

enum fan_status fan_yaml_read(struct fan_node *root, const char *name, const char *set,
                              const char *text, size_t n, struct fan_err *err)
{
    struct reader r = { .name = name, .set = set, .text = text, .n = n, .err = err };
    struct fan_node fresh = { 0 };
    if (!yaml_parser_initialize(&r.yaml)) abort(); /* only out of memory */
    yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.yaml, (const unsigned char *)text, n);
    enum fan_status st = read_stream(&r, &fresh);
    yaml_parser_delete(&r.yaml);
    if (st)
        fan_tree_clear(&fresh);
    else
        *root = fresh;
    return st;
}

struct writer {
    yaml_emitter_t yaml;
    struct fan_buf *out;
    struct fan_err *err;
    enum fan_status st;
};

static int write_bytes(void *context, unsigned char *bytes, size_t n)
{
    struct writer *w = context;
    w->st = fan_buf_add(w->out, bytes, n, w->err);
    return w->st == FAN_OK;
}

static bool emit(struct writer *w, yaml_event_t *event, int made)
{
    if (!made) abort(); /* only out of memory */
    return yaml_emitter_emit(&w->yaml, event) == 1;
}

static bool emit_text(struct writer *w, const char *text)
{
    yaml_event_t event;
    int made = yaml_scalar_event_initialize(
        &event, NULL, NULL, (const unsigned char *)text, (int)strlen(text), 0, 1,
        YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    return emit(w, &event, made);
}

static bool emit_node(struct writer *w, const struct fan_node *node)
{
    if (node->kind == FAN_NODE_SCALAR) return emit_text(w, node->text ? node->text : "");
    bool map = node->kind == FAN_NODE_MAP;
    yaml_event_t event;
    int made = map ? yaml_mapping_start_event_initialize(&event, NULL, NULL, 1,
                                                         YAML_FLOW_MAPPING_STYLE)
                   : yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
                                                          YAML_FLOW_SEQUENCE_STYLE);
    bool ok = emit(w, &event, made);
    for (size_t i = 0; ok && i < node->count; i++) {
        if (map) ok = emit_text(w, node->child[i].key);
        ok = ok && emit_node(w, &node->child[i]);
    }
    if (!ok) return false;
    made = map ? yaml_mapping_end_event_initialize(&event)
               : yaml_sequence_end_event_initialize(&event);
    return emit(w, &event, made);
}

static bool emit_stream(struct writer *w, const struct fan_node *root)
{
    yaml_event_t event;
    return emit(w, &event,
                yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)) &&
           emit(w, &event,
                yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1)) &&
           emit_node(w, root) &&
           emit(w, &event, yaml_document_end_event_initialize(&event, 1)) &&
           emit(w, &event, yaml_stream_end_event_initialize(&event));
}

enum fan_status fan_yaml_emit(const struct fan_node *root, struct fan_buf *out,
                              struct fan_err *err)
{
    struct writer w = { .out = out, .err = err };
    if (!yaml_emitter_initialize(&w.yaml)) abort(); /* only out of memory */
    yaml_emitter_set_output(&w.yaml, write_bytes, &w);
    yaml_emitter_set_unicode(&w.yaml, 1);
    yaml_emitter_set_width(&w.yaml, -1);
    bool ok = emit_stream(&w, root);
    if (!ok && !w.st)
        w.st = fan_fail(err, FAN_EFORMAT, "cannot write YAML: %s",
                        w.yaml.problem ? w.yaml.problem : "unknown cause");
    yaml_emitter_delete(&w.yaml);
    return w.st;
}
