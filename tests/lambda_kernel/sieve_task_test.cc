/* What a task asks for beyond the count: twins, gaps, the primes themselves; and how it is
 * worked on: threads, memory. */
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "common/random.h"
#include "lambda_kernel/isprime.h"
#include "lambda_kernel/sieve.h"
#include "lambda_kernel/sieve_path.h"
#include "tests/lambda_kernel/plain_sieve.h"

namespace
{

using Sieve = std::unique_ptr<fan_sieve, decltype(&fan_sieve_free)>;

Sieve new_sieve(const std::string &path)
{
    Sieve sieve(fan_sieve_new(), fan_sieve_free);
    fan_sieve_take_path(sieve.get(), fan_sieve_path_find(path.c_str()));
    return sieve;
}

std::vector<std::string> paths()
{
    std::vector<std::string> names;
    for (const char *name : { "portable", "neon", "avx2", "avx512" })
        if (fan_sieve_path_find(name)) names.push_back(name);
    return names;
}

class SieveTask : public testing::TestWithParam<std::string>
{
};
INSTANTIATE_TEST_SUITE_P(Path, SieveTask, testing::ValuesIn(paths()),
                         [](const auto &instance) { return instance.param; });

/* Everything about the primes that a function says are primes. */
template <class IsPrime>
fan_primes described(uint64_t lo, uint64_t hi, IsPrime is_prime,
                     std::vector<uint64_t> *list = nullptr)
{
    fan_primes found = {};
    for (uint64_t n = lo; n < hi; n++) {
        if (!is_prime(n)) continue;
        if (list) list->push_back(n);
        found.count++;
        found.checksum += n;
        found.twins += is_prime(n + 2);
        if (!found.first) found.first = n;
        if (found.last && n - found.last > found.gap) {
            found.gap = n - found.last;
            found.gap_start = found.last;
        }
        found.last = n;
    }
    return found;
}

bool append(void *context, const uint64_t *prime, size_t n)
{
    auto *list = static_cast<std::vector<uint64_t> *>(context);
    list->insert(list->end(), prime, prime + n);
    return false;
}

fan_primes find(const Sieve &sieve, uint64_t lo, uint64_t hi, bool twins, bool gap,
                std::vector<uint64_t> *list = nullptr)
{
    fan_sieve_task task = {};
    task.lo = lo;
    task.hi = hi;
    task.twins = twins;
    task.gap = gap;
    task.each = list ? append : nullptr;
    task.each_context = list;
    fan_primes primes = {};
    primes.count = primes.twins = primes.gap = 77; /* to be overwritten */
    fan_err err = {};
    EXPECT_EQ(fan_sieve_do(sieve.get(), &task, &primes, &err), FAN_OK) << err.text;
    return primes;
}

/* A range of up to 3000 numbers: every fiftieth one may be as high as 64 bits go, the
 * others are below 2^52, where base primes are few. */
struct Range {
    uint64_t lo, hi;
};
Range random_range(fan_random *random, int i)
{
    double bits = i % 50 ? 10 + 42 * fan_random_unit(random)
                         : 52 + 12 * fan_random_unit(random);
    uint64_t lo = fan_random_u64(random) >> (64 - static_cast<int>(bits));
    uint64_t width = fan_random_below(random, 3000);
    return { lo, FAN_SIEVE_MAX - lo < width ? FAN_SIEVE_MAX : lo + width };
}

/* 300, or as many as the environment says: scripts/nightly.sh. */
int random_ranges()
{
    const char *n = std::getenv("FAN_RANDOM_RANGES");
    return n ? std::atoi(n) : 300;
}

} // namespace

TEST_P(SieveTask, AgreesWithMillerRabinOnRandomRanges)
{
    Sieve sieve = new_sieve(GetParam());
    fan_random random;
    fan_random_init(&random, 2026, 11);
    for (int i = 0; i < random_ranges(); i++) {
        Range r = random_range(&random, i);
        bool twins = i & 1, gap = i & 2, listed = (i & 12) == 12;
        std::vector<uint64_t> expected_list, list;
        fan_primes expected = described(r.lo, r.hi, fan_is_prime, &expected_list);
        if (!twins) expected.twins = 0;
        if (!gap) expected.gap = expected.gap_start = 0;
        ASSERT_TRUE(find(sieve, r.lo, r.hi, twins, gap, listed ? &list : nullptr) ==
                    expected)
            << "[" << r.lo << ", " << r.hi << ")";
        if (listed) {
            ASSERT_EQ(list, expected_list) << r.lo;
        }
    }
}

