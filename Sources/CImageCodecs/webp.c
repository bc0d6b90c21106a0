#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "reader.h"

typedef struct {
  ci_reader base;
  const uint8_t *bytes;
  size_t count;
  int is_animated;
} webp_reader;

static void webp_close(ci_reader *base) { free(base); }

/// Copies a part of a decoded image of three or four bytes per pixel.
static void copy_part(
    const uint8_t *image, uint32_t width, uint32_t channels, uint32_t left, uint32_t top,
    uint32_t right, uint32_t bottom, uint8_t *output, size_t stride) {
  for (uint32_t row = top; row < bottom; row += 1, output += stride) {
    const uint8_t *input = image + ((size_t)row * width + left) * channels;
    for (uint32_t i = 0; i < right - left; i += 1) memcpy(output + 3 * i, input + channels * i, 3);
  }
}

static int read_first_frame(
    const webp_reader *reader, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom,
    uint8_t *output, size_t stride, char *message) {
  WebPData data = {reader->bytes, reader->count};
  WebPAnimDecoderOptions options;
  if (!WebPAnimDecoderOptionsInit(&options)) return ci_fail(message, "the WebP library is too old");
  options.color_mode = MODE_RGBA;
  WebPAnimDecoder *decoder = WebPAnimDecoderNew(&data, &options);
  if (decoder == NULL) return ci_fail(message, "its animation can't be decoded");
  uint8_t *image = NULL;
  int timestamp = 0;
  int is_decoded = WebPAnimDecoderGetNext(decoder, &image, &timestamp);
  if (is_decoded) {
    copy_part(image, reader->base.width, 4, left, top, right, bottom, output, stride);
  }
  WebPAnimDecoderDelete(decoder);
  return is_decoded ? 0 : ci_fail(message, "its first frame can't be decoded");
}

static int webp_read(
    ci_reader *base, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom,
    uint8_t *output, size_t stride, char *message) {
  webp_reader *reader = (webp_reader *)base;
  if (reader->is_animated) {
    return read_first_frame(reader, left, top, right, bottom, output, stride, message);
  }
  size_t row_size = (size_t)base->width * 3;
  int is_whole = right - left == base->width && bottom - top == base->height;
  uint8_t *image = is_whole ? output : malloc(row_size * base->height);
  if (image == NULL) return ci_fail(message, "there is no memory for its pixels");
  size_t image_stride = is_whole ? stride : row_size;
  const uint8_t *decoded = WebPDecodeRGBInto(
      reader->bytes, reader->count, image, image_stride * base->height, (int)image_stride);
  if (decoded != NULL && !is_whole) {
    copy_part(image, base->width, 3, left, top, right, bottom, output, stride);
  }
  if (!is_whole) free(image);
  return decoded != NULL ? 0 : ci_fail(message, "its WebP data are damaged or cut short");
}

ci_reader *ci_webp_open(const uint8_t *bytes, size_t count, uint64_t pixel_limit, char *message) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes, count, &features) != VP8_STATUS_OK) {
    ci_fail(message, "its WebP header is damaged or cut short");
    return NULL;
  }
  if (!ci_size_is_valid(
          (uint64_t)features.width, (uint64_t)features.height, pixel_limit, message)) {
    return NULL;
  }
  webp_reader *reader = calloc(1, sizeof(webp_reader));
  if (reader == NULL) {
    ci_fail(message, "there is no memory to read it");
    return NULL;
  }
  *reader = (webp_reader){
      {(uint32_t)features.width, (uint32_t)features.height, webp_read, webp_close},
      bytes,
      count,
      features.has_animation};
  return &reader->base;
}
