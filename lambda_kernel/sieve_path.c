/* sieve_path.c - see sieve_path.h.
 *
 * The processor is asked with as few CPUID instructions as possible, since each leaves
 * the virtual machine: that is 10 us, and the compiler's own run-time tests take dozens.
 */
#include "lambda_kernel/sieve_path.h"

#include <string.h>

#include "lambda_kernel/sieve_path_tables.h"

/* Arm's server cores have 64 KiB (Neoverse N1, V1 and V2 technical reference manuals),
 * and no instruction tells a program. */
#ifdef FAN_PATH_ARM64
#define L1_BYTES_GUESS (64 * 1024)
#else
#define L1_BYTES_GUESS (32 * 1024)
#endif

struct processor {
    bool asked, avx2, avx512;
    size_t l1_bytes;
};

#ifdef FAN_PATH_X86
#include <cpuid.h>

static bool has(uint32_t bits, uint32_t wanted)
{
    return (bits & wanted) == wanted;
}

/* Which registers the operating system saves. */
static uint32_t saved_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* Size of the first cache that the leaf describes, which is the first-level data cache;
 * 0 if it describes none. Intel: leaf 4; AMD: 0x8000001d, in the same format. */
static size_t cache_bytes(uint32_t leaf)
{
    uint32_t a = 0, b = 0, c = 0, d = 0;
    __cpuid_count(leaf, 0, a, b, c, d);
    if ((a & 0x1f) == 0 || (a >> 5 & 7) != 1) return 0;
    return (size_t)((b >> 22) + 1) * ((b >> 12 & 0x3ff) + 1) * ((b & 0xfff) + 1) *
           (c + 1);
}

static void ask(struct processor *cpu)
{
    const uint32_t ymm = 0x06, zmm = 0xe6;
    uint32_t a, b, c, d, extended_b, extended_c, vendor;
    __cpuid(0, a, b, c, d);
    vendor = b;
    if (a < 7) return;
    __cpuid(1, a, b, c, d);
    if (!has(c, bit_OSXSAVE | bit_AVX | bit_FMA | bit_POPCNT)) return;
    __cpuid_count(7, 0, a, extended_b, extended_c, d);
    uint32_t state = saved_state();
    cpu->avx2 = has(state, ymm) && has(extended_b, bit_AVX2 | bit_BMI | bit_BMI2);
    cpu->avx512 =
        cpu->avx2 && has(state, zmm) &&
        has(extended_b, bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL) &&
        has(extended_c, bit_AVX512VPOPCNTDQ | bit_AVX512VBMI2 | bit_AVX512BITALG |
                            bit_AVX512VNNI | bit_GFNI);
    size_t bytes = cache_bytes(vendor == signature_AMD_ebx ? 0x8000001dU : 4);
    if (bytes) cpu->l1_bytes = bytes;
}
#else
static void ask(struct processor *cpu)
{
    (void)cpu;
}
#endif

static const struct processor *processor(void)
{
    static struct processor cpu = { false, false, false, L1_BYTES_GUESS };
    if (!cpu.asked) ask(&cpu);
    cpu.asked = true;
    return &cpu;
}

const struct fan_sieve_path *fan_sieve_path_find(const char *name)
{
#ifdef FAN_PATH_X86
    if (strcmp(name, "avx512") == 0)
        return processor()->avx512 ? &fan_sieve_path_avx512 : NULL;
    if (strcmp(name, "avx2") == 0) return processor()->avx2 ? &fan_sieve_path_avx2 : NULL;
#elif defined(FAN_PATH_ARM64)
    if (strcmp(name, "neon") == 0) return &fan_sieve_path_neon;
#endif
    return strcmp(name, "portable") == 0 ? &fan_sieve_path_portable : NULL;
}

const struct fan_sieve_path *fan_sieve_path_best(void)
{
    static const char *const names[] = { "avx512", "avx2", "neon" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct fan_sieve_path *path = fan_sieve_path_find(names[i]);
        if (path) return path;
    }
    return &fan_sieve_path_portable;
}

size_t fan_sieve_path_l1_bytes(void)
{
    return processor()->l1_bytes;
}