TEST_P(SieveTask, GivesThePublishedTwinsAndGaps)
{
    Sieve sieve = new_sieve(GetParam());
    const uint64_t e12 = UINT64_C(1000000000000);
    fan_primes below = find(sieve, 0, 100000000, true, true);
    EXPECT_EQ(below.twins, 440312U);
    EXPECT_EQ(below.gap, 220U);
    EXPECT_EQ(below.gap_start, 47326693U);
    EXPECT_EQ(find(sieve, 0, 1000000000, true, false).twins, 3424506U);
    EXPECT_EQ(find(sieve, e12, e12 + 1000000000, true, false).twins, 1730012U);
    /* a maximal gap: the first of more than 400 */
    fan_primes gap = find(sieve, UINT64_C(10726000000), UINT64_C(10727000000), false, true);
    EXPECT_EQ(gap.gap, 382U);
    EXPECT_EQ(gap.gap_start, UINT64_C(10726904659));
}

TEST_P(SieveTask, IsExactForEverySmallPair)
{
    const uint64_t n = 110;
    Sieve sieve = new_sieve(GetParam());
    for (uint64_t lo = 0; lo < n; lo++)
        for (uint64_t hi = lo; hi < n; hi++) {
            std::vector<uint64_t> expected_list, list;
            fan_primes expected = described(lo, hi, fan_is_prime, &expected_list);
            ASSERT_TRUE(find(sieve, lo, hi, true, true, &list) == expected)
                << lo << " " << hi;
            ASSERT_EQ(list, expected_list) << lo << " " << hi;
        }
}

/* The tiny primes end at 67,200; tiles, chunks, words and blocks end at multiples of their
 * lengths, in each modulus. */
TEST_P(SieveTask, IsExactAroundInnerBoundaries)
{
    const uint64_t n = 40000000, l1_bits = (fan_sieve_path_l1_bytes() - 6144) * 8;
    static const std::vector<char> composite = plain_composites_below(n + 100);
    auto prime = [](uint64_t x) { return !composite[x]; };
    Sieve sieve = new_sieve(GetParam());
    for (uint64_t edge : { UINT64_C(67200), UINT64_C(30) * 64 * 40, UINT64_C(30) * 512 * 9,
                           UINT64_C(210) * 64 * 77, 30 * l1_bits, 60 * l1_bits,
                           UINT64_C(2310) * 6400, UINT64_C(30030) * 640 })
        for (uint64_t lo : { edge - 5000, edge - 3, edge - 2, edge - 1, edge, edge + 1 })
            for (uint64_t hi : { edge - 1, edge, edge + 1, edge + 2, edge + 3, edge + 400 })
                if (lo <= hi && hi < n) {
                    ASSERT_TRUE(find(sieve, lo, hi, true, true) ==
                                described(lo, hi, prime))
                        << lo << " " << hi;
                }
}

/* Wide ranges have several tiles and moduli; their parts are compared with the whole. */
TEST_P(SieveTask, AddsUpOverPartsAndThreads)
{
    const Range ranges[] = {
        { UINT64_C(60000), 150000000 },
        { UINT64_C(3000000000), UINT64_C(3400000000) },
        { UINT64_C(70000000000001), UINT64_C(70000090000000) },
        { UINT64_C(1000000000000000), UINT64_C(1000000080000000) },
    };
    for (const Range &r : ranges) {
        Sieve sieve = new_sieve(GetParam()), threaded = new_sieve(GetParam());
        fan_primes whole = find(sieve, r.lo, r.hi, true, true), sum = {};
        uint64_t step = (r.hi - r.lo) / 7 + 11;
        for (uint64_t at = r.lo; at < r.hi; at += step) {
            fan_primes part = find(sieve, at, std::min(r.hi, at + step), true, true);
            fan_primes_join(&sum, &part);
        }
        EXPECT_TRUE(whole == sum) << r.lo;
        for (unsigned threads : { 2U, 5U }) {
            fan_sieve_take_threads(threaded.get(), threads);
            EXPECT_TRUE(find(threaded, r.lo, r.hi, true, true) == whole) << threads;
        }
        fan_primes twins = find(threaded, r.lo, r.hi, true, false);
        EXPECT_EQ(twins.twins, whole.twins) << r.lo;
        EXPECT_EQ(twins.checksum, whole.checksum) << r.lo;
    }
}

