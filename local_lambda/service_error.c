/* service_error.c - see service_error.h. */
#include "local_lambda/service_error.h"

#include "local_lambda/function_id.h"
#include "local_lambda/percent.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a type's body looks. The case of the message key differs from type to type. */
struct shape {
    const char *type;
    const char *fault; /* value of the key "Type"; NULL: no such key */
    const char *message_key;
};

static const struct shape shapes[] = {
    { "TooManyRequestsException", "User", "message" },
    { "ResourceNotFoundException", "User", "Message" },
    { "ResourceConflictException", "User", "message" },
    { "InvalidRequestContentException", "User", "message" },
    { "InvalidParameterValueException", "User", "message" },
    { "RequestEntityTooLargeException", "User", "message" },
    { "UnsupportedMediaTypeException", "User", "message" },
    { "CodeStorageExceededException", "User", "message" },
    { "PreconditionFailedException", "User", "message" },
    { "ServiceException", "Service", "Message" },
    { "RecursiveInvocationException", "User", "Message" },
    { "AccessDeniedException", NULL, "Message" },
    { NULL, NULL, "message" }, /* all others, authentication failures among them */
};

static const struct shape *shape_of(const char *type)
{
    const struct shape *shape = shapes;
    while (shape->type && strcmp(shape->type, type) != 0)
        shape++;
    return shape;
}

static json_t *body_of(const struct shape *shape, const char *reason, const char *message)
{
    json_t *body = json_object();
    if (reason) json_object_set_new(body, "Reason", json_string(reason));
    if (shape->fault) json_object_set_new(body, "Type", json_string(shape->fault));
    json_t *text = json_string(message);
    /* a message that quotes bytes which are not UTF-8 is sent without them */
    if (!text) text = json_string("The request holds text that is not UTF-8.");
    json_object_set_new(body, shape->message_key, text);
    return body;
}

void fan_service_error(struct fan_http_answer *answer, int status, const char *type,
                       const char *reason, const char *fmt, ...)
{
    char message[4096];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);

    json_t *body = body_of(shape_of(type), reason, message);
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    answer->status = status;
    fan_http_answer_header(answer, "Content-Type", "application/json");
    fan_http_answer_header(answer, "x-amzn-ErrorType", type);
    fan_buf_reset(&answer->body);
    /* cannot fail: a message is far below the answer's maximum */
    if (!text || fan_buf_adds(&answer->body, text, NULL)) abort();
    free(text);
}

void fan_service_invalid(struct fan_http_answer *answer, const char *value,
                         const char *member, const char *constraint)
{
    const char *quote = value ? "'" : "";
    fan_service_error(answer, 400, "ValidationException", NULL,
                      "1 validation error detected: Value %s%.256s%s at '%s' failed to "
                      "satisfy constraint: Member must %s",
                      quote, value ? value : "null", quote, member, constraint);
}

void fan_service_invalid_name(struct fan_http_answer *answer, const char *component,
                              size_t n)
{
    char name[257];
    if (n > sizeof name - 1) n = sizeof name - 1;
    if (fan_percent_decode(component, n, name, sizeof name) < 0) {
        memcpy(name, component, n);
        name[n] = '\0';
    }
    fan_service_invalid(answer, name, "functionName",
                        "satisfy regular expression pattern: " FAN_FUNCTION_ID_PATTERN);
}
