/* answer.c - see answer.h. */
#include "runtime/answer.h"

#include <stdlib.h>

#include <jansson.h>

#include "common/buf.h"

void fan_answer_clear(struct fan_answer *answer)
{
    free(answer->body);
    *answer = (struct fan_answer){ NULL, NULL, 0 };
}

char *fan_answer_error_body(const char *error_type, const char *message)
{
    /* a message quotes input, which may be cut within a UTF-8 character */
    json_t *text = json_string(message);
    if (!text) text = json_string("the message is not valid UTF-8");
    json_t *body = json_pack("{s:s, s:o, s:[]}", "errorType", error_type, "errorMessage",
                             text, "stackTrace");
    char *dumped = body ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    return dumped ? dumped : fan_strdup("{\"errorType\":\"" FAN_ERROR_INTERNAL "\"}");
}
