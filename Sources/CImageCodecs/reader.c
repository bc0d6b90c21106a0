#include "reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ci_fail(char *message, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, CI_MESSAGE_SIZE, format, arguments);
  va_end(arguments);
  return -1;
}

int ci_size_is_valid(uint64_t width, uint64_t height, uint64_t pixel_limit, char *message) {
  if (width == 0 || height == 0) {
    ci_fail(message, "it has no pixels");
    return 0;
  }
  if (width > UINT32_MAX || height > UINT32_MAX || width > pixel_limit / height) {
    ci_fail(
        message, "its %llu × %llu pixels are more than the %llu that are read",
        (unsigned long long)width, (unsigned long long)height, (unsigned long long)pixel_limit);
    return 0;
  }
  return 1;
}

ci_format ci_format_of(const uint8_t *bytes, size_t count) {
  static const uint8_t png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  if (count >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff) return CI_FORMAT_JPEG;
  if (count >= 8 && memcmp(bytes, png, 8) == 0) return CI_FORMAT_PNG;
  if (count >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0) {
    return CI_FORMAT_WEBP;
  }
  return CI_FORMAT_UNKNOWN;
}

int ci_reader_open(
    ci_reader **reader, const uint8_t *bytes, size_t count, uint64_t pixel_limit, uint32_t *width,
    uint32_t *height, char message[CI_MESSAGE_SIZE]) {
  message[0] = 0;
  *reader = NULL;
  switch (ci_format_of(bytes, count)) {
    case CI_FORMAT_JPEG: *reader = ci_jpeg_open(bytes, count, pixel_limit, message); break;
    case CI_FORMAT_PNG: *reader = ci_png_open(bytes, count, pixel_limit, message); break;
    case CI_FORMAT_WEBP: *reader = ci_webp_open(bytes, count, pixel_limit, message); break;
    case CI_FORMAT_UNKNOWN: return ci_fail(message, "its format is not known");
  }
  if (*reader == NULL) return -1;
  *width = (*reader)->width;
  *height = (*reader)->height;
  return 0;
}

int ci_reader_read(
    ci_reader *reader, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom,
    uint8_t *output, size_t stride, char message[CI_MESSAGE_SIZE]) {
  if (left >= right || right > reader->width || top >= bottom || bottom > reader->height ||
      stride < (size_t)(right - left) * 3) {
    return ci_fail(message, "a part outside of the image was asked for");
  }
  return reader->read(reader, left, top, right, bottom, output, stride, message);
}

void ci_reader_close(ci_reader *reader) {
  if (reader != NULL) reader->close(reader);
}

void ci_free(void *memory) { free(memory); }
