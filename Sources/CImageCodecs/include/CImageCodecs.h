#ifndef CREDENCE_IMAGE_CODECS_H
#define CREDENCE_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

/// JPEG, PNG and WebP files to pixels and back, and the inner loops of resampling.
///
/// Pixels are rows from top to bottom, three bytes each: red, green, blue. Functions return 0, or -1 with a message; nothing aborts.

/// How an image is stored.
typedef enum {
  CI_FORMAT_UNKNOWN = 0,
  CI_FORMAT_JPEG = 1,
  CI_FORMAT_PNG = 2,
  CI_FORMAT_WEBP = 3,
} ci_format;

/// Recognizes a format by the first bytes.
ci_format ci_format_of(const uint8_t *bytes, size_t count);

/// One image being read.
typedef struct ci_reader ci_reader;

/// The bytes of a message, its end included.
#define CI_MESSAGE_SIZE 256

/// Reads an image's header.
///
/// The bytes must stay as they are until `ci_reader_close`. Images of more than `pixel_limit` pixels are refused.
/// On failure `*reader` is NULL and `message` tells why.
int ci_reader_open(
    ci_reader **reader, const uint8_t *bytes, size_t count, uint64_t pixel_limit, uint32_t *width,
    uint32_t *height, char message[CI_MESSAGE_SIZE]);

/// Decodes columns `left..<right` of rows `top..<bottom` to `output`, of which the rows are `stride` bytes apart.
///
/// May be called once. The pixels equal those of the whole image, bit for bit; a file cut short fails even if the
/// missing part was not asked for.
int ci_reader_read(
    ci_reader *reader, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom,
    uint8_t *output, size_t stride, char message[CI_MESSAGE_SIZE]);

void ci_reader_close(ci_reader *reader);

/// Encodes as baseline JPEG with chroma halved in both directions; `quality` from 1 to 100.
///
/// `*encoded` is to be freed by `ci_free`.
int ci_encode_jpeg(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **encoded,
    size_t *count, char message[CI_MESSAGE_SIZE]);

/// Encodes as PNG, eight bits per channel; `level` is zlib's, from 0 to 9.
int ci_encode_png(
    const uint8_t *pixels, uint32_t width, uint32_t height, int level, uint8_t **encoded,
    size_t *count, char message[CI_MESSAGE_SIZE]);

void ci_free(void *memory);

/// The fixed-point weights of one direction of a resampling.
///
/// Output *i* is the sum over *t* of `weights[i * stride + t]` times input `starts[i] + t`, *t* below `counts[i]`,
/// in 22 fractional bits, rounded and clipped to a byte.
typedef struct {
  uint32_t output_count;
  uint32_t stride;
  const uint32_t *starts;
  const uint32_t *counts;
  const int32_t *weights;
} ci_weights;

/// Resamples `row_count` rows of `channels` bytes per pixel along their length.
///
/// Reads nothing at or beyond `input_end`; writes `output_count * channels` bytes a row. `scratch` holds
/// `ci_horizontal_scratch_size` bytes.
void ci_resample_rows(
    const uint8_t *input, size_t input_stride, const uint8_t *input_end, uint32_t row_count,
    uint32_t channels, const ci_weights *weights, void *scratch, uint8_t *output,
    size_t output_stride);

/// The bytes of scratch memory that `ci_resample_rows` needs.
size_t ci_horizontal_scratch_size(const ci_weights *weights);

/// One output row from `count` input rows of `byte_count` bytes each, weighted.
void ci_resample_column(
    const uint8_t *input, size_t input_stride, uint32_t count, const int32_t *weights,
    size_t byte_count, uint8_t *output);

/// Bytes to numbers by a table of 256 per channel, `[channels, 256]`.
void ci_look_up(
    const uint8_t *input, size_t pixel_count, uint32_t channels, const float *table, float *output);

/// Red, green, blue to luma as ITU-R 601-2, 16 fractional bits, rounded.
void ci_luma(const uint8_t *input, size_t pixel_count, uint8_t *output);

/// Chooses the kernels that any processor can run, or again the fastest; for tests.
void ci_use_portable_kernels(int is_portable);

#endif
