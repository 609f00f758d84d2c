#include "mpi_driver/clock_sync.h"

#include "common/random.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace
{

TEST(ClockOffset, LiesInTheIntersection)
{
    const fan_ping pings[2] = { { 100, 1150, 220 }, { 300, 1340, 360 } };
    int64_t offset = 0, error = 0;
    // bounds [930, 1050] and [980, 1040]
    EXPECT_TRUE(fan_clock_offset(pings, 2, &offset, &error));
    EXPECT_EQ(offset, 1010);
    EXPECT_EQ(error, 30);
}

TEST(ClockOffset, AnEmptyIntersectionIsAStep)
{
    const fan_ping pings[2] = { { 100, 1100, 110 }, { 200, 5200, 210 } };
    int64_t offset = 0, error = 0;
    EXPECT_FALSE(fan_clock_offset(pings, 2, &offset, &error));
}

TEST(ClockOffset, TheTruthIsWithinTheError)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        fan_random dice;
        fan_random_init(&dice, seed, 0);
        const int64_t truth =
            static_cast<int64_t>(fan_random_below(&dice, 2000000000)) - 1000000000;
        std::vector<fan_ping> pings;
        for (int64_t i = 0; i < 50; i++) {
            const int64_t asked = i * 1000000;
            const int64_t there = static_cast<int64_t>(fan_random_below(&dice, 50000));
            const int64_t back = static_cast<int64_t>(fan_random_below(&dice, 50000));
            pings.push_back({ asked, asked + there + truth, asked + there + back });
        }
        int64_t offset = 0, error = 0;
        ASSERT_TRUE(fan_clock_offset(pings.data(), pings.size(), &offset, &error));
        EXPECT_LE(std::llabs(offset - truth), error + 1);
    }
}

TEST(ClockSync, OneHostSharesItsClock)
{
    fan_comm *comm = fan_comm_open_self();
    EXPECT_EQ(fan_clock_sync(comm, 12345), 12345);
    comm->ops->close(comm);
}

} // namespace
