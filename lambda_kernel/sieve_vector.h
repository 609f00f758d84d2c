/* sieve_vector.h - the few operations on vectors of 32-bit integers that the crossing
 * loops need, for the instruction set that the including file is compiled for: AVX-512,
 * AVX2, NEON, or any with a compiler's own vectors. For sieve_path.inc only. */
#ifndef FAN_LAMBDA_KERNEL_SIEVE_VECTOR_H
#define FAN_LAMBDA_KERNEL_SIEVE_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512VPOPCNTDQ__) || defined(__AVX2__)
#include <immintrin.h>
#elif defined(FAN_PATH_NEON)
#include <arm_neon.h>
#endif

/* keep_where(out, v, test, limit): write the lanes of v whose test is below limit,
 * packed, to out; room for all lanes is needed. Gives their number. Tests and limits are
 * below 2^31. keep_below(out, v, limit): the same with v itself as test. turned(v): the
 * lowest 4 bits moved to the top. keep_bits(out, bits, places, zero, step): write
 * zero + places[k] step for the set bits k, packed, with room for 64 of them.
 * looked_up(table, v): table[v] of 32 elements. plus_if_negative(v, p): v + p in lanes
 * whose uppermost bit is set, v in the others. down(v, step, p): v - step mod p, for v
 * and step below p, and p below 2^31.
 *
 * And on vectors of FAN_SHORTS 16-bit integers: all_shorts(pair) has the halves of pair
 * in turn, upper_shorts(a, b) the upper halves of products, shorts_below(v, limit) a bit
 * for each lane that is below, the first one lowest. keep_few_bits is keep_bits where
 * most often at most 8 are set.
 *
 * Where FAN_DOTS is defined, also on vectors of bytes: bits_of_bytes(v) has the number of
 * set bits of each; crossed(v) exchanges bit i of byte j and bit j of byte i in each 8
 * bytes; plus_dots(sums, v, w) adds the products of four bytes each, w below 128. */
#if defined(__AVX512VPOPCNTDQ__)

#define FAN_LANES 16
typedef __m512i vector;

static inline vector load(const uint32_t *from)
{
    return _mm512_loadu_si512(from);
}
static inline void store(uint32_t *to, vector v)
{
    _mm512_storeu_si512(to, v);
}
static inline vector all(uint32_t x)
{
    return _mm512_set1_epi32((int)x);
}
static inline vector plus(vector a, vector b)
{
    return _mm512_add_epi32(a, b);
}
static inline vector minus(vector a, vector b)
{
    return _mm512_sub_epi32(a, b);
}
static inline vector least(vector a, vector b)
{
    return _mm512_min_epu32(a, b);
}
static inline vector times(vector a, vector b)
{
    return _mm512_mullo_epi32(a, b);
}
static inline vector shifted(vector v, unsigned bits)
{
    return _mm512_srli_epi32(v, bits);
}
static inline vector low_bits(vector v, uint32_t mask)
{
    return _mm512_and_si512(v, all(mask));
}
static inline vector plus_if_negative(vector v, vector p)
{
    return _mm512_mask_add_epi32(v, _mm512_movepi32_mask(v), v, p);
}
static inline vector looked_up(const uint32_t *table, vector v)
{
    return _mm512_permutex2var_epi32(load(table), v, load(table + 16));
}
static inline vector turned(vector v)
{
    return _mm512_ror_epi32(v, 4);
}
static inline size_t keep_where(uint32_t *out, vector v, vector test, vector limit)
{
    __mmask16 below = _mm512_cmplt_epu32_mask(test, limit);
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(below, v));
    return (size_t)__builtin_popcount(below);
}
/* The places of the set bits as bytes, packed, then widened: 32 of them without a test,
 * which is nearly always enough for primes. */
static inline size_t keep_bits(uint32_t *out, uint64_t bits, const uint8_t *places,
                               uint32_t zero, uint32_t step)
{
    __m512i packed = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(places));
    size_t n = (size_t)__builtin_popcountll(bits);
#define WIDEN(i)                                                                         \
    store(out + 16 * (i),                                                                \
          plus(all(zero), _mm512_madd_epi16(_mm512_cvtepu8_epi32(                        \
                                                _mm512_extracti32x4_epi32(packed, i)),   \
                                            all(step))))
    WIDEN(0);
    WIDEN(1);
    if (__builtin_expect(n > 32, 0)) {
        WIDEN(2);
        WIDEN(3);
    }
