#include "CZlib.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

size_t cz_part_bound(size_t count) {
  // Stored blocks add 5 bytes for every 16 kB at most; the end and the mark of a whole byte fit into the rest.
  return count + count / 1000 + 1024;
}

size_t cz_deflate_part(
    const uint8_t *input, size_t count, uint8_t *output, size_t capacity, int level) {
  if (count > UINT_MAX || capacity > UINT_MAX) return 0;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  stream.next_in = (Bytef *)input;
  stream.avail_in = (uInt)count;
  stream.next_out = output;
  stream.avail_out = (uInt)capacity;
  int status = deflate(&stream, Z_SYNC_FLUSH);
  size_t written = capacity - stream.avail_out;
  int complete = status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0;
  deflateEnd(&stream);
  return complete ? written : 0;
}
