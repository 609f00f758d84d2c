#include "lambda_kernel/sieve_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "common/random.h"
#include "lambda_kernel/sieve_sight.h"

namespace
{

__extension__ typedef unsigned __int128 wide;

std::vector<const fan_sieve_path *> paths()
{
    std::vector<const fan_sieve_path *> found;
    for (const char *name : { "portable", "neon", "avx2", "avx512" })
        if (const fan_sieve_path *path = fan_sieve_path_find(name)) found.push_back(path);
    return found;
}

class SievePath : public testing::TestWithParam<const fan_sieve_path *>
{
  protected:
    SievePath()
    {
        fan_random_init(&random_, 20, 0);
    }
    uint64_t below(uint64_t n)
    {
        return fan_random_below(&random_, n);
    }
    /* of any size from `least` to 64 bits */
    uint64_t any_from(unsigned least)
    {
        return fan_random_u64(&random_) >> below(64 - least) | UINT64_C(1) << least;
    }

  private:
    fan_random random_;
};
INSTANTIATE_TEST_SUITE_P(Path, SievePath, testing::ValuesIn(paths()),
                         [](const auto &instance) { return instance.param->name; });

/* What is said of primes holds for any odd number. */
std::vector<uint32_t> odd_numbers(uint64_t first, uint64_t end)
{
    std::vector<uint32_t> found;
    for (uint64_t n = first | 1; n < end; n += 2)
        found.push_back((uint32_t)n);
    return found;
}

/* How far above low the first odd multiple of p is. */
uint64_t distance(uint64_t low, uint64_t p)
{
    uint64_t rest = (low % (2 * p) + p) % (2 * p);
    return rest ? 2 * p - rest : 0;
}

TEST_P(SievePath, SeesEveryNumberWithAMultipleAndFewOthers)
{
    const uint64_t all = UINT64_C(1) << 32, reach = 2 * FAN_SIGHT_REACH;
    for (int round = 0; round < 400; round++) {
        uint64_t low = any_from(44), first = any_from(22) % (all - reach);
        first = std::max(first, UINT64_C(1) << 22);
        uint32_t span = (uint32_t)(1000 + below(round % 2 ? 20000000 : 1 << 30));
        fan_path_sight sight = fan_sight_of(low, span, first);
        std::vector<uint32_t> number = odd_numbers(first, first + reach), expected;
        for (uint32_t p : number)
            if (distance(low, p) < span) expected.push_back(p);
        std::vector<uint32_t> seen(number.size() + FAN_PATH_GROUP);
        size_t n = number.size();
        number.resize(n + FAN_PATH_GROUP, number.back());
        seen.resize(GetParam()->sift(number.data(), n, &sight, seen.data()));
        ASSERT_TRUE(
            std::includes(seen.begin(), seen.end(), expected.begin(), expected.end()))
            << low << " " << span << " " << first;
        /* the others may be nearly in the span */
        size_t most = sight.slope ? expected.size() + n / 100 + 60 : n;
        ASSERT_LE(seen.size(), most) << low << " " << span << " " << first;
    }
}

/* Multiples of p by numbers coprime to 30, as distances from low. */
std::vector<uint64_t> multiples(uint64_t p, uint64_t low, uint64_t end)
{
    std::vector<uint64_t> found;
    for (uint64_t q = low / p + (low % p != 0);; q++) {
        wide distance = (wide)p * q - low;
        if (distance >= end) return found;
        if (std::gcd(q, UINT64_C(30)) == 1) found.push_back((uint64_t)distance);
    }
}

TEST_P(SievePath, ListsTheMultiplesOfHugeNumbers)
{
    const uint32_t beyond = 112;
    for (int round = 0; round < 60; round++) {
        uint64_t low = any_from(44);
        uint32_t span = 1 + (uint32_t)(below(1 << 30) >> below(12));
        std::vector<uint32_t> number;
        while (number.size() < 4 * FAN_PATH_GROUP)
            number.push_back((uint32_t)(any_from(22) % (UINT64_C(1) << 32)) | 1 << 22 |
                             1);
        std::vector<uint64_t> expected, found;
        for (uint64_t p : number)
            for (uint64_t distance : multiples(p, low, span + beyond + 1))
                expected.push_back(distance);
        auto at = std::make_unique<fan_path_multiples>();
        size_t n = GetParam()->first_multiples(number.data(), number.size(), low, span,
                                               at.get());
        for (; n; n = GetParam()->next_multiples(at.get(), n, span))
            found.insert(found.end(), at->offset, at->offset + n);
        std::sort(expected.begin(), expected.end());
        std::sort(found.begin(), found.end());
        ASSERT_TRUE(
            std::includes(expected.begin(), expected.end(), found.begin(), found.end()));
        expected.erase(std::lower_bound(expected.begin(), expected.end(), span),
                       expected.end());
        found.erase(std::lower_bound(found.begin(), found.end(), span), found.end());
        ASSERT_EQ(found, expected) << low << " " << span;
    }
}

} // namespace
