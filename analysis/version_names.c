/* version_names.c - see version_names.h. */
#include "analysis/version_names.h"

#include <stdio.h>
#include <string.h>

bool fan_version_is_number(const char *text)
{
    return *text && !text[strspn(text, "0123456789")];
}

size_t fan_versions_name_bytes(const struct fan_study_cell *cell)
{
    const size_t tail = strlen(cell->qualifier);
    size_t all = strlen(cell->function);
    if (cell->transport[0]) { /* "f:live via url" */
        const size_t via = strlen(" via ") + strlen(cell->transport);
        if (all > via) all -= via;
    }
    return tail > 0 && all > tail + 1 ? all - tail - 1 : all;
}

bool fan_versions_of_one(const struct fan_study_cell *a, const struct fan_study_cell *b)
{
    const size_t n = fan_versions_name_bytes(a);
    return n == fan_versions_name_bytes(b) && strncmp(a->function, b->function, n) == 0 &&
           strcmp(a->qualifier, b->qualifier) != 0;
}

bool fan_versions_seen(const struct fan_study *study)
{
    const struct fan_study_cell *cells = study->cells;
    size_t qualified = 0;
    while (qualified < study->cell_count && !cells[qualified].qualifier[0])
        qualified++;
    if (qualified == study->cell_count) return false; /* as nearly always */
    for (size_t i = 0; i < study->cell_count; i++)
        for (size_t j = i + 1; j < study->cell_count; j++)
            if (fan_versions_of_one(&cells[i], &cells[j])) return true;
    return false;
}

/* Older first: by number, $LATEST behind. */
static bool is_older(const char *a, const char *b)
{
    if (fan_version_is_number(a) != fan_version_is_number(b))
        return fan_version_is_number(a);
    const size_t n = strlen(a), m = strlen(b);
    return n != m ? n < m : strcmp(a, b) < 0;
}

void fan_versions_note(struct fan_versions_found *seen, const char *name)
{
    size_t at = 0;
    if (!*name) return;
    while (at < seen->n && strcmp(seen->name[at], name) != 0)
        at++;
    if (at < seen->n || seen->n == FAN_VERSIONS_MAX) return;
    for (at = seen->n++; at > 0 && is_older(name, seen->name[at - 1]); at--)
        seen->name[at] = seen->name[at - 1];
    seen->name[at] = name;
}

void fan_versions_text(const struct fan_study *study, char *text, size_t capacity)
{
    struct fan_versions_found seen = { { NULL }, 0 };
    size_t used = 0;
    for (size_t i = 0; i < study->record_count; i++)
        fan_versions_note(&seen, study->records[i].executed_version);
    text[0] = '\0';
    for (size_t i = 0; i < seen.n && used < capacity; i++)
        used += (size_t)snprintf(text + used, capacity - used, "%s%s", i ? ", " : "",
                                 seen.name[i]);
}

void fan_versions_put_first(struct fan_versions_found *seen, const char *name)
{
    for (size_t i = 0; i < seen->n; i++) {
        if (strcmp(seen->name[i], name) != 0) continue;
        const char *own = seen->name[i];
        for (; i > 0; i--)
            seen->name[i] = seen->name[i - 1];
        seen->name[0] = own;
    }
}
