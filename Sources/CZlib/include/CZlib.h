#ifndef CREDENCE_ZLIB_H
#define CREDENCE_ZLIB_H

#include <stddef.h>
#include <stdint.h>

/// Compression by the system's zlib, in parts that can be made on different threads and laid one behind the other.

/// The most bytes that `cz_deflate_part` writes for an input of so many bytes.
size_t cz_part_bound(size_t count);

/// Compresses one part of a raw DEFLATE stream: it ends at a whole byte and refers to nothing before it.
///
/// The stream is ended by a last part of the two bytes 3 and 0. `level` is from 1, the fastest, to 9.
/// Returns the number of bytes written, or 0 where memory or `capacity` does not suffice.
size_t cz_deflate_part(
    const uint8_t *input, size_t count, uint8_t *output, size_t capacity, int level);

#endif