#undef WIDEN
    return n;
}
static inline size_t keep_few_bits(uint32_t *out, uint64_t bits, const uint8_t *places,
                                   uint32_t zero, uint32_t step)
{
    size_t n = (size_t)__builtin_popcountll(bits);
    if (__builtin_expect(n > 8, 0)) return keep_bits(out, bits, places, zero, step);
    __m512i packed = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(places));
    __m256i place = _mm256_cvtepu8_epi32(_mm512_castsi512_si128(packed));
    place = _mm256_madd_epi16(place, _mm256_set1_epi32((int)step));
    _mm256_storeu_si256((__m256i *)(void *)out,
                        _mm256_add_epi32(_mm256_set1_epi32((int)zero), place));
    return n;
}

#define FAN_SHORTS 32
typedef __m512i shorts;

static inline shorts load_shorts(const uint16_t *from)
{
    return _mm512_loadu_si512(from);
}
static inline shorts all_shorts(uint32_t pair)
{
    return _mm512_set1_epi32((int)pair);
}
static inline shorts plus_shorts(shorts a, shorts b)
{
    return _mm512_add_epi16(a, b);
}
static inline shorts minus_shorts(shorts a, shorts b)
{
    return _mm512_sub_epi16(a, b);
}
static inline shorts times_shorts(shorts a, shorts b)
{
    return _mm512_mullo_epi16(a, b);
}
static inline shorts upper_shorts(shorts a, shorts b)
{
    return _mm512_mulhi_epu16(a, b);
}
static inline uint64_t shorts_below(shorts v, shorts limit)
{
    return _mm512_cmplt_epu16_mask(v, limit);
}

#define FAN_DOTS
static inline vector bits_of_bytes(vector v)
{
    return _mm512_popcnt_epi8(v);
}
static inline vector crossed(vector v)
{
    const __m512i unit = _mm512_set1_epi64((int64_t)UINT64_C(0x8040201008040201));
    return _mm512_gf2p8affine_epi64_epi8(unit, v, 0);
}
static inline vector plus_dots(vector sums, vector v, vector weights)
{
    return _mm512_dpbusd_epi32(sums, v, weights);
}

#elif defined(__AVX2__)

#define FAN_LANES 8
typedef __m256i vector;

static inline vector load(const uint32_t *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}
static inline void store(uint32_t *to, vector v)
{
    _mm256_storeu_si256((__m256i *)(void *)to, v);
}
static inline vector all(uint32_t x)
{
    return _mm256_set1_epi32((int)x);
}
static inline vector plus(vector a, vector b)
{
    return _mm256_add_epi32(a, b);
}
static inline vector minus(vector a, vector b)
{
    return _mm256_sub_epi32(a, b);
}
static inline vector least(vector a, vector b)
{
    return _mm256_min_epu32(a, b);
}
static inline vector times(vector a, vector b)
{
    return _mm256_mullo_epi32(a, b);
}
static inline vector shifted(vector v, unsigned bits)
{
    return _mm256_srli_epi32(v, (int)bits);
}
static inline vector low_bits(vector v, uint32_t mask)
{
    return _mm256_and_si256(v, all(mask));
}
static inline vector plus_if_negative(vector v, vector p)
{
    return _mm256_add_epi32(v, _mm256_and_si256(_mm256_srai_epi32(v, 31), p));
}
static inline vector looked_up(const uint32_t *table, vector v)
{
    return _mm256_i32gather_epi32((const int *)(const void *)table, v, 4);
}
/* AVX2 cannot compress, but it can permute: by the lanes below, the numbers of theirs, a
 * byte each. (Packing the numbers by BMI2 takes longer, and very long before Zen 3.) */
