#ifndef CREDENCE_READER_H
#define CREDENCE_READER_H

#include "CImageCodecs.h"

/// What every format's reader begins with.
struct ci_reader {
  uint32_t width;
  uint32_t height;
  int (*read)(
      ci_reader *reader, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom,
      uint8_t *output, size_t stride, char *message);
  void (*close)(ci_reader *reader);
};

ci_reader *ci_jpeg_open(
    const uint8_t *bytes, size_t count, uint64_t pixel_limit, char *message);
ci_reader *ci_png_open(const uint8_t *bytes, size_t count, uint64_t pixel_limit, char *message);
ci_reader *ci_webp_open(const uint8_t *bytes, size_t count, uint64_t pixel_limit, char *message);

/// Writes a message; returns -1.
int ci_fail(char *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Whether an image's size is at least 1 × 1 and not beyond the limit; else writes the message.
int ci_size_is_valid(uint64_t width, uint64_t height, uint64_t pixel_limit, char *message);

#endif
