/* endpoint_request_fuzz.c - the bytes that functions and callers send: the Runtime API's
 * request reader, fed whole and in pieces, and what is done with a request it finds. */
#include "local_lambda/invoke_request.h"
#include "local_lambda/json_check.h"
#include "local_lambda/request_reader.h"
#include "local_lambda/runtime_protocol.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_MAX 512

/* The path, body and error type of a request as an Invoke request. */
static void as_invocation(const struct fan_reader_request *r)
{
    struct fan_http_request request;
    struct fan_invoke_request invoke;
    struct fan_http_answer answer;
    memset(&request, 0, sizeof request);
    request.method = r->method;
    request.path = r->path;
    request.query = r->error_type ? r->error_type : "";
    request.body = r->body;
    request.body_bytes = r->too_large ? 0 : r->body_bytes;
    request.header[0] = (struct fan_http_field){ "X-Amz-Client-Context", request.query };
    request.header_count = 1;
    fan_http_answer_init(&answer, 200);
    if (fan_invoke_matches(&request) && fan_invoke_parse(&request, &invoke, &answer))
        fan_invoke_check_event(&request, &answer);
    fan_http_answer_clear(&answer);
}

static uint64_t take(const struct fan_reader_request *r)
{
    const char *id = NULL;
    size_t id_bytes = 0;
    char type[129];
    enum fan_runtime_call call = fan_runtime_route(r->method, r->path, &id, &id_bytes);
    fan_runtime_error_type(r->error_type, type);
    as_invocation(r);
    return (uint64_t)call + 31 * id_bytes + 961 * r->body_bytes + strlen(type) +
           strlen(r->path);
}

/* A digest of what is found; the same however the bytes arrive. */
static uint64_t read_in_pieces(const uint8_t *data, size_t size, size_t step)
{
    struct fan_request_reader reader;
    struct fan_reader_request request;
    uint64_t digest = 0;
    enum fan_reader_state state = FAN_READER_MORE;
    fan_reader_init(&reader, BODY_MAX);
    for (size_t at = 0; at < size && state != FAN_READER_BAD; at += step) {
        size_t n = size - at < step ? size - at : step;
        if (fan_reader_feed(&reader, data + at, n, NULL)) break;
        while ((state = fan_reader_next(&reader, &request)) == FAN_READER_REQUEST)
            digest = digest * 1000003 + take(&request);
        fan_reader_wants_continue(&reader);
    }
    fan_reader_clear(&reader);
    return digest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t wrong_at = 0;
    fan_json_check((const char *)data, size, &wrong_at);
    if (size > 65536) return 0;
    uint64_t whole = read_in_pieces(data, size, size ? size : 1);
    if (read_in_pieces(data, size, 1) != whole || read_in_pieces(data, size, 7) != whole)
        abort();
    return 0;
}
