#include <string.h>

#include "kernels.h"

enum {
  low_bits = 15,
  /// Input pixels that one step of the horizontal kernel takes.
  step_taps = 4,
  /// 16-bit numbers that a step's weights fill: two registers.
  step_size = 32,
};

size_t ci_expanded_size(const ci_weights *weights) {
  size_t steps = (weights->stride + step_taps - 1) / step_taps;
  return weights->output_count * steps * step_size * sizeof(int16_t);
}

size_t ci_expand_weights(const ci_weights *weights, int16_t *expanded) {
  size_t reach = 0;
  size_t steps = (weights->stride + step_taps - 1) / step_taps;
  memset(expanded, 0, ci_expanded_size(weights));
  for (uint32_t i = 0; i < weights->output_count; i += 1) {
    const int32_t *taps = weights->weights + (size_t)i * weights->stride;
    uint32_t count = weights->counts[i];
    for (uint32_t t = 0; t < count; t += 1) {
      // Pairs of taps stand side by side once per channel, two pairs to a register.
      int16_t *step = expanded + (i * steps + t / step_taps) * step_size;
      size_t lane = (t % step_taps) / 2 * 8 + t % 2;
      for (size_t channel = 0; channel < 3; channel += 1) {
        step[lane + 2 * channel] = (int16_t)(taps[t] & ((1 << low_bits) - 1));
        step[step_size / 2 + lane + 2 * channel] = (int16_t)(taps[t] >> low_bits);
      }
    }
    size_t used = (count + step_taps - 1) / step_taps;
    size_t end = used == 0 ? 0 : (weights->starts[i] + (used - 1) * step_taps) * 3 + 16;
    if (end > reach) reach = end;
  }
  return reach;
}

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx2"))) void ci_resample_two_rows_avx2(
    const uint8_t *input, size_t input_stride, const ci_weights *weights, const int16_t *expanded,
    uint8_t *output, size_t output_stride) {
  // Bytes r₀ g₀ b₀ r₁ g₁ b₁ … to 16-bit pairs r₀ r₁, g₀ g₁, b₀ b₁; taps 2 and 3 in the upper half.
  const __m256i pairs = _mm256_setr_epi8(
      0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
      6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const __m256i half = _mm256_set1_epi32(1 << (ci_fraction_bits - 1));
  size_t steps = (weights->stride + step_taps - 1) / step_taps;
  uint32_t last = weights->output_count - 1;
  uint8_t *second_output = output + output_stride;
  for (uint32_t i = 0; i <= last; i += 1) {
    const uint8_t *first_row = input + (size_t)weights->starts[i] * 3;
    const uint8_t *second_row = first_row + input_stride;
    const __m256i *factors = (const __m256i *)(expanded + i * steps * step_size);
    __m256i first_low = _mm256_setzero_si256();
    __m256i first_high = _mm256_setzero_si256();
    __m256i second_low = _mm256_setzero_si256();
    __m256i second_high = _mm256_setzero_si256();
    uint32_t count = weights->counts[i];
    for (uint32_t tap = 0; tap < count; tap += step_taps, factors += 2) {
      __m256i low_factors = _mm256_loadu_si256(factors);
      __m256i high_factors = _mm256_loadu_si256(factors + 1);
      __m256i first = _mm256_shuffle_epi8(
          _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(first_row + 3 * tap))),
          pairs);
      __m256i second = _mm256_shuffle_epi8(
          _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(second_row + 3 * tap))),
          pairs);
      first_low = _mm256_add_epi32(first_low, _mm256_madd_epi16(first, low_factors));
      first_high = _mm256_add_epi32(first_high, _mm256_madd_epi16(first, high_factors));
      second_low = _mm256_add_epi32(second_low, _mm256_madd_epi16(second, low_factors));
      second_high = _mm256_add_epi32(second_high, _mm256_madd_epi16(second, high_factors));
    }
    __m256i first = _mm256_add_epi32(first_low, _mm256_slli_epi32(first_high, low_bits));
    __m256i second = _mm256_add_epi32(second_low, _mm256_slli_epi32(second_high, low_bits));
    // The sums of both halves: the first row's pixel below, the second's above.
    __m256i sums = _mm256_add_epi32(
        _mm256_permute2x128_si256(first, second, 0x20),
        _mm256_permute2x128_si256(first, second, 0x31));
    sums = _mm256_srai_epi32(_mm256_add_epi32(sums, half), ci_fraction_bits);
    sums = _mm256_packs_epi32(sums, sums);
    sums = _mm256_packus_epi16(sums, sums);
    int first_pixel = _mm256_cvtsi256_si32(sums);
    int second_pixel = _mm_cvtsi128_si32(_mm256_extracti128_si256(sums, 1));
    // The fourth byte is overwritten by the next pixel.
    if (i < last) {
      memcpy(output + 3 * (size_t)i, &first_pixel, 4);
      memcpy(second_output + 3 * (size_t)i, &second_pixel, 4);
    } else {
      memcpy(output + 3 * (size_t)i, &first_pixel, 3);
      memcpy(second_output + 3 * (size_t)i, &second_pixel, 3);
    }
  }
}

