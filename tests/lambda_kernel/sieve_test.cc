#include "lambda_kernel/sieve.h"

#include <gtest/gtest.h>

#include <memory>

#include "common/random.h"
#include "lambda_kernel/isprime.h"
#include "lambda_kernel/sieve_wheel.h"
#include "tests/lambda_kernel/plain_sieve.h"

namespace
{

using Sieve = std::unique_ptr<fan_sieve, decltype(&fan_sieve_free)>;

Sieve new_sieve()
{
    return Sieve(fan_sieve_new(), fan_sieve_free);
}

fan_primes run(const Sieve &sieve, uint64_t lo, uint64_t hi)
{
    fan_primes primes = { 1, 1, 1, 1 };
    fan_err err = {};
    EXPECT_EQ(fan_sieve_run(sieve.get(), lo, hi, nullptr, nullptr, &primes, &err), FAN_OK)
        << err.text;
    return primes;
}

/* count and neighbours by Miller-Rabin, for places where a plain sieve takes too long */
fan_primes tested_one_by_one(uint64_t lo, uint64_t hi)
{
    fan_primes primes = { 0, 0, 0, 0 };
    for (uint64_t n = lo; n < hi; n++)
        if (fan_is_prime(n)) {
            primes.count++;
            primes.checksum += n;
            if (!primes.first) primes.first = n;
            primes.last = n;
        }
    return primes;
}

const uint64_t E18 = FAN_SIEVE_MAX;

} // namespace

TEST(SieveCount, GivesThePublishedPrimeCounts)
{
    const uint64_t pi[] = { 0, 4, 25, 168, 1229, 9592, 78498, 664579, 5761455 };
    Sieve sieve = new_sieve();
    uint64_t power = 1;
    for (uint64_t expected : pi) {
        EXPECT_EQ(run(sieve, 0, power).count, expected) << power;
        power *= 10;
    }
}

TEST(SieveCount, GivesThePublishedSumBelowTenToTheEight)
{
    fan_primes primes = run(new_sieve(), 0, 100000000);
    EXPECT_EQ(primes.checksum, UINT64_C(279209790387276));
    EXPECT_EQ(primes.first, 2U);
    EXPECT_EQ(primes.last, 99999989U);
}

TEST(SieveCount, GivesThePublishedCountAtTenToTheFifteen)
{
    EXPECT_EQ(
        run(new_sieve(), UINT64_C(1000000000000000), UINT64_C(1000000010000000)).count,
        289394U);
}

TEST(SieveCount, AgreesWithAPlainSieveAtEveryPowerOfTen)
{
    Sieve sieve = new_sieve();
    uint64_t power = 10;
    for (int k = 1; k <= 13; k++, power *= 10) {
        uint64_t hi = power + 1000000;
        EXPECT_TRUE(run(sieve, power, hi) == plain_primes(power, hi)) << power;
    }
}

TEST(SieveCount, AgreesWithMillerRabinFurtherUp)
{
    Sieve sieve = new_sieve();
    for (uint64_t lo : { UINT64_C(100000000000000), UINT64_C(999999999999983),
                         UINT64_C(10000000000000000) })
        EXPECT_TRUE(run(sieve, lo, lo + 20000) == tested_one_by_one(lo, lo + 20000))
            << lo;
}

TEST(SieveCount, IsExactAtTheUpperEnd)
{
    Sieve sieve = new_sieve();
    EXPECT_TRUE(run(sieve, E18 - 20000, E18) == tested_one_by_one(E18 - 20000, E18));
    EXPECT_EQ(run(sieve, E18 - 11, E18 - 10).count, 1U); /* greatest prime below 1e18 */
    EXPECT_EQ(run(sieve, E18 - 10, E18).count, 0U);
    EXPECT_EQ(run(sieve, E18, E18).count, 0U);
}

