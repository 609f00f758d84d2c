#include "mpi_driver/progress.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string text(const fan_progress &progress, const fan_totals &now, uint32_t seen,
                 double elapsed_s)
{
    char line[256];
    return fan_progress_text(line, sizeof line, &progress, &now, seen, elapsed_s);
}

fan_progress of(uint64_t planned, uint32_t ranks)
{
    fan_progress p = {};
    p.planned = planned;
    p.ranks = ranks;
    return p;
}

TEST(ProgressText, SaysAllThatCounts)
{
    const fan_totals now = { 1300, 1200, 50, 3, 64, 1234567890, 0 };
    EXPECT_EQ(
        text(of(2000, 4), now, 4, 10),
        "1,250/2,000 calls  64 in flight  3 throttled  50 failed  $0.001235  ETA 6 s");
}

TEST(ProgressText, EstimatesFromThisRunAlone)
{
    fan_progress p = of(1000, 1);
    p.before.calls_done = 900; // took its time in an earlier run
    const fan_totals now = { 0, 950, 0, 0, 0, 0, 0 };
    EXPECT_NE(text(p, now, 1, 10).find("ETA 10 s"), std::string::npos);
}

TEST(ProgressText, HasNoEstimateAtTheStartAndAtTheEnd)
{
    const fan_totals none = {}, all = { 10, 10, 0, 0, 0, 0, 0 };
    EXPECT_EQ(text(of(10, 1), none, 1, 5).find("ETA"), std::string::npos);
    EXPECT_EQ(text(of(10, 1), all, 1, 5).find("ETA"), std::string::npos);
}

TEST(ProgressText, SaysWhenItDoesNotSeeAllRanks)
{
    const fan_totals none = {};
    EXPECT_NE(text(of(10, 4), none, 3, 5).find("(3 of 4 ranks)"), std::string::npos);
}

TEST(ProgressText, SaysThatAnOpenTotalIsTheMost)
{
    fan_progress p = of(2000, 1);
    p.open = true;
    const fan_totals now = { 0, 500, 0, 0, 2, 0, 0 };
    const std::string line = text(p, now, 1, 10);
    EXPECT_EQ(line.find("500/at most 2,000 calls  2 in flight"), 0u) << line;
    EXPECT_NE(line.find("ETA at most 30 s"), std::string::npos) << line;
}

TEST(ProgressText, ANoteTakesThePlaceOfTheEstimate)
{
    fan_progress p = of(2000, 1);
    snprintf(p.note, sizeof p.note, "next probe 14:35:00, 13 of 72");
    const fan_totals now = { 0, 500, 0, 0, 0, 0, 0 };
    const std::string line = text(p, now, 1, 10);
    EXPECT_NE(line.find("  next probe 14:35:00, 13 of 72"), std::string::npos) << line;
    EXPECT_EQ(line.find("ETA"), std::string::npos) << line;
}

} // namespace