/// Sums of 8 · 4 columns of two rows each.
#define ADD_PAIR(values, index)                                                            \
  low[index] = _mm256_add_epi32(low[index], _mm256_madd_epi16(values, low_factors));       \
  high[index] = _mm256_add_epi32(high[index], _mm256_madd_epi16(values, high_factors));

__attribute__((target("avx2"))) size_t ci_resample_column_avx2(
    const uint8_t *input, size_t input_stride, uint32_t count, const int32_t *weights,
    size_t byte_count, uint8_t *output) {
  enum { width = 32, pair_limit = 256 };
  uint32_t pair_count = (count + 1) / 2;
  if (byte_count < width || pair_count > pair_limit) return 0;
  int32_t low_pairs[pair_limit];
  int32_t high_pairs[pair_limit];
  for (uint32_t pair = 0; pair < pair_count; pair += 1) {
    int32_t first = weights[2 * pair];
    int32_t second = 2 * pair + 1 < count ? weights[2 * pair + 1] : 0;
    int32_t mask = (1 << low_bits) - 1;
    low_pairs[pair] = (first & mask) | (second & mask) << 16;
    high_pairs[pair] =
        (int32_t)(((uint32_t)(first >> low_bits) & 0xffff) | (uint32_t)(second >> low_bits) << 16);
  }
  const __m256i zero = _mm256_setzero_si256();
  const __m256i half = _mm256_set1_epi32(1 << (ci_fraction_bits - 1));
  for (size_t start = 0; start < byte_count; start += width) {
    // The last block overlaps the one before.
    size_t column = start + width <= byte_count ? start : byte_count - width;
    __m256i low[4] = {half, half, half, half};
    __m256i high[4] = {zero, zero, zero, zero};
    for (uint32_t pair = 0; pair < pair_count; pair += 1) {
      const uint8_t *upper = input + (size_t)(2 * pair) * input_stride + column;
      const uint8_t *lower = 2 * pair + 1 < count ? upper + input_stride : upper;
      __m256i first = _mm256_loadu_si256((const __m256i *)upper);
      __m256i second = _mm256_loadu_si256((const __m256i *)lower);
      __m256i low_factors = _mm256_set1_epi32(low_pairs[pair]);
      __m256i high_factors = _mm256_set1_epi32(high_pairs[pair]);
      __m256i front = _mm256_unpacklo_epi8(first, second);
      __m256i back = _mm256_unpackhi_epi8(first, second);
      ADD_PAIR(_mm256_unpacklo_epi8(front, zero), 0)
      ADD_PAIR(_mm256_unpackhi_epi8(front, zero), 1)
      ADD_PAIR(_mm256_unpacklo_epi8(back, zero), 2)
      ADD_PAIR(_mm256_unpackhi_epi8(back, zero), 3)
    }
    __m256i sums[4];
    for (int i = 0; i < 4; i += 1) {
      sums[i] = _mm256_srai_epi32(
          _mm256_add_epi32(low[i], _mm256_slli_epi32(high[i], low_bits)), ci_fraction_bits);
    }
    // Packing undoes the interleaving within each half.
    __m256i bytes = _mm256_packus_epi16(
        _mm256_packs_epi32(sums[0], sums[1]), _mm256_packs_epi32(sums[2], sums[3]));
    _mm256_storeu_si256((__m256i *)(output + column), bytes);
  }
  return byte_count;
}

#else

void ci_resample_two_rows_avx2(
    const uint8_t *input, size_t input_stride, const ci_weights *weights, const int16_t *expanded,
    uint8_t *output, size_t output_stride) {
  (void)input, (void)input_stride, (void)weights, (void)expanded, (void)output,
      (void)output_stride;
}

size_t ci_resample_column_avx2(
    const uint8_t *input, size_t input_stride, uint32_t count, const int32_t *weights,
    size_t byte_count, uint8_t *output) {
  (void)input, (void)input_stride, (void)count, (void)weights, (void)byte_count, (void)output;
  return 0;
}

#endif
