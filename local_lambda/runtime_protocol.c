/* runtime_protocol.c - see runtime_protocol.h. */
#include "local_lambda/runtime_protocol.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PREFIX     "/2018-06-01/runtime/"
#define INVOCATION "invocation/"
#define CLIENT_MAX 3583 /* bytes of a decoded client context */

static bool equals(const char *text, size_t n, const char *wanted)
{
    return n == strlen(wanted) && memcmp(text, wanted, n) == 0;
}

enum fan_runtime_call fan_runtime_route(const char *method, const char *path,
                                        const char **id, size_t *id_bytes)
{
    bool post = strcmp(method, "POST") == 0;
    if (strncmp(path, PREFIX, strlen(PREFIX)) != 0) return FAN_RUNTIME_UNKNOWN;
    path += strlen(PREFIX);
    if (post && strcmp(path, "init/error") == 0) return FAN_RUNTIME_INIT_ERROR;
    if (strncmp(path, INVOCATION, strlen(INVOCATION)) != 0) return FAN_RUNTIME_UNKNOWN;
    path += strlen(INVOCATION);
    if (!post)
        return strcmp(method, "GET") == 0 && strcmp(path, "next") == 0
                   ? FAN_RUNTIME_NEXT
                   : FAN_RUNTIME_UNKNOWN;
    const char *slash = strchr(path, '/');
    if (!slash || slash == path) return FAN_RUNTIME_UNKNOWN;
    size_t rest = strlen(slash + 1);
    *id = path;
    *id_bytes = (size_t)(slash - path);
    if (equals(slash + 1, rest, "response")) return FAN_RUNTIME_RESPONSE;
    if (equals(slash + 1, rest, "error")) return FAN_RUNTIME_ERROR;
    return FAN_RUNTIME_UNKNOWN;
}

static const struct {
    const char *status, *body;
} replies[] = {
    { "202 Accepted", "{\"status\":\"OK\"}" },
    { "400 Bad Request", "{\"errorMessage\":\"Malformed request\","
                         "\"errorType\":\"TruncatedHTTPRequest\"}" },
    { "400 Bad Request", "{\"errorMessage\":\"Invalid request ID\","
                         "\"errorType\":\"InvalidRequestID\"}" },
    { "403 Forbidden", "{\"errorMessage\":\"State transition is not allowed\","
                       "\"errorType\":\"InvalidStateTransition\"}" },
    { "404 Not Found", "{\"errorMessage\":\"No such call\",\"errorType\":\"NotFound\"}" },
    { "413 Request Entity Too Large",
      "{\"errorMessage\":\"Exceeded maximum allowed payload size (6291556 bytes).\","
      "\"errorType\":\"RequestEntityTooLarge\"}" },
};

const char *fan_runtime_reply_text(enum fan_runtime_reply reply, size_t *n)
{
    static char text[sizeof replies / sizeof *replies][320];
    char *made = text[reply];
    if (!*made)
        snprintf(made, sizeof text[reply],
                 "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                 "Content-Length: %zu\r\n\r\n%s",
                 replies[reply].status, strlen(replies[reply].body), replies[reply].body);
    *n = strlen(made);
    return made;
}

size_t fan_runtime_event_head(char head[FAN_RUNTIME_HEAD_MAX],
                              const struct fan_runtime_event *event)
{
    const char *client = event->client_context;
    int n = snprintf(head, FAN_RUNTIME_HEAD_MAX,
                     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                     "Lambda-Runtime-Aws-Request-Id: %s\r\n"
                     "Lambda-Runtime-Deadline-Ms: %" PRId64 "\r\n"
                     "Lambda-Runtime-Invoked-Function-Arn: %s\r\n"
                     "Lambda-Runtime-Trace-Id: %s\r\n%s%.*s%s"
                     "Content-Length: %zu\r\n\r\n",
                     event->request_id, event->deadline_ms, event->function_arn,
                     event->trace_id, client ? "Lambda-Runtime-Client-Context: " : "",
                     CLIENT_MAX, client ? client : "", client ? "\r\n" : "",
                     event->event_bytes);
    return (size_t)n < FAN_RUNTIME_HEAD_MAX ? (size_t)n : FAN_RUNTIME_HEAD_MAX - 1;
}

const char *fan_runtime_error_type(const char *type, char text[129])
{
    const char *reason = NULL;
    if (type && strncmp(type, "Runtime.", 8) == 0) reason = type + 8;
    if (type && strncmp(type, "Function.", 9) == 0) reason = type + 9;
    bool good =
        reason && *reason >= 'A' && *reason <= 'Z' && reason[1] && strlen(type) < 129;
    for (const char *p = reason; good && *p; p++)
        good = (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');
    snprintf(text, 129, "%s", good ? type : "Runtime.Unknown");
    return text;
}
