#include "lambda_kernel/sieve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "common/random.h"
#include "lambda_kernel/isprime.h"
#include "lambda_kernel/sieve_path.h"
#include "tests/lambda_kernel/plain_sieve.h"

namespace
{

using Sieve = std::unique_ptr<fan_sieve, decltype(&fan_sieve_free)>;

/* Every case runs on each instruction set that this processor has. */
std::vector<std::string> paths()
{
    std::vector<std::string> names;
    for (const char *name : { "portable", "neon", "avx2", "avx512" })
        if (fan_sieve_path_find(name)) names.push_back(name);
    return names;
}

class OnEachPath : public testing::TestWithParam<std::string>
{
  protected:
    Sieve new_sieve()
    {
        Sieve sieve(fan_sieve_new(), fan_sieve_free);
        fan_sieve_take_path(sieve.get(), fan_sieve_path_find(GetParam().c_str()));
        return sieve;
    }
};

class SieveCount : public OnEachPath
{
};
class SieveRange : public OnEachPath
{
};
class SieveReuse : public OnEachPath
{
};
class SieveStop : public OnEachPath
{
};
class SievePosition : public OnEachPath
{
};

#define EACH_PATH(suite)                                                                 \
    INSTANTIATE_TEST_SUITE_P(Path, suite, testing::ValuesIn(paths()),                    \
                             [](const auto &instance) { return instance.param; })
EACH_PATH(SieveCount);
EACH_PATH(SieveRange);
EACH_PATH(SieveReuse);
EACH_PATH(SieveStop);
EACH_PATH(SievePosition);

/* The sums of a plain sieve below n, at every number: any range follows by subtraction.
 */
class PlainSums
{
  public:
    explicit PlainSums(uint64_t n) : composite(plain_composites_below(n))
    {
        fan_primes sum = {};
        for (uint64_t x = 0; x < n; x++) {
            if (x % STEP == 0) sums.push_back(sum);
            if (composite[x]) continue;
            sum.count++;
            sum.checksum += x;
        }
    }

    fan_primes between(uint64_t lo, uint64_t hi) const
    {
        fan_primes from = below(lo), to = below(hi), found = {};
        found.count = to.count - from.count;
        found.checksum = to.checksum - from.checksum;
        if (!found.count) return found;
        for (found.first = lo; composite[found.first];)
            found.first++;
        for (found.last = hi - 1; composite[found.last];)
            found.last--;
        return found;
    }

  private:
    static constexpr uint64_t STEP = 1000;
    fan_primes below(uint64_t x) const
    {
        fan_primes sum = sums[x / STEP];
        for (uint64_t n = x / STEP * STEP; n < x; n++)
            if (!composite[n]) {
                sum.count++;
                sum.checksum += n;
            }
        return sum;
    }
    std::vector<char> composite;
    std::vector<fan_primes> sums;
};

fan_primes run(const Sieve &sieve, uint64_t lo, uint64_t hi)
{
    fan_primes primes = {};
    primes.count = primes.gap = 1; /* to be overwritten */
    fan_err err = {};
    EXPECT_EQ(fan_sieve_run(sieve.get(), lo, hi, nullptr, nullptr, &primes, &err), FAN_OK)
        << err.text;
    return primes;
}

/* count and neighbours by Miller-Rabin, for places where a plain sieve takes too long */
fan_primes tested_one_by_one(uint64_t lo, uint64_t hi)
{
    fan_primes primes = {};
    for (uint64_t n = lo; n < hi; n++)
        if (fan_is_prime(n)) {
            primes.count++;
            primes.checksum += n;
            if (!primes.first) primes.first = n;
            primes.last = n;
        }
    return primes;
}

const uint64_t E18 = UINT64_C(1000000000000000000);

} // namespace

TEST_P(SieveCount, GivesThePublishedPrimeCounts)
{
    const uint64_t pi[] = { 0, 4, 25, 168, 1229, 9592, 78498, 664579, 5761455 };
    Sieve sieve = new_sieve();
    uint64_t power = 1;
    for (uint64_t expected : pi) {
        EXPECT_EQ(run(sieve, 0, power).count, expected) << power;
        power *= 10;
    }
}

TEST_P(SieveCount, GivesThePublishedSumBelowTenToTheEight)
{
    fan_primes primes = run(new_sieve(), 0, 100000000);
    EXPECT_EQ(primes.checksum, UINT64_C(279209790387276));
    EXPECT_EQ(primes.first, 2U);
    EXPECT_EQ(primes.last, 99999989U);
}