TEST_P(SieveTask, ListsWhatItCounts)
{
    Sieve sieve = new_sieve(GetParam());
    fan_sieve_take_threads(sieve.get(), 4);
    const uint64_t lo = UINT64_C(300000000000), hi = lo + 170000000;
    std::vector<uint64_t> list;
    fan_primes primes = find(sieve, lo, hi, false, false, &list);
    uint64_t sum = 0;
    for (uint64_t p : list)
        sum += p;
    EXPECT_EQ(list.size(), primes.count);
    EXPECT_EQ(sum, primes.checksum);
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
    for (size_t i = 0; i < list.size(); i += 10007)
        EXPECT_TRUE(fan_is_prime(list[i])) << list[i];
}

/* Above 2 * 10^17 the smallest memory has no room for all base primes: those beyond are
 * sieved window by window. */
TEST_P(SieveTask, FindsTheSameInAnyMemory)
{
    Sieve small = new_sieve(GetParam()), large = new_sieve(GetParam());
    fan_sieve_take_memory(large.get(), 3008);
    const uint64_t lo = UINT64_C(3000000000000000000), hi = lo + 3000;
    fan_primes expected = described(lo, hi, fan_is_prime);
    EXPECT_TRUE(find(small, lo, hi, true, true) == expected);
    EXPECT_TRUE(find(large, lo, hi, true, true) == expected);
}

/* A wide range lists more primes where there is memory for them. */
TEST(SieveTaskMemory, ListsMorePrimesWithoutAnotherResult)
{
    Sieve small(fan_sieve_new(), fan_sieve_free), large(fan_sieve_new(), fan_sieve_free);
    fan_sieve_take_memory(large.get(), 512);
    const uint64_t lo = UINT64_C(10000000000000000), hi = lo + 100000000;
    fan_primes found = find(small, lo, hi, false, false);
    EXPECT_TRUE(find(large, lo, hi, false, false) == found);
    EXPECT_EQ(found.count, 2714904U);
}

TEST(SieveTaskEach, StopsTheSieve)
{
    struct Reader {
        int left;
        static bool take(void *context, const uint64_t *, size_t)
        {
            return --static_cast<Reader *>(context)->left == 0;
        }
    };
    Sieve sieve(fan_sieve_new(), fan_sieve_free);
    for (int left : { 1, 10, 7000 }) {
        Reader reader = { left };
        fan_sieve_task task = {};
        task.hi = 1000000000;
        task.each = Reader::take;
        task.each_context = &reader;
        fan_primes primes;
        EXPECT_EQ(fan_sieve_do(sieve.get(), &task, &primes, nullptr), FAN_EINTERRUPTED);
        EXPECT_EQ(reader.left, 0);
    }
}

TEST(SieveTaskStop, EndsAllThreads)
{
    struct Countdown {
        int left;
        static bool ask(void *context)
        {
            return static_cast<Countdown *>(context)->left-- <= 0;
        }
    };
    Sieve sieve(fan_sieve_new(), fan_sieve_free);
    fan_sieve_take_threads(sieve.get(), 3);
    const uint64_t lo = UINT64_C(20000000000000), hi = lo + 60000000;
    fan_primes expected = find(sieve, lo, hi, true, true);
    for (int asks : { 0, 1, 5, 17, 23 }) {
        Countdown countdown = { asks };
        fan_primes primes;
        EXPECT_EQ(fan_sieve_run(sieve.get(), lo, hi, Countdown::ask, &countdown, &primes,
                                nullptr),
                  FAN_EINTERRUPTED);
        EXPECT_TRUE(find(sieve, lo, hi, true, true) == expected);
    }
}
