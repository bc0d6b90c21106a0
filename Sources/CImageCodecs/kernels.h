#ifndef CREDENCE_KERNELS_H
#define CREDENCE_KERNELS_H

#include "CImageCodecs.h"

/// Bits after the binary point of a weight, as in Pillow: 32 less 8 of the pixel less 2 for sums beyond one.
enum { ci_fraction_bits = 22 };

// The AVX2 kernels multiply 16-bit numbers, twice as many at once as 32-bit ones. A weight w is split so that nothing is lost:
// w = high · 2¹⁵ + low, low from 0 to 2¹⁵ − 1. Sums wrap around as 32-bit integers do, so the total is exact where it fits.

/// The bytes that `ci_expand_weights` writes.
size_t ci_expanded_size(const ci_weights *weights);

/// Arranges weights for `ci_resample_two_rows_avx2`.
///
/// Returns how many bytes from a row's start the kernel may read.
size_t ci_expand_weights(const ci_weights *weights, int16_t *expanded);

/// Two rows of three channels each; the upper one is written first.
void ci_resample_two_rows_avx2(
    const uint8_t *input, size_t input_stride, const ci_weights *weights, const int16_t *expanded,
    uint8_t *output, size_t output_stride);

/// As `ci_resample_column`; returns how many bytes were done, all of them or none.
size_t ci_resample_column_avx2(
    const uint8_t *input, size_t input_stride, uint32_t count, const int32_t *weights,
    size_t byte_count, uint8_t *output);

#endif
