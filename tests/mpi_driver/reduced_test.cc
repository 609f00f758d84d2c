// reduced: the ranks' histogram agrees with the records, or says what is missing.
#include "mpi_driver/reduced.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace {

fan_record Attempt(int64_t sent_ms, int64_t latency_us)
{
    fan_record record = {};
    record.sent_ns = sent_ms * 1000000;
    record.end_ns = latency_us * 1000 + 999;  // cut to whole microseconds
    return record;
}

class Reduced : public ::testing::Test {
protected:
    void Take(const fan_record &record)
    {
        fan_reduced_add(reduced_.get(), &record);
        records_.push_back(record);
    }
    fan_study_check Check()
    {
        fan_history history = {};
        history.records = records_.data();
        history.record_count = records_.size();
        fan_study_check check = {};
        fan_reduced_check(reduced_.get(), &history, &check);
        return check;
    }
    std::unique_ptr<fan_reduced, void (*)(fan_reduced *)> reduced_{ fan_reduced_new(2, 0), fan_reduced_free };
    std::vector<fan_record> records_;
};

TEST_F(Reduced, AgreesWithTheRecordsThatItCounted)
{
    for (int i = 0; i < 1000; i++) Take(Attempt(i, 100 * i));
    const fan_study_check check = Check();
    EXPECT_TRUE(check.ok) << check.detail;
    EXPECT_STREQ(check.detail, "1000 attempts of 0 ranks, half within 49.92 ms, 99 % within 98.94 ms");
}

TEST_F(Reduced, MissesALostRecordAndAChangedOne)
{
    for (int i = 0; i < 10; i++) Take(Attempt(i, 5000 + i));
    records_.pop_back();
    fan_study_check check = Check();
    EXPECT_FALSE(check.ok);
    EXPECT_NE(std::string(check.detail).find("the journals hold 9"), std::string::npos) << check.detail;
    records_.push_back(Attempt(10, 5100));
    EXPECT_FALSE(Check().ok);
}

TEST_F(Reduced, LeavesOutWhatAnEarlierLaunchMade)
{
    records_.push_back(Attempt(3, 777));
    reduced_->since_ns = 10 * 1000000;
    Take(Attempt(10, 20));
    EXPECT_TRUE(Check().ok);
}

TEST_F(Reduced, SaysThatNothingWasLeftToDo)
{
    records_.push_back(Attempt(3, 777));
    reduced_->since_ns = 10 * 1000000;
    EXPECT_TRUE(Check().ok);
    EXPECT_STREQ(Check().detail, "no attempt in this launch");
}

TEST_F(Reduced, AddsUpOverRanks)
{
    fan_comm *self = fan_comm_open_self();
    Take(Attempt(0, 1500));
    fan_reduced_sum(reduced_.get(), self);
    self->ops->close(self);
    EXPECT_STREQ(Check().detail, "1 attempt of 1 rank, half within 1.5 ms, 99 % within 1.5 ms");
}

TEST_F(Reduced, SeesARecordOfAnotherCell)
{
    Take(Attempt(0, 1500));
    Take(Attempt(1, 1500));
    records_[1].cell = 1;
    EXPECT_FALSE(Check().ok);
}

TEST_F(Reduced, PrintsWhatIsKnownWithoutTheJournals)
{
    fan_record other = Attempt(1, 250000);
    other.cell = 1;
    Take(Attempt(0, 1500));
    Take(other);
    char *text = nullptr;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fan_reduced_print(reduced_.get(), out);
    fclose(out);
    const std::string printed = text;
    free(text);
    EXPECT_NE(printed.find("2 attempts of 0 ranks, half within 1.5 ms, 99 % within 250.1 ms"), std::string::npos)
        << printed;
    EXPECT_NE(printed.find("setting 1: 1 attempts, half within 25"), std::string::npos) << printed;
}

TEST_F(Reduced, NeverMeasuresBackwards)
{
    fan_record record = Attempt(0, 0);
    record.end_ns = -5;
    Take(record);
    EXPECT_EQ(reduced_->latency.bin[0], 1u);
}

}  // namespace
