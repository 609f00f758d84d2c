#include "common/buf.h"

#include <gtest/gtest.h>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

TEST(BufAdd, GrowsUpToItsMaximumAndNoFurther)
{
    fan_buf buf = FAN_BUF_INIT(1000);
    for (int i = 0; i < 1000; i++)
        ASSERT_EQ(FAN_OK, fan_buf_add(&buf, "x", 1, nullptr));
    EXPECT_EQ(1000u, buf.size);
    fan_err err = {};
    EXPECT_EQ(FAN_ELIMIT, fan_buf_add(&buf, "x", 1, &err));
    EXPECT_EQ(1000u, buf.size);
    EXPECT_NE(nullptr, strstr(err.text, "1000 bytes"));
    EXPECT_EQ('\0', buf.data[1000]);
    fan_buf_clear(&buf);
}

TEST(BufAdd, RefusesSizesThatWrapAround)
{
    fan_buf buf = FAN_BUF_INIT(100);
    ASSERT_EQ(FAN_OK, fan_buf_adds(&buf, "abc", nullptr));
    EXPECT_EQ(FAN_ELIMIT, fan_buf_add(&buf, "x", SIZE_MAX, nullptr));
    EXPECT_STREQ("abc", buf.data);
    fan_buf_clear(&buf);
}

TEST(BufAdd, HoldsWithoutALimitToo)
{
    fan_buf buf = FAN_BUF_INIT(SIZE_MAX);
    ASSERT_EQ(FAN_OK, fan_buf_adds(&buf, "abc", nullptr));
    EXPECT_STREQ("abc", buf.data);
    EXPECT_EQ(FAN_ELIMIT, fan_buf_add(&buf, "x", SIZE_MAX - 3, nullptr))
        << "no room is left for the end of the text";
    EXPECT_EQ(FAN_ELIMIT, fan_buf_add(&buf, "x", SIZE_MAX, nullptr));
    EXPECT_STREQ("abc", buf.data);
    fan_buf_clear(&buf);
}

TEST(BufAddf, FormatsWholeOrNotAtAll)
{
    fan_buf buf = FAN_BUF_INIT(8);
    EXPECT_EQ(FAN_OK, fan_buf_addf(&buf, nullptr, "%d-%s", 12, "ab"));
    EXPECT_STREQ("12-ab", buf.data);
    EXPECT_EQ(FAN_ELIMIT, fan_buf_addf(&buf, nullptr, "%04d", 7));
    EXPECT_STREQ("12-ab", buf.data);
    fan_buf_clear(&buf);
}

TEST(Buf, CutsButNeverGrows)
{
    fan_buf buf = FAN_BUF_INIT(10);
    fan_buf_cut(&buf, 3);
    EXPECT_EQ(0u, buf.size);
    ASSERT_EQ(FAN_OK, fan_buf_adds(&buf, "abcdef", nullptr));
    fan_buf_cut(&buf, 2);
    EXPECT_STREQ("ab", buf.data);
    fan_buf_cut(&buf, 5);
    EXPECT_EQ(2u, buf.size);
    EXPECT_STREQ("ab", buf.data);
    fan_buf_clear(&buf);
}

TEST(BufFile, WritesAndReadsBackBytes)
{
    char dir[] = "/tmp/fan_buf_XXXXXX";
    ASSERT_NE(nullptr, mkdtemp(dir));
    std::string path = std::string(dir) + "/f", bytes("a\0b\n", 4);
    fan_buf out = FAN_BUF_INIT(100), in = FAN_BUF_INIT(100), small = FAN_BUF_INIT(3);
    ASSERT_EQ(FAN_OK, fan_buf_add(&out, bytes.data(), bytes.size(), nullptr));
    ASSERT_EQ(FAN_OK, fan_buf_write_file(&out, path.c_str(), nullptr));
    ASSERT_EQ(FAN_OK, fan_buf_read_file(&in, path.c_str(), nullptr));
    EXPECT_EQ(bytes, std::string(in.data, in.size));
    fan_err err = {};
    EXPECT_EQ(FAN_ELIMIT, fan_buf_read_file(&small, path.c_str(), &err));
    EXPECT_NE(nullptr, strstr(err.text, path.c_str()));
    unlink(path.c_str());
    err = {};
    EXPECT_EQ(FAN_EIO, fan_buf_read_file(&in, path.c_str(), &err));
    EXPECT_NE(nullptr, strstr(err.text, "No such file"));
    EXPECT_EQ(FAN_EIO, fan_buf_write_file(&out, "/nonexistent/x", nullptr));
    rmdir(dir);
    fan_buf_clear(&out);
    fan_buf_clear(&in);
    fan_buf_clear(&small);
}
