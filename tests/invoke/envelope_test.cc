#include "invoke/envelope.h"

#include "common/random.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{
std::string Encode(const std::string &bytes)
{
    std::string text(fan_envelope_bytes(bytes.size()) + 1, 'x');
    fan_envelope_encode(bytes.data(), bytes.size(), &text[0]);
    EXPECT_EQ('\0', text.back());
    text.pop_back();
    return text;
}

bool Decode(const std::string &text, std::string *bytes, size_t capacity = 4096)
{
    std::vector<char> out(capacity + 1);
    size_t n = 0;
    if (!fan_envelope_decode(text.data(), text.size(), out.data(), capacity, &n))
        return false;
    bytes->assign(out.data(), n);
    return true;
}
} // namespace

TEST(Envelope, PublishedExamples) // RFC 4648 section 10
{
    const char *examples[][2] = { { "", "" },
                                  { "f", "Zg==" },
                                  { "fo", "Zm8=" },
                                  { "foo", "Zm9v" },
                                  { "foob", "Zm9vYg==" },
                                  { "fooba", "Zm9vYmE=" },
                                  { "foobar", "Zm9vYmFy" } };
    for (auto &e : examples) {
        EXPECT_EQ(e[1], Encode(e[0]));
        std::string back;
        EXPECT_TRUE(Decode(e[1], &back));
        EXPECT_EQ(e[0], back);
    }
}

TEST(Envelope, RandomBytesComeBack)
{
    fan_random random;
    fan_random_init(&random, 1, 2);
    for (size_t n = 0; n < 200; n++) {
        std::string bytes, back;
        for (size_t i = 0; i < n; i++)
            bytes += static_cast<char>(fan_random_u64(&random));
        ASSERT_TRUE(Decode(Encode(bytes), &back));
        EXPECT_EQ(bytes, back);
        if (n > 0) {
            EXPECT_FALSE(Decode(Encode(bytes), &back, n - 1)) << "too little room";
        }
    }
}

TEST(Envelope, RefusesOtherText)
{
    std::string back;
    for (const char *text :
         { "Zg=x", "Z", "Zm9vY", "Zm 9v", "Zm9v\n", "====", "Z===", "Zm-_" })
        EXPECT_FALSE(Decode(text, &back)) << text;
    EXPECT_TRUE(Decode("Zg", &back)) << "padding may be missing";
    EXPECT_EQ("f", back);
}
