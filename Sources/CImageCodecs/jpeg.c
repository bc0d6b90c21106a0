#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "reader.h"

/// More passes than any encoder writes; a small file with very many would take hours.
enum { scan_limit = 512 };

/// The library's error handler, and where to go on after an error.
typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  char *message;
} error_handler;

typedef struct {
  ci_reader base;
  struct jpeg_decompress_struct info;
  error_handler errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  const uint8_t *end;
  uint8_t *rows;
} jpeg_reader;

static void leave(j_common_ptr info) {
  error_handler *errors = (error_handler *)info->err;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  ci_fail(errors->message, "%s", text);
  longjmp(errors->escape, 1);
}

static void leave_saying(j_common_ptr info, const char *text) {
  error_handler *errors = (error_handler *)info->err;
  ci_fail(errors->message, "%s", text);
  longjmp(errors->escape, 1);
}

static void ignore_message(j_common_ptr info) { (void)info; }

/// Warnings of damaged data are no errors, as in PIL: the rest of the image is shown.
static void ignore_warning(j_common_ptr info, int level) {
  if (level < 0) info->err->num_warnings += 1;
}

static void set_up_errors(error_handler *errors, char *message) {
  jpeg_std_error(&errors->base);
  errors->base.error_exit = leave;
  errors->base.output_message = ignore_message;
  errors->base.emit_message = ignore_warning;
  errors->message = message;
}

static void start_source(j_decompress_ptr info) { (void)info; }
static void end_source(j_decompress_ptr info) { (void)info; }

static boolean fill_source(j_decompress_ptr info) {
  leave_saying((j_common_ptr)info, "it is cut short");
  return FALSE;
}

static void skip_source(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((size_t)count > info->src->bytes_in_buffer) {
    leave_saying((j_common_ptr)info, "it is cut short");
  }
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= (size_t)count;
}

static void watch_scans(j_common_ptr info) {
  if (((j_decompress_ptr)info)->input_scan_number > scan_limit) {
    leave_saying(info, "it has more passes than are read");
  }
}

static void jpeg_close(ci_reader *base) {
  jpeg_reader *reader = (jpeg_reader *)base;
  jpeg_destroy_decompress(&reader->info);
  free(reader->rows);
  free(reader);
}

/// Whether the end marker follows; inside of the data its bytes can't stand.
static int end_follows(const jpeg_reader *reader) {
  if (reader->info.unread_marker == JPEG_EOI) return 1;
  const uint8_t *position = reader->source.next_input_byte;
  while (reader->end - position >= 2) {
    position = memchr(position, 0xff, (size_t)(reader->end - position) - 1);
    if (position == NULL) return 0;
    if (position[1] == 0xd9) return 1;
    position += 1;
  }
  return 0;
}

/// Inverted CMYK, as Adobe writes it, to RGB by PIL's formula.
static void convert_inverted_cmyk(const uint8_t *input, uint32_t count, uint8_t *output) {
  for (uint32_t i = 0; i < count; i += 1, input += 4, output += 3) {
    int key = input[3];
    for (int channel = 0; channel < 3; channel += 1) {
      int product = (255 - input[channel]) * key + 128;
      int value = key - ((product + (product >> 8)) >> 8);
      output[channel] = (uint8_t)(value < 0 ? 0 : value);
    }
  }
}

