/* NIST's certified univariate sets: mean, standard deviation and autocorrelation by every
 * path that the program computes them on. Agreement in digits (LRE): the sets that base
 * 10 gives and base 2 cannot, NumAcc3 and 4, have 8; the others as many as doubles leave.
 */
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/moments.h"
#include "analysis/reference_sets.h"
#include "analysis/statistics.h"
#include "analysis/trend.h"

namespace
{

using Values = std::vector<double>;

struct Certified {
    const char *name;
    Values values;
    double mean, sd, r1;
    double digits; /* of sd and r1 at least */
};

std::vector<Certified> Sets()
{
    using namespace reference_sets;
    return {
        { "Lew", Lew(), -177.435, 277.332168044316, -0.307304800605679, 14 },
        { "Lottery", Lottery(), 518.958715596330, 291.699727470969, -0.120948622967393,
          14 },
        { "Mavro", Mavro(), 2.001856, 0.000429123454003053, 0.937989183438248, 12 },
        { "Michelso", Michelson(), 299.8524, 0.0790105478190518, 0.535199668621283, 12 },
        { "NumAcc1", { 10000001, 10000003, 10000002 }, 10000002, 1, -0.5, 15 },
        { "NumAcc2", NumAcc(1.2, 1.1, 1.3), 1.2, 0.1, -0.999, 14 },
        { "NumAcc3", NumAcc(1000000.2, 1000000.1, 1000000.3), 1000000.2, 0.1, -0.999, 8 },
        { "NumAcc4", NumAcc(10000000.2, 10000000.1, 10000000.3), 10000000.2, 0.1, -0.999,
          8 },
    };
}

double Digits(double value, double certified)
{
    if (value == certified) return 16;
    return -std::log10(std::fabs(value - certified) / std::fabs(certified));
}

double Sd(const fan_moments &moments)
{
    return std::sqrt(fan_moments_variance(&moments));
}

/* The moments of each quarter, merged from the first on: as of four ranks. */
fan_moments MergedByFour(const Values &values)
{
    fan_moments all = {};
    for (size_t r = 0; r < 4; r++) {
        const size_t from = r * values.size() / 4, to = (r + 1) * values.size() / 4;
        const fan_moments own = fan_moments_of(values.data() + from, to - from);
        all = fan_moments_merge(&all, &own);
    }
    return all;
}

double NaiveSd(const Values &values)
{
    double sum = 0, squares = 0;
    for (double v : values) {
        sum += v;
        squares += v * v;
    }
    const double n = static_cast<double>(values.size());
    return std::sqrt(std::fabs((squares - sum * sum / n) / (n - 1)));
}

} // namespace

TEST(NistDescribe, HasTheCertifiedDigits)
{
    for (Certified set : Sets()) {
        std::sort(set.values.begin(), set.values.end());
        const fan_description d =
            fan_stats_describe(set.values.data(), set.values.size());
        EXPECT_GE(Digits(d.mean, set.mean), 14) << set.name;
        EXPECT_GE(Digits(d.sd, set.sd), set.digits) << set.name;
    }
}

TEST(NistMoments, HaveTheCertifiedDigits)
{
    for (const Certified &set : Sets()) {
        const fan_moments m = fan_moments_of(set.values.data(), set.values.size());
        EXPECT_GE(Digits(m.mean, set.mean), 14) << set.name;
        EXPECT_GE(Digits(Sd(m), set.sd), set.digits) << set.name;
    }
}

TEST(NistMoments, KeepThemWhenMergedOverFourRanks)
{
    for (const Certified &set : Sets()) {
        const fan_moments m = MergedByFour(set.values);
        EXPECT_EQ(m.n, set.values.size());
        EXPECT_GE(Digits(m.mean, set.mean), 14) << set.name;
        EXPECT_GE(Digits(Sd(m), set.sd), set.digits) << set.name;
    }
}

TEST(NistMoments, NaiveSumsLoseThem)
{
    const std::vector<Certified> sets = Sets();
    EXPECT_LT(Digits(NaiveSd(sets[6].values), 0.1), 2) << sets[6].name;
    EXPECT_LT(Digits(NaiveSd(sets[7].values), 0.1), 1) << sets[7].name;
}

TEST(NistAutocorrelation, HasTheCertifiedDigits)
{
    for (const Certified &set : Sets()) {
        const double r1 =
            fan_trend_autocorrelation(set.values.data(), set.values.size(), 1);
        EXPECT_GE(Digits(r1, set.r1), std::min(set.digits, 12.0)) << set.name;
    }
}