TEST(SieveRange, IsExactForEverySmallPair)
{
    const uint64_t n = 130;
    auto composite = plain_composites(0, n);
    Sieve sieve = new_sieve();
    for (uint64_t lo = 0; lo < n; lo++)
        for (uint64_t hi = lo; hi < n; hi++)
            EXPECT_TRUE(run(sieve, lo, hi) == plain_primes_of(composite, 0, lo, hi))
                << lo << " " << hi;
}

TEST(SieveRange, IsExactForRandomRanges)
{
    const uint64_t n = 3000000;
    auto composite = plain_composites(0, n);
    Sieve sieve = new_sieve();
    fan_random random;
    fan_random_init(&random, 7, 0);
    for (int i = 0; i < 300; i++) {
        uint64_t lo = fan_random_below(&random, n), hi = fan_random_below(&random, n + 1);
        if (lo > hi) std::swap(lo, hi);
        if (i % 2) hi = std::min(hi, lo + fan_random_below(&random, 5000));
        EXPECT_TRUE(run(sieve, lo, hi) == plain_primes_of(composite, 0, lo, hi))
            << lo << " " << hi;
    }
}

TEST(SieveRange, IsExactForRandomHighRanges)
{
    Sieve sieve = new_sieve();
    fan_random random;
    fan_random_init(&random, 8, 0);
    for (int i = 0; i < 100; i++) {
        uint64_t magnitude = UINT64_C(1) << (20 + i * 28 / 100);
        uint64_t lo = magnitude + fan_random_below(&random, magnitude);
        uint64_t hi = lo + fan_random_below(&random, 3000);
        EXPECT_TRUE(run(sieve, lo, hi) == tested_one_by_one(lo, hi)) << lo << " " << hi;
    }
}

TEST(SieveRange, IsExactAroundChunkTileAndWordEnds)
{
    Sieve sieve = new_sieve();
    const uint64_t chunk = UINT64_C(30) * FAN_CHUNK_BITS,
                   tile = UINT64_C(30) * FAN_TILE_BITS;
    auto low = plain_composites_below(tile + 4000);
    for (uint64_t edge : { UINT64_C(1920), chunk, 2 * chunk, tile }) {
        for (uint64_t lo = edge - 33; lo < edge + 33; lo += 3)
            for (uint64_t hi = lo; hi < edge + 34; hi++)
                EXPECT_TRUE(run(sieve, lo, hi) == plain_primes_of(low, 0, lo, hi))
                    << lo << " " << hi;
        /* tiles start where the range starts, anywhere in a turn of the wheel */
        for (uint64_t shift : { 0U, 1U, 29U, 1919U })
            EXPECT_TRUE(run(sieve, shift, edge + shift + 31) ==
                        plain_primes_of(low, 0, shift, edge + shift + 31))
                << edge << " " << shift;
    }
}

TEST(SieveRange, CrossesOffSquaresOfPrimes)
{
    Sieve sieve = new_sieve();
    for (uint64_t p : { UINT64_C(7), UINT64_C(37), UINT64_C(41), UINT64_C(31607),
                        UINT64_C(32749), UINT64_C(32771), UINT64_C(196613),
                        UINT64_C(8388593), UINT64_C(8388617), UINT64_C(33554467) }) {
        ASSERT_TRUE(fan_is_prime(p)) << p;
        EXPECT_EQ(run(sieve, p * p, p * p + 1).count, 0U) << p;
        EXPECT_EQ(run(sieve, p, p + 1).count, 1U) << p;
        EXPECT_TRUE(run(sieve, p * p - 40, p * p + 1) ==
                    tested_one_by_one(p * p - 40, p * p + 1))
            << p;
        EXPECT_TRUE(run(sieve, p * p, p * p + 200) ==
                    tested_one_by_one(p * p, p * p + 200))
            << p;
    }
}

