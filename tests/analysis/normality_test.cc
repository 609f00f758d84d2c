/* Shapiro and Wilk's W against published and independently computed values. */
#include "analysis/normality.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/reference_sets.h"
#include "common/random.h"

namespace
{

fan_normality Of(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return fan_normality_of(values.data(), values.size());
}

} // namespace

TEST(NormalityOf, MatchesTheSpeedOfLight)
{
    const fan_normality speed = Of(reference_sets::Morley());
    EXPECT_NEAR(speed.w, .98807433, 5e-9);
    EXPECT_NEAR(speed.p, .51370, 5e-6);
}

/* By SciPy 1.10 (single precision). Eleven weights of men are Shapiro and Wilk's own. */
TEST(NormalityOf, MatchesAnotherImplementationAtEverySizeWithItsOwnFormula)
{
    std::vector<double> squares;
    for (int i = 1; i <= 40; i++)
        squares.push_back(i * i);
    const struct {
        std::vector<double> values;
        double w, p;
    } known[] = {
        { { 1, 2, 4 }, .9642857313, .6368856 },
        { { 1, 2, 3, 5 }, .9713736176, .8499705 },
        { { 2.1, 3.3, 3.4, 5, 9 }, .8640192151, .2430412 },
        { { 12.6, 16.5, 17.2, 18.1, 18.3, 30 }, .8035654426, .0632642 },
        { { 148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236 },
          .7888147831,
          .0067038331 },
        { squares, .8992900252, .0018230651 },
    };
    for (const auto &row : known) {
        EXPECT_NEAR(Of(row.values).w, row.w, 5e-6) << row.values.size();
        EXPECT_NEAR(Of(row.values).p / row.p, 1, 1e-4) << row.values.size();
    }
}

TEST(NormalityOf, TellsALongTailAndThinsMuchData)
{
    fan_random random;
    fan_random_init(&random, 4, 0);
    std::vector<double> normal(20000), tail(20000);
    for (size_t i = 0; i < normal.size(); i++) {
        double sum = 0;
        for (int k = 0; k < 12; k++)
            sum += fan_random_unit(&random);
        normal[i] = sum;
        tail[i] = std::exp(sum - 6);
    }
    EXPECT_GT(Of(normal).w, .998);
    EXPECT_LT(Of(tail).w, .7);
    EXPECT_LT(Of(tail).p, 1e-20);
}

TEST(NormalityOf, IsUnknownForFewOrEqualValues)
{
    EXPECT_TRUE(std::isnan(Of({ 1, 2 }).w));
    EXPECT_TRUE(std::isnan(Of({ 3, 3, 3, 3 }).w));
    EXPECT_TRUE(std::isnan(Of({}).p));
    EXPECT_NEAR(Of({ 1, 2, 3 }).w, 1, 1e-12);
}