static inline vector lanes_below(vector v, vector limit, size_t *n)
{
#define LANE(m, i)                                                                       \
    (((m) >> (i)&UINT64_C(1)) * (i) << 8 * __builtin_popcount((m) & ((1U << (i)) - 1)))
#define ORDER(m)                                                                         \
    LANE(m, 1) | LANE(m, 2) | LANE(m, 3) | LANE(m, 4) | LANE(m, 5) | LANE(m, 6) |        \
        LANE(m, 7)
#define ORDERS_4(m)  ORDER(m), ORDER(m + 1), ORDER(m + 2), ORDER(m + 3)
#define ORDERS_16(m) ORDERS_4(m), ORDERS_4(m + 4), ORDERS_4(m + 8), ORDERS_4(m + 12)
#define ORDERS_64(m) ORDERS_16(m), ORDERS_16(m + 16), ORDERS_16(m + 32), ORDERS_16(m + 48)
    static const uint64_t orders[256] = { ORDERS_64(0U), ORDERS_64(64U), ORDERS_64(128U),
                                          ORDERS_64(192U) };
#undef ORDERS_64
#undef ORDERS_16
#undef ORDERS_4
#undef ORDER
#undef LANE
    unsigned below =
        (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(limit, v)));
    *n = (size_t)__builtin_popcount(below);
    return _mm256_cvtepu8_epi32(
        _mm_loadl_epi64((const __m128i *)(const void *)&orders[below]));
}
static inline vector turned(vector v)
{
    return _mm256_or_si256(_mm256_srli_epi32(v, 4), _mm256_slli_epi32(v, 28));
}
static inline size_t keep_where(uint32_t *out, vector v, vector test, vector limit)
{
    size_t n;
    store(out, _mm256_permutevar8x32_epi32(v, lanes_below(test, limit, &n)));
    return n;
}

#define FAN_SHORTS 16
typedef __m256i shorts;

static inline shorts load_shorts(const uint16_t *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}
static inline shorts all_shorts(uint32_t pair)
{
    return _mm256_set1_epi32((int)pair);
}
static inline shorts plus_shorts(shorts a, shorts b)
{
    return _mm256_add_epi16(a, b);
}
static inline shorts minus_shorts(shorts a, shorts b)
{
    return _mm256_sub_epi16(a, b);
}
static inline shorts times_shorts(shorts a, shorts b)
{
    return _mm256_mullo_epi16(a, b);
}
static inline shorts upper_shorts(shorts a, shorts b)
{
    return _mm256_mulhi_epu16(a, b);
}
/* v is below limit when limit - v, not less than 0, is not 0; packing keeps the halves of
 * a register apart. */
static inline uint64_t shorts_below(shorts v, shorts limit)
{
    __m256i not_below =
        _mm256_cmpeq_epi16(_mm256_subs_epu16(limit, v), _mm256_setzero_si256());
    __m256i packed = _mm256_packs_epi16(not_below, not_below);
    return (uint16_t)~_mm256_movemask_epi8(_mm256_permute4x64_epi64(packed, 0xd8));
}

#elif defined(FAN_PATH_NEON)

#define FAN_LANES 4
typedef uint32x4_t vector;

static inline vector load(const uint32_t *from)
{
    return vld1q_u32(from);
}
static inline void store(uint32_t *to, vector v)
{
    vst1q_u32(to, v);
}
static inline vector all(uint32_t x)
{
    return vdupq_n_u32(x);
}
static inline vector plus(vector a, vector b)
{
    return vaddq_u32(a, b);
}
static inline vector minus(vector a, vector b)
{
    return vsubq_u32(a, b);
}
static inline vector least(vector a, vector b)
{
    return vminq_u32(a, b);
}
static inline vector times(vector a, vector b)
{
    return vmulq_u32(a, b);
}
static inline vector shifted(vector v, unsigned bits)
{
    return vshlq_u32(v, vdupq_n_s32(-(int32_t)bits));
}
static inline vector low_bits(vector v, uint32_t mask)
{
    return vandq_u32(v, all(mask));
}
static inline vector plus_if_negative(vector v, vector p)
{
    vector negative = vreinterpretq_u32_s32(vshrq_n_s32(vreinterpretq_s32_u32(v), 31));
    return vaddq_u32(v, vandq_u32(negative, p));
}
static inline vector looked_up(const uint32_t *table, vector v)
{
    const uint32_t found[4] = { table[vgetq_lane_u32(v, 0)], table[vgetq_lane_u32(v, 1)],
                                table[vgetq_lane_u32(v, 2)],
                                table[vgetq_lane_u32(v, 3)] };
    return load(found);
}
/* NEON cannot compress, but it can pick bytes: by the lanes below, the places of theirs.
 */
