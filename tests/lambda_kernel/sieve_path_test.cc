#include "lambda_kernel/sieve_path.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "common/random.h"
#include "lambda_kernel/isprime.h"
#include "lambda_kernel/sieve_sight.h"
#include "lambda_kernel/sieve_wheel.h"

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
    fan_random *random()
    {
        return &random_;
    }

  private:
    fan_random random_;
};
INSTANTIATE_TEST_SUITE_P(Path, SievePath, testing::ValuesIn(paths()),
                         [](const auto &instance) { return instance.param->name; });

/* How far above low the first odd multiple of p is. */
uint64_t distance(uint64_t low, uint64_t p)
{
    uint64_t rest = (low % (2 * p) + p) % (2 * p);
    return rest ? 2 * p - rest : 0;
}

/* Words of each class, of random bits. */
class ClassWords
{
  public:
    ClassWords(fan_random *random, size_t n, unsigned clear_in)
    {
        for (int c = 0; c < FAN_WHEEL_CLASSES; c++) {
            words_[c].resize(n, UINT64_MAX);
            for (uint64_t &word : words_[c])
                for (unsigned bit = 0; bit < 64; bit++)
                    if (fan_random_below(random, clear_in) == 0)
                        word &= ~(UINT64_C(1) << bit);
            word_[c] = words_[c].data();
        }
    }
    uint64_t *const *words() const
    {
        return word_;
    }
    /* numbers of the clear bits of n words from w on, the first bit being zero + residue
     */
    std::vector<uint32_t> numbers(size_t w, size_t n, uint32_t zero) const
    {
        std::vector<uint32_t> found;
        for (int c = 0; c < FAN_WHEEL_CLASSES; c++)
            for (uint32_t bit = 0; bit < 64 * n; bit++)
                if (~words_[c][w + bit / 64] >> bit % 64 & 1)
                    found.push_back(zero + FAN_WHEEL * bit + fan_wheel_residue[c]);
        std::sort(found.begin(), found.end());
        return found;
    }

  private:
    std::vector<uint64_t> words_[FAN_WHEEL_CLASSES];
    uint64_t *word_[FAN_WHEEL_CLASSES];
};

/* What is said of primes holds for any odd number. */
TEST_P(SievePath, SeesEveryNumberWithAMultipleAndFewOthers)
{
    const uint32_t reach = 2 * FAN_SIGHT_REACH;
    unsigned looks = 0;
    for (int round = 0; round < 1200; round++) {
        uint64_t low = any_from(44), first = any_from(22), least = UINT64_C(1) << 22;
        first = std::max(first % ((UINT64_C(1) << 32) - reach), least);
        if (round % 4) { /* mostly where cubic terms are as great as they may be */
            first = least + below(UINT64_C(25000000));
            double most = std::pow((double)first, 4) / std::pow(1920.0, 3) / 1024;
            low = (uint64_t)(most / (1 + (double)below(100) / 400));
        }
        uint32_t zero = (uint32_t)(first / FAN_WHEEL * FAN_WHEEL);
        uint32_t span = (uint32_t)(1000 + below(round % 2 ? least : 1 << 30));
        fan_path_sight sight;
        if (!fan_sight_of(low, span, zero, &sight)) continue;
        looks++;
        ClassWords bits(random(), FAN_PATH_SIGHT_WORDS + 1, 1 + (unsigned)below(6));
        std::vector<uint32_t> expected;
        for (uint32_t p : bits.numbers(1, FAN_PATH_SIGHT_WORDS, zero))
            if (distance(low, p) < span) expected.push_back(p);
        std::vector<uint32_t> seen(FAN_PATH_SIGHT_WORDS * FAN_PATH_WORD_PRIMES +
                                   4 * FAN_PATH_GROUP);
        seen.resize(GetParam()->look(bits.words(), 1, zero, &sight, seen.data()));
        std::sort(seen.begin(), seen.end());
        ASSERT_TRUE(
            std::includes(seen.begin(), seen.end(), expected.begin(), expected.end()))
            << low << " " << span << " " << zero;
        /* the others may be nearly in the span */
        size_t all = bits.numbers(1, FAN_PATH_SIGHT_WORDS, zero).size();
        ASSERT_LE(seen.size(), expected.size() + all / 100 + 30)
            << low << " " << span << " " << zero;
    }
    ASSERT_GT(looks, 100U);
}

