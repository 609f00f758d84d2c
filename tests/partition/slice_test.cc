#include "partition/slice.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

TEST(SlicePlaces, SumToTheParallelismAndLeaveLateRanksIdle)
{
    for (uint32_t ranks : { 1u, 2u, 4u, 7u, 100u })
        for (uint32_t parallelism : { 1u, 3u, 8u, 100u, 1000u }) {
            uint64_t sum = 0;
            for (uint32_t r = 0; r < ranks; r++) {
                uint32_t places = fan_slice_places(parallelism, ranks, r);
                EXPECT_EQ(places == 0, r >= parallelism);
                sum += places;
            }
            EXPECT_EQ(sum, parallelism);
        }
}

TEST(SliceCalls, CoverAllCallsInRankOrder)
{
    for (uint64_t calls :
         { uint64_t(0), uint64_t(1), uint64_t(100), uint64_t(9973), UINT64_MAX })
        for (uint32_t ranks : { 1u, 3u, 4u, 17u })
            for (uint32_t parallelism : { 1u, 2u, 4u, 10u, 64u, 4294967295u }) {
                uint64_t next = 0;
                for (uint32_t r = 0; r < ranks; r++) {
                    fan_range own = fan_slice_calls(calls, parallelism, ranks, r);
                    ASSERT_EQ(own.begin, next);
                    ASSERT_LE(own.begin, own.end);
                    next = own.end;
                }
                EXPECT_EQ(next, calls);
            }
}

TEST(SliceCalls, AreProportionalToPlacesWithinOne)
{
    for (uint32_t ranks : { 2u, 3u, 5u })
        for (uint32_t parallelism : { 2u, 7u, 32u })
            for (uint32_t r = 0; r < ranks; r++) {
                fan_range own = fan_slice_calls(1000, parallelism, ranks, r);
                double fair =
                    1000.0 * fan_slice_places(parallelism, ranks, r) / parallelism;
                EXPECT_NEAR(double(own.end - own.begin), fair, 1.0);
            }
}

TEST(SliceCalls, RanksWithoutPlacesOwnNothing)
{
    fan_range idle = fan_slice_calls(100, 2, 4, 3);
    EXPECT_EQ(idle.begin, idle.end);
}

static std::vector<uint64_t> units(uint64_t total, std::vector<uint64_t> weight)
{
    std::vector<uint64_t> share(weight.size());
    fan_slice_units(total, weight.data(), uint32_t(weight.size()), share.data());
    return share;
}

TEST(SliceUnits, LargestRemainderWinsAndTiesGoToTheLowerIndex)
{
    EXPECT_EQ(units(10, { 1, 1, 1 }), (std::vector<uint64_t>{ 4, 3, 3 }));
    EXPECT_EQ(units(10, { 1, 2, 3 }), (std::vector<uint64_t>{ 2, 3, 5 }));
    EXPECT_EQ(units(2, { 1, 1, 1, 1 }), (std::vector<uint64_t>{ 1, 1, 0, 0 }));
    EXPECT_EQ(units(50, { 0, 0 }), (std::vector<uint64_t>{ 25, 25 }));
    EXPECT_EQ(units(7, { 0, 5, 0 }), (std::vector<uint64_t>{ 0, 7, 0 }));
    EXPECT_EQ(units(0, { 3, 4 }), (std::vector<uint64_t>{ 0, 0 }));
}

TEST(SliceUnits, SumExactlyAndStayWithinOneOfTheFairShare)
{
    const std::vector<std::vector<uint64_t>> weights = {
        { 1 }, { 5, 0, 3, 3, 1 }, { 1, 1, 1, 1, 1, 1, 1 }, { 1000000007, 998244353, 3 }
    };
    for (const auto &w : weights) {
        uint64_t sum = std::accumulate(w.begin(), w.end(), uint64_t(0));
        for (uint64_t total : { 1u, 2u, 49u, 50u, 99999u }) {
            auto share = units(total, w);
            EXPECT_EQ(std::accumulate(share.begin(), share.end(), uint64_t(0)), total);
            for (size_t i = 0; i < w.size(); i++) {
                EXPECT_NEAR(double(share[i]), double(total) * double(w[i]) / double(sum),
                            1.0);
                EXPECT_TRUE(w[i] || !share[i]);
            }
        }
    }
}

TEST(SliceUnits, HugeTotalsAndWeightsDoNotOverflow)
{
    auto share = units(UINT64_MAX, { UINT64_MAX, UINT64_MAX });
    EXPECT_EQ(share[0], UINT64_MAX / 2 + 1);
    EXPECT_EQ(share[1], UINT64_MAX / 2);
}
