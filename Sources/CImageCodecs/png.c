#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "reader.h"

typedef struct {
  ci_reader base;
  png_structp png;
  png_infop info;
  const uint8_t *next;
  size_t left;
  uint8_t *rows;
  png_bytep *pointers;
  char *message;
} png_reader;

static void leave(png_structp png, png_const_charp text) {
  char *message = png_get_error_ptr(png);
  if (message != NULL && message[0] == 0) ci_fail(message, "%s", text);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void take_bytes(png_structp png, png_bytep output, size_t count) {
  png_reader *reader = png_get_io_ptr(png);
  if (count > reader->left) png_error(png, "it is cut short");
  memcpy(output, reader->next, count);
  reader->next += count;
  reader->left -= count;
}

static void png_close(ci_reader *base) {
  png_reader *reader = (png_reader *)base;
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader->rows);
  free(reader->pointers);
  free(reader);
}

/// One row of stored pixels, a byte or two per sample, to red, green and blue.
static void convert_row(
    const uint8_t *input, uint32_t count, int color_type, int bit_depth,
    const uint8_t palette[256][3], uint8_t *output) {
  size_t sample = bit_depth == 16 ? 2 : 1;
  switch (color_type) {
    case PNG_COLOR_TYPE_PALETTE:
      for (uint32_t i = 0; i < count; i += 1) memcpy(output + 3 * i, palette[input[i]], 3);
      break;
    case PNG_COLOR_TYPE_GRAY:
      for (uint32_t i = 0; i < count; i += 1) {
        int value;
        if (sample == 2) {
          // PIL clips 16-bit gray.
          value = input[2 * i] > 0 ? 255 : input[2 * i + 1];
        } else {
          value = input[i] * (255 / ((1 << bit_depth) - 1));
        }
        memset(output + 3 * i, value, 3);
      }
      break;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      for (uint32_t i = 0; i < count; i += 1) memset(output + 3 * i, input[2 * sample * i], 3);
      break;
    default: {
      size_t step = sample * (color_type == PNG_COLOR_TYPE_RGB_ALPHA ? 4 : 3);
      for (uint32_t i = 0; i < count; i += 1) {
        for (size_t channel = 0; channel < 3; channel += 1) {
          output[3 * i + channel] = input[step * i + sample * channel];
        }
      }
    }
  }
}

static int png_read(
    ci_reader *base, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom,
    uint8_t *output, size_t stride, char *message) {
  png_reader *reader = (png_reader *)base;
  png_structp png = reader->png;
  message[0] = 0;
  png_set_error_fn(png, message, leave, ignore_warning);
  if (setjmp(png_jmpbuf(png))) return -1;

  int color_type = png_get_color_type(png, reader->info);
  int bit_depth = png_get_bit_depth(png, reader->info);
  // Indices that the palette lacks are black, as in PIL.
  uint8_t palette[256][3];
  memset(palette, 0, sizeof(palette));
  if (color_type == PNG_COLOR_TYPE_PALETTE) {
    png_colorp colors = NULL;
    int color_count = 0;
    png_get_PLTE(png, reader->info, &colors, &color_count);
    for (int i = 0; i < color_count && i < 256; i += 1) {
      palette[i][0] = colors[i].red;
      palette[i][1] = colors[i].green;
      palette[i][2] = colors[i].blue;
    }
    png_set_check_for_invalid_index(png, -1);
  }
  png_set_packing(png);
  int pass_count = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  size_t row_size = png_get_rowbytes(png, reader->info);
  size_t pixel_size = row_size / base->width;

  // An interlaced image is complete only after its last pass.
  uint32_t kept_rows = pass_count > 1 ? base->height : 1;
  reader->rows = malloc(row_size * kept_rows);
  if (reader->rows == NULL) return ci_fail(message, "there is no memory for its rows");
  if (pass_count > 1) {
    reader->pointers = malloc(sizeof(png_bytep) * base->height);
    if (reader->pointers == NULL) return ci_fail(message, "there is no memory for its rows");
    for (uint32_t row = 0; row < base->height; row += 1) {
      reader->pointers[row] = reader->rows + row * row_size;
    }
    png_read_image(png, reader->pointers);
  }
  for (uint32_t row = 0; row < base->height; row += 1) {
    const uint8_t *stored = reader->rows;
    if (pass_count > 1) {
      stored = reader->pointers[row];
    } else {
      png_read_row(png, reader->rows, NULL);
    }
    if (row < top || row >= bottom) continue;
    convert_row(
        stored + left * pixel_size, right - left, color_type, bit_depth,
        (const uint8_t (*)[3])palette, output + (row - top) * stride);
  }
  return 0;
}