static int jpeg_read(
    ci_reader *base, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom,
    uint8_t *output, size_t stride, char *message) {
  jpeg_reader *reader = (jpeg_reader *)base;
  j_decompress_ptr info = &reader->info;
  reader->errors.message = message;
  if (setjmp(reader->errors.escape)) return -1;

  int has_key = info->num_components == 4;
  uint32_t channels = has_key ? 4 : 3;
  info->out_color_space = has_key ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(info);

  // Columns are left out by whole blocks; one more block on each side keeps the smoothing of colors exact.
  JDIMENSION first = 0;
  JDIMENSION count = info->output_width;
  JDIMENSION block = (JDIMENSION)(info->max_h_samp_factor * DCTSIZE);
  if (!jpeg_has_multiple_scans(info) && right - left + 4 * block < count) {
    first = left > block ? left - block : 0;
    JDIMENSION last = right + block < count ? right + block : count;
    count = last - first;
    jpeg_crop_scanline(info, &first, &count);
  }

  enum { rows_at_once = 4 };
  size_t row_size = (size_t)count * channels;
  int is_direct = !has_key && first == left && count == right - left;
  reader->rows = malloc(row_size * rows_at_once);
  if (reader->rows == NULL) return ci_fail(message, "there is no memory for its rows");
  JSAMPROW pointers[rows_at_once];
  while (info->output_scanline < bottom) {
    uint32_t row = info->output_scanline;
    uint32_t wanted = bottom - row < rows_at_once ? bottom - row : rows_at_once;
    for (uint32_t i = 0; i < wanted; i += 1) {
      pointers[i] = is_direct && row + i >= top ? output + (row + i - top) * stride
                                                : reader->rows + i * row_size;
    }
    uint32_t decoded = jpeg_read_scanlines(info, pointers, wanted);
    if (decoded == 0) return ci_fail(message, "it is cut short");
    for (uint32_t i = 0; i < decoded; i += 1) {
      if (row + i < top || is_direct) continue;
      const uint8_t *pixels = pointers[i] + (size_t)(left - first) * channels;
      uint8_t *target = output + (row + i - top) * stride;
      if (has_key) {
        convert_inverted_cmyk(pixels, right - left, target);
      } else {
        memcpy(target, pixels, (size_t)(right - left) * 3);
      }
    }
  }
  // With several passes all of the file has been read.
  if (!jpeg_has_multiple_scans(info) && !end_follows(reader)) {
    return ci_fail(message, "it is cut short");
  }
  return 0;
}

ci_reader *ci_jpeg_open(
    const uint8_t *bytes, size_t count, uint64_t pixel_limit, char *message) {
  jpeg_reader *reader = calloc(1, sizeof(jpeg_reader));
  if (reader == NULL) {
    ci_fail(message, "there is no memory to read it");
    return NULL;
  }
  j_decompress_ptr info = &reader->info;
  set_up_errors(&reader->errors, message);
  info->err = &reader->errors.base;
  if (setjmp(reader->errors.escape)) {
    jpeg_close(&reader->base);
    return NULL;
  }
  jpeg_create_decompress(info);
  // What the library clears when it is created.
  reader->source = (struct jpeg_source_mgr){
      .next_input_byte = bytes,
      .bytes_in_buffer = count,
      .init_source = start_source,
      .fill_input_buffer = fill_source,
      .skip_input_data = skip_source,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = end_source,
  };
  info->src = &reader->source;
  reader->end = bytes + count;
  reader->progress.progress_monitor = watch_scans;
  info->progress = &reader->progress;
  jpeg_read_header(info, TRUE);
  if (!ci_size_is_valid(info->image_width, info->image_height, pixel_limit, message)) {
    jpeg_close(&reader->base);
    return NULL;
  }
  if (info->num_components != 1 && info->num_components != 3 && info->num_components != 4) {
    ci_fail(message, "it has %d color components; 1, 3 and 4 are known", info->num_components);
    jpeg_close(&reader->base);
    return NULL;
  }
  reader->base = (ci_reader){info->image_width, info->image_height, jpeg_read, jpeg_close};
  return &reader->base;
}

typedef struct {
  struct jpeg_compress_struct info;
  error_handler errors;
  unsigned char *encoded;
  unsigned long count;
} jpeg_writer;

int ci_encode_jpeg(
    const uint8_t *pixels, uint32_t width, uint32_t height, int quality, uint8_t **encoded,
    size_t *count, char message[CI_MESSAGE_SIZE]) {
  message[0] = 0;
  if (width == 0 || height == 0 || width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) {
    return ci_fail(message, "a JPEG image has from 1 to %ld rows and columns", JPEG_MAX_DIMENSION);
  }
  jpeg_writer *writer = calloc(1, sizeof(jpeg_writer));
  if (writer == NULL) return ci_fail(message, "there is no memory to write it");
  set_up_errors(&writer->errors, message);
  j_compress_ptr info = &writer->info;
  info->err = &writer->errors.base;
  if (setjmp(writer->errors.escape)) {
    jpeg_destroy_compress(info);
    free(writer->encoded);
    free(writer);
    return -1;
  }
  jpeg_create_compress(info);
  jpeg_mem_dest(info, &writer->encoded, &writer->count);
  info->image_width = width;
  info->image_height = height;
  info->input_components = 3;
  info->in_color_space = JCS_RGB;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, quality, TRUE);
  jpeg_start_compress(info, TRUE);
  while (info->next_scanline < height) {
    // The library does not write to the rows.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + (size_t)info->next_scanline * width * 3);
    jpeg_write_scanlines(info, &row, 1);
  }
  jpeg_finish_compress(info);
  jpeg_destroy_compress(info);
  *encoded = writer->encoded;
  *count = writer->count;
  free(writer);
  return 0;
}