TEST_P(SievePath, UnpacksTheNumbersOfAWord)
{
    for (unsigned clear_in : { 1U, 2U, 5U, 100U }) {
        ClassWords bits(random(), 3, clear_in);
        std::vector<uint32_t> found(FAN_PATH_WORD_PRIMES + 4 * FAN_PATH_GROUP);
        found.resize(GetParam()->unpack(bits.words(), 1, 7680, found.data()));
        std::sort(found.begin(), found.end());
        ASSERT_EQ(found, bits.numbers(1, 1, 7680)) << clear_in;
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

/* has low + distance no factor from 7 to 19? */
bool sifted(uint64_t low, uint64_t distance)
{
    const uint64_t factors = 7 * 11 * 13 * 17 * 19;
    return std::gcd(low % factors + distance, factors) == 1;
}

TEST_P(SievePath, SiftsMultiplesOfSmallFactors)
{
    for (int round = 0; round < 60; round++) {
        uint64_t low = any_from(0);
        size_t n = 1 + below(400);
        std::vector<uint32_t> offset(n + FAN_PATH_GROUP), expected;
        for (uint32_t &distance : offset)
            distance = (uint32_t)below(((UINT64_C(1) << 30) + 113) >> below(30));
        offset[0] = (1U << 30) + 112;
        for (size_t i = 0; i < n; i++)
            if (sifted(low, offset[i])) expected.push_back(offset[i]);
        std::vector<uint32_t> out(n + FAN_PATH_GROUP);
        size_t kept = GetParam()->sift(offset.data(), n, low, out.data());
        out.resize(kept);
        ASSERT_EQ(out, expected) << low;
        size_t in_place = GetParam()->sift(offset.data(), n, low, offset.data());
        offset.resize(in_place);
        ASSERT_EQ(offset, expected) << low;
    }
}

/* The class of each residue mod 30, or FAN_WHEEL_CLASSES. */
int class_of(uint64_t number)
{
    const uint8_t *end = fan_wheel_residue + FAN_WHEEL_CLASSES;
    return (int)(std::find(fan_wheel_residue, end, number % FAN_WHEEL) -
                 fan_wheel_residue);
}

TEST_P(SievePath, ListsTheOnlyMultiplesInANarrowSpan)
{
    using Hits = std::vector<std::vector<uint32_t>>;
    size_t in_all = 0;
    for (int round = 0; round < 300; round++) {
        uint64_t least = UINT64_C(1) << (22 + below(8));
        uint32_t span = (uint32_t)(1 + below(least * 3 / 2 / 60)) * 60;
        std::vector<uint32_t> number;
        while (number.size() < 6 * FAN_PATH_GROUP)
            number.push_back((uint32_t)(least + below(FAN_PATH_SINGLE_MAX - least)) | 1);
        /* a start near a multiple of the first of them */
        uint64_t low = any_from(44) / number[0] * number[0] + below(1000);
        low = low / FAN_WHEEL * FAN_WHEEL;
        Hits expected(FAN_WHEEL_CLASSES), found(FAN_WHEEL_CLASSES);
        std::vector<uint32_t> offsets, offset(number.size() + FAN_PATH_GROUP);
        for (uint32_t p : number) {
            uint64_t at = distance(low, p);
            if (at >= span || class_of(at) == FAN_WHEEL_CLASSES) continue;
            offsets.push_back((uint32_t)at);
            if (sifted(low, at))
                expected[(size_t)class_of(at)].push_back((uint32_t)(at / FAN_WHEEL));
        }
        offset.resize(GetParam()->only_multiples(number.data(), number.size(), low, span,
                                                 offset.data()));
        ASSERT_EQ(offset, offsets) << low << " " << span;
        uint32_t *hits[FAN_WHEEL_CLASSES];
        size_t counts[FAN_WHEEL_CLASSES];
        for (size_t c = 0; c < FAN_WHEEL_CLASSES; c++) {
            found[c].resize(c + number.size() + FAN_PATH_GROUP, 4711);
            hits[c] = found[c].data();
            counts[c] = c; /* behind those that are there */
        }
        GetParam()->list_multiples(number.data(), number.size(), low, span, hits, counts);
        for (size_t c = 0; c < FAN_WHEEL_CLASSES; c++) {
            found[c].resize(counts[c]);
            in_all += counts[c] - c;
            for (size_t i = 0; i < c; i++)
                ASSERT_EQ(found[c][i], 4711U);
            found[c].erase(found[c].begin(), found[c].begin() + (long)c);
            std::sort(found[c].begin(), found[c].end());
            std::sort(expected[c].begin(), expected[c].end());
        }
        ASSERT_EQ(found, expected) << low << " " << span;
    }
    EXPECT_GT(in_all, 200U);
}

/* k >= 0, the first with p a divisor of number + modulus k */
uint32_t first_hit(uint64_t number, uint32_t modulus, uint32_t p)
{
    uint64_t rest = number % p, inverse = fan_wheel_inverse(modulus % p, p);
    return (uint32_t)((p - rest) % p * inverse % p);
}

std::vector<uint32_t> primes_of(uint32_t first, size_t n)
{
    std::vector<uint32_t> found;
    for (uint32_t p = first | 1; found.size() < n; p += 2)
        if (fan_is_prime(p)) found.push_back(p);
    return found;
}

/* Primes at some class of some modulus, and the chunks of that class. */
struct Crossing {
    uint32_t modulus, residue, bits;
    uint64_t number; /* of the class's first bit */
    std::vector<uint32_t> prime, step, at, now;
    std::vector<uint64_t> memory;
    size_t front = FAN_PATH_FRONT / 8;

    Crossing(uint32_t of_modulus, uint64_t base, uint32_t of_residue, uint32_t of_bits,
             std::vector<uint32_t> of_prime)
        : modulus(of_modulus), residue(of_residue), bits(of_bits),
          number(modulus * base + residue), prime(std::move(of_prime)),
          now(prime.size(), UINT32_MAX),
          memory((FAN_PATH_FRONT + bits / 8 + FAN_PATH_ROOM) / 8 + 8)
    {
        for (uint32_t p : prime) {
            step.push_back(2 * fan_wheel_inverse(modulus % p, p) % p);
            at.push_back(first_hit(number, modulus, p));
        }
    }
    fan_path_chunk chunk(unsigned nth, bool last)
    {
        return { memory.data() + front,
                 bits,
                 modulus,
                 number + uint64_t{ modulus } * nth * bits,
                 last,
                 false };
    }
    fan_path_primes primes()
    {
        return { prime.data(), step.data(),  at.data(),
                 now.data(),   prime.size(), 3 * FAN_PATH_GROUP };
    }
    /* bit k of the chunk, which may be before or behind it */
    bool is_set(int64_t k) const
    {
        uint64_t at_bit = uint64_t(k + 64 * (int64_t)front);
        return memory[at_bit / 64] >> at_bit % 64 & 1;
    }
    void clear()
    {
        std::fill(memory.begin(), memory.end(), 0);
    }
};

/* Of the multiples in the chunk, those are looked for that lesser primes do not cross
 * off; what is set besides must be multiples too, and in the chunk, unless outside is
 * allowed.
 */
void expect_crossed(const Crossing &crossing, const fan_path_chunk &chunk, bool outside)
{
    const int64_t begin = -(int64_t)crossing.front * 64,
                  end = begin + (int64_t)crossing.memory.size() * 64;
    std::vector<bool> needed(size_t(end - begin)), allowed(size_t(end - begin));
    for (int64_t p : crossing.prime)
        for (int64_t k = first_hit(chunk.number, chunk.modulus, (uint32_t)p) +
                         (begin / p - 1) * p;
             k < end; k += p) {
            bool within = k >= 0 && k < chunk.bits;
            if (k < begin) continue;
            allowed[size_t(k - begin)] = within || outside;
            if (within && ((int64_t)chunk.number + chunk.modulus * k) / p >= p)
                needed[size_t(k - begin)] = true;
        }
    for (int64_t k = begin; k < end; k++) {
        bool set = crossing.is_set(k);
        if (set ? !allowed[size_t(k - begin)] : needed[size_t(k - begin)])
            FAIL() << "bit " << k << " is " << set;
    }
}

using Cross = void (*)(const fan_path_chunk *, const fan_path_primes *, unsigned);

/* Three chunks of a class, and where the primes are then. */
void cross_class(Crossing crossing, Cross cross, bool outside, bool far = false)
{
    const unsigned chunks = 3, rise = 1 + crossing.bits % 5;
    for (unsigned nth = 0; nth < chunks; nth++) {
        fan_path_chunk chunk = crossing.chunk(nth, nth + 1 == chunks);
        fan_path_primes primes = crossing.primes();
        chunk.far = far;
        crossing.clear();
        cross(&chunk, &primes, nth == 0 ? rise : 0);
        if (far) crossing.memory[crossing.front - 1] = 0; /* may be anything */
        ASSERT_NO_FATAL_FAILURE(expect_crossed(crossing, chunk, outside)) << nth;
        uint64_t next = chunk.number + uint64_t{ chunk.modulus } * chunk.bits;
        for (size_t i = 0; !chunk.last && i < primes.n; i++)
            ASSERT_EQ(primes.now[i], first_hit(next, chunk.modulus, primes.prime[i]));
    }
    for (size_t i = 0; i < crossing.prime.size(); i++)
        ASSERT_EQ(crossing.at[i], first_hit(crossing.number + 2 * rise, crossing.modulus,
                                            crossing.prime[i]));
}

const uint32_t moduli[] = { 30, 210, 2310, 30030 };

TEST_P(SievePath, CrossesOffEachMultipleOfAChunk)
{
    for (int round = 0; round < 12; round++) {
        uint32_t modulus = moduli[round % 4];
        uint64_t base = 64 * (round % 3 ? below(UINT64_C(1) << (4 * (round % 8))) : 0);
        uint32_t residue = round % 2 ? modulus - 1 : 1;
        uint32_t bits = 512 * (uint32_t)(8 + below(200)),
                 small = 167 + (uint32_t)below(FAN_PATH_SMALL_MAX - 2167),
                 medium = 167 + (uint32_t)below(bits),
                 once = bits + (uint32_t)below(bits);
        SCOPED_TRACE(testing::Message() << modulus << " " << base << " " << bits);
        ASSERT_NO_FATAL_FAILURE(
            cross_class({ modulus, base, residue, bits, primes_of(small, 64) },
                        GetParam()->cross_small, true));
        ASSERT_NO_FATAL_FAILURE(
            cross_class({ modulus, base, residue, bits, primes_of(167, 80) },
                        GetParam()->cross_small, true));
        ASSERT_NO_FATAL_FAILURE(
            cross_class({ modulus, base, residue, bits, primes_of(medium, 480) },
                        GetParam()->cross_medium, false));
        ASSERT_NO_FATAL_FAILURE(
            cross_class({ modulus, base, residue, bits, primes_of(medium, 480) },
                        GetParam()->cross_medium, false, true));
        ASSERT_NO_FATAL_FAILURE(
            cross_class({ modulus, base, residue, bits, primes_of(once, 480) },
                        GetParam()->cross_once, false));
    }
}

TEST_P(SievePath, SkipsHitsBelowTheSquare)
{
    const uint32_t bits = 200192, modulus = 30;
    Crossing crossing(modulus, 0, 7, bits, primes_of(2000, 16));
    fan_path_chunk chunk = crossing.chunk(0, true);
    fan_path_primes primes = crossing.primes();
    GetParam()->cross_medium(&chunk, &primes, 1);
    uint64_t first = primes.prime[0], least = UINT64_MAX;
    for (uint32_t k = 0; k < bits && least == UINT64_MAX; k++)
        if (crossing.is_set(k)) least = chunk.number + modulus * k;
    EXPECT_GE(least, (first - modulus) * first);
}

TEST_P(SievePath, CrossesOffLists)
{
    for (size_t n : { 0U, 1U, 7U, 8U, 15U, 1000U }) {
        std::vector<uint64_t> before(101);
        for (uint64_t &word : before)
            word = fan_random_u64(random()) | fan_random_u64(random());
        std::vector<uint64_t> words = before, shorts = before, far = before,
                              expected = before;
        std::vector<uint32_t> hits(n);
        for (uint32_t &hit : hits) {
            hit = (uint32_t)below(6400);
            expected[1 + hit / 64] |= UINT64_C(1) << hit % 64;
        }
        std::vector<uint16_t> short_hits(hits.begin(), hits.end());
        GetParam()->apply(words.data() + 1, hits.data(), n);
        GetParam()->apply_short(shorts.data() + 1, short_hits.data(), n);
        GetParam()->apply_far(far.data() + 1, hits.data(), n);
        far[0] = before[0]; /* may be anything */
        EXPECT_EQ(words, expected);
        EXPECT_EQ(shorts, expected);
        EXPECT_EQ(far, expected);
    }
}

TEST_P(SievePath, ListsTheHitsOfSparsePrimes)
{
    for (int round = 0; round < 40; round++) {
        uint32_t modulus = moduli[round % 4], bits = 512 * (uint32_t)(1 + below(2000)),
                 first = bits + 1 + (uint32_t)below(round % 2 ? bits : 8 * bits);
        Crossing crossing(modulus, 64 * below(UINT64_C(1) << 40), 1, bits,
                          primes_of(first, 96));
        const size_t n = crossing.prime.size(), before = below(3);
        std::vector<std::vector<uint32_t>> hits(
            FAN_PATH_AHEAD, std::vector<uint32_t>(n + before + FAN_PATH_GROUP));
        uint32_t *out[FAN_PATH_AHEAD];
        size_t counts[FAN_PATH_AHEAD];
        uint8_t rise[FAN_PATH_AHEAD];
        for (int c = 0; c < FAN_PATH_AHEAD; c++) {
            out[c] = hits[(size_t)c].data();
            counts[c] = before;
            rise[c] = (uint8_t)(1 + below(FAN_WHEEL_GAP_MAX / 2));
        }
        GetParam()->collect(crossing.prime.data(), crossing.step.data(),
                            crossing.at.data(), n, bits, rise, out, counts,
                            round % 4 == 3);
        uint64_t number = crossing.number;
        for (int c = 0; c < FAN_PATH_AHEAD; c++, number += 2 * rise[c - 1]) {
            std::vector<uint32_t> expected(before);
            for (uint32_t p : crossing.prime)
                if (uint32_t k = first_hit(number, modulus, p); k < bits)
                    expected.push_back(k);
            hits[(size_t)c].resize(counts[c]);
            ASSERT_EQ(hits[(size_t)c], expected) << round << " " << c;
        }
        for (size_t i = 0; i < n; i++)
            ASSERT_EQ(crossing.at[i], first_hit(number, modulus, crossing.prime[i]));
    }
}

TEST_P(SievePath, StartsAndTurnsAnyPrime)
{
    for (int round = 0; round < 200; round++) {
        uint32_t modulus = moduli[round % 4];
        uint64_t base = fan_random_u64(random()) >> (4 + below(60));
        auto prime = primes_of(17 + (uint32_t)(below(59000000) >> below(22)), 32);
        std::vector<uint32_t> step(prime.size()), at(prime.size());
        std::vector<uint16_t> inverse(modulus);
        for (uint32_t r = 1; r < modulus; r += fan_wheel_gap(modulus, r))
            inverse[r] = (uint16_t)(modulus - fan_wheel_inverse(r, modulus));
        GetParam()->turn(prime.data(), step.data(), prime.size(), modulus,
                         inverse.data());
        GetParam()->start(prime.data(), step.data(), at.data(), prime.size(), base);
        for (size_t i = 0; i < prime.size(); i++) {
            uint64_t p = prime[i];
            ASSERT_LT(step[i], p);
            ASSERT_EQ(modulus % p * step[i] % p, 2 % p) << p << " " << modulus;
            ASSERT_LT(at[i], p);
            ASSERT_EQ(((base % p + at[i]) % p * (modulus % p) + 1) % p, 0U)
                << p << " " << modulus << " " << base;
        }
    }
}

TEST_P(SievePath, CountsClearBitsAndSumsTheirPlaces)
{
    for (uint32_t n :
         { 0U, 1U, 7U, 8U, 55U, 56U, 57U, 447U, 8191U, 8192U, 8193U, 24601U })
        for (int density = 0; density < 4; density++) {
            std::vector<uint64_t> words(n + 1, 0);
            for (uint64_t &word : words)
                for (int i = 0; i < density; i++)
                    word |= density == 3 ? UINT64_MAX : fan_random_u64(random());
            uint64_t clear = 0, sum = 0, count = 1, places = 1;
            for (uint64_t bit = 0; bit < 64 * n; bit++)
                if (~words[bit / 64] >> bit % 64 & 1) {
                    clear++;
                    sum += bit;
                }
            GetParam()->count(words.data(), n, &count, &places);
            ASSERT_EQ(count, clear) << n << " " << density;
            ASSERT_EQ(places, sum) << n << " " << density;
        }
}

TEST_P(SievePath, UnpacksTurnsInOrder)
{
    for (int round = 0; round < 100; round++) {
        uint64_t turns = fan_random_u64(random());
        if (round % 3) turns &= fan_random_u64(random());
        if (round == 0) turns = UINT64_MAX;
        uint32_t zero = (uint32_t)below(1000000) * FAN_WHEEL, found[64];
        std::vector<uint32_t> expected;
        for (unsigned bit = 0; bit < 64; bit++)
            if (turns >> bit & 1)
                expected.push_back(zero + bit / 8 * FAN_WHEEL +
                                   fan_wheel_residue[bit % 8]);
        size_t n = GetParam()->unpack_turns(turns, zero, found);
        ASSERT_EQ(std::vector<uint32_t>(found, found + n), expected) << turns;
    }
}

} // namespace
