#include "lambda_kernel/isprime.h"

#include <gtest/gtest.h>

#include "tests/lambda_kernel/plain_sieve.h"

TEST(IsPrime, AgreesWithAPlainSieve)
{
    auto composite = plain_composites(0, 200000);
    for (uint64_t n = 0; n < composite.size(); n++)
        EXPECT_EQ(fan_is_prime(n), !composite[n]) << n;
}

TEST(IsPrime, SeesThroughStrongPseudoprimes)
{
    /* least strong pseudoprimes to the first 1, 2, ... 12 prime bases that fit 64 bits */
    for (uint64_t n :
         { UINT64_C(2047), UINT64_C(1373653), UINT64_C(25326001), UINT64_C(3215031751),
           UINT64_C(2152302898747), UINT64_C(3474749660383), UINT64_C(341550071728321),
           UINT64_C(3825123056546413051) })
        EXPECT_FALSE(fan_is_prime(n)) << n;
    /* Carmichael numbers */
    for (uint64_t n : { UINT64_C(561), UINT64_C(1729), UINT64_C(9746347772161) })
        EXPECT_FALSE(fan_is_prime(n)) << n;
}

TEST(IsPrime, IsExactAtTheTopOfSixtyFourBits)
{
    EXPECT_TRUE(fan_is_prime(UINT64_C(18446744073709551557))); /* greatest below 2^64 */
    for (uint64_t n = UINT64_C(18446744073709551558); n != 0; n++)
        EXPECT_FALSE(fan_is_prime(n)) << n;
    EXPECT_TRUE(fan_is_prime(UINT64_C(2305843009213693951)));       /* 2^61 - 1 */
    EXPECT_FALSE(fan_is_prime(UINT64_C(4294967291) * 4294967291U)); /* a prime squared */
    EXPECT_FALSE(fan_is_prime(UINT64_C(4294967291) * 4294967279U));
}
