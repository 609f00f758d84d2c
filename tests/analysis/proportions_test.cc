/* proportions_test.cc - tests of shares against published values. */
#include "analysis/proportions.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{

fan_two_shares Shares(uint64_t hits_a, uint64_t n_a, uint64_t hits_b, uint64_t n_b)
{
    return { hits_a, n_a, hits_b, n_b };
}

} // namespace

/* Fisher's tea tasting, and his convictions of twins (both in R's help page). */
TEST(Fisher, MatchesPublishedTables)
{
    const fan_two_shares tea = Shares(3, 4, 1, 4), twins = Shares(2, 12, 15, 18);
    EXPECT_NEAR(fan_proportions_fisher(&tea), 0.4857143, 1e-7);
    EXPECT_NEAR(fan_proportions_fisher(&twins), 0.0005367, 5e-8);
}

TEST(Fisher, IsTheSameBothWaysRound)
{
    const fan_two_shares a = Shares(3, 97, 15, 110), b = Shares(15, 110, 3, 97);
    EXPECT_DOUBLE_EQ(fan_proportions_fisher(&a), fan_proportions_fisher(&b));
}

TEST(Fisher, KnowsNothingWhereNobodyOrEverybodyWasHit)
{
    for (const fan_two_shares &s : { Shares(0, 10, 0, 10), Shares(10, 10, 9, 9),
                                     Shares(0, 0, 1, 10), Shares(1, 10, 0, 0) })
        EXPECT_TRUE(std::isnan(fan_proportions_fisher(&s)));
}

TEST(Fisher, TakesLargeCounts)
{
    const fan_two_shares same = Shares(1000, 100000, 1000, 100000);
    const fan_two_shares far = Shares(1000, 100000, 1500, 100000);
    EXPECT_NEAR(fan_proportions_fisher(&same), 1.0, 1e-9);
    EXPECT_LT(fan_proportions_fisher(&far), 1e-20);
}

/* The probabilities of all tables with these sums make 1, so p is 1 for the likeliest. */
TEST(Fisher, IsAProbabilityForAllTablesOfSomeSums)
{
    for (uint64_t k = 0; k <= 7; k++) {
        const fan_two_shares s = Shares(k, 9, 7 - k, 12);
        const double p = fan_proportions_fisher(&s);
        EXPECT_GT(p, 0.0);
        EXPECT_LE(p, 1.0);
    }
    const fan_two_shares likeliest = Shares(3, 9, 4, 12);
    EXPECT_NEAR(fan_proportions_fisher(&likeliest), 1.0, 1e-12);
}

/* Newcombe 1998, table II, method 10; ours is b less a. */
TEST(Newcombe, MatchesHisTable)
{
    const struct {
        fan_two_shares s;
        double lower, upper;
    } cases[] = {
        { Shares(48, 80, 56, 70), 0.0524, 0.3339 },
        { Shares(3, 10, 9, 10), 0.1705, 0.8090 },
        { Shares(2, 7, 6, 7), 0.0582, 0.8062 },
        { Shares(0, 29, 5, 56), -0.0381, 0.1926 },
        { Shares(0, 20, 0, 10), -0.1611, 0.2775 },
        { Shares(0, 10, 10, 10), 0.6075, 1.0000 },
    };
    for (const auto &c : cases) {
        const fan_interval ci = fan_proportions_difference(&c.s, 0.95);
        EXPECT_NEAR(ci.lower, c.lower, 6e-5);
        EXPECT_NEAR(ci.upper, c.upper, 6e-5);
    }
}

/* Admissions at Berkeley in 1973, by department (R's UCBAdmissions). */
TEST(MantelHaenszel, MatchesBerkeley)
{
    const fan_two_shares departments[] = {
        Shares(89, 108, 512, 825),  Shares(17, 25, 353, 560), Shares(202, 593, 120, 325),
        Shares(131, 375, 138, 417), Shares(94, 393, 53, 191), Shares(24, 341, 22, 373),
    };
    EXPECT_NEAR(fan_proportions_mantel_haenszel(departments, 6), 0.2323, 5e-5);
}

/* All departments in one table would say the contrary, with great confidence. */
TEST(MantelHaenszel, IsNotFooledByAnotherMix)
{
    const fan_two_shares mixed[] = { Shares(90, 100, 9, 10), Shares(1, 10, 10, 100) };
    const fan_two_shares sum = Shares(91, 110, 19, 110);
    EXPECT_GT(fan_proportions_mantel_haenszel(mixed, 2), 0.5);
    EXPECT_LT(fan_proportions_fisher(&sum), 1e-6);
}

TEST(MantelHaenszel, KnowsNothingWithoutHits)
{
    const fan_two_shares none[] = { Shares(0, 10, 0, 10), Shares(0, 0, 1, 10) };
    EXPECT_TRUE(std::isnan(fan_proportions_mantel_haenszel(none, 2)));
    EXPECT_TRUE(std::isnan(fan_proportions_mantel_haenszel(none, 0)));
}
