/* answer_head.c - see answer_head.h. Plain copies: this is done for every call, and a
 * printf for each header costs more than the rest of the answer. */
#include "local_lambda/answer_head.h"

#include <stdio.h>
#include <strings.h>

struct reason {
    int status;
    const char *text;
};

static const char *reason_of(int status)
{
    /* the service's own statuses first: functions may answer through a gateway with any
     */
    static const struct reason reasons[] = {
        { 200, "OK" },
        { 429, "Too Many Requests" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 500, "Internal Server Error" },
        { 201, "Created" },
        { 301, "Moved Permanently" },
        { 302, "Found" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 412, "Precondition Failed" },
        { 413, "Request Entity Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Entity" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return reasons[i].text;
    return "Unknown";
}

bool fan_answer_bodiless(int status)
{
    return status == 204 || status == 304;
}

static bool says(const struct fan_http_request *request, const char *value)
{
    const char *connection = fan_http_header(request, "Connection");
    return connection && strcasecmp(connection, value) == 0;
}

static void head_add(struct fan_buf *head, const char *a, const char *b, const char *c)
{
    /* fits: headers are ours, the longest is a log tail */
    (void)!fan_buf_adds(head, a, NULL);
    (void)!fan_buf_adds(head, b, NULL);
    (void)!fan_buf_adds(head, c, NULL);
}

void fan_answer_head(struct fan_buf *head, const struct fan_http_answer *answer,
                     const struct fan_http_request *request, const char *date,
                     size_t body_bytes)
{
    char number[32];
    fan_buf_reset(head);
    snprintf(number, sizeof number, "HTTP/1.1 %d ", answer->status);
    head_add(head, number, reason_of(answer->status), "\r\nDate: ");
    head_add(head, date, "\r\n", "");
    for (size_t i = 0; i < answer->header_count; i++) {
        head_add(head, answer->header[i].name, ": ", answer->header[i].value);
        head_add(head, "\r\n", "", "");
    }
    if (says(request, "close"))
        head_add(head, "Connection: close\r\n", "", "");
    else if (says(request, "keep-alive"))
        head_add(head, "Connection: keep-alive\r\n", "", "");
    if (!fan_answer_bodiless(answer->status)) {
        snprintf(number, sizeof number, "%zu", body_bytes);
        head_add(head, "Content-Length: ", number, "\r\n");
    }
    head_add(head, "\r\n", "", "");
}
