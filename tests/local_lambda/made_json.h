// made_json.h - JSON values in tests: owned, and read by paths.
#ifndef FAN_TESTS_LOCAL_LAMBDA_MADE_JSON_H
#define FAN_TESTS_LOCAL_LAMBDA_MADE_JSON_H

#include <jansson.h>

#include <algorithm>
#include <cstdlib>
#include <string>

struct MadeJson {
    json_t *value;
    explicit MadeJson(json_t *owned) : value(owned)
    {
    }
    explicit MadeJson(const std::string &text)
        : value(json_loads(text.c_str(), JSON_DECODE_ANY, nullptr))
    {
    }
    ~MadeJson()
    {
        json_decref(value);
    }
    MadeJson(const MadeJson &) = delete;
    MadeJson &operator=(const MadeJson &) = delete;

    // the member "a.b.c" as JSON text, "absent" when there is none
    std::string get(const std::string &path) const
    {
        const json_t *at = value;
        for (size_t from = 0; from <= path.size();) {
            size_t dot = std::min(path.find('.', from), path.size());
            at = json_object_get(at, path.substr(from, dot - from).c_str());
            from = dot + 1;
        }
        if (!at) return "absent";
        char *text = json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
        std::string copy = text;
        free(text);
        return copy;
    }
};

#endif
