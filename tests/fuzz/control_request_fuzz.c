/* control_request_fuzz.c - any control call: no crash, always a status, and nothing left
 * in the folder of packages. Writes below its own temporary folder only. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "local_lambda/aliases.h"
#include "local_lambda/control_api.h"
#include "local_lambda/versions.h"
#include "tests/fuzz/request_text.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char scratch[] = "/tmp/fan-fuzz-XXXXXX";

static void remove_scratch(void)
{
    rmdir(scratch);
}

static void check_empty(void)
{
    DIR *folder = opendir(scratch);
    if (!folder) abort();
    for (struct dirent *e; (e = readdir(folder));)
        if (e->d_name[0] != '.') abort();
    closedir(folder);
}

/* versions 1 and 2, and an alias between them */
static void make_versions(struct fan_function *function)
{
    struct fan_alias alias = { "live", "1", "2", 0.5, "", "" };
    fan_versions_publish(function, NULL);
    function->memory_mb = 256;
    fan_versions_publish(function, NULL);
    fan_aliases_put(function, &alias);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int made;
    if (!made) {
        if (!mkdtemp(scratch)) abort();
        atexit(remove_scratch);
        made = 1;
    }
    const struct fan_registry_cfg cfg = { "us-east-1", "123456789012",
                                          scratch,     1000,
                                          100,         0 };
    struct fan_registry *registry = fan_registry_new(&cfg);
    struct fan_function *function = NULL;
    if (fan_registry_add(registry, "f", &function, NULL)) abort();
    snprintf(function->role, sizeof function->role, "arn:aws:iam::123456789012:role/r");
    snprintf(function->handler, sizeof function->handler, "h");
    snprintf(function->runtime, sizeof function->runtime, "provided.al2023");
    function->memory_mb = 128;
    function->timeout_s = 3;
    make_versions(function);

    struct fan_http_request request;
    struct fan_http_answer answer;
    char *text = request_text_parse(data, size, &request);
    fan_http_answer_init(&answer, 0);
    fan_control_answer(registry, &request, NULL, NULL, &answer);
    if (answer.status < 200 || answer.status > 599) abort();
    fan_http_answer_clear(&answer);
    fan_registry_free(registry);
    check_empty();
    free(text);
    return 0;
}
