// made_request.h - requests for tests: owns the strings that a fan_http_request points
// into.
#ifndef FAN_TESTS_LOCAL_LAMBDA_MADE_REQUEST_H
#define FAN_TESTS_LOCAL_LAMBDA_MADE_REQUEST_H

#include "local_lambda/http_message.h"

#include <string>
#include <utility>
#include <vector>

struct MadeRequest {
    std::string method = "GET", path = "/", query, body;
    std::vector<std::pair<std::string, std::string>> headers;

    // valid until the next change of this object
    struct fan_http_request view() const
    {
        struct fan_http_request request = {};
        request.method = method.c_str();
        request.path = path.c_str();
        request.query = query.c_str();
        for (const auto &h : headers)
            request.header[request.header_count++] = { h.first.c_str(),
                                                       h.second.c_str() };
        request.body = body.data();
        request.body_bytes = body.size();
        return request;
    }

    void set(const std::string &name, const std::string &value)
    {
        for (auto &h : headers)
            if (h.first == name) {
                h.second = value;
                return;
            }
        headers.emplace_back(name, value);
    }
};

// An answer that frees itself.
struct MadeAnswer {
    struct fan_http_answer answer;
    MadeAnswer()
    {
        fan_http_answer_init(&answer, 0);
    }
    ~MadeAnswer()
    {
        fan_http_answer_clear(&answer);
    }
    MadeAnswer(const MadeAnswer &) = delete;
    MadeAnswer &operator=(const MadeAnswer &) = delete;
    std::string header(const char *name) const
    {
        const char *value = fan_http_answer_get(&answer, name);
        return value ? value : "";
    }
    std::string body() const
    {
        return std::string(answer.body.data ? answer.body.data : "", answer.body.size);
    }
};

#endif
