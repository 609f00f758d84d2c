/* One heap or two, against Old Faithful and the speed of light. */
#include "analysis/modality.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/reference_sets.h"
#include "common/random.h"

namespace
{

std::vector<double> Sorted(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values;
}

} // namespace

TEST(ModesCut, MatchesOldFaithful)
{
    const std::vector<double> minutes = Sorted(reference_sets::Eruptions());
    const fan_two_means cut = fan_modes_cut(minutes.data(), minutes.size());
    EXPECT_EQ(cut.below, 98u);
    EXPECT_DOUBLE_EQ(cut.last, 3.067);
    EXPECT_DOUBLE_EQ(cut.first, 3.317);
    EXPECT_NEAR(cut.within, 35.74811, 5e-6);
    EXPECT_NEAR(cut.ss, 353.0394, 5e-5);
    EXPECT_NEAR(cut.ashman, 6.4628, 5e-5);
}

TEST(ModesMixture, MatchesOldFaithful)
{
    const std::vector<double> minutes = Sorted(reference_sets::Eruptions());
    const fan_mixture m = fan_modes_mixture(minutes.data(), minutes.size());
    EXPECT_NEAR(m.share, .3484046, 5e-5);
    EXPECT_NEAR(m.mean[0], 2.018608, 5e-5);
    EXPECT_NEAR(m.mean[1], 4.273343, 5e-5);
    EXPECT_NEAR(m.variance[0], .0555176, 5e-5);
    EXPECT_NEAR(m.variance[1], .1910242, 5e-5);
    EXPECT_NEAR(m.log_likelihood, -276.3600, 5e-4);
    EXPECT_NEAR(m.bic, 580.749, 5e-3);
    EXPECT_NEAR(m.bic_one, 854.046, 5e-3);
}

TEST(ModesOf, TellsTheGeyserFromTheLight)
{
    const std::vector<double> minutes = Sorted(reference_sets::Eruptions());
    EXPECT_NEAR(fan_modes_coefficient(minutes.data(), minutes.size()), .7692173, 5e-8);
    EXPECT_TRUE(fan_modes_of(minutes.data(), minutes.size()).two);
    const std::vector<double> speed = Sorted(reference_sets::Morley());
    EXPECT_NEAR(fan_modes_coefficient(speed.data(), speed.size()), .2914, 5e-5);
    EXPECT_FALSE(fan_modes_of(speed.data(), speed.size()).two);
}

TEST(ModesOf, ATailIsNotAHeapAndMuchDataIsThinned)
{
    fan_random random;
    fan_random_init(&random, 2, 0);
    std::vector<double> tail(5000), heaps(5000);
    for (size_t i = 0; i < tail.size(); i++) {
        tail[i] = -std::log(1 - fan_random_unit(&random));
        heaps[i] = (i % 4 ? 10 : 20) + fan_random_unit(&random);
    }
    tail = Sorted(tail);
    heaps = Sorted(heaps);
    EXPECT_FALSE(fan_modes_of(tail.data(), tail.size()).two);
    const fan_modes two = fan_modes_of(heaps.data(), heaps.size());
    EXPECT_TRUE(two.two);
    EXPECT_NEAR(two.mixture.share, .75, .01);
    EXPECT_NEAR(two.mixture.mean[1], 20.5, .1);
    EXPECT_FALSE(fan_modes_of(heaps.data(), 10).two);
    EXPECT_FALSE(fan_modes_of(std::vector<double>(50, 1.0).data(), 50).two);
}
