// sketch: published figures of DDSketch, and its promise of 1 %.
#include "record/sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "common/random.h"

TEST(Sketch, HasThePublishedBins)
{
    EXPECT_EQ(fan_sketch_index(11.722965), 124);
    EXPECT_NEAR(fan_sketch_value(124), 11.82282915, 5e-9);
    EXPECT_NEAR(fan_sketch_value(124) / 11.722965 - 1, 0.0085, 5e-5);
    EXPECT_NEAR(fan_sketch_value(1) / fan_sketch_value(0), 1.02020202, 5e-9); // gamma
    EXPECT_EQ(fan_sketch_index(1e9), 1037); // nine decades
}

TEST(Sketch, QuantilesAreWithinOnePercent)
{
    auto sketch = std::make_unique<fan_sketch>();
    std::vector<double> values;
    fan_random random;
    fan_random_init(&random, 5, 0);
    for (int i = 0; i < 5000; i++) // six decades, evenly in their logarithm
        values.push_back(std::pow(10.0, 6.0 * fan_random_unit(&random)));
    for (double v : values) fan_sketch_add(sketch.get(), v);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(fan_sketch_count(sketch.get()), values.size());
    for (double q : { 0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0 }) {
        const double exact = values[(size_t)(q * 4999)];
        EXPECT_NEAR(fan_sketch_quantile_us(sketch.get(), q) / exact, 1.0, 0.01 + 1e-12) << q;
    }
}

TEST(Sketch, TakesWhatIsOutsideItsRange)
{
    auto sketch = std::make_unique<fan_sketch>();
    EXPECT_EQ(fan_sketch_quantile_us(sketch.get(), 0.5), 0.0);
    for (double us : { -3.0, 0.0, 0.5, 1.0 }) fan_sketch_add(sketch.get(), us);
    EXPECT_EQ(sketch->bin[0], 4u);
    fan_sketch_add(sketch.get(), 1e300);
    fan_sketch_add(sketch.get(), 1e9);
    EXPECT_EQ(sketch->bin[FAN_SKETCH_BINS - 1], 2u);
}
