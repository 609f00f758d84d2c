#include "invoke/command_line.h"

#include <gtest/gtest.h>

#include <fstream>

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

// tests/e2e/test_credentials.py names a file of lines in hexadecimal, and compares the
// words; none for an error.
TEST(CommandLineForOthers, SplitsTheLinesOfAFile)
{
    const char *asked = getenv("FAN_SPLIT_LINES"), *answered = getenv("FAN_SPLIT_WORDS");
    if (!asked || !answered) return; // run by itself there is nothing to answer
    std::ifstream in(asked);
    std::ofstream out(answered);
    std::string hex;
    auto line = std::make_unique<fan_command_line>();
    while (std::getline(in, hex)) {
        std::string text;
        for (size_t i = 0; i + 1 < hex.size(); i += 2)
            text += (char)std::stoi(hex.substr(i, 2), nullptr, 16);
        if (!fan_command_line_split(line.get(), text.c_str(), nullptr))
            for (size_t i = 0; i < line->count; i++) {
                char two[3];
                for (const char *c = line->word[i]; *c; c++)
                    out << (snprintf(two, sizeof two, "%02x", (unsigned char)*c), two);
                out << ",";
            }
        out << "\n";
    }
}
