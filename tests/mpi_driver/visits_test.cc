#include "mpi_driver/visits.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <vector>

namespace
{

std::vector<fan_task> deal(const fan_visit &visit, const std::vector<uint32_t> &state,
                           uint32_t parallelism, uint32_t ranks, uint32_t rank)
{
    std::vector<fan_task> tasks(visit.calls);
    uint32_t n =
        fan_visits_deal(&visit, state.data(), parallelism, ranks, rank, tasks.data());
    tasks.resize(n);
    return tasks;
}

TEST(VisitsDeal, EveryPendingCallBelongsToExactlyOneRank)
{
    for (uint32_t ranks = 1; ranks <= 7; ranks++)
        for (uint32_t parallelism : { 1u, 2u, 5u, 8u, 64u })
            for (uint32_t calls : { 0u, 1u, 13u, 100u }) {
                const fan_visit visit = { 1, 2, 50, calls };
                std::vector<uint32_t> state(200, 0);
                for (uint32_t i = 50; i < 150; i += 3)
                    state[i] = FAN_CALL_OVER | 1;
                std::map<uint64_t, int> owners;
                for (uint32_t r = 0; r < ranks; r++)
                    for (const fan_task &t : deal(visit, state, parallelism, ranks, r)) {
                        owners[t.call]++;
                        EXPECT_EQ(t.cell, 2u);
                        EXPECT_EQ(t.block, 1u);
                        EXPECT_EQ(t.state, FAN_TASK_PENDING);
                    }
                for (uint32_t i = 50; i < 50 + calls; i++)
                    EXPECT_EQ(owners.count(i), state[i] & FAN_CALL_OVER ? 0u : 1u);
            }
}

TEST(VisitsDeal, SharesFollowThePlaces)
{
    const fan_visit visit = { 0, 0, 0, 100 };
    const std::vector<uint32_t> state(100, 0);
    EXPECT_EQ(deal(visit, state, 1, 4, 0).size(), 100u);
    EXPECT_EQ(deal(visit, state, 1, 4, 1).size(), 0u);
    for (uint32_t r = 0; r < 4; r++)
        EXPECT_EQ(deal(visit, state, 4, 4, r).size(), 25u);
}

TEST(VisitsDeal, NeighboursGoToDifferentRanks)
{
    const fan_visit visit = { 0, 0, 0, 40 };
    const std::vector<uint32_t> state(40, 0);
    const std::vector<fan_task> mine = deal(visit, state, 4, 4, 2);
    for (size_t i = 0; i < mine.size(); i++)
        EXPECT_EQ(mine[i].call, 2 + 4 * i);
}

TEST(VisitsDeal, AttemptsOfEarlierRunsAreKept)
{
    const fan_visit visit = { 0, 0, 0, 2 };
    const std::vector<fan_task> mine = deal(visit, { 7, 0 }, 1, 1, 0);
    EXPECT_EQ(mine[0].attempts_made, 7u);
    EXPECT_EQ(mine[1].attempts_made, 0u);
}

} // namespace