static inline vector packed_below(vector v, vector below, size_t *n)
{
#define LANE(i)   4 * (i), 4 * (i) + 1, 4 * (i) + 2, 4 * (i) + 3
    static const uint8_t places[16][16] = {
        { LANE(0), LANE(0), LANE(0), LANE(0) }, { LANE(0), LANE(0), LANE(0), LANE(0) },
        { LANE(1), LANE(0), LANE(0), LANE(0) }, { LANE(0), LANE(1), LANE(0), LANE(0) },
        { LANE(2), LANE(0), LANE(0), LANE(0) }, { LANE(0), LANE(2), LANE(0), LANE(0) },
        { LANE(1), LANE(2), LANE(0), LANE(0) }, { LANE(0), LANE(1), LANE(2), LANE(0) },
        { LANE(3), LANE(0), LANE(0), LANE(0) }, { LANE(0), LANE(3), LANE(0), LANE(0) },
        { LANE(1), LANE(3), LANE(0), LANE(0) }, { LANE(0), LANE(1), LANE(3), LANE(0) },
        { LANE(2), LANE(3), LANE(0), LANE(0) }, { LANE(0), LANE(2), LANE(3), LANE(0) },
        { LANE(1), LANE(2), LANE(3), LANE(0) }, { LANE(0), LANE(1), LANE(2), LANE(3) }
    };
#undef LANE
    const uint32_t weight[4] = { 1 + 16, 2 + 16, 4 + 16, 8 + 16 };
    uint32_t sum = vaddvq_u32(vandq_u32(below, load(weight)));
    *n = sum >> 4; /* at most 15 from the lower weights: none carries */
    uint8x16_t bytes = vqtbl1q_u8(vreinterpretq_u8_u32(v), vld1q_u8(places[sum & 15]));
    return vreinterpretq_u32_u8(bytes);
}
static inline vector turned(vector v)
{
    return vsriq_n_u32(vshlq_n_u32(v, 28), v, 4);
}
static inline size_t keep_where(uint32_t *out, vector v, vector test, vector limit)
{
    size_t n;
    store(out, packed_below(v, vcltq_u32(test, limit), &n));
    return n;
}

#define FAN_SHORTS 8
typedef uint16x8_t shorts;

static inline shorts load_shorts(const uint16_t *from)
{
    return vld1q_u16(from);
}
static inline shorts all_shorts(uint32_t pair)
{
    return vreinterpretq_u16_u32(vdupq_n_u32(pair));
}
static inline shorts plus_shorts(shorts a, shorts b)
{
    return vaddq_u16(a, b);
}
static inline shorts minus_shorts(shorts a, shorts b)
{
    return vsubq_u16(a, b);
}
static inline shorts times_shorts(shorts a, shorts b)
{
    return vmulq_u16(a, b);
}
static inline shorts upper_shorts(shorts a, shorts b)
{
    uint32x4_t low = vmull_u16(vget_low_u16(a), vget_low_u16(b)),
               high = vmull_u16(vget_high_u16(a), vget_high_u16(b));
    return vcombine_u16(vshrn_n_u32(low, 16), vshrn_n_u32(high, 16));
}
static inline uint64_t shorts_below(shorts v, shorts limit)
{
    const uint16_t weight[8] = { 1, 2, 4, 8, 16, 32, 64, 128 };
    return vaddvq_u16(vandq_u16(vcltq_u16(v, limit), load_shorts(weight)));
}

#else

/* Vectors as GCC and Clang offer them for any machine: two halves or four single numbers
 * where its registers are shorter. */
#define FAN_LANES 4
typedef uint32_t vector __attribute__((vector_size(16)));
typedef int32_t signed_vector __attribute__((vector_size(16)));

static inline vector load(const uint32_t *from)
{
    vector v;
    memcpy(&v, from, sizeof v);
    return v;
}
static inline void store(uint32_t *to, vector v)
{
    memcpy(to, &v, sizeof v);
}
static inline vector all(uint32_t x)
{
    return (vector){ x, x, x, x };
}
static inline vector plus(vector a, vector b)
{
    return a + b;
}
static inline vector minus(vector a, vector b)
{
    return a - b;
}
static inline vector least(vector a, vector b)
{
    vector lower = (vector)(a < b);
    return (a & lower) | (b & ~lower);
}
static inline vector times(vector a, vector b)
{
    return a * b;
}
static inline vector shifted(vector v, unsigned bits)
{
    return v >> bits;
}
static inline vector low_bits(vector v, uint32_t mask)
{
    return v & mask;
}
static inline vector plus_if_negative(vector v, vector p)
{
    return v + ((vector)((signed_vector)v >> 31) & p);
}
static inline vector looked_up(const uint32_t *table, vector v)
{
    return (vector){ table[v[0]], table[v[1]], table[v[2]], table[v[3]] };
}
static inline vector turned(vector v)
{
    return v >> 4 | v << 28;
}
static inline size_t keep_where(uint32_t *out, vector v, vector test, vector limit)
{
    size_t n = 0;
    for (unsigned lane = 0; lane < FAN_LANES; lane++) {
        out[n] = v[lane];
        n += test[lane] < limit[lane];
    }
    return n;
}

