// A small product of matrices whose result stays in registers, for whichever vectors the processor has.
#pragma once

#include <cstdint>
#include <cstring>

namespace credence {

/// Entries that lie side by side in memory: what a tile is wide. One width serves every processor.
template <typename T>
constexpr int64_t laneCount = 192 / sizeof(T);

/// How many numbers of the other factor a tile is high.
constexpr int64_t tileHeight = 8;

/// Tiles of `Bytes`-wide vectors, `Vectors` of them side by side and `Rows` of them high.
///
/// Everything is inlined into a function that says which instructions it may use.
template <typename T, int Bytes, int Vectors, int Rows>
struct Tile {
  typedef T Lanes __attribute__((vector_size(Bytes)));
  static constexpr int lanes = Bytes / sizeof(T);
  static constexpr int width = lanes * Vectors;

  Lanes sums[Rows][Vectors];

  __attribute__((always_inline)) inline void fill(const T *rows) {
#pragma GCC unroll 8
    for (int row = 0; row < Rows; row++) {
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; v++) sums[row][v] = Lanes{} + rows[row];
    }
  }

  /// Adds Σ a[k] b[k]ᵀ over `count` steps; `a` moves on by `strideA` and `b` by `strideB`.
  __attribute__((always_inline)) inline void add(
      const T *a, int64_t strideA, const T *b, int64_t strideB, int64_t count) {
    for (int64_t k = 0; k < count; k++, a += strideA, b += strideB) {
      Lanes columns[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; v++) std::memcpy(&columns[v], a + v * lanes, Bytes);
#pragma GCC unroll 8
      for (int row = 0; row < Rows; row++) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; v++) sums[row][v] += columns[v] * b[row];
      }
    }
  }

  /// The sums of the squares of each column, in single or double precision as the tile is.
  __attribute__((always_inline)) inline void squares(T *columns) const {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; v++) {
      Lanes total = sums[0][v] * sums[0][v];
#pragma GCC unroll 8
      for (int row = 1; row < Rows; row++) total += sums[row][v] * sums[row][v];
      std::memcpy(columns + v * lanes, &total, Bytes);
    }
  }
};

#if defined(__x86_64__)
#define CREDENCE_WIDE __attribute__((target("avx512f,avx512dq,avx512vl,fma"), flatten))
#define CREDENCE_MEDIUM __attribute__((target("avx2,fma"), flatten))

/// 0 for what every processor of the kind has, 1 for AVX2, 2 for AVX-512.
inline int vectorLevel() {
  static const int level = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
          __builtin_cpu_supports("avx512vl")
      ? 2
      : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1
                                                                         : 0;
  return level;
}
#endif

}  // namespace credence
