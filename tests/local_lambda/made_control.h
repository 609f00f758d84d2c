// made_control.h - a registry to make control calls on, and their answers taken apart.
#ifndef FAN_TESTS_LOCAL_LAMBDA_MADE_CONTROL_H
#define FAN_TESTS_LOCAL_LAMBDA_MADE_CONTROL_H

#include "local_lambda/control_api.h"
#include "tests/local_lambda/made_request.h"
#include "tests/local_lambda/made_zip.h"
#include "tests/local_lambda/scratch_dir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <jansson.h>
#include <string>
#include <vector>

static const char *const arn = "arn:aws:lambda:us-east-1:123456789012:function:";

// An answer, taken apart.
struct Reply {
    int status;
    std::string type, body;
    json_t *json;
    Reply(int s, const std::string &t, const std::string &b)
        : status(s), type(t), body(b), json(json_loads(b.c_str(), 0, nullptr))
    {
    }
    ~Reply()
    {
        json_decref(json);
    }
    Reply(const Reply &) = delete;
    Reply &operator=(const Reply &) = delete;

    // text of a member: strings as they are, other values as JSON; "a.b" goes into
    // objects
    std::string get(const std::string &path) const
    {
        const json_t *at = json;
        for (size_t from = 0; from <= path.size();) {
            size_t dot = std::min(path.find('.', from), path.size());
            at = json_object_get(at, path.substr(from, dot - from).c_str());
            from = dot + 1;
        }
        if (!at) return "absent";
        if (json_is_string(at)) return json_string_value(at);
        char *text = json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY);
        std::string value = text;
        free(text);
        return value;
    }
};

struct Control {
    ScratchDir scratch;
    struct fan_registry_cfg cfg = { "us-east-1", "123456789012", scratch.path.c_str(),
                                    1000, 100, 0 };
    struct fan_registry *registry = fan_registry_new(&cfg);
    std::vector<std::string> changes; // "name" or "-name" for deletions

    ~Control()
    {
        fan_registry_free(registry);
    }

    static void changed(void *context, struct fan_function *function, bool deleted)
    {
        static_cast<Control *>(context)->changes.push_back((deleted ? "-" : "") +
                                                           std::string(function->name));
    }

    Reply call(const std::string &method, const std::string &target,
               const std::string &body = "")
    {
        MadeRequest made;
        made.method = method;
        made.path = target.substr(0, target.find('?'));
        made.query = target.find('?') == std::string::npos
                         ? ""
                         : target.substr(target.find('?') + 1);
        made.body = body;
        struct fan_http_request request = made.view();
        MadeAnswer answer;
        fan_control_answer(registry, &request, changed, this, &answer.answer);
        return Reply(answer.answer.status, answer.header("x-amzn-ErrorType"),
                     answer.body());
    }

    // a CreateFunction request; more: further members, ", \"Timeout\": 9"
    static std::string creation(const std::string &name, const std::string &more = "")
    {
        std::string zip = MadeZip().add("bootstrap", "#!/bin/sh\n", 0100755).bytes();
        return "{\"FunctionName\":\"" + name +
               "\",\"Runtime\":\"provided.al2023\",\"Role\":\"arn:aws:iam::123456789012:"
               "role/r\","
               "\"Handler\":\"sieve\",\"Code\":{\"ZipFile\":\"" +
               base64_of(zip) + "\"}" + more + "}";
    }

    void create(const std::string &name, const std::string &more = "")
    {
        Reply reply = call("POST", "/2015-03-31/functions", creation(name, more));
        ASSERT_EQ(reply.status, 201) << reply.body;
    }
};

static const std::string functions = "/2015-03-31/functions";

#endif
