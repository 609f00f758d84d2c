/* request_text.h - a fuzz input as an HTTP request: lines "METHOD", "path", "query",
 * headers "name: value", an empty line, and the rest as body. Missing lines are empty. */
#ifndef FAN_TESTS_FUZZ_REQUEST_TEXT_H
#define FAN_TESTS_FUZZ_REQUEST_TEXT_H

#include "local_lambda/http_message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* cut the next line off; NUL-terminates it in place */
static char *request_text_line(char **at)
{
    char *line = *at, *end = strchr(line, '\n');
    if (end) {
        *end = '\0';
        *at = end + 1;
    } else {
        *at = line + strlen(line);
    }
    return line;
}

/* The request points into the returned copy, which the caller frees. */
static char *request_text_parse(const uint8_t *data, size_t size,
                                struct fan_http_request *request)
{
    char *copy = malloc(size + 1), *at = copy;
    if (!copy) abort();
    memcpy(copy, data, size);
    copy[size] = '\0';
    memset(request, 0, sizeof *request);
    request->method = request_text_line(&at);
    request->path = request_text_line(&at);
    request->query = request_text_line(&at);
    while (*at && request->header_count < FAN_HTTP_HEADERS_MAX) {
        char *name = request_text_line(&at), *colon = strchr(name, ':');
        if (!*name) break;
        if (!colon) continue;
        *colon = '\0';
        request->header[request->header_count].name = name;
        request->header[request->header_count++].value = colon + 1 + (colon[1] == ' ');
    }
    request->body = at;
    request->body_bytes = size - (size_t)(at - copy);
    return copy;
}

#endif
