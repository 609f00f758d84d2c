// Base64 both ways, and what is none.
#include "local_lambda/base64.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace
{

std::string encode(const std::string &bytes)
{
    char *text = fan_base64_encode(bytes.data(), bytes.size());
    std::string copy = text;
    free(text);
    return copy;
}

std::string decode(const std::string &text)
{
    unsigned char *bytes = nullptr;
    size_t n = 0;
    if (!fan_base64_decode(text.data(), text.size(), &bytes, &n)) return "refused";
    std::string copy(reinterpret_cast<char *>(bytes), n);
    free(bytes);
    return copy;
}

TEST(Base64, KnowsTheVectorsOfRfc4648)
{
    const char *const pairs[][2] = {
        { "", "" },        { "f", "Zg==" },        { "fo", "Zm8=" },
        { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "foobar", "Zm9vYmFy" }
    };
    for (const auto &pair : pairs) {
        EXPECT_EQ(encode(pair[0]), pair[1]);
        EXPECT_EQ(decode(pair[1]), pair[0]);
    }
}

TEST(Base64, RoundTripsEveryByte)
{
    std::string all;
    for (int i = 0; i < 256; i++) {
        all += static_cast<char>(i);
        EXPECT_EQ(decode(encode(all)), all);
    }
}

TEST(Base64, RefusesOtherTexts)
{
    for (const char *text :
         { "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm 9v===", "Zm9\n", " Zm9", "Zm9*" })
        EXPECT_EQ(decode(text), "refused") << text;
}

} // namespace
