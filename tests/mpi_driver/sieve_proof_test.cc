// The sum over partitions, from records written by hand.
#include "mpi_driver/sieve_proof.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <vector>

namespace
{

TEST(SieveAuditChoose, DrawsDistinctPartitionsBySeed)
{
    for (uint32_t parts : { 1u, 2u, 50u, 1000u })
        for (double share : { 0.001, 0.3, 1.0 }) {
            std::vector<uint32_t> a(parts), b(parts);
            const uint32_t n = fan_sieve_audit_choose(5, parts, share, a.data());
            ASSERT_EQ(fan_sieve_audit_choose(5, parts, share, b.data()), n);
            EXPECT_GE(n, 1u);
            EXPECT_GE(n, share * parts);
            EXPECT_LT(n, share * parts + 1);
            EXPECT_TRUE(std::equal(a.begin(), a.begin() + n, b.begin()));
            const std::set<uint32_t> distinct(a.begin(), a.begin() + n);
            EXPECT_EQ(distinct.size(), n);
            EXPECT_LT(*distinct.rbegin(), parts);
        }
    uint32_t none;
    EXPECT_EQ(fan_sieve_audit_choose(1, 1, 0, &none), 0u);
}

// [0, 100) in two partitions of 50
struct Proof {
    fan_job job = {};
    fan_plan plan = {};
    fan_history history = {};
    fan_range partition[2] = { { 0, 50 }, { 50, 100 } };
    std::vector<fan_record> records;
    std::vector<std::string> bodies;
    std::vector<fan_sieve_audit> audits;
    fan_study_sieve sieve = {};
    std::vector<fan_study_check> checks;

    Proof()
    {
        job.is_sieve = true;
        job.sieve.range = { 0, 100 };
        plan.is_sieve = true;
        plan.partition = partition;
        plan.partition_count = 2;
        bodies.reserve(10);
    }
    void answer(uint64_t call, int lo, int hi, int count, int sum, int first, int last)
    {
        char body[200];
        std::snprintf(
            body, sizeof body,
            R"({"lo":%d,"hi":%d,"count":%d,"checksum":"%d","first":%d,"last":%d})", lo,
            hi, count, sum, first, last);
        bodies.emplace_back(body);
        fan_record r = {};
        r.call = call;
        r.body = &bodies.back()[0];
        r.body_bytes = bodies.back().size();
        records.push_back(r);
    }
    void low(uint64_t call = 0)
    {
        answer(call, 0, 50, 15, 328, 2, 47);
    }
    void high()
    {
        answer(1, 50, 100, 10, 732, 53, 97);
    }
    void prove()
    {
        fan_study_check room[FAN_SIEVE_CHECKS];
        history.records = records.data();
        history.record_count = records.size();
        const size_t n = fan_sieve_prove(&job, &plan, &history, audits.data(),
                                         audits.size(), &sieve, room);
        ASSERT_LE(n, static_cast<size_t>(FAN_SIEVE_CHECKS));
        checks.assign(room, room + n);
    }
    // "ok" or "failed: DETAIL"; empty when there is no such check
    std::string verdict(const char *name) const
    {
        for (const fan_study_check &c : checks)
            if (std::strcmp(c.name, name) == 0)
                return c.ok ? "ok" : std::string("failed: ") + c.detail;
        return "";
    }
};

TEST(SieveProof, CountsAndComparesWithThePublishedNumber)
{
    Proof p;
    p.low();
    p.high();
    p.prove();
    EXPECT_EQ(p.sieve.count, 25u);
    EXPECT_EQ(p.sieve.checksum, 1060u);
    EXPECT_EQ(p.sieve.first, 2u);
    EXPECT_EQ(p.sieve.last, 97u);
    for (const fan_study_check &c : p.checks)
        EXPECT_TRUE(c.ok) << c.name;
    EXPECT_EQ(p.verdict("published count"), "ok");
    EXPECT_EQ(p.verdict("audit"), "");
}

TEST(SieveProof, APartitionCountsOnceHoweverOftenItIsAnswered)
{
    Proof p;
    p.low();
    p.low();
    p.high();
    p.low();
    p.prove();
    EXPECT_EQ(p.sieve.count, 25u);
    EXPECT_EQ(p.sieve.partitions_done, 2u);
}

TEST(SieveProof, NamesWhatIsMissing)
{
    Proof p;
    p.low();
    p.prove();
    EXPECT_EQ(p.sieve.count, 15u);
    EXPECT_EQ(p.verdict("all partitions counted"), "failed: 1 of 2; missing: 1");
    EXPECT_EQ(p.verdict("published count"), "");
}

TEST(SieveProof, NoticesContradictionsAndAnswersForAnotherRange)
{
    Proof p;
    p.low();
    p.high();
    p.answer(0, 0, 50, 14, 300, 2, 47);
    p.low(1); // partition 0's answer for partition 1
    p.prove();
    EXPECT_EQ(p.sieve.count, 25u);
    EXPECT_EQ(p.verdict("answers consistent").find("failed: 2 answers"), 0u);
}

TEST(SieveProof, TheAuditFindsAWrongCount)
{
    Proof p;
    p.answer(0, 0, 50, 14, 326, 3, 47); // 2 is missing
    p.high();
    p.audits = { { 0, { { 0, 50 }, 15, 328, 2, 47, 0, 0, 0 } } };
    p.prove();
    EXPECT_EQ(p.verdict("audit").find("failed: 1 of 1"), 0u);
    EXPECT_EQ(p.verdict("published count").find("failed: 24"), 0u);
}

} // namespace
