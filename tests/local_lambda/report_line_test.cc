// The platform's log lines, byte for byte.
#include "local_lambda/report_line.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace
{

struct fan_report sample()
{
    struct fan_report r = {};
    r.request_id = "9b0f2a3c-0000-4000-8000-000000000001";
    r.duration_ms = 26.73;
    r.init_ms = -1;
    r.billed_ms = 27;
    r.memory_mb = 128;
    r.max_memory_mb = 75;
    r.status = "";
    r.error_type = "";
    return r;
}

std::string line_of(const struct fan_report &report)
{
    char text[FAN_REPORT_LINE_MAX];
    size_t n = fan_report_line(text, &report);
    EXPECT_EQ(n, std::string(text).size());
    return text;
}

const std::string head = "REPORT RequestId: 9b0f2a3c-0000-4000-8000-000000000001\t";

TEST(ReportBilled, AddsInitAndDurationThenRoundsUp)
{
    EXPECT_EQ(fan_report_billed_ms(3923.569, 145.399), 4069u);
    EXPECT_EQ(fan_report_billed_ms(17.21, 80.52), 98u);
    EXPECT_EQ(fan_report_billed_ms(1.802, 60.644), 63u);
    EXPECT_EQ(fan_report_billed_ms(3016.78, 84.00), 3101u);
    EXPECT_EQ(fan_report_billed_ms(133.61, 80.00), 214u);
    EXPECT_EQ(fan_report_billed_ms(1049.63, 1293.83), 2344u);
    EXPECT_EQ(fan_report_billed_ms(1058.15, 1307.68), 2366u);
}

TEST(ReportBilled, WarmCallsPayTheirDurationOnly)
{
    EXPECT_EQ(fan_report_billed_ms(17.36, -1), 18u);
    EXPECT_EQ(fan_report_billed_ms(239.0, -1), 239u);
    EXPECT_EQ(fan_report_billed_ms(0.001, -1), 1u) << "a millisecond is the least";
}

TEST(ReportBilled, AgreesWithThePrintedHundredths)
{
    for (int i = 0; i < 5000; i++) {
        double duration = i * 0.0137, init = i * 0.0071;
        char a[32], b[32];
        snprintf(a, sizeof a, "%.2f", duration);
        snprintf(b, sizeof b, "%.2f", init);
        long printed = std::lround(std::atof(a) * 100) + std::lround(std::atof(b) * 100);
        // "%.2f" and llround may part at an exact half hundredth: one hundredth at most
        long billed = (long)fan_report_billed_ms(duration, init);
        EXPECT_GE(billed * 100, printed - 2) << duration;
        EXPECT_LT((billed - 1) * 100, printed + 2 + (i == 0 ? 100 : 0)) << duration;
    }
}

TEST(ReportLine, WarmSuccess)
{
    EXPECT_EQ(line_of(sample()), head +
                                     "Duration: 26.73 ms\tBilled Duration: 27 ms\t"
                                     "Memory Size: 128 MB\tMax Memory Used: 75 MB\t\n");
}

TEST(ReportLine, ColdSuccessNamesTheInit)
{
    struct fan_report r = sample();
    r.init_ms = 166.62;
    r.billed_ms = 194;
    EXPECT_EQ(line_of(r), head +
                              "Duration: 26.73 ms\tBilled Duration: 194 ms\tMemory Size: "
                              "128 MB\tMax Memory Used: 75 MB\tInit Duration: 166.62 "
                              "ms\t\n");
}

TEST(ReportLine, TimeoutEndsInItsStatus)
{
    struct fan_report r = sample();
    r.duration_ms = 3000;
    r.billed_ms = 3000;
    r.status = "timeout";
    EXPECT_EQ(line_of(r), head +
                              "Duration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory "
                              "Size: 128 MB\tMax Memory Used: 75 MB\tStatus: timeout\n");
}

TEST(ReportLine, ErrorNamesItsType)
{
    struct fan_report r = sample();
    r.init_ms = 495.04;
    r.billed_ms = 522;
    r.status = "error";
    r.error_type = "Runtime.OutOfMemory";
    EXPECT_EQ(line_of(r), head +
                              "Duration: 26.73 ms\tBilled Duration: 522 ms\tMemory Size: "
                              "128 MB\tMax Memory Used: 75 MB\tInit Duration: 495.04 "
                              "ms\tStatus: error\tError Type: Runtime.OutOfMemory\n");
}

TEST(ReportLine, LongestTextsAndNumbersFit)
{
    std::string longest(4000, 'x');
    struct fan_report r = sample();
    r.request_id = longest.c_str();
    r.error_type = longest.c_str();
    r.status = "error";
    r.duration_ms = 1e300;
    r.init_ms = 1e300;
    r.billed_ms = UINT64_MAX;
    r.memory_mb = r.max_memory_mb = UINT32_MAX;
    std::string line = line_of(r);
    EXPECT_LT(line.size(), (size_t)FAN_REPORT_LINE_MAX);
    EXPECT_EQ(line.back(), '\n');
}

TEST(ReportStartEnd, FollowThePublishedForm)
{
    char text[FAN_REPORT_LINE_MAX];
    fan_report_start(text, "id", "$LATEST");
    EXPECT_STREQ(text, "START RequestId: id Version: $LATEST\n");
    fan_report_end(text, "id");
    EXPECT_STREQ(text, "END RequestId: id\n");
}

TEST(ReportInit, NamesPhaseAndReason)
{
    char text[FAN_REPORT_LINE_MAX];
    fan_report_init(text, 1236.04, "init", "timeout", "");
    EXPECT_STREQ(text,
                 "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: timeout\n");
    fan_report_init(text, 12.5, "invoke", "error", "Runtime.ExitError");
    EXPECT_STREQ(text,
                 "INIT_REPORT Init Duration: 12.50 ms\tPhase: invoke\tStatus: error\t"
                 "Error Type: Runtime.ExitError\n");
}

} // namespace
