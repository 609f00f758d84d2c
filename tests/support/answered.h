// answered.h - a made-up study, answered, and what a report says of it: for tests.
#ifndef FAN_TESTS_SUPPORT_ANSWERED_H
#define FAN_TESTS_SUPPORT_ANSWERED_H

#include "analysis/answers.h"

#include <cstring>
#include <string>

#include "analysis/report_parts.h"
#include "analysis/report_questions.h"
#include "support/synthetic_study.h"

inline bool Contains(const std::string &text, const char *part)
{
    return text.find(part) != std::string::npos;
}

// What a part of a report puts.
inline std::string TextOf(const fan_summary *summary,
                          void (*put)(const fan_summary *, fan_sink *))
{
    fan_buf out = FAN_BUF_INIT(1 << 20);
    fan_sink sink = { &out, nullptr, FAN_OK };
    put(summary, &sink);
    std::string text(out.data ? out.data : "", out.size);
    fan_buf_clear(&out);
    return text;
}

struct Answered {
    fan_summary *summary;

    explicit Answered(const SyntheticStudy &made)
        : summary(fan_summary_new(&made.study, fan_price_find("us-east-1", "x86_64")))
    {
    }
    ~Answered()
    {
        fan_summary_free(summary);
    }
    Answered(const Answered &) = delete;
    Answered &operator=(const Answered &) = delete;

    const fan_answers &operator*() const
    {
        return *summary->answers;
    }
    const fan_answers *operator->() const
    {
        return summary->answers;
    }

    std::string Text(void (*put)(const fan_summary *, fan_sink *)) const
    {
        return TextOf(summary, put);
    }

    // What the chapters say: all of them, or the one with that key.
    std::string Findings(const std::string &key = "") const
    {
        fan_buf out = FAN_BUF_INIT(1 << 20);
        fan_sink sink = { &out, nullptr, FAN_OK };
        const fan_figures none{};
        for (const fan_question *q = fan_questions; q->key; q++)
            if ((key.empty() || key == q->key) && q->arises(summary))
                fan_question_chapter(q, summary, &none, &sink);
        std::string text(out.data ? out.data : "", out.size);
        fan_buf_clear(&out);
        return text;
    }

    bool Warns(const char *name) const
    {
        for (size_t i = 0; i < summary->warning_count; i++)
            if (!std::strcmp(summary->warnings[i].name, name)) return true;
        return false;
    }
};

#endif
