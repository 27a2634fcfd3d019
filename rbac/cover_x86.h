/*
 * line_covers() for processors with wider compares: the same rule in fewer
 * instructions, so that more checks are in flight while one waits for memory.
 */
#pragma once

#ifdef __x86_64__

#include <immintrin.h>

#include "rbac/cover.h"

#define TARGET_AVX2   __attribute__((target("avx2")))
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw")))

static inline long long row_word(struct row row)
{
    long long word;

    memcpy(&word, row.label, sizeof(word));
    return word;
}

/* Sixteen runs and one label: nonzero is a hit. */
static inline TARGET_AVX2 __m256i hit_avx2(__m256i first, __m256i count,
                                           __m256i label)
{
    return _mm256_subs_epu16(count, _mm256_sub_epi16(label, first));
}

static inline TARGET_AVX2 bool line_covers_avx2(const struct line *line,
                                                struct row row)
{
    const __m256i first =
        _mm256_load_si256((const __m256i *)(const void *)line->first);
    const __m256i count =
        _mm256_load_si256((const __m256i *)(const void *)line->count);
    const __m128i bits = _mm_cvtsi64_si128(row_word(row));
    const __m256i one = _mm256_broadcastw_epi16(bits);
    const __m256i two = _mm256_broadcastw_epi16(_mm_srli_epi64(bits, 16));
    const __m256i three = _mm256_broadcastw_epi16(_mm_srli_epi64(bits, 32));
    const __m256i four = _mm256_broadcastw_epi16(_mm_srli_epi64(bits, 48));
    const __m256i hit =
        _mm256_or_si256(_mm256_or_si256(hit_avx2(first, count, one),
                                        hit_avx2(first, count, two)),
                        _mm256_or_si256(hit_avx2(first, count, three),
                                        hit_avx2(first, count, four)));

    return !_mm256_testz_si256(hit, hit);
}

/* Two labels at once: one in the lower half, one in the upper. */
static inline TARGET_AVX512 bool line_covers_avx512(const struct line *line,
                                                    struct row row)
{
    const __m512i first = _mm512_broadcast_i64x4(
        _mm256_load_si256((const __m256i *)(const void *)line->first));
    const __m512i count = _mm512_broadcast_i64x4(
        _mm256_load_si256((const __m256i *)(const void *)line->count));
    const __m512i bits = _mm512_set1_epi64(row_word(row));
    const __m512i lower = _mm512_set_epi64(
        0x0302030203020302, 0x0302030203020302, 0x0302030203020302,
        0x0302030203020302, 0x0100010001000100, 0x0100010001000100,
        0x0100010001000100, 0x0100010001000100);
    const __m512i upper =
        _mm512_add_epi8(lower, _mm512_set1_epi8(2 * (int)sizeof(uint16_t)));
    const __mmask32 hit_lower = _mm512_cmplt_epu16_mask(
        _mm512_sub_epi16(_mm512_shuffle_epi8(bits, lower), first), count);
    const __mmask32 hit_upper = _mm512_cmplt_epu16_mask(
        _mm512_sub_epi16(_mm512_shuffle_epi8(bits, upper), first), count);

    return (hit_lower | hit_upper) != 0;
}

#endif
