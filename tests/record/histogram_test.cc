// Reference values: HdrHistogram's layout and its test of coordinated omission.
#include "record/histogram.h"

#include "common/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace
{
std::unique_ptr<fan_histogram> Empty()
{
    return std::make_unique<fan_histogram>();
}
} // namespace

TEST(HistogramLayout, PublishedIndices)
{
    const uint64_t rows[][2] = {
        { 0, 0 },       { 2047, 2047 },  { 2048, 2048 },      { 4095, 3071 },
        { 4096, 3072 }, { 10000, 4322 }, { 11722965, 14743 }, { 100000000, 17909 }
    };
    for (auto &row : rows)
        EXPECT_EQ(row[1], fan_histogram_index(row[0])) << row[0];
    EXPECT_EQ(23552, FAN_HISTOGRAM_BINS);
    EXPECT_EQ(21503u, fan_histogram_index((uint64_t{ 1 } << 30) - 1))
        << "a range to 900 s has 21,504 bins";
    EXPECT_EQ(FAN_HISTOGRAM_BINS - 1u, fan_histogram_index(UINT32_MAX));
    EXPECT_EQ(FAN_HISTOGRAM_BINS - 1u, fan_histogram_index(UINT64_MAX));
}

TEST(HistogramLayout, BinsAreAdjacentAndNarrow)
{
    for (size_t i = 0; i < FAN_HISTOGRAM_BINS; i++) {
        uint64_t lower = fan_histogram_lower_us(i), upper = fan_histogram_upper_us(i);
        ASSERT_EQ(i, fan_histogram_index(lower));
        ASSERT_EQ(i, fan_histogram_index(upper));
        if (i + 1 < FAN_HISTOGRAM_BINS) {
            ASSERT_EQ(upper + 1, fan_histogram_lower_us(i + 1));
        }
        if (lower >= 2048) {
            ASSERT_LT(static_cast<double>(upper - lower) / static_cast<double>(lower),
                      9.77e-4);
        }
        ASSERT_LE(static_cast<double>(upper - lower), static_cast<double>(lower) / 1000);
    }
    EXPECT_EQ(UINT32_MAX, fan_histogram_upper_us(FAN_HISTOGRAM_BINS - 1));
}

TEST(HistogramPercentile, CoordinatedOmission)
{
    auto raw = Empty(), corrected = Empty();
    for (int i = 0; i < 10000; i++) {
        fan_histogram_add(raw.get(), 1000);
        fan_histogram_add_corrected(corrected.get(), 1000, 10000);
    }
    fan_histogram_add(raw.get(), 100000000);
    fan_histogram_add_corrected(corrected.get(), 100000000, 10000);
    EXPECT_EQ(10001u, fan_histogram_count(raw.get()));
    EXPECT_EQ(20000u, fan_histogram_count(corrected.get()));
    auto near = [](double expected, uint64_t got) {
        EXPECT_NEAR(expected, static_cast<double>(got), expected / 1000);
    };
    near(1000, fan_histogram_percentile_us(raw.get(), 99.99));
    near(1e8, fan_histogram_percentile_us(raw.get(), 99.999));
    near(1000, fan_histogram_percentile_us(corrected.get(), 30));
    near(1000, fan_histogram_percentile_us(corrected.get(), 50));
    near(5e7, fan_histogram_percentile_us(corrected.get(), 75));
    near(8e7, fan_histogram_percentile_us(corrected.get(), 90));
    near(9.8e7, fan_histogram_percentile_us(corrected.get(), 99));
}

TEST(HistogramPercentile, IsWithinAThousandthOfTheSortedValues)
{
    fan_random random;
    fan_random_init(&random, 5, 0);
    auto h = Empty();
    std::vector<uint64_t> values;
    for (int i = 0; i < 20000; i++) {
        uint64_t v = fan_random_below(
            &random, uint64_t{ 1 } << (1 + fan_random_below(&random, 32)));
        values.push_back(v);
        fan_histogram_add(h.get(), v);
    }
    std::sort(values.begin(), values.end());
    for (double p : { 0.1, 1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 99.0, 99.9, 100.0 }) {
        size_t rank = static_cast<size_t>(p / 100 * 20000 + 0.5);
        double exact = static_cast<double>(values[std::max<size_t>(rank, 1) - 1]);
        double got = static_cast<double>(fan_histogram_percentile_us(h.get(), p));
        EXPECT_GE(got, exact);
        EXPECT_LE(got, exact * 1.001) << p;
    }
}

TEST(HistogramPercentile, Edges)
{
    auto h = Empty();
    EXPECT_EQ(0u, fan_histogram_percentile_us(h.get(), 50)) << "empty";
    fan_histogram_add(h.get(), 4097);
    EXPECT_EQ(4096u, fan_histogram_percentile_us(h.get(), 0)) << "lower edge";
    EXPECT_EQ(4099u, fan_histogram_percentile_us(h.get(), 100)) << "upper edge";
    EXPECT_EQ(4096u, fan_histogram_percentile_us(h.get(), -3));
    EXPECT_EQ(4099u, fan_histogram_percentile_us(h.get(), 300));
    fan_histogram_add_corrected(h.get(), 5, 0);
    EXPECT_EQ(2u, fan_histogram_count(h.get())) << "no interval, no correction";
}

TEST(HistogramMerge, EqualsAddingAllToOne)
{
    fan_random random;
    fan_random_init(&random, 6, 0);
    auto all = Empty(), merged = Empty();
    for (int part = 0; part < 4; part++) {
        auto h = Empty();
        for (int i = 0; i < 1000; i++) {
            uint64_t v = fan_random_below(&random, 1000000000);
            fan_histogram_add(h.get(), v);
            fan_histogram_add(all.get(), v);
        }
        fan_histogram_merge(merged.get(), h.get());
    }
    EXPECT_TRUE(std::equal(all->bin, all->bin + FAN_HISTOGRAM_BINS, merged->bin));
}
