#include "record/codec.h"

#include "tests/record/sample.h"

#include <gtest/gtest.h>

#include <vector>

namespace
{
fan_status Decode(const std::string &bytes, fan_record *r, size_t *offset,
                  fan_err *err = nullptr)
{
    // an exact-size copy, so that a read past the end is seen
    std::vector<char> copy(bytes.begin(), bytes.end());
    return fan_codec_get_record(copy.data(), copy.size(), offset, r, err);
}

// A map of one pair, given as bytes.
fan_status DecodePair(const std::string &key, const std::string &value)
{
    std::string bytes =
        std::string("\x81") + static_cast<char>(0xa0 + key.size()) + key + value;
    fan_record r{};
    size_t offset = 0;
    fan_status st = Decode(bytes, &r, &offset);
    fan_record_clear(&r);
    return st;
}
} // namespace

TEST(Codec, RandomRecordsComeBack)
{
    fan_random random;
    fan_random_init(&random, 11, 0);
    for (int i = 0; i < 500; i++) {
        fan_record r = RandomRecord(&random), back{};
        const std::string bytes = "x" + Encoded(r) + "tail";
        size_t offset = 1;
        fan_err err{};
        ASSERT_EQ(FAN_OK, Decode(bytes, &back, &offset, &err)) << err.text;
        EXPECT_EQ(bytes.size() - 4, offset);
        EXPECT_EQ(Encoded(r), Encoded(back));
        EXPECT_EQ(r.body_bytes, back.body_bytes);
        fan_record_clear(&r);
        fan_record_clear(&back);
    }
}

TEST(Codec, EveryCutIsRefused)
{
    fan_random random;
    fan_random_init(&random, 12, 0);
    fan_record r = RandomRecord(&random);
    const std::string bytes = Encoded(r);
    fan_record_clear(&r);
    for (size_t n = 0; n < bytes.size(); n++) {
        size_t offset = 0;
        EXPECT_EQ(FAN_EFORMAT, Decode(bytes.substr(0, n), &r, &offset)) << n;
        EXPECT_EQ(nullptr, r.body);
        EXPECT_EQ(0u, offset);
    }
}

TEST(Codec, LongBodyIsCutAndFlagged)
{
    fan_record r{}, back{};
    SetBody(&r, std::string(FAN_RECORD_BODY_MAX + 1, 'b'));
    fan_buf out = FAN_BUF_INIT(1 << 20);
    ASSERT_EQ(FAN_OK, fan_codec_put_record(&out, &r, nullptr));
    EXPECT_EQ(static_cast<size_t>(FAN_RECORD_BODY_MAX + 1), r.body_bytes)
        << "r is untouched";
    size_t offset = 0;
    ASSERT_EQ(FAN_OK, Decode(Text(out), &back, &offset));
    EXPECT_TRUE(back.body_cut);
    EXPECT_EQ(static_cast<size_t>(FAN_RECORD_BODY_MAX), back.body_bytes);
    fan_record_clear(&r);
    fan_record_clear(&back);
    fan_buf_clear(&out);
}

TEST(Codec, UnknownKeysAreSkipped)
{
    EXPECT_EQ(FAN_OK, DecodePair("later", "\x07"));
    EXPECT_EQ(FAN_OK, DecodePair("later", std::string("\xc4\x02xy")));
    EXPECT_EQ(FAN_OK, DecodePair("", std::string(1, '\xc0')));
}

TEST(Codec, WrongTypesAndRangesAreRefused)
{
    EXPECT_EQ(FAN_OK, DecodePair("rank", "\x07"));
    EXPECT_EQ(FAN_EFORMAT, DecodePair("rank", "\xff")) << "negative";
    EXPECT_EQ(FAN_EFORMAT, DecodePair("rank", "\xa1x")) << "text";
    EXPECT_EQ(FAN_EFORMAT,
              DecodePair("rank", std::string("\xcf\x00\x00\x00\x01\x00\x00\x00\x00", 9)));
    EXPECT_EQ(FAN_EFORMAT, DecodePair("sent_ns", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff"))
        << "above the signed range";
    EXPECT_EQ(FAN_EFORMAT, DecodePair("seq", "\xff")) << "negative";
    EXPECT_EQ(FAN_EFORMAT, DecodePair("outcome", "\xa3odd"));
    EXPECT_EQ(FAN_EFORMAT, DecodePair("cold", "\x01"));
    EXPECT_EQ(FAN_EFORMAT, DecodePair("instance", "\xc4\x01x")) << "bytes, not text";
    EXPECT_EQ(FAN_EFORMAT, DecodePair("body", "\xa1x")) << "text, not bytes";
    EXPECT_EQ(FAN_EFORMAT,
              DecodePair("duration_ms", std::string("\xcb\x7f\xf8\0\0\0\0\0\0", 9)))
        << "not a number";
}

TEST(Codec, UnsignedFieldsHaveTheirWholeRange)
{
    fan_record r{}, back{};
    r.seq = UINT64_MAX;
    r.call = UINT64_C(1) << 63;
    size_t offset = 0;
    ASSERT_EQ(FAN_OK, Decode(Encoded(r), &back, &offset));
    EXPECT_EQ(UINT64_MAX, back.seq);
    EXPECT_EQ(UINT64_C(1) << 63, back.call);
    fan_record_clear(&back);
}

TEST(Codec, LyingLengthsAreRefusedWithoutAllocatingThem)
{
    for (const std::string &bytes :
         { std::string("\xdf\xff\xff\xff\xff", 5),
           std::string("\x81\xa1x\xdd\xff\xff\xff\xff", 8),
           std::string("\x81\xa1x\xdb\xff\xff\xff\xff", 8),
           std::string("\x81\xa1x\xc6\xff\xff\xff\xff", 8),
           std::string("\x81\xa1x\x91\x01", 5), std::string("\xde\xff\xff", 3),
           std::string("\x91\x01"), std::string("\xc1"), std::string() }) {
        fan_record r{};
        size_t offset = 0;
        EXPECT_EQ(FAN_EFORMAT, Decode(bytes, &r, &offset));
    }
}

TEST(Codec, SecondBodyDoesNotLeak)
{
    const std::string twice("\x82\xa4"
                            "body\xc4\x01"
                            "a\xa4"
                            "body\xc4\x01"
                            "b");
    fan_record r{};
    size_t offset = 0;
    EXPECT_EQ(FAN_EFORMAT, Decode(twice, &r, &offset));
    EXPECT_EQ(nullptr, r.body);
}

TEST(Codec, FullBufferIsReported)
{
    fan_record r{};
    r.seq = 1;
    fan_buf small = FAN_BUF_INIT(3);
    fan_err err{};
    EXPECT_EQ(FAN_ELIMIT, fan_codec_put_record(&small, &r, &err));
    fan_buf_clear(&small);
}
