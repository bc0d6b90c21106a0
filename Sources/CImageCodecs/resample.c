#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

static atomic_int is_portable_forced;

void ci_use_portable_kernels(int is_portable) {
  atomic_store_explicit(&is_portable_forced, is_portable, memory_order_relaxed);
}

static int has_avx2(void) {
#if defined(__x86_64__)
  return !atomic_load_explicit(&is_portable_forced, memory_order_relaxed) &&
         __builtin_cpu_supports("avx2");
#else
  return 0;
#endif
}

/// A sum in 22 fractional bits as a byte.
static inline uint8_t rounded(int32_t sum) {
  int32_t value = sum >> ci_fraction_bits;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

size_t ci_horizontal_scratch_size(const ci_weights *weights) {
  return ci_expanded_size(weights);
}

static void resample_row(
    const uint8_t *input, uint32_t channels, const ci_weights *weights, uint8_t *output) {
  for (uint32_t i = 0; i < weights->output_count; i += 1) {
    const uint8_t *pixels = input + (size_t)weights->starts[i] * channels;
    const int32_t *taps = weights->weights + (size_t)i * weights->stride;
    for (uint32_t channel = 0; channel < channels; channel += 1) {
      int32_t sum = 1 << (ci_fraction_bits - 1);
      for (uint32_t t = 0; t < weights->counts[i]; t += 1) {
        sum += pixels[(size_t)t * channels + channel] * taps[t];
      }
      *output++ = rounded(sum);
    }
  }
}

void ci_resample_rows(
    const uint8_t *input, size_t input_stride, const uint8_t *input_end, uint32_t row_count,
    uint32_t channels, const ci_weights *weights, void *scratch, uint8_t *output,
    size_t output_stride) {
  int is_fast = channels == 3 && has_avx2();
  size_t reach = is_fast ? ci_expand_weights(weights, scratch) : 0;
  uint32_t row = 0;
  while (row < row_count) {
    int is_readable = is_fast && reach <= (size_t)(input_end - input);
    // An odd last row is computed with the one before it, again.
    if (is_readable && row + 1 == row_count && row > 0) {
      input -= input_stride;
      output -= output_stride;
      row -= 1;
    }
    if (is_readable && row + 2 <= row_count &&
        input_stride + reach <= (size_t)(input_end - input)) {
      ci_resample_two_rows_avx2(input, input_stride, weights, scratch, output, output_stride);
      row += 2;
      input += 2 * input_stride;
      output += 2 * output_stride;
    } else {
      resample_row(input, channels, weights, output);
      row += 1;
      input += input_stride;
      output += output_stride;
    }
  }
}

void ci_resample_column(
    const uint8_t *input, size_t input_stride, uint32_t count, const int32_t *weights,
    size_t byte_count, uint8_t *output) {
  size_t done = 0;
  if (has_avx2()) {
    done = ci_resample_column_avx2(input, input_stride, count, weights, byte_count, output);
  }
  enum { block = 64 };
  int32_t sums[block];
  while (done < byte_count) {
    size_t width = byte_count - done < block ? byte_count - done : block;
    for (size_t i = 0; i < width; i += 1) sums[i] = 1 << (ci_fraction_bits - 1);
    for (uint32_t t = 0; t < count; t += 1) {
      const uint8_t *row = input + t * input_stride + done;
      for (size_t i = 0; i < width; i += 1) sums[i] += row[i] * weights[t];
    }
    for (size_t i = 0; i < width; i += 1) output[done + i] = rounded(sums[i]);
    done += width;
  }
}

void ci_look_up(
    const uint8_t *input, size_t pixel_count, uint32_t channels, const float *table,
    float *output) {
  if (channels == 3) {
    for (size_t i = 0; i < pixel_count; i += 1, input += 3, output += 3) {
      output[0] = table[input[0]];
      output[1] = table[256 + input[1]];
      output[2] = table[512 + input[2]];
    }
    return;
  }
  for (size_t i = 0; i < pixel_count; i += 1) {
    for (uint32_t channel = 0; channel < channels; channel += 1) {
      *output++ = table[256 * channel + *input++];
    }
  }
}

void ci_luma(const uint8_t *input, size_t pixel_count, uint8_t *output) {
  for (size_t i = 0; i < pixel_count; i += 1, input += 3) {
    output[i] =
        (uint8_t)((input[0] * 19595u + input[1] * 38470u + input[2] * 7471u + 0x8000u) >> 16);
  }
}
