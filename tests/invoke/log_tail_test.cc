#include "invoke/log_tail.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace
{
fan_log_report Parse(const std::string &log)
{
    fan_log_report r;
    EXPECT_TRUE(fan_log_report_parse(&r, log.data(), log.size())) << log;
    return r;
}

bool Fails(const std::string &log)
{
    fan_log_report r;
    return !fan_log_report_parse(&r, log.data(), log.size());
}

const char kId[] = "6f747d2a-3a37-4fbe-9f57-9b94e1fc8d8b";
const std::string kReport =
    std::string("REPORT RequestId: ") + kId +
    "\tDuration: 26.73 ms\tBilled Duration: 27 ms\tMemory Size: 128 MB"
    "\tMax Memory Used: 75 MB\t";
} // namespace

TEST(LogTailText, WarmStart)
{
    fan_log_report r =
        Parse("START RequestId: x Version: $LATEST\nhello\nEND RequestId: x\n" + kReport +
              "\n");
    EXPECT_STREQ(kId, r.request_id);
    EXPECT_DOUBLE_EQ(26.73, r.duration_ms);
    EXPECT_EQ(27u, r.billed_ms);
    EXPECT_EQ(128u, r.memory_mb);
    EXPECT_EQ(75u, r.max_memory_mb);
    EXPECT_FALSE(r.has_init);
    EXPECT_STREQ("", r.status);
}

TEST(LogTailText, ColdStart)
{
    fan_log_report r = Parse(kReport + "Init Duration: 166.62 ms\t\n");
    EXPECT_TRUE(r.has_init);
    EXPECT_DOUBLE_EQ(166.62, r.init_ms);
}

TEST(LogTailText, FailuresOfTodayAndBefore)
{
    fan_log_report r =
        Parse(kReport.substr(0, kReport.size() - 1) + "\tStatus: timeout\n");
    EXPECT_STREQ("timeout", r.status);
    r = Parse(kReport + "Init Duration: 495.04 ms\tStatus: error\tError Type: "
                        "Runtime.OutOfMemory\n");
    EXPECT_STREQ("error", r.status);
    EXPECT_STREQ("Runtime.OutOfMemory", r.error_type);
    EXPECT_EQ(75u, r.max_memory_mb);
    r = Parse(kReport +
              "\n2024-04-02T09:11:22.333Z x Task timed out after 3.00 seconds\n\n");
    EXPECT_EQ(27u, r.billed_ms);
    r = Parse(kReport + "\nRequestId: x Error: Runtime exited with error: signal: "
                        "killed\nRuntime.ExitError\n");
    EXPECT_EQ(27u, r.billed_ms);
}

TEST(LogTailText, TraceLineAndOtherForms)
{
    fan_log_report r =
        Parse(kReport + "\nXRAY TraceId: 1-5e-0\tSegmentId: 1\tSampled: true\t\n");
    EXPECT_DOUBLE_EQ(26.73, r.duration_ms);
    r = Parse(
        "REPORT RequestId: x\tDuration: 3 ms\tBilled Duration: 3 ms\tMemory Size: 10240 "
        "MB\tMax Memory Used: 9 MB");
    EXPECT_DOUBLE_EQ(3, r.duration_ms);
    EXPECT_EQ(10240u, r.memory_mb);
    r = Parse("REPORT RequestId: x\tInit Duration: 80.5 ms\tDuration: 17.2 ms\tBilled "
              "Duration: "
              "98 ms\t\n");
    EXPECT_DOUBLE_EQ(17.2, r.duration_ms) << "order does not matter";
    EXPECT_DOUBLE_EQ(80.5, r.init_ms);
}

TEST(LogTailText, LastReportCounts)
{
    fan_log_report r =
        Parse("REPORT RequestId: fake\tDuration: 1.00 ms\t\n" + kReport + "\n");
    EXPECT_STREQ(kId, r.request_id);
    // a tail that begins inside a line, as a cut log does
    r = Parse("tion: 9 ms\tMax\n" + kReport + "\n");
    EXPECT_DOUBLE_EQ(26.73, r.duration_ms);
}

TEST(LogTailJson, PlatformReport)
{
    const std::string line =
        R"({"time":"2026-10-08T06:53:49.256Z","type":"platform.report","record":{"requestId":")" +
        std::string(kId) +
        R"(","metrics":{"durationMs":3923.569,"billedDurationMs":4069,"memorySizeMB":256,)"
        R"("maxMemoryUsedMB":118,"initDurationMs":145.399},"status":"success"}})";
    fan_log_report r = Parse("{\"type\":\"platform.start\"}\n" + line + "\n");
    EXPECT_DOUBLE_EQ(3923.569, r.duration_ms);
    EXPECT_EQ(4069u, r.billed_ms);
    EXPECT_EQ(256u, r.memory_mb);
    EXPECT_EQ(118u, r.max_memory_mb);
    EXPECT_TRUE(r.has_init);
    EXPECT_DOUBLE_EQ(145.399, r.init_ms);
    EXPECT_STREQ(kId, r.request_id);
    EXPECT_STREQ("success", r.status);
}

TEST(LogTail, RefusesWhatIsNoReport)
{
    EXPECT_TRUE(Fails(""));
    EXPECT_TRUE(Fails("\n\n\n"));
    EXPECT_TRUE(Fails("START RequestId: x\nEND RequestId: x\n"));
    EXPECT_TRUE(Fails("REPORT RequestId: x\tBilled Duration: 3 ms\n"));
    EXPECT_TRUE(Fails("REPORT RequestId: x\tDuration: ms\n"));
    EXPECT_TRUE(Fails("REPORT RequestId: x\tDuration: 99999999999999999999999999 ms\n"));
    EXPECT_TRUE(Fails("  REPORT RequestId: x\tDuration: 1 ms\n"));
    EXPECT_TRUE(Fails("{\"type\":\"platform.report\"}"));
    EXPECT_TRUE(Fails(
        "{\"type\":\"platform.report\",\"record\":{\"metrics\":{\"durationMs\":-1}}}"));
    EXPECT_TRUE(Fails("{\"type\":3}"));
    EXPECT_TRUE(Fails("{broken"));
}

TEST(LogTail, SurvivesACutAtEveryByte)
{
    const std::string log = "x\n" + kReport + "Init Duration: 1.5 ms\tStatus: error\t\n";
    for (size_t n = 0; n <= log.size(); n++) {
        fan_log_report r;
        const std::string part = log.substr(0, n), rest = log.substr(n);
        (void)fan_log_report_parse(&r, part.data(), part.size());
        (void)fan_log_report_parse(&r, rest.data(), rest.size());
    }
}

TEST(LogTail, DecodesTheHeaderValue)
{
    const std::string value = "UkVQT1JUIFJlcXVlc3RJZDogeAlEdXJhdGlvbjogMi41MCBtcwk=";
    fan_log_report r;
    ASSERT_TRUE(fan_log_report_decode(&r, value.data(), value.size()));
    EXPECT_DOUBLE_EQ(2.5, r.duration_ms);
    EXPECT_FALSE(fan_log_report_decode(&r, "!!", 2));
    const std::string huge(20000, 'A');
    EXPECT_FALSE(fan_log_report_decode(&r, huge.data(), huge.size()));
}
