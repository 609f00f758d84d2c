#include "local_lambda/function_log.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <unistd.h>

TEST(Tail, KeepsTheLastBytesHoweverTheyCome)
{
    for (size_t step : { 1u, 7u, 1000u, 4096u, 5000u, 20000u }) {
        struct fan_tail tail;
        fan_tail_init(&tail);
        std::string all;
        for (size_t i = 0; all.size() < 20000; i++) {
            std::string piece(step, (char)('a' + i % 26));
            all += piece;
            fan_tail_add(&tail, piece.data(), piece.size());
        }
        ASSERT_GE(tail.text.size, (size_t)FAN_TAIL_BYTES);
        EXPECT_LE(tail.text.size, 2u * FAN_TAIL_BYTES);
        EXPECT_EQ(
            std::string(tail.text.data + tail.text.size - FAN_TAIL_BYTES, FAN_TAIL_BYTES),
            all.substr(all.size() - FAN_TAIL_BYTES));
        fan_tail_clear(&tail);
    }
}

TEST(Tail, IsSentAsBase64)
{
    struct fan_tail tail;
    char text[FAN_TAIL_BASE64_MAX];
    fan_tail_init(&tail);
    EXPECT_STREQ(fan_tail_base64(&tail, text), "");
    fan_tail_add(&tail, "foobar", 6); /* RFC 4648, section 10 */
    EXPECT_STREQ(fan_tail_base64(&tail, text), "Zm9vYmFy");
    fan_tail_add(&tail, "f", 1);
    EXPECT_STREQ(fan_tail_base64(&tail, text), "Zm9vYmFyZg==");
    std::string much(FAN_TAIL_BYTES, 'x');
    fan_tail_add(&tail, much.data(), much.size());
    EXPECT_EQ(std::string(fan_tail_base64(&tail, text)).size(),
              (FAN_TAIL_BYTES + 2) / 3 * 4u);
    fan_tail_clear(&tail);
}

TEST(FunctionLog, PrefixesEveryLine)
{
    FILE *file = tmpfile();
    ASSERT_NE(file, nullptr);
    const std::string text = "one\n\ntwo";
    fan_function_log_write(fileno(file), "name", text.data(), text.size());
    char read[100] = "";
    ASSERT_GT(pread(fileno(file), read, sizeof read - 1, 0), 0);
    EXPECT_STREQ(read, "name: one\nname: \nname: two\n");
    fclose(file);
}
