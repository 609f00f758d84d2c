#include "common/date.h"

#include <gtest/gtest.h>

#include <ctime>

namespace
{
int64_t Http(const std::string &text)
{
    int64_t seconds = -1;
    return fan_date_http(text.data(), text.size(), &seconds) ? seconds : -1;
}
int64_t Iso(const std::string &text)
{
    int64_t seconds = -1;
    return fan_date_iso(text.data(), text.size(), &seconds) ? seconds : -1;
}
int64_t Basic(const std::string &text)
{
    int64_t seconds = -1;
    return fan_date_basic(text.data(), text.size(), &seconds) ? seconds : -1;
}
} // namespace

TEST(DateHttp, ReadsTheExampleOfTheStandard)
{
    EXPECT_EQ(784111777, Http("Sun, 06 Nov 1994 08:49:37 GMT"));
}

TEST(DateHttp, AgreesWithTheCLibraryOverManyYears)
{
    for (int64_t seconds = 0; seconds < 4200000000; seconds += 86399 * 7 + 1) {
        time_t when = (time_t)seconds;
        struct tm utc;
        char text[64];
        gmtime_r(&when, &utc);
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
        ASSERT_EQ(seconds, Http(text)) << text;
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
        ASSERT_EQ(seconds, Iso(text)) << text;
        strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
        ASSERT_EQ(seconds, Basic(text)) << text;
    }
}

TEST(DateHttp, RefusesAnythingElse)
{
    for (const char *bad :
         { "", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
           "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
           "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nop 1994 08:49:37 GMT",
           "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 29 Feb 2100 08:49:37 GMT",
           "Sun, -6 Nov 1994 08:49:37 GMT" })
        EXPECT_EQ(-1, Http(bad)) << bad;
}

TEST(DateIso, ReadsFractionsAndOffsets)
{
    EXPECT_EQ(784111777, Iso("1994-11-06T08:49:37Z"));
    EXPECT_EQ(7258118400, Iso("2200-01-01T00:00:00Z"));
    EXPECT_EQ(7258118400, Iso("9999-12-31T23:59:59Z"));
    EXPECT_EQ(784111777, Iso("1994-11-06T08:49:37.999999Z"));
    EXPECT_EQ(784111777, Iso("1994-11-06T09:49:37+01:00"));
    EXPECT_EQ(784111777, Iso("1994-11-06T03:19:37.1-0530"));
    EXPECT_EQ(784111777, Iso("1994-11-06 08:49:37+00:00"));
}

TEST(DateIso, RefusesAnythingElse)
{
    for (const char *bad :
         { "", "1994-11-06", "1994-11-06T08:49:37", "1994-11-06T08:49:37.Z",
           "1994-11-06T08:49:37+1", "1994-13-06T08:49:37Z", "1994-11-06T08:49:37ZZ",
           "1994-11-06T08:49:37+25:00", "1994-11-06T08:49:37.123456", "never" })
        EXPECT_EQ(-1, Iso(bad)) << bad;
}

TEST(DateBasic, RefusesAnythingElse)
{
    EXPECT_EQ(1440938160, Basic("20150830T123600Z"));
    for (const char *bad :
         { "", "20150830", "20150830T123600", "2015-08-30T12:36:00Z", "20150230T123600Z",
           "20151301T123600Z", "20150830T243600Z", "20150830T126000Z", "2015083 T123600Z",
           "19691231T235959Z", "20150830t123600Z", "20150830T123600Z " })
        EXPECT_EQ(-1, Basic(bad)) << bad;
}
