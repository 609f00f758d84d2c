// Base64 both ways, and what is none.
#include "common/base64.h"

#include "common/random.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace
{
std::string Encode(const std::string &bytes)
{
    std::string text(fan_base64_chars(bytes.size()) + 1, 'x');
    fan_base64_encode(bytes.data(), bytes.size(), &text[0]);
    EXPECT_EQ('\0', text.back());
    text.pop_back();
    return text;
}

bool Decode(const std::string &text, std::string *bytes, size_t capacity)
{
    std::vector<char> out(capacity);
    size_t n = 0;
    if (!fan_base64_decode(text.data(), text.size(), out.data(), capacity, &n))
        return false;
    bytes->assign(out.data(), n);
    return true;
}
} // namespace

TEST(Base64, KnowsTheVectorsOfRfc4648) // section 10
{
    const char *const pairs[][2] = { { "", "" },
                                     { "f", "Zg==" },
                                     { "fo", "Zm8=" },
                                     { "foo", "Zm9v" },
                                     { "foob", "Zm9vYg==" },
                                     { "fooba", "Zm9vYmE=" },
                                     { "foobar", "Zm9vYmFy" } };
    for (const auto &pair : pairs) {
        EXPECT_EQ(pair[1], Encode(pair[0]));
        std::string back;
        EXPECT_TRUE(Decode(pair[1], &back, 6));
        EXPECT_EQ(pair[0], back);
    }
}

TEST(Base64, RandomBytesComeBackIntoJustEnoughRoom)
{
    fan_random random;
    fan_random_init(&random, 1, 2);
    for (size_t n = 0; n < 200; n++) {
        std::string bytes, back;
        for (size_t i = 0; i < n; i++)
            bytes += static_cast<char>(fan_random_u64(&random));
        ASSERT_TRUE(Decode(Encode(bytes), &back, n));
        EXPECT_EQ(bytes, back);
        if (n > 0) {
            EXPECT_FALSE(Decode(Encode(bytes), &back, n - 1)) << "too little room";
        }
    }
}

TEST(Base64, TakesItsOwnAlphabetOnly)
{
    const std::string alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int c = 0; c < 256; c++)
        for (size_t at = 0; at < 4; at++) {
            std::string text = "AAAA", back;
            text[at] = static_cast<char>(c);
            bool padding = c == '=' && at == 3;
            EXPECT_EQ(padding || alphabet.find(text[at]) != std::string::npos,
                      Decode(text, &back, 3))
                << c << " at " << at;
        }
}

TEST(Base64, RefusesOtherTexts)
{
    std::string back;
    for (const char *text : { "Zg", "Zg=", "Zg=x", "Z", "Zm9vY", "Z===", "====",
                              "Zg==Zg==", "Zm 9v===", "Zm 9v", "Zm9\n", "Zm9v\n", " Zm9",
                              "Zm9*", "Zm-_", "Zm9v====", "=Zm9", "Zm9=Zm9v" })
        EXPECT_FALSE(Decode(text, &back, 64)) << text;
}
