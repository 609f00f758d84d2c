#include "invoke/deadlines.h"

#include "common/random.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace
{
struct Late {
    fan_deadlines *deadlines;
    std::set<uint32_t> seen;
};

void OnLate(void *context, uint32_t index)
{
    auto *late = static_cast<Late *>(context);
    EXPECT_TRUE(late->seen.insert(index).second) << index << " twice";
    fan_deadlines_drop(late->deadlines, index);
}

std::set<uint32_t> Check(fan_deadlines *deadlines, int64_t now_ns)
{
    Late late{ deadlines, {} };
    fan_deadlines_check(deadlines, now_ns, OnLate, &late);
    return late.seen;
}
} // namespace

TEST(Deadlines, FindsThoseAtOrBeforeNow)
{
    fan_deadlines d{};
    fan_deadlines_init(&d, 4);
    EXPECT_EQ(INT64_MAX, d.next_ns);
    fan_deadlines_set(&d, 0, 100);
    fan_deadlines_set(&d, 2, 50);
    fan_deadlines_set(&d, 3, 70);
    fan_deadlines_drop(&d, 3);
    EXPECT_EQ(50, d.next_ns);
    EXPECT_EQ((std::set<uint32_t>{}), Check(&d, 49));
    EXPECT_EQ((std::set<uint32_t>{ 2 }), Check(&d, 50));
    EXPECT_EQ(100, d.next_ns) << "the dropped one does not count";
    EXPECT_EQ((std::set<uint32_t>{ 0 }), Check(&d, 1000));
    EXPECT_EQ(INT64_MAX, d.next_ns);
    fan_deadlines_clear(&d);
}

TEST(Deadlines, AgreesWithALookAtEachOne)
{
    const uint32_t count = 50;
    fan_deadlines d{};
    fan_deadlines_init(&d, count);
    std::map<uint32_t, int64_t> due;
    fan_random random;
    fan_random_init(&random, 3, 1);
    for (int64_t now = 0; now < 3000; now++) {
        uint32_t index = static_cast<uint32_t>(fan_random_u64(&random) % count);
        if (due.erase(index)) fan_deadlines_drop(&d, index);
        if (fan_random_u64(&random) % 3 > 0) {
            due[index] = now + 1 + static_cast<int64_t>(fan_random_u64(&random) % 90);
            fan_deadlines_set(&d, index, due[index]);
        }
        std::set<uint32_t> expected;
        for (auto i = due.begin(); i != due.end();)
            if (i->second <= now) {
                expected.insert(i->first);
                i = due.erase(i);
            } else {
                ASSERT_LE(d.next_ns, i->second);
                ++i;
            }
        ASSERT_EQ(expected, Check(&d, now)) << now;
    }
    fan_deadlines_clear(&d);
}
