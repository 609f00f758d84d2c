// Result folders as they are found: whole, killed, damaged.
#include "mpi_driver/history.h"

#include "mpi_driver/folder.h"
#include "mpi_driver/ledger.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace
{

class HistoryFolder : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        char path[] = "/tmp/fan-history-XXXXXX";
        ASSERT_NE(mkdtemp(path), nullptr);
        dir = path;
    }
    void TearDown() override
    {
        fan_history_clear(&history);
        (void)std::system(("rm -rf '" + dir + "'").c_str());
    }

    // A rank's journal with one record per outcome; calls count up from first_call.
    void write(uint32_t rank, uint64_t first_call,
               const std::vector<fan_outcome> &outcomes, uint64_t first_seq = 0,
               uint64_t mark = 77)
    {
        char path[PATH_MAX];
        fan_journal_header header = {};
        header.version = 1;
        header.rank = rank;
        header.ranks = 4;
        header.job_crc = mark;
        header.started_wall_ns = 1000 + rank;
        fan_journal *journal = nullptr;
        fan_history_journal_path(path, dir.c_str(), rank);
        ASSERT_EQ(fan_journal_open(&journal, path, &header, nullptr), FAN_OK);
        for (size_t i = 0; i < outcomes.size(); i++) {
            fan_record r = {};
            r.rank = rank;
            r.seq = first_seq + i;
            r.call = first_call + i;
            r.outcome = outcomes[i];
            r.sent_ns = 1000 * static_cast<int64_t>(i);
            r.end_ns = 500;
            ASSERT_EQ(fan_journal_attempt(journal, &r, nullptr), FAN_OK);
        }
        fan_phase_mark phase = {};
        phase.phase = 4;
        phase.end_ns = 9000;
        ASSERT_EQ(fan_journal_phase(journal, &phase, nullptr), FAN_OK);
        fan_journal_close(journal);
    }
    fan_status read(fan_err *err = nullptr)
    {
        return fan_history_read(&history, dir.c_str(), err);
    }
    std::string journal(uint32_t rank)
    {
        char path[PATH_MAX];
        fan_history_journal_path(path, dir.c_str(), rank);
        return path;
    }

    std::string dir;
    fan_history history = {};
};

TEST_F(HistoryFolder, WithoutJournalsIsNotFound)
{
    fan_err err = {};
    EXPECT_EQ(read(&err), FAN_ENOTFOUND);
    EXPECT_NE(std::string(err.text).find(dir), std::string::npos);
}

TEST_F(HistoryFolder, ReadsAllRanksInOrder)
{
    write(3, 10, { FAN_OUTCOME_OK, FAN_OUTCOME_THROTTLE });
    write(0, 0, { FAN_OUTCOME_OK });
    ASSERT_EQ(read(), FAN_OK);
    ASSERT_EQ(history.record_count, 3u);
    EXPECT_EQ(history.records[0].rank, 0u);
    EXPECT_EQ(history.records[2].call, 11u);
    EXPECT_EQ(history.phase_count, 2u);
    EXPECT_EQ(history.phase_rank[1], 3u);
    EXPECT_EQ(history.next_phase, 5u);
    EXPECT_EQ(history.end_ns, 9000);
    EXPECT_EQ(history.ranks, 4u);
    EXPECT_EQ(history.started_wall_ns, 1000);
    EXPECT_FALSE(history.job_mixed);
    EXPECT_EQ(history.job_mark, 77u);
    EXPECT_STREQ(history.damage, "");
}

TEST_F(HistoryFolder, KnowsWhichCallsAreOver)
{
    write(0, 0, { FAN_OUTCOME_OK, FAN_OUTCOME_THROTTLE, FAN_OUTCOME_FUNCTION });
    write(1, 1, { FAN_OUTCOME_OK });
    ASSERT_EQ(read(), FAN_OK);
    uint32_t state[5];
    fan_history_calls(&history, true, state, 5);
    EXPECT_EQ(state[0], FAN_CALL_OVER | 1);
    EXPECT_EQ(state[1], FAN_CALL_OVER | 1);
    EXPECT_EQ(state[2], 1u);
    EXPECT_EQ(state[3], 0u);
    fan_history_calls(&history, false, state, 5);
    EXPECT_EQ(state[2], FAN_CALL_OVER | 1);
    uint64_t seq[3];
    fan_history_next_seq(&history, seq, 3);
    EXPECT_EQ(seq[0], 3u);
    EXPECT_EQ(seq[1], 1u);
    EXPECT_EQ(seq[2], 0u);
}

TEST_F(HistoryFolder, CountsAttemptsThatNeverCameBack)
{
    write(0, 0, { FAN_OUTCOME_OK, FAN_OUTCOME_OK });
    fan_ledger *ledger = nullptr;
    ASSERT_EQ(fan_ledger_open(&ledger, dir.c_str(), 0, nullptr), FAN_OK);
    fan_ledger_totals(ledger)->started = 7;
    fan_ledger_totals(ledger)->ending = FAN_ENDING_BUDGET;
    fan_ledger_close(ledger);
    ASSERT_EQ(read(), FAN_OK);
    EXPECT_EQ(history.lost, 5u);
    EXPECT_EQ(history.ending, FAN_ENDING_BUDGET);
}

