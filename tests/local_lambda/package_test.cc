// Unpacking: what a package may hold, and what it must never do.
#include "local_lambda/package.h"
#include "tests/local_lambda/made_zip.h"
#include "tests/local_lambda/scratch_dir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace
{

namespace fs = std::filesystem;

struct Unpacked {
    ScratchDir scratch;
    std::string dir = scratch.path + "/package";
    struct fan_err err = {};
    enum fan_status status;

    explicit Unpacked(const std::string &zip)
    {
        status = fan_package_unzip(zip.data(), zip.size(), dir.c_str(), &err);
    }
    std::string read(const std::string &name) const
    {
        std::ifstream in(dir + "/" + name);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }
    unsigned mode(const std::string &name) const
    {
        struct stat info = {};
        stat((dir + "/" + name).c_str(), &info);
        return info.st_mode & 07777;
    }
};

TEST(PackageUnzip, KeepsPathsContentsAndModes)
{
    Unpacked u(MadeZip()
                   .add("bootstrap", "#!/bin/sh\n", 0100755)
                   .add("lib/", "", 040755)
                   .add("lib/deep/er/data.txt", "data", 0100640)
                   .add("empty", "", 0100444)
                   .bytes());
    ASSERT_EQ(u.status, FAN_OK) << u.err.text;
    EXPECT_EQ(u.read("bootstrap"), "#!/bin/sh\n");
    EXPECT_EQ(u.mode("bootstrap"), 0755u);
    EXPECT_EQ(u.read("lib/deep/er/data.txt"), "data");
    EXPECT_EQ(u.mode("lib/deep/er/data.txt"), 0640u);
    EXPECT_EQ(u.mode("empty"), 0444u);
}

TEST(PackageUnzip, ModesOfOtherSystemsAreNotUsed)
{
    Unpacked u(MadeZip().add("a", "x", 0100777, 0).add("b", "y", 0).bytes());
    ASSERT_EQ(u.status, FAN_OK) << u.err.text;
    EXPECT_EQ(u.mode("a"), 0644u);
    EXPECT_EQ(u.mode("b"), 0644u);
}

TEST(PackageUnzip, SpecialBitsAreDropped)
{
    Unpacked u(MadeZip().add("a", "x", 0106755).bytes());
    ASSERT_EQ(u.status, FAN_OK) << u.err.text;
    EXPECT_EQ(u.mode("a"), 0755u);
}

TEST(PackageUnzip, RefusesPathsThatLeadOut)
{
    for (const char *name : { "../evil", "/etc/evil", "a/../../evil", "a/..", "..", ".",
                              "./a", "a//b", "a\\..\\evil", "a/./b" }) {
        Unpacked u(MadeZip().add("bootstrap", "x").add(name, "evil").bytes());
        EXPECT_EQ(u.status, FAN_EFORMAT) << name;
        EXPECT_FALSE(fs::exists(u.dir)) << "nothing stays behind";
        EXPECT_FALSE(fs::exists(u.scratch.path + "/evil"));
    }
    Unpacked u(MadeZip().add("..a/b..", "fine").bytes());
    EXPECT_EQ(u.status, FAN_OK) << u.err.text;
}

TEST(PackageUnzip, RefusesLinksAndDevices)
{
    for (uint32_t mode : { 0120777u, 020644u, 060644u, 010644u, 0140644u }) {
        Unpacked u(MadeZip().add("link", "/etc/passwd", mode).bytes());
        EXPECT_EQ(u.status, FAN_EFORMAT) << std::oct << mode;
        EXPECT_FALSE(fs::exists(u.dir));
    }
}

TEST(PackageUnzip, RefusesNamesThatOccurTwice)
{
    EXPECT_EQ(Unpacked(MadeZip().add("a", "1").add("a", "2").bytes()).status,
              FAN_EFORMAT);
    EXPECT_NE(Unpacked(MadeZip().add("a", "1").add("a/b", "2").bytes()).status, FAN_OK);
    EXPECT_NE(Unpacked(MadeZip().add("a/b", "1").add("a", "2").bytes()).status, FAN_OK);
}

TEST(PackageUnzip, RefusesWhatIsNoZip)
{
    for (const std::string &bytes :
         { std::string(), std::string("x"), std::string("PK\3\4"), std::string(1000, 'z'),
           MadeZip().bytes() /* no entries */ }) {
        Unpacked u(bytes);
        EXPECT_EQ(u.status, FAN_EFORMAT) << bytes.size();
        EXPECT_FALSE(fs::exists(u.dir));
    }
}

TEST(PackageUnzip, DetectsEveryFlippedByteOrKeepsTheContent)
{
    const std::string zip = MadeZip().add("bootstrap", "content", 0100755).bytes();
    for (size_t i = 0; i < zip.size(); i++) {
        std::string flipped = zip;
        flipped[i] = (char)(flipped[i] ^ 0x41);
        Unpacked u(flipped);
        if (u.status == FAN_OK && fs::exists(u.dir + "/bootstrap")) {
            EXPECT_EQ(u.read("bootstrap"), "content") << "byte " << i;
        }
    }
    for (size_t n = 0; n < zip.size(); n++)
        EXPECT_NE(Unpacked(zip.substr(0, n)).status, FAN_OK) << n;
}

TEST(PackageUnzip, RefusesPackagesOverTheLimit)
{
    std::string zip(52428801, '\0');
    EXPECT_EQ(Unpacked(zip).status, FAN_ELIMIT);
}

TEST(PackageUnzip, DoesNotWriteIntoAnExistingFolder)
{
    ScratchDir scratch;
    std::string zip = MadeZip().add("a", "x").bytes();
    EXPECT_EQ(fan_package_unzip(zip.data(), zip.size(), scratch.path.c_str(), nullptr),
              FAN_EIO);
    EXPECT_TRUE(fs::exists(scratch.path)) << "and does not remove it";
    EXPECT_TRUE(fs::is_empty(scratch.path));
}

TEST(PackageRemove, TakesTheWholeTreeButFollowsNoLink)
{
    ScratchDir scratch;
    fs::create_directories(scratch.path + "/tree/a/b");
    std::ofstream(scratch.path + "/tree/a/file") << "x";
    std::ofstream(scratch.path + "/kept") << "x";
    fs::create_symlink("../kept", scratch.path + "/tree/link");
    fs::create_directory_symlink("..", scratch.path + "/tree/up");
    fan_package_remove((scratch.path + "/tree").c_str());
    EXPECT_FALSE(fs::exists(scratch.path + "/tree"));
    EXPECT_TRUE(fs::exists(scratch.path + "/kept"));
    fan_package_remove((scratch.path + "/tree").c_str());
}

} // namespace
