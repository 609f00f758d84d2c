/* stage_event_fuzz.c - any request as the events of a gateway's stage, of its authorizer
 * and of a function URL: always JSON that can be read again, with the keys that functions
 * count on.
 */
#include "local_lambda/authorizer_identity.h"
#include "local_lambda/stage_event.h"
#include "local_lambda/url_event.h"
#include "tests/fuzz/request_text.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(json_t *event, const char *key)
{
    char *text = json_dumps(event, JSON_COMPACT);
    json_t *again = text ? json_loads(text, JSON_ALLOW_NUL, NULL) : NULL;
    if (!again || !json_equal(event, again) || !json_object_get(event, key)) abort();
    json_decref(again);
    json_decref(event);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fan_http_request http;
    struct fan_route_match match = { .count = 0 };
    struct fan_identity identity;
    char *text = request_text_parse(data, size, &http), arn[FAN_METHOD_ARN_MAX];
    struct fan_stage_request request = {
        .http = &http,
        .region = "us-east-1",
        .account = "123456789012",
        .api_id = "abc",
        .stage = "prod",
        .path = http.path,
        .resource = "/{proxy+}",
        .resource_id = "r",
        .match = &match,
        .request_id = "id",
        .extended_id = "id=",
        .trace_id = "Root=1-2-3",
        .source_ip = "127.0.0.1",
        .binary = size % 2 == 1,
    };
    struct fan_authorizer authorizer = {
        .name = "a",
        .type = FAN_AUTHORIZER_REQUEST,
        .source = { { FAN_IDENTITY_QUERY, "q" }, { FAN_IDENTITY_HEADER, "h" } },
        .source_count = 2,
    };
    fan_route_matches(request.resource, request.path, &match);
    check(fan_stage_event(&request), "multiValueHeaders");
    if (fan_method_arn(&request, arn))
        check(fan_authorizer_event(&request, size % 3 ? NULL : "token", arn),
              "methodArn");
    struct fan_url_request at_url = {
        .http = &http,
        .url_id = "u",
        .account = "123456789012",
        .request_id = "id",
        .trace_id = "Root=1-2-3",
        .source_ip = "127.0.0.1",
        .access_key_id = size % 5 ? NULL : "AKIA",
    };
    check(fan_url_event(&at_url), "rawPath");
    (void)fan_identity_collect(&authorizer, &request, &identity);
    free(text);
    return 0;
}