TEST_F(HistoryFolder, UsesWhatIsIntactAndTellsOfDamage)
{
    write(0, 0, std::vector<fan_outcome>(20, FAN_OUTCOME_OK));
    std::fstream file(journal(0), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(0, std::ios::end);
    const std::streamoff middle = file.tellg() / 2;
    file.seekp(middle);
    file.put('\x55');
    file.close();
    ASSERT_EQ(read(), FAN_OK);
    EXPECT_GE(history.record_count, 18u);
    EXPECT_LT(history.record_count, 20u);
    EXPECT_NE(std::string(history.damage).find("damaged"), std::string::npos);
}

TEST_F(HistoryFolder, AJournalWithoutItsHeaderStillGivesItsRecords)
{
    write(0, 0, std::vector<fan_outcome>(20, FAN_OUTCOME_OK));
    std::fstream file(journal(0), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(30);
    file.put('\x55');
    file.close();
    ASSERT_EQ(read(), FAN_OK);
    EXPECT_EQ(history.record_count, 20u);
    EXPECT_NE(std::string(history.damage).find("1 have no header"), std::string::npos);
}

TEST_F(HistoryFolder, ARankThatHadJustBegunHasDoneNothing)
{
    write(0, 0, { FAN_OUTCOME_OK });
    std::ofstream(journal(1)); // killed before its header, and
    std::ofstream(journal(2)) << "\x94\xa4"
                              << "fa"; // in its middle
    ASSERT_EQ(read(), FAN_OK);
    EXPECT_EQ(history.record_count, 1u);
    EXPECT_EQ(history.journals, 1u);
    EXPECT_EQ(history.job_mark, 77u);
    EXPECT_NE(std::string(history.damage).find("0 damaged frames"), std::string::npos);
    EXPECT_NE(std::string(history.damage).find("1 of 2 journals end inside a frame"),
              std::string::npos)
        << history.damage;
}

TEST_F(HistoryFolder, AnEmptyJournalIsNoDamage)
{
    std::ofstream{ journal(0) };
    ASSERT_EQ(read(), FAN_OK);
    EXPECT_EQ(history.record_count, 0u);
    EXPECT_EQ(history.journals, 0u);
    EXPECT_STREQ(history.damage, "");
}

TEST_F(HistoryFolder, ACallThatFoundNoConnectionWasNotMade)
{
    write(0, 0, { FAN_OUTCOME_NETWORK, FAN_OUTCOME_NETWORK });
    ASSERT_EQ(read(), FAN_OK);
    history.records[1].never_sent = true;
    uint32_t state[2];
    fan_history_calls(&history, false, state, 2);
    EXPECT_EQ(state[0], FAN_CALL_OVER | 1);
    EXPECT_EQ(state[1], 1u);
}

TEST_F(HistoryFolder, JournalsOfDifferentJobsDoNotGoTogether)
{
    write(0, 0, { FAN_OUTCOME_OK });
    write(1, 0, { FAN_OUTCOME_OK }, 0, 78);
    ASSERT_EQ(read(), FAN_OK);
    EXPECT_TRUE(history.job_mixed);
}

TEST_F(HistoryFolder, AUsedFolderIsNotWrittenOver)
{
    char chosen[PATH_MAX];
    fan_err err = {};
    EXPECT_EQ(fan_folder_choose(chosen, dir.c_str(), "job", &err), FAN_OK) << err.text;
    write(0, 0, { FAN_OUTCOME_OK });
    EXPECT_EQ(fan_folder_choose(chosen, dir.c_str(), "job", &err), FAN_EUSAGE);
    EXPECT_NE(std::string(err.text).find("not empty"), std::string::npos);
}

TEST_F(HistoryFolder, IsMadeWithAllAboveIt)
{
    const std::string deep = dir + "/a/b/c";
    EXPECT_EQ(fan_folder_make(deep.c_str(), nullptr), FAN_OK);
    EXPECT_EQ(fan_folder_make(deep.c_str(), nullptr), FAN_OK);
    write(0, 0, {});
    fan_err err = {};
    EXPECT_EQ(fan_folder_make((journal(0) + "/x").c_str(), &err), FAN_EIO);
}

TEST_F(HistoryFolder, LedgersKeepWhatLeftAndForgetTheRest)
{
    fan_ledger *ledger = nullptr;
    fan_totals totals = {};
    ASSERT_EQ(fan_ledger_open(&ledger, dir.c_str(), 2, nullptr), FAN_OK);
    fan_ledger_totals(ledger)->started = 9;
    fan_ledger_totals(ledger)->calls_done = 5;
    ASSERT_EQ(fan_ledger_read(&totals, dir.c_str(), 2, nullptr), FAN_OK);
    EXPECT_EQ(totals.calls_done, 5u);
    fan_ledger_close(ledger);
    ASSERT_EQ(fan_ledger_open(&ledger, dir.c_str(), 2, nullptr), FAN_OK);
    EXPECT_EQ(fan_ledger_totals(ledger)->started, 9u);
    EXPECT_EQ(fan_ledger_totals(ledger)->calls_done, 0u);
    fan_ledger_close(ledger);
    EXPECT_EQ(fan_ledger_read(&totals, dir.c_str(), 3, nullptr), FAN_ENOTFOUND);
    std::ofstream(dir + "/ledger-0004.bin")
        << "this is no ledger but a text that is long enough "
           "to fill one";
    EXPECT_EQ(fan_ledger_read(&totals, dir.c_str(), 4, nullptr), FAN_EFORMAT);
    EXPECT_EQ(fan_ledger_open(&ledger, dir.c_str(), 4, nullptr), FAN_EFORMAT);
}

} // namespace
