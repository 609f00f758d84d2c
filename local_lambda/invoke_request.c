/* invoke_request.c - see invoke_request.h. */
#include "local_lambda/invoke_request.h"

#include "common/base64.h"
#include "local_lambda/function_id.h"
#include "local_lambda/json_check.h"
#include "local_lambda/service_error.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PREFIX "/2015-03-31/functions/"
#define SUFFIX "/invocations"

/* The path component between prefix and suffix, or NULL. */
static const char *component_of(const char *path, size_t *n)
{
    size_t bytes = strlen(path), prefix = strlen(PREFIX), suffix = strlen(SUFFIX);
    if (bytes <= prefix + suffix || strncmp(path, PREFIX, prefix) != 0) return NULL;
    *n = bytes - prefix - suffix;
    if (strcmp(path + prefix + *n, SUFFIX) != 0) return NULL;
    return memchr(path + prefix, '/', *n) ? NULL : path + prefix;
}

bool fan_invoke_matches(const struct fan_http_request *request)
{
    size_t n = 0;
    return strcmp(request->method, "POST") == 0 && component_of(request->path, &n);
}

static bool parse_name(const struct fan_http_request *request,
                       struct fan_invoke_request *invoke, struct fan_http_answer *answer)
{
    size_t n = 0;
    const char *component = component_of(request->path, &n);
    if (fan_function_id_parse(component, n, invoke->name, invoke->qualifier, NULL)) {
        fan_service_invalid_name(answer, component, n);
        return false;
    }
    char qualifier[129];
    int found = fan_http_query(request, "Qualifier", qualifier, sizeof qualifier);
    if (found < 0) {
        fan_service_invalid(answer, "", "qualifier", FAN_QUALIFIER_CONSTRAINT);
        return false;
    }
    if (found > 0 && *invoke->qualifier && strcmp(qualifier, invoke->qualifier) != 0) {
        fan_service_error(answer, 400, "InvalidParameterValueException", NULL,
                          "The derived qualifier from the function name does not match "
                          "the specified qualifier.");
        return false;
    }
    if (found > 0) memcpy(invoke->qualifier, qualifier, sizeof qualifier);
    return true;
}

/* A header that must have one of a few values. */
struct choice {
    const char *header, *member;
    int count;
    const char *value[3]; /* the first one is meant when the header is absent */
};

static const struct choice type_choice = {
    "X-Amz-Invocation-Type", "invocationType", 3, { "RequestResponse", "Event", "DryRun" }
};
static const struct choice log_choice = {
    "X-Amz-Log-Type", "logType", 2, { "None", "Tail", NULL }
};

/* Index of the value; -1: another, which is refused. */
static int choose(const struct fan_http_request *request, const struct choice *choice,
                  struct fan_http_answer *answer)
{
    const char *value = fan_http_header(request, choice->header);
    char constraint[128];
    if (!value || !*value) return 0;
    for (int i = 0; i < choice->count; i++)
        if (strcmp(value, choice->value[i]) == 0) return i;
    int n = snprintf(constraint, sizeof constraint, "satisfy enum value set: [");
    for (int i = 0; i < choice->count; i++)
        n += snprintf(constraint + n, sizeof constraint - (size_t)n, "%s%s",
                      choice->value[i], i < choice->count - 1 ? ", " : "]");
    fan_service_invalid(answer, value, choice->member, constraint);
    return -1;
}

static bool parse_client_context(const struct fan_http_request *request,
                                 struct fan_invoke_request *invoke)
{
    const char *base64 = fan_http_header(request, "X-Amz-Client-Context");
    invoke->client_context[0] = '\0';
    if (!base64 || !*base64) return true;
    char *context = invoke->client_context;
    size_t size = 0, wrong_at = 0;
    if (!fan_base64_decode(base64, strlen(base64), context, FAN_CLIENT_CONTEXT_MAX - 1,
                           &size) ||
        !fan_json_check(context, size, &wrong_at)) {
        context[0] = '\0';
        return false;
    }
    for (size_t i = 0; i < size; i++) /* it travels in a header: line ends are layout */
        if ((unsigned char)context[i] < ' ') context[i] = ' ';
    context[size] = '\0';
    return true;
}

static bool check_size(const struct fan_http_request *request, enum fan_invoke_type type,
                       struct fan_http_answer *answer)
{
    if (request->body_bytes > FAN_INVOKE_BYTES_MAX)
        fan_service_error(answer, 413, "RequestEntityTooLargeException", NULL,
                          "Request must be smaller than %d bytes for the InvokeFunction "
                          "operation",
                          FAN_INVOKE_BYTES_MAX);
    else if (type == FAN_INVOKE_EVENT && request->body_bytes > FAN_INVOKE_EVENT_MAX)
        fan_service_error(answer, 413, "RequestEntityTooLargeException", NULL,
                          "%zu byte payload is too large for the Event invocation type "
                          "(limit %d bytes)",
                          request->body_bytes, FAN_INVOKE_EVENT_MAX);
    else
        return true;
    return false;
}

bool fan_invoke_parse(const struct fan_http_request *request,
                      struct fan_invoke_request *invoke, struct fan_http_answer *answer)
{
    if (!parse_name(request, invoke, answer)) return false;
    int type = choose(request, &type_choice, answer);
    if (type < 0) return false;
    int log = choose(request, &log_choice, answer);
    if (log < 0) return false;
    invoke->type = (enum fan_invoke_type)type;
    invoke->want_tail = log == 1;
    if (!check_size(request, invoke->type, answer)) return false;
    if (!parse_client_context(request, invoke)) {
        fan_service_error(answer, 400, "InvalidRequestContentException", NULL,
                          "Client context must be a valid Base64-encoded JSON object.");
        return false;
    }
    return true;
}

bool fan_invoke_check_event(const struct fan_http_request *request,
                            struct fan_http_answer *answer)
{
    size_t wrong_at = 0, line = 1, column = 1;
    if (request->body_bytes == 0) return true;
    if (fan_json_check(request->body, request->body_bytes, &wrong_at)) return true;
    for (size_t i = 0; i < wrong_at; i++, column++)
        if (request->body[i] == '\n') {
            line++;
            column = 0;
        }
    fan_service_error(answer, 400, "InvalidRequestContentException", NULL,
                      "Could not parse request body into json: Could not parse payload "
                      "into json: %s\n at [Source: REDACTED "
                      "(`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: "
                      "%zu, column: %zu]",
                      wrong_at == request->body_bytes ? "Unexpected end-of-input"
                                                      : "Unexpected character",
                      line, column);
    return false;
}