/* counts that three independent programs agree on */
TEST_P(SieveCount, GivesTheKnownCountsFurtherUp)
{
    const struct {
        uint64_t lo, width, count;
    } known[] = {
        { 0, UINT64_C(1000000000), 50847534 },
        { UINT64_C(1000000000), UINT64_C(1000000000), 47374753 },
        { UINT64_C(1000000000000), UINT64_C(1000000000), 36190991 },
        { UINT64_C(1000000000000000), UINT64_C(10000000), 289394 },
        { UINT64_C(100000000000000000), UINT64_C(100000000), 2555873 },
    };
    Sieve sieve = new_sieve();
    for (const auto &k : known)
        EXPECT_EQ(run(sieve, k.lo, k.lo + k.width).count, k.count) << k.lo;
}

TEST_P(SieveCount, AgreesWithAPlainSieveAtEveryPowerOfTen)
{
    Sieve sieve = new_sieve();
    uint64_t power = 10;
    for (int k = 1; k <= 13; k++, power *= 10) {
        uint64_t hi = power + 1000000;
        EXPECT_TRUE(run(sieve, power, hi) == plain_primes(power, hi)) << power;
    }
}

TEST_P(SieveCount, AgreesWithMillerRabinFurtherUp)
{
    Sieve sieve = new_sieve();
    for (uint64_t lo : { UINT64_C(100000000000000), UINT64_C(999999999999983),
                         UINT64_C(10000000000000000) })
        EXPECT_TRUE(run(sieve, lo, lo + 20000) == tested_one_by_one(lo, lo + 20000))
            << lo;
}

TEST_P(SieveCount, IsExactAtTheUpperEnd)
{
    Sieve sieve = new_sieve();
    EXPECT_TRUE(run(sieve, E18 - 20000, E18) == tested_one_by_one(E18 - 20000, E18));
    EXPECT_EQ(run(sieve, E18 - 11, E18 - 10).count, 1U); /* greatest prime below 1e18 */
    EXPECT_EQ(run(sieve, E18 - 10, E18).count, 0U);
    EXPECT_EQ(run(sieve, E18, E18).count, 0U);
}

/* Primes beyond 2^30 and 2^31 sieve here, and numbers end just below 2^64. */
TEST_P(SieveCount, IsExactUpToTheEndOfSixtyFourBits)
{
    const uint64_t end = FAN_SIEVE_MAX, greatest = UINT64_C(18446744073709551557);
    Sieve sieve = new_sieve();
    fan_primes primes = run(sieve, end - 2000, end);
    EXPECT_TRUE(primes == tested_one_by_one(end - 2000, end));
    EXPECT_EQ(primes.last, greatest);
    const uint64_t half = UINT64_C(1) << 63, square = UINT64_C(4294967291);
    EXPECT_TRUE(run(sieve, half - 1000, half + 1000) ==
                tested_one_by_one(half - 1000, half + 1000));
    EXPECT_TRUE(run(sieve, square * square - 500, square * square + 500) ==
                tested_one_by_one(square * square - 500, square * square + 500));
}

TEST_P(SieveRange, IsExactForEverySmallPair)
{
    const uint64_t n = 130;
    auto composite = plain_composites(0, n);
    Sieve sieve = new_sieve();
    for (uint64_t lo = 0; lo < n; lo++)
        for (uint64_t hi = lo; hi < n; hi++)
            EXPECT_TRUE(run(sieve, lo, hi) == plain_primes_of(composite, 0, lo, hi))
                << lo << " " << hi;
}

TEST_P(SieveRange, IsExactForRandomRanges)
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

TEST_P(SieveRange, IsExactForRandomHighRanges)
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

TEST_P(SieveRange, IsExactAroundPowersOfTwo)
{
    Sieve sieve = new_sieve();
    for (int k = 6; k < 46; k++) {
        uint64_t power = UINT64_C(1) << k;
        for (uint64_t lo : { power - 60, power - 1, power, power + 1 })
            for (uint64_t hi : { power + 1, power + 70 })
                EXPECT_TRUE(run(sieve, lo, hi) == tested_one_by_one(lo, hi))
                    << lo << " " << hi;
    }
    for (int k = 46; k < 60; k++) {
        uint64_t lo = (UINT64_C(1) << k) - 60, hi = lo + 130;
        EXPECT_TRUE(run(sieve, lo, hi) == tested_one_by_one(lo, hi)) << lo;
    }
}

