// The result folder of a run.
#include "mpi_driver/folder.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace
{
std::string Word(const std::string &path)
{
    char word[FAN_FOLDER_WORD_MAX];
    fan_folder_word(word, path.c_str());
    return word;
}

// What a shell makes of a word.
std::string Said(const std::string &word)
{
    std::string said;
    FILE *shell = popen(("printf %s " + word).c_str(), "r");
    for (int c; shell && (c = getc(shell)) != EOF;)
        said += static_cast<char>(c);
    if (shell) pclose(shell);
    return said;
}
} // namespace

TEST(FolderWord, IsAPlainPathItself)
{
    for (const char *path :
         { "out/memory-20260131-120000", "../a_b/c.d", "/größe", "a=1,b:2" })
        EXPECT_EQ(path, Word(path));
}

TEST(FolderWord, IsWhatAShellTakesForThePath)
{
    for (const char *path : { "", "two words", "it's", "'", "a$HOME`id`\"\\", "*", "~",
                              "line\nbreak", "a;b&c|d" })
        EXPECT_EQ(path, Said(Word(path))) << Word(path);
    EXPECT_EQ("'two words'", Word("two words"));
}

TEST(FolderWord, FitsWhateverThePath)
{
    const std::string quotes(PATH_MAX - 1, '\'');
    EXPECT_EQ(static_cast<size_t>(4 * (PATH_MAX - 1) + 2), Word(quotes).size());
    EXPECT_LT(Word(std::string(3 * PATH_MAX, '\'')).size(),
              static_cast<size_t>(FAN_FOLDER_WORD_MAX));
}