ci_reader *ci_png_open(const uint8_t *bytes, size_t count, uint64_t pixel_limit, char *message) {
  png_reader *reader = calloc(1, sizeof(png_reader));
  if (reader == NULL) {
    ci_fail(message, "there is no memory to read it");
    return NULL;
  }
  reader->next = bytes;
  reader->left = count;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, leave, ignore_warning);
  if (reader->png != NULL) reader->info = png_create_info_struct(reader->png);
  if (reader->info == NULL) {
    png_close(&reader->base);
    if (message[0] == 0) ci_fail(message, "there is no memory to read it");
    return NULL;
  }
  if (setjmp(png_jmpbuf(reader->png))) {
    png_close(&reader->base);
    return NULL;
  }
  png_set_read_fn(reader->png, reader, take_bytes);
  png_set_user_limits(reader->png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(reader->png, 16 << 20);
  png_read_info(reader->png, reader->info);
  uint32_t width = png_get_image_width(reader->png, reader->info);
  uint32_t height = png_get_image_height(reader->png, reader->info);
  if (!ci_size_is_valid(width, height, pixel_limit, message)) {
    png_close(&reader->base);
    return NULL;
  }
  reader->base = (ci_reader){width, height, png_read, png_close};
  return &reader->base;
}

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} growing_buffer;

static void put_bytes(png_structp png, png_bytep input, size_t count) {
  growing_buffer *buffer = png_get_io_ptr(png);
  if (count > buffer->capacity - buffer->count) {
    size_t capacity = 2 * buffer->capacity + count + 4096;
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) png_error(png, "there is no memory to write it");
    buffer->bytes = bytes;
    buffer->capacity = capacity;
  }
  memcpy(buffer->bytes + buffer->count, input, count);
  buffer->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

/// Writes all chunks; the escape of the library's errors is the caller's.
static void write_png(
    png_structp png, png_infop info, const uint8_t *pixels, uint32_t width, uint32_t height,
    int level) {
  png_set_compression_level(png, level);
  png_set_IHDR(
      png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (uint32_t row = 0; row < height; row += 1) {
    png_write_row(png, pixels + (size_t)row * width * 3);
  }
  png_write_end(png, info);
}

int ci_encode_png(
    const uint8_t *pixels, uint32_t width, uint32_t height, int level, uint8_t **encoded,
    size_t *count, char message[CI_MESSAGE_SIZE]) {
  message[0] = 0;
  growing_buffer *buffer = calloc(1, sizeof(growing_buffer));
  if (buffer == NULL) return ci_fail(message, "there is no memory to write it");
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, message, leave, ignore_warning);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_write_struct(&png, NULL);
    free(buffer);
    return ci_fail(message, "there is no memory to write it");
  }
  png_set_write_fn(png, buffer, put_bytes, flush_nothing);
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    free(buffer->bytes);
    free(buffer);
    return -1;
  }
  write_png(png, info, pixels, width, height, level);
  png_destroy_write_struct(&png, &info);
  *encoded = buffer->bytes;
  *count = buffer->count;
  free(buffer);
  return 0;
}
