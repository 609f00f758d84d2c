#include "invoke/command_line.h"

#include <gtest/gtest.h>

namespace
{
// The words, each in brackets; "!" for an error.
std::string Split(const std::string &text)
{
    auto line = std::make_unique<fan_command_line>();
    std::string words;
    if (fan_command_line_split(line.get(), text.c_str(), nullptr)) return "!";
    for (size_t i = 0; i < line->count; i++)
        words += "[" + std::string(line->word[i]) + "]";
    EXPECT_EQ(nullptr, line->word[line->count]);
    return words;
}
} // namespace

TEST(CommandLine, SplitsAtBlanks)
{
    EXPECT_EQ("[a][b][c]", Split("  a b\tc\n"));
    EXPECT_EQ("[aws][--profile][x]", Split("aws --profile x"));
}

TEST(CommandLine, KnowsQuotes)
{
    EXPECT_EQ("[a b][c\"d][]", Split("'a b' 'c\"d' ''"));
    EXPECT_EQ("[a b'c][d\"e\\f\\g]", Split(R"("a b'c" "d\"e\\f\g")"));
    EXPECT_EQ("[a b][c\\d][e]", Split(R"(a\ b 'c\d' \e)"));
    EXPECT_EQ("[abc d]", Split("a\"b\"'c d'"));
}

TEST(CommandLine, LeavesTheShellsSignsAlone)
{
    EXPECT_EQ("[~/x][$HOME][*][>][#][a;b][|]", Split("~/x $HOME * > # a;b |"));
}

TEST(CommandLine, RefusesWhatHasNoEnd)
{
    for (const char *bad : { "", "  ", "'a", "\"a", "a\\", "\"a\\" })
        EXPECT_EQ("!", Split(bad)) << bad;
    EXPECT_EQ("!", Split(std::string(FAN_COMMAND_BYTES_MAX, 'a')));
    std::string many;
    for (int i = 0; i < FAN_COMMAND_WORDS_MAX; i++)
        many += " a";
    EXPECT_NE("!", Split(many));
    EXPECT_EQ("!", Split(many + " a"));
}
