#include "partition/range.h"

#include <gtest/gtest.h>

TEST(RangeBlock, EarlierPartsTakeRemainder)
{
    uint64_t sizes[] = { 4, 3, 3 };
    uint64_t next = 0;
    for (uint32_t i = 0; i < 3; i++) {
        fan_range r = fan_range_block(10, 3, i);
        EXPECT_EQ(r.begin, next);
        EXPECT_EQ(r.end - r.begin, sizes[i]);
        next = r.end;
    }
}

TEST(RangeBlock, PartsCoverEverythingInOrderAndDifferByAtMostOne)
{
    const uint64_t totals[] = { 0, 1, 2, 7, 64, 1000, 12345678901, UINT64_MAX };
    for (uint64_t n : totals)
        for (uint32_t parts : { 1u, 2u, 3u, 7u, 64u, 1009u }) {
            uint64_t next = 0, least = UINT64_MAX, most = 0;
            for (uint32_t i = 0; i < parts; i++) {
                fan_range r = fan_range_block(n, parts, i);
                ASSERT_EQ(r.begin, next) << n << "/" << parts;
                uint64_t size = r.end - r.begin;
                least = std::min(least, size);
                most = std::max(most, size);
                next = r.end;
            }
            EXPECT_EQ(next, n);
            EXPECT_LE(most - least, 1u);
        }
}
