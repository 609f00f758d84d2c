#include "common/err.h"

#include <gtest/gtest.h>
#include <string>

TEST(ErrFail, FirstFailureWins)
{
    fan_err err = {};
    EXPECT_EQ(FAN_EIO, fan_fail(&err, FAN_EIO, "cannot open '%s'", "a"));
    EXPECT_EQ(FAN_ENET, fan_fail(&err, FAN_ENET, "later"));
    EXPECT_EQ(FAN_EIO, err.code);
    EXPECT_STREQ("cannot open 'a'", err.text);
}

TEST(ErrFail, AcceptsNullAndCutsLongText)
{
    EXPECT_EQ(FAN_EIO, fan_fail(nullptr, FAN_EIO, "x"));
    fan_err err = {};
    std::string longer(2 * FAN_ERR_TEXT_MAX, 'x');
    (void)fan_fail(&err, FAN_EINVAL, "%s", longer.c_str());
    EXPECT_EQ(FAN_ERR_TEXT_MAX - 1u, std::string(err.text).size());
}

TEST(ErrPrefix, PutsContextInFront)
{
    fan_err err = {};
    EXPECT_EQ(FAN_OK, fan_err_prefix(&err, "nothing "));
    EXPECT_STREQ("", err.text);
    (void)fan_fail(&err, FAN_EFORMAT, "line 7");
    EXPECT_EQ(FAN_EFORMAT, fan_err_prefix(&err, "cannot read '%s': ", "j"));
    EXPECT_STREQ("cannot read 'j': line 7", err.text);
}

TEST(ErrStatus, EveryStatusHasWords)
{
    for (int i = 0; i < FAN_STATUS_COUNT; i++)
        EXPECT_STRNE("unknown status", fan_status_text(static_cast<fan_status>(i)));
    EXPECT_STREQ("unknown status", fan_status_text(FAN_STATUS_COUNT));
}
