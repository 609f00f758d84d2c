/* key_text_fuzz.c - any bytes as what hands keys over writes: their JSON, a command that
 * prints it, the address of an agent, and dates. */
#include "common/buf.h"
#include "common/date.h"
#include "invoke/command_line.h"
#include "invoke/key_json.h"
#include "invoke/source_container.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds) abort();
}

static void try_json(const char *text, size_t n)
{
    static struct fan_key_set keys;
    for (int versioned = 0; versioned < 2; versioned++) {
        struct fan_err err = { FAN_OK, "" };
        enum fan_status st =
            fan_key_json_read(&keys, "a test", text, n, versioned == 1, &err);
        if (st) {
            require(err.text[0]);
            continue;
        }
        const struct fan_credentials view = fan_key_set_view(&keys);
        require(fan_credentials_check(&view, NULL) == FAN_OK);
    }
}

static void try_command(const char *text)
{
    struct fan_command_line *line = fan_alloc(sizeof *line);
    if (fan_command_line_split(line, text, NULL) == FAN_OK) {
        size_t bytes = 0;
        require(line->count > 0 && !line->word[line->count]);
        for (size_t i = 0; i < line->count; i++)
            bytes += strlen(line->word[i]);
        require(bytes <= strlen(text));
    }
    free(line);
}

static void try_address(const char *text)
{
    struct fan_container_address address;
    for (int full = 0; full < 2; full++)
        if (fan_container_address_parse(&address, full ? NULL : text, full ? text : NULL,
                                        NULL) == FAN_OK)
            require(address.target[0] == '/' && !strpbrk(address.target, " \r\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t seconds = 0;
    char *text = fan_alloc(size + 1);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    try_json(text, size);
    try_command(text);
    try_address(text);
    if (fan_date_http((const char *)data, size, &seconds)) require(seconds >= 0);
    (void)fan_date_iso((const char *)data, size, &seconds);
    if (fan_date_basic((const char *)data, size, &seconds)) require(seconds >= 0);
    free(text);
    return 0;
}
