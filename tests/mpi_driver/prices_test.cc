/* Which price table a job gets, and what is said of a bad one. */
#include "mpi_driver/prices.h"
#include "tests/support/parsed_job.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace
{

Job Parse(const std::string &more)
{
    const std::string text = "name: t\nfunctions: [{name: f, memory_mb: 128}]\n"
                             "sieve: {hi: 1000}\n" +
                             more;
    return parse(text);
}

/* A table whose only price tells which one it is. */
std::string Table(const char *usd)
{
    return std::string(R"({"format": 1, "date": "2031-05", "source": "test",
      "billing": {"round_up_ms": 1, "init": true}, "regions": {"us-east-1": {"lambda":
      {"request_usd": )") +
           usd + R"(, "x86_64": {"gb_second_usd": [{"usd": 1e-5}]}}}}})";
}

class Prices : public ::testing::Test
{
  protected:
    std::filesystem::path folder;
    fan_comm *comm = nullptr;
    fan_err err = {};

    void SetUp() override
    {
        folder = std::filesystem::path(::testing::TempDir()) /
                 ("prices." + std::to_string(getpid()));
        std::filesystem::create_directories(folder);
        comm = fan_comm_open_self();
    }
    void TearDown() override
    {
        comm->ops->close(comm);
        std::filesystem::remove_all(folder);
    }
    std::string Write(const char *name, const std::string &text)
    {
        std::ofstream(folder / name) << text;
        return (folder / name).string();
    }
};

} // namespace

TEST_F(Prices, AreTheNewestBuiltInWithoutAnyFile)
{
    const Job job = Parse("");
    EXPECT_STREQ(job->price.date, "2026-11"); /* a parsed job has prices at once */
    job->price.request = 0;
    ASSERT_EQ(fan_prices_open(job.get(), nullptr, comm, &err), FAN_OK) << err.text;
    EXPECT_STREQ(job->price.date, "2026-11");
    EXPECT_DOUBLE_EQ(job->price.request, 2e-7);
}

TEST_F(Prices, ComeFromTheJobsOwnFile)
{
    const Job job = Parse("prices: " + Write("own.json", Table("0.25")) + "\n");
    ASSERT_EQ(fan_prices_open(job.get(), nullptr, comm, &err), FAN_OK) << err.text;
    EXPECT_EQ(job->price.request, 0.25);
    EXPECT_STREQ(job->price.date, "2031-05");
}

TEST_F(Prices, OfAnEarlierRunGoFirst)
{
    const Job before = Parse("prices: " + Write("own.json", Table("0.25")) + "\n");
    ASSERT_EQ(fan_prices_open(before.get(), folder.c_str(), comm, &err), FAN_OK);
    EXPECT_EQ(before->price.request, 0.25); /* nothing was kept yet */
    ASSERT_EQ(fan_prices_keep(before.get(), folder.c_str(), &err), FAN_OK) << err.text;
    std::filesystem::remove(folder / "own.json");
    const Job again = Parse("prices: " + (folder / "own.json").string() + "\n");
    ASSERT_EQ(fan_prices_open(again.get(), folder.c_str(), comm, &err), FAN_OK)
        << err.text;
    EXPECT_EQ(again->price.request, 0.25);
    EXPECT_STREQ(again->price.source, "test");
}

TEST_F(Prices, BadTablesAreWrongUsage)
{
    const Job missing = Parse("prices: " + (folder / "none.json").string() + "\n");
    EXPECT_EQ(fan_prices_open(missing.get(), nullptr, comm, &err), FAN_EUSAGE);
    EXPECT_NE(std::string(err.text).find("read prices: cannot open '"), std::string::npos)
        << err.text;

    err = {};
    const std::string path = Write("bad.json", Table("-1"));
    const Job bad = Parse("prices: " + path + "\n");
    EXPECT_EQ(fan_prices_open(bad.get(), nullptr, comm, &err), FAN_EUSAGE);
    EXPECT_EQ(err.text,
              path + ": key 'regions.us-east-1.lambda.request_usd': -1 is not from 0 to "
                     "1000, expected dollars per request");

    err = {};
    const Job arm = Parse("arch: arm64\nprices: " + Write("x86.json", Table("1")) + "\n");
    EXPECT_EQ(fan_prices_open(arm.get(), nullptr, comm, &err), FAN_EUSAGE);
    EXPECT_NE(std::string(err.text).find("no prices for arm64, which the job asks for"),
              std::string::npos)
        << err.text;

    err = {};
    const Job huge = Parse("prices: " + Write("huge.json", std::string(300000, ' ')));
    EXPECT_EQ(fan_prices_open(huge.get(), nullptr, comm, &err), FAN_EUSAGE);
}