TEST(SieveRange, AddsUpOverSplits)
{
    Sieve sieve = new_sieve();
    fan_random random;
    fan_random_init(&random, 9, 0);
    const uint64_t lo = UINT64_C(70000000000001),
                   hi = lo + 80000000; /* more than a tile */
    fan_primes whole = run(sieve, lo, hi), sum = { 0, 0, 0, 0 };
    for (uint64_t at = lo; at < hi;) {
        uint64_t next = std::min(hi, at + fan_random_below(&random, 30000000));
        fan_primes part = run(sieve, at, next);
        sum.count += part.count;
        sum.checksum += part.checksum;
        if (!sum.first) sum.first = part.first;
        if (part.last) sum.last = part.last;
        at = next;
    }
    EXPECT_TRUE(whole == sum);
}

TEST(SieveReuse, GivesTheSameInAnyOrderOfCalls)
{
    struct {
        uint64_t lo, hi;
    } const calls[] = {
        { UINT64_C(1000000000000), UINT64_C(1000000300000) },     { 0, 1000 },
        { UINT64_C(200000000000000), UINT64_C(200000000100000) }, { 90, 2000000 },
        { UINT64_C(3000000000), UINT64_C(3000200000) },           { 5, 5 }
    };
    const int n = sizeof calls / sizeof *calls;
    Sieve up = new_sieve(), down = new_sieve();
    fan_primes fresh[n];
    for (int i = 0; i < n; i++)
        fresh[i] = run(new_sieve(), calls[i].lo, calls[i].hi);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < n; i++) {
            EXPECT_TRUE(run(up, calls[i].lo, calls[i].hi) == fresh[i]);
            EXPECT_TRUE(run(down, calls[n - 1 - i].lo, calls[n - 1 - i].hi) ==
                        fresh[n - 1 - i]);
        }
}

TEST(SieveStop, StopsAtAnyAskAndStaysUsable)
{
    struct Countdown {
        int left;
        static bool ask(void *context)
        {
            return static_cast<Countdown *>(context)->left-- == 0;
        }
    };
    const uint64_t lo = UINT64_C(20000000000000), hi = lo + 1000000;
    fan_primes expected = run(new_sieve(), lo, hi);
    Sieve sieve = new_sieve();
    int stops = 0;
    for (int asks = 0;; asks++) {
        Countdown countdown = { asks };
        fan_primes primes = { 1, 2, 3, 4 };
        fan_err err = {};
        fan_status st =
            fan_sieve_run(sieve.get(), lo, hi, Countdown::ask, &countdown, &primes, &err);
        if (st == FAN_OK) {
            EXPECT_TRUE(primes == expected);
            break;
        }
        stops++;
        EXPECT_EQ(st, FAN_EINTERRUPTED);
        EXPECT_EQ(primes.count, 1U); /* untouched */
        EXPECT_NE(std::string(err.text).find("before its end"), std::string::npos);
    }
    EXPECT_GE(stops, 9); /* eight classes, and at least once for the base primes */
}

TEST(SievePosition, RisesToTheLastTile)
{
    struct Watch {
        fan_sieve *sieve;
        uint64_t last;
        static bool ask(void *context)
        {
            Watch *watch = static_cast<Watch *>(context);
            uint64_t now = fan_sieve_position(watch->sieve);
            EXPECT_GE(now, watch->last);
            watch->last = now;
            return false;
        }
    };
    Sieve sieve = new_sieve();
    Watch watch = { sieve.get(), 0 };
    fan_primes primes;
    ASSERT_EQ(
        fan_sieve_run(sieve.get(), 0, 150000000, Watch::ask, &watch, &primes, nullptr),
        FAN_OK);
    EXPECT_EQ(watch.last, UINT64_C(60) * FAN_TILE_BITS);
}

TEST(SieveBounds, AreChecked)
{
    Sieve sieve = new_sieve();
    fan_primes primes;
    fan_err err = {};
    EXPECT_EQ(fan_sieve_run(sieve.get(), 2, 1, nullptr, nullptr, &primes, &err),
              FAN_EINVAL);
    EXPECT_STREQ(err.text, "cannot sieve [2, 1): expected 0 <= lo <= hi <= 1e18");
    EXPECT_EQ(fan_sieve_run(sieve.get(), 0, E18 + 1, nullptr, nullptr, &primes, nullptr),
              FAN_EINVAL);
}
