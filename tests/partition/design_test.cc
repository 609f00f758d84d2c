#include "partition/design.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

static const uint32_t works[] = { 1, 2, 5 };
static const uint32_t levels[] = { 1, 32 };

static fan_factors factors()
{
    fan_factors f = {};
    f.functions = 4;
    f.work = works;
    f.work_count = 3;
    f.parallelism = levels;
    f.parallelism_count = 2;
    return f;
}

static std::vector<fan_visit> visits(uint32_t cells, uint32_t repetitions,
                                     uint32_t blocks, bool randomize, uint64_t seed)
{
    const fan_blocking even = { repetitions, repetitions, blocks, repetitions, blocks };
    std::vector<fan_visit> v(size_t(cells) * blocks);
    fan_design_visits(cells, &even, randomize, seed, v.data());
    return v;
}

static std::vector<uint32_t> order(const std::vector<fan_visit> &v)
{
    std::vector<uint32_t> cells;
    for (const fan_visit &visit : v)
        cells.push_back(visit.cell);
    return cells;
}

TEST(DesignCells, EveryCombinationOfLevelsIsOneCell)
{
    fan_factors f = factors();
    ASSERT_EQ(fan_design_cells(&f), 24u);
    std::set<std::tuple<uint32_t, uint32_t, uint32_t>> seen;
    for (uint32_t i = 0; i < 24; i++) {
        fan_cell c = fan_design_cell(&f, i);
        EXPECT_LT(c.function, 4u);
        seen.insert({ c.function, c.work, c.parallelism });
    }
    EXPECT_EQ(seen.size(), 24u);
}

TEST(DesignCells, FunctionsVarySlowest)
{
    fan_factors f = factors();
    for (uint32_t i = 0; i < 24; i++)
        EXPECT_EQ(fan_design_cell(&f, i).function, i / 6);
}

TEST(DesignBlocks, GiveEachVisitAtLeastTheParallelism)
{
    EXPECT_EQ(fan_design_blocks(100, 32, 10), 3u);
    EXPECT_EQ(fan_design_blocks(100, 1, 10), 10u);
    EXPECT_EQ(fan_design_blocks(20, 8, 10), 2u);
    EXPECT_EQ(fan_design_blocks(1, 64, 10), 1u);
    EXPECT_EQ(fan_design_blocks(100, 1, 1), 1u);
}

TEST(DesignVisits, EachBlockIsAPermutationOfTheCells)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        auto v = visits(20, 100, 7, true, seed);
        for (uint32_t b = 0; b < 7; b++) {
            std::vector<uint32_t> cells;
            for (uint32_t i = 0; i < 20; i++) {
                EXPECT_EQ(v[b * 20 + i].block, b);
                cells.push_back(v[b * 20 + i].cell);
            }
            std::sort(cells.begin(), cells.end());
            for (uint32_t i = 0; i < 20; i++)
                ASSERT_EQ(cells[i], i);
        }
    }
}

TEST(DesignVisits, RepetitionsOfEachCellSumAndSpreadEvenly)
{
    for (uint32_t repetitions : { 1u, 6u, 7u, 20u, 100u }) {
        auto v = visits(5, repetitions, 7, true, 3);
        std::vector<uint64_t> sum(5);
        for (const fan_visit &visit : v) {
            sum[visit.cell] += visit.calls;
            EXPECT_LE(visit.calls, repetitions / 7 + 1);
            EXPECT_GE(visit.calls, repetitions / 7);
        }
        for (uint64_t s : sum)
            EXPECT_EQ(s, repetitions);
    }
}

TEST(DesignVisits, CallIdsRunConsecutivelyThroughTheVisits)
{
    auto v = visits(9, 25, 4, true, 11);
    uint64_t next = 0;
    for (const fan_visit &visit : v) {
        EXPECT_EQ(visit.first_call, next);
        next += visit.calls;
    }
    EXPECT_EQ(next, 9u * 25u);
}

TEST(DesignVisits, SameSeedSameOrderOtherSeedOtherOrder)
{
    auto a = order(visits(20, 100, 5, true, 1));
    EXPECT_EQ(a, order(visits(20, 100, 5, true, 1)));
    EXPECT_NE(a, order(visits(20, 100, 5, true, 2)));
}

TEST(DesignVisits, BlocksDifferFromEachOther)
{
    auto v = order(visits(20, 100, 2, true, 1));
    EXPECT_FALSE(std::equal(v.begin(), v.begin() + 20, v.begin() + 20));
}

TEST(DesignVisits, SequentialOrderIsCellOrder)
{
    auto v = visits(6, 12, 3, false, 1);
    for (size_t i = 0; i < v.size(); i++)
        EXPECT_EQ(v[i].cell, i % 6);
}

TEST(DesignVisits, EveryCellComesFirstAboutEquallyOften)
{
    /* chi-square of the first place over 4000 blocks, 4 degrees: 18.5 is p = 0.001 */
    auto v = visits(5, 4000, 4000, true, 99);
    double count[5] = {}, chi = 0;
    for (size_t b = 0; b < 4000; b++)
        count[v[b * 5].cell]++;
    for (double c : count)
        chi += (c - 800) * (c - 800) / 800;
    EXPECT_LT(chi, 18.5);
}

TEST(DesignBlocking, APlainNumberGivesEvenBlocksOnly)
{
    const fan_blocking b = fan_design_blocking(100, 100, 32, 10);
    EXPECT_EQ(b.blocks, 3u);
    EXPECT_EQ(fan_design_block_calls(&b, 0), 34u);
    EXPECT_EQ(fan_design_block_calls(&b, 2), 33u);
}

TEST(DesignBlocking, FirstTheLeastThenStepsOfItsBlocksUpToTheMost)
{
    for (uint32_t least : { 1u, 6u, 20u, 33u })
        for (uint32_t more : { 0u, 1u, 7u, 480u })
            for (uint32_t level : { 1u, 8u, 64u })
                for (uint32_t blocks_max : { 1u, 3u, 10u }) {
                    const fan_blocking b =
                        fan_design_blocking(least, least + more, level, blocks_max);
                    uint32_t sum = 0;
                    for (uint32_t i = 0; i < b.blocks; i++) {
                        const uint32_t calls = fan_design_block_calls(&b, i);
                        ASSERT_GE(calls, 1u);
                        ASSERT_LE(calls, b.step);
                        sum += calls;
                        if (i + 1 == b.even) {
                            EXPECT_EQ(sum, least);
                        }
                    }
                    EXPECT_EQ(sum, least + more);
                }
}

TEST(DesignBlocking, EveryProbeIsAlike)
{
    const fan_blocking b = fan_design_probes(3, 72);
    EXPECT_EQ(b.blocks, 72u);
    for (uint32_t i = 0; i < b.blocks; i++)
        EXPECT_EQ(fan_design_block_calls(&b, i), 3u);
    EXPECT_EQ(b.most, 216u);
}