/* Widths at which the number of tiles or the modulus changes, for each size of L1. */
TEST_P(SieveRange, IsExactForWidthsAroundTilesAndModuli)
{
    static const PlainSums sums(52000000); // up to 210 chunks / 2 with 64 KiB of L1
    Sieve sieve = new_sieve();
    const uint64_t chunk = (fan_sieve_path_l1_bytes() - 6144) * 8;
    for (uint64_t width :
         { UINT64_C(1920), 30 * chunk, 60 * chunk, UINT64_C(31500000), 210 * chunk / 2 })
        for (uint64_t lo : { 0U, 1U, 29U, 1919U, 67199U, 67200U, 1000003U })
            for (uint64_t hi = lo + width - 2; hi < lo + width + 32; hi += 3)
                ASSERT_TRUE(run(sieve, lo, hi) == sums.between(lo, hi))
                    << lo << " " << hi;
}

TEST_P(SieveRange, IsExactAtEveryPhaseOfAWheel)
{
    static const PlainSums sums(300000);
    Sieve sieve = new_sieve();
    for (uint64_t lo = 67000; lo < 67300; lo++)
        for (uint64_t hi = lo + 1900; hi < lo + 1990; hi += 7)
            ASSERT_TRUE(run(sieve, lo, hi) == sums.between(lo, hi)) << lo << " " << hi;
}

TEST_P(SieveRange, CrossesOffSquaresOfPrimes)
{
    Sieve sieve = new_sieve();
    for (uint64_t p : { UINT64_C(7),          UINT64_C(37),        UINT64_C(41),
                        UINT64_C(31607),      UINT64_C(32749),     UINT64_C(32771),
                        UINT64_C(196613),     UINT64_C(8388593),   UINT64_C(8388617),
                        UINT64_C(163),        UINT64_C(12281),     UINT64_C(12289),
                        UINT64_C(16777213),   UINT64_C(16777259),  UINT64_C(167),
                        UINT64_C(7159),       UINT64_C(7177),      UINT64_C(67189),
                        UINT64_C(67211),      UINT64_C(33554393),  UINT64_C(33554467),
                        UINT64_C(1073741789), UINT64_C(1073741827) }) {
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

/* Wide ranges take large moduli and long classes, their parts take small ones. */
TEST_P(SieveRange, AddsUpOverSplits)
{
    const struct {
        uint64_t lo, width, part;
    } cases[] = { { UINT64_C(70000000000001), 80000000, 30000000 },
                  { UINT64_C(3000000000), UINT64_C(5000000000), UINT64_C(1500000000) },
                  { UINT64_C(200000000000000), 900000000, 300000000 },
                  { UINT64_C(2000000000000000), 900000000, 500000000 },
                  { UINT64_C(30000000000000000), 36000000, 14000000 } };
    Sieve sieve = new_sieve();
    fan_random random;
    fan_random_init(&random, 9, 0);
    for (const auto &c : cases) {
        const uint64_t hi = c.lo + c.width;
        fan_primes whole = run(sieve, c.lo, hi), sum = {};
        for (uint64_t at = c.lo; at < hi;) {
            uint64_t next = std::min(hi, at + fan_random_below(&random, c.part));
            fan_primes part = run(sieve, at, next);
            sum.count += part.count;
            sum.checksum += part.checksum;
            if (!sum.first) sum.first = part.first;
            if (part.last) sum.last = part.last;
            at = next;
        }
        EXPECT_TRUE(whole == sum) << c.lo;
    }
}

TEST_P(SieveReuse, GivesTheSameInAnyOrderOfCalls)
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

TEST_P(SieveStop, StopsAtAnyAskAndStaysUsable)
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
        fan_primes primes = {};
        primes.count = 1;
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

TEST_P(SievePosition, RisesToTheEnd)
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
    const uint64_t hi = 150000000;
    Sieve sieve = new_sieve();
    Watch watch = { sieve.get(), 0 };
    fan_primes primes;
    ASSERT_EQ(fan_sieve_run(sieve.get(), 0, hi, Watch::ask, &watch, &primes, nullptr),
              FAN_OK);
    EXPECT_GT(watch.last, hi / 10 * 9);
    EXPECT_LT(watch.last, hi);
}

TEST(SieveBounds, AreChecked)
{
    Sieve sieve(fan_sieve_new(), fan_sieve_free);
    fan_primes primes;
    fan_err err = {};
    EXPECT_EQ(fan_sieve_run(sieve.get(), 2, 1, nullptr, nullptr, &primes, &err),
              FAN_EINVAL);
    EXPECT_STREQ(err.text, "cannot sieve [2, 1): expected lo to be at most hi");
}