#define FAN_SHORTS 8
typedef uint16_t shorts __attribute__((vector_size(16)));

static inline shorts load_shorts(const uint16_t *from)
{
    shorts v;
    memcpy(&v, from, sizeof v);
    return v;
}
static inline shorts all_shorts(uint32_t pair)
{
    return (shorts)all(pair);
}
static inline shorts plus_shorts(shorts a, shorts b)
{
    return a + b;
}
static inline shorts minus_shorts(shorts a, shorts b)
{
    return a - b;
}
static inline shorts times_shorts(shorts a, shorts b)
{
    return a * b;
}
static inline shorts upper_shorts(shorts a, shorts b)
{
    shorts upper;
    for (unsigned lane = 0; lane < FAN_SHORTS; lane++)
        upper[lane] = (uint16_t)((uint32_t)a[lane] * b[lane] >> 16);
    return upper;
}
static inline uint64_t shorts_below(shorts v, shorts limit)
{
    typedef uint64_t halves __attribute__((vector_size(16)));
    const shorts weight = { 1, 2, 4, 8, 16, 32, 64, 128 };
    halves bits = (halves)((shorts)(v < limit) & weight);
    return (bits[0] + bits[1]) * UINT64_C(0x0001000100010001) >> 48;
}

#endif

static inline size_t keep_below(uint32_t *out, vector v, vector limit)
{
    return keep_where(out, v, v, limit);
}

#if defined(__AVX2__) || defined(FAN_PATH_NEON)
static inline vector down(vector v, vector step, vector p)
{
    vector lower = minus(v, step); /* wraps to a huge number when step is greater */
    return least(lower, plus(lower, p));
}
#else
/* The same without a least one, which takes long where it is no instruction. */
static inline vector down(vector v, vector step, vector p)
{
    return plus_if_negative(minus(v, step), p);
}
#endif

#if !defined(__AVX512VPOPCNTDQ__)
static inline size_t keep_bits(uint32_t *out, uint64_t bits, const uint8_t *places,
                               uint32_t zero, uint32_t step)
{
    size_t n = 0;
    for (; bits; bits &= bits - 1)
        out[n++] = zero + places[__builtin_ctzll(bits)] * step;
    return n;
}
static inline size_t keep_few_bits(uint32_t *out, uint64_t bits, const uint8_t *places,
                                   uint32_t zero, uint32_t step)
{
    return keep_bits(out, bits, places, zero, step);
}
#endif

/* The word of bit k. */
static inline uint64_t word_of(uint64_t k)
{
#if defined(__x86_64__) && defined(__BMI2__)
    uint64_t place; /* compilers copy k before they shift it */
    __asm__("shrxq %2, %1, %0" : "=r"(place) : "r"(k), "r"(UINT64_C(6)));
    return place;
#else
    return k >> 6;
#endif
}

/* Set bit k of an array. Written as instructions where it matters: compilers take eight
 * of them, and these loops are bound by how many there are. */
static inline void set_bit(uint64_t *words, uint32_t k)
{
#if defined(__x86_64__)
    const uint64_t position = k;
    uint64_t word;
    __asm__ volatile("movq (%1,%2,8), %0\n\tbtsq %3, %0\n\tmovq %0, (%1,%2,8)"
                     : "=&r"(word)
                     : "r"(words), "r"(word_of(position)), "r"(position)
                     : "cc", "memory");
#else
    words[word_of(k)] |= UINT64_C(1) << (k & 63);
#endif
}

/* Set bit k of an array that L1 has no room for, where most bits are set: what a line is
 * changed for is carried back to L2, which takes as long as to fetch it, so a word whose
 * bit is set is written before the array instead. */
static inline void set_far_bit(uint64_t *words, uint32_t k)
{
#if defined(__x86_64__)
    const uint64_t position = k;
    uint64_t word, place = word_of(position);
    __asm__ volatile("movq (%2,%1,8), %0\n\tbtsq %3, %0\n\tcmovcq %4, %1\n\t"
                     "movq %0, (%2,%1,8)"
                     : "=&r"(word), "+&r"(place)
                     : "r"(words), "r"(position), "r"(INT64_C(-1))
                     : "cc", "memory");
#else
    uint64_t *word = words + word_of(k), bit = UINT64_C(1) << (k & 63), value = *word;
    word = value & bit ? words - 1 : word;
    *word = value | bit;
#endif
}

#endif
