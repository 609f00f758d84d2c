// sample.h - records filled with values that differ in every field.
#ifndef FAN_TESTS_RECORD_SAMPLE_H
#define FAN_TESTS_RECORD_SAMPLE_H

#include "common/random.h"
#include "record/fields.h"
#include "record/journal.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

inline void SetBody(fan_record *r, const std::string &body)
{
    r->body = static_cast<char *>(malloc(body.size() + 1));
    memcpy(r->body, body.data(), body.size());
    r->body[body.size()] = '\0';
    r->body_bytes = body.size();
}

// Random, but with zeros and extremes often; every field may be set.
inline fan_record RandomRecord(fan_random *random)
{
    fan_record r{};
    for (size_t i = 0; i < fan_record_table.count; i++) {
        const fan_field &f = fan_record_table.field[i];
        char *p = reinterpret_cast<char *>(&r) + f.offset;
        uint64_t kind = fan_random_below(random, 4), any = fan_random_u64(random);
        if (kind == 0) continue;
        uint64_t u64 = kind == 1 ? UINT64_MAX : any >> (1 + any % 60);
        int64_t i64 = kind == 1   ? INT64_MIN
                      : kind == 2 ? -static_cast<int64_t>(any >> (1 + any % 60))
                                  : static_cast<int64_t>(u64);
        uint32_t u32 = kind == 1 ? UINT32_MAX : static_cast<uint32_t>(any >> (any % 32));
        double real = kind == 1 ? 1e300 : static_cast<double>(u64) / 100;
        uint32_t index = 0;
        switch (f.type) {
        case FAN_FIELD_U32: memcpy(p, &u32, 4); break;
        case FAN_FIELD_U64: memcpy(p, &u64, 8); break;
        case FAN_FIELD_I64: memcpy(p, &i64, 8); break;
        case FAN_FIELD_DOUBLE: memcpy(p, &real, 8); break;
        case FAN_FIELD_BOOL: *reinterpret_cast<bool *>(p) = true; break;
        case FAN_FIELD_TEXT:
            snprintf(p, f.size, "%s\xc3\xa9%llu", f.name,
                     static_cast<unsigned long long>(any));
            fan_record_set_text(p, f.size, std::string(p).data(), strlen(p));
            break;
        case FAN_FIELD_OUTCOME:
            index = static_cast<uint32_t>(any % FAN_OUTCOME_COUNT);
            memcpy(p, &index, 4);
            break;
        case FAN_FIELD_REASON:
            index = static_cast<uint32_t>(any % FAN_REASON_COUNT);
            memcpy(p, &index, 4);
            break;
        case FAN_FIELD_BODY: {
            std::string body;
            for (uint64_t n = any % 300; n > 0; n--)
                body += static_cast<char>(fan_random_u64(random));
            SetBody(&r, body);
            break;
        }
        }
    }
    return r;
}

inline std::string Text(const fan_buf &buf)
{
    return std::string(buf.data ? buf.data : "", buf.size);
}

// Equal when they encode to equal bytes: the encoding covers every field.
inline std::string Encoded(const fan_record &r)
{
    fan_buf out = FAN_BUF_INIT(1 << 20);
    if (fan_fields_put(&out, &fan_record_table, &r, nullptr)) abort();
    std::string text = Text(out);
    fan_buf_clear(&out);
    return text;
}

inline fan_journal_header SampleHeader(uint32_t rank = 3)
{
    fan_journal_header h{};
    h.version = 1;
    h.rank = rank;
    h.ranks = 4;
    h.started_wall_ns = 1790000000000000000;
    h.epoch_ns = -5;
    h.job_crc = 0xdeadbeef;
    snprintf(h.host, sizeof h.host, "node1");
    snprintf(h.program, sizeof h.program, "0.1.0");
    return h;
}

#endif
