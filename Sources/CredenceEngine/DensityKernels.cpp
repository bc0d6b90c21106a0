// Operators of Gaussian densities: products of which half is not needed or whose result is only summed.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "Tile.h"

namespace credence {
namespace {

// Samples side by side.

/// Rows around a center, `[blocks, columns, lanes]`: the rows of a block side by side, absent ones 0.
template <typename T, typename Source>
at::Tensor sideBySide(const at::Tensor &rows, const at::Tensor &center) {
  const int64_t count = rows.size(0), width = rows.size(1), lanes = laneCount<T>;
  const int64_t blocks = (count + lanes - 1) / lanes;
  at::Tensor result = at::empty({blocks, width, lanes}, at::CppTypeToScalarType<T>::value);
  const Source *from = rows.const_data_ptr<Source>();
  const double *middle = center.const_data_ptr<double>();
  T *to = result.mutable_data_ptr<T>();
  at::parallel_for(0, blocks, 8, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; block++) {
      T *target = to + block * width * lanes;
      const int64_t present = std::min(lanes, count - block * lanes);
      for (int64_t start = 0; start < width; start += 16) {
        const int64_t stop = std::min(width, start + 16);
        for (int64_t lane = 0; lane < lanes; lane++) {
          const Source *row = from + (block * lanes + lane) * width;
          for (int64_t k = start; k < stop; k++) {
            target[k * lanes + lane] = lane < present
                ? static_cast<T>(static_cast<double>(row[k]) - middle[k])
                : T(0);
          }
        }
      }
    }
  });
  return result;
}

at::Tensor packSamples(const at::Tensor &rows, const at::Tensor &center, bool isSingle) {
  TORCH_CHECK(
      rows.dim() == 2 && center.dim() == 1 && center.size(0) == rows.size(1) &&
          center.scalar_type() == at::kDouble,
      "pack_samples takes [rows, columns] and [columns] in double precision");
  auto from = rows.contiguous();
  auto middle = center.contiguous();
  if (from.scalar_type() == at::kFloat) {
    return isSingle ? sideBySide<float, float>(from, middle)
                    : sideBySide<double, float>(from, middle);
  }
  TORCH_CHECK(from.scalar_type() == at::kDouble, "pack_samples takes float or double");
  return isSingle ? sideBySide<float, double>(from, middle)
                  : sideBySide<double, double>(from, middle);
}

// Whitened lengths.

/// A lower triangle in panels of `tileHeight` rows, column after column.
template <typename T>
struct Panels {
  std::vector<T> values;
  int64_t width, count;

  /// Panels of the rows that `row` points to.
  template <typename Row>
  Panels(int64_t width, const Row &row)
      : width(width), count((width + tileHeight - 1) / tileHeight) {
    values.assign(static_cast<size_t>(start(count)), T(0));
    for (int64_t index = 0; index < width; index++) {
      T *panel = values.data() + start(index / tileHeight) + index % tileHeight;
      const T *entries = row(index);
      for (int64_t k = 0; k <= index; k++) panel[k * tileHeight] = entries[k];
    }
  }

  /// Where a panel starts; each is as long as its last row.
  int64_t start(int64_t panel) const {
    const int64_t whole = tileHeight * tileHeight * panel * (panel + 1) / 2;
    return panel < count ? whole : whole - tileHeight * (count * tileHeight - width);
  }
  int64_t length(int64_t panel) const { return std::min(width, (panel + 1) * tileHeight); }
};

template <typename T, int Bytes, int Vectors, int Rows>
__attribute__((always_inline)) inline void whitenedLengths(
    const Panels<T> &panels, const T *offsets, const T *blocks, int64_t begin, int64_t end,
    double *lengths) {
  using Part = Tile<T, Bytes, Vectors, Rows>;
  constexpr int64_t lanes = laneCount<T>;
  static_assert(lanes % Part::width == 0 && tileHeight % Rows == 0);
  T squares[Part::width];
  for (int64_t panel = 0; panel < panels.count; panel++) {
    const T *factors = panels.values.data() + panels.start(panel);
    for (int64_t block = begin; block < end; block++) {
      for (int64_t lane = 0; lane < lanes; lane += Part::width) {
        const T *samples = blocks + block * panels.width * lanes + lane;
        double *sums = lengths + block * lanes + lane;
        for (int64_t row = 0; row < tileHeight; row += Rows) {
          Part tile;
          tile.fill(offsets + panel * tileHeight + row);
          tile.add(samples, lanes, factors + row, tileHeight, panels.length(panel));
          tile.squares(squares);
          for (int64_t k = 0; k < Part::width; k++) sums[k] += squares[k];
        }
      }
    }
  }
}

#if defined(__x86_64__)
template <typename T>
CREDENCE_WIDE void whitenedLengthsWide(
    const Panels<T> &panels, const T *offsets, const T *blocks, int64_t begin, int64_t end,
    double *lengths) {
  whitenedLengths<T, 64, 3, 8>(panels, offsets, blocks, begin, end, lengths);
}

template <typename T>
CREDENCE_MEDIUM void whitenedLengthsMedium(
    const Panels<T> &panels, const T *offsets, const T *blocks, int64_t begin, int64_t end,
    double *lengths) {
  whitenedLengths<T, 32, 3, 4>(panels, offsets, blocks, begin, end, lengths);
}
#endif

template <typename T>
void whitenedLengthsBest(
    const Panels<T> &panels, const T *offsets, const T *blocks, int64_t begin, int64_t end,
    double *lengths) {
#if defined(__x86_64__)
  if (vectorLevel() == 2) return whitenedLengthsWide<T>(panels, offsets, blocks, begin, end, lengths);
  if (vectorLevel() == 1) return whitenedLengthsMedium<T>(panels, offsets, blocks, begin, end, lengths);
#endif
  whitenedLengths<T, 16, 3, 4>(panels, offsets, blocks, begin, end, lengths);
}

template <typename T>
at::Tensor whitenedSquares(
    const at::Tensor &samples, const at::Tensor &triangle, const at::Tensor &mean) {
  const int64_t blocks = samples.size(0), width = samples.size(1);
  const T *entries = triangle.const_data_ptr<T>();
  const double *center = mean.const_data_ptr<double>();
  const auto row = [&](int64_t index) { return entries + index * (index + 1) / 2; };
  const Panels<T> panels(width, row);
  // What the mean is whitened to, which every sample loses.
  std::vector<T> offsets(static_cast<size_t>(panels.count * tileHeight), T(0));
  for (int64_t index = 0; index < width; index++) {
    const T *factors = row(index);
    double sum = 0;
    for (int64_t k = 0; k <= index; k++) sum += static_cast<double>(factors[k]) * center[k];
    offsets[index] = static_cast<T>(-sum);
  }
  at::Tensor result = at::zeros({blocks * laneCount<T>}, at::kDouble);
  const T *values = samples.const_data_ptr<T>();
  double *lengths = result.mutable_data_ptr<double>();
  // As many blocks as the second cache keeps while the panels pass by.
  const int64_t size = std::max<int64_t>(width, 1) * laneCount<T> * int64_t(sizeof(T));
  const int64_t step = std::max<int64_t>(6, (384 << 10) / size);
  const int64_t groups = (blocks + step - 1) / step;
  at::parallel_for(0, groups, 1, [&](int64_t begin, int64_t end) {
    for (int64_t group = begin; group < end; group++) {
      whitenedLengthsBest<T>(
          panels, offsets.data(), values, group * step, std::min(blocks, (group + 1) * step),
          lengths);
    }
  });
  return result;
}

at::Tensor whitenedSquaresOfAny(
    const at::Tensor &samples, const at::Tensor &triangle, const at::Tensor &mean) {
  TORCH_CHECK(
      samples.dim() == 3 && samples.is_contiguous() && triangle.is_contiguous() &&
          mean.is_contiguous() && samples.scalar_type() == triangle.scalar_type() &&
          mean.scalar_type() == at::kDouble,
      "whitened_squares takes packed samples, a packed triangle of their type, and a mean");
  const int64_t width = samples.size(1);
  TORCH_CHECK(
      triangle.numel() == width * (width + 1) / 2 && mean.numel() == width,
      "whitened_squares takes a triangle and a mean for ", width, " features");
  if (samples.scalar_type() == at::kFloat) {
    TORCH_CHECK(samples.size(2) == laneCount<float>, "the samples are not packed");
    return whitenedSquares<float>(samples, triangle, mean);
  }
  TORCH_CHECK(
      samples.scalar_type() == at::kDouble && samples.size(2) == laneCount<double>,
      "the samples are not packed");
  return whitenedSquares<double>(samples, triangle, mean);
}

void checkCentered(const at::Tensor &rows, const at::Tensor &center);

// Sums of products.

/// The columns of rows around a center in double precision, `laneCount` of them side by side, row after row.
template <typename Source>
void packColumns(
    const Source *rows, const double *center, int64_t count, int64_t width, int64_t stride,
    double *target) {
  constexpr int64_t lanes = laneCount<double>;
  for (int64_t start = 0; start < width; start += lanes) {
    const int64_t present = std::min(lanes, width - start);
    double *panel = target + start * count;
    for (int64_t row = 0; row < count; row++) {
      const Source *from = rows + row * stride + start;
      double *to = panel + row * lanes;
      for (int64_t k = 0; k < present; k++) to[k] = static_cast<double>(from[k]) - center[start + k];
      for (int64_t k = present; k < lanes; k++) to[k] = 0;
    }
  }
}

/// Adds the products of one column panel with those up to it, `[lanes, width]` of the sum.
template <int Bytes, int Vectors, int Rows>
__attribute__((always_inline)) inline void addProducts(
    const double *panels, int64_t count, int64_t panel, int64_t width, double *sum) {
  using Part = Tile<double, Bytes, Vectors, Rows>;
  constexpr int64_t lanes = laneCount<double>;
  const double zeros[Rows] = {};
  const int64_t first = panel * lanes, last = std::min(width, first + lanes);
  for (int64_t left = 0; left <= panel; left++) {
    const double *columns = panels + left * lanes * count;
    const int64_t end = std::min(width, (left + 1) * lanes);
    for (int64_t row = 0; first + row < last; row += Rows) {
      const double *factors = panels + first * count + row;
      for (int64_t lane = 0; lane < lanes; lane += Part::width) {
        Part tile;
        tile.fill(zeros);
        tile.add(columns + lane, lanes, factors, lanes, count);
        for (int64_t i = 0; i < std::min<int64_t>(Rows, last - first - row); i++) {
          double *target = sum + (first + row + i) * width + left * lanes + lane;
          const double *found = reinterpret_cast<const double *>(tile.sums[i]);
          const int64_t present = std::min<int64_t>(Part::width, end - left * lanes - lane);
          for (int64_t k = 0; k < present; k++) target[k] += found[k];
        }
      }
    }
  }
}

#if defined(__x86_64__)
CREDENCE_WIDE void addProductsWide(
    const double *panels, int64_t count, int64_t panel, int64_t width, double *sum) {
  addProducts<64, 3, 8>(panels, count, panel, width, sum);
}

CREDENCE_MEDIUM void addProductsMedium(
    const double *panels, int64_t count, int64_t panel, int64_t width, double *sum) {
  addProducts<32, 3, 4>(panels, count, panel, width, sum);
}
#endif

void addProductsBest(
    const double *panels, int64_t count, int64_t panel, int64_t width, double *sum) {
#if defined(__x86_64__)
  if (vectorLevel() == 2) return addProductsWide(panels, count, panel, width, sum);
  if (vectorLevel() == 1) return addProductsMedium(panels, count, panel, width, sum);
#endif
  addProducts<16, 3, 4>(panels, count, panel, width, sum);
}

/// A sum of products plus XᵀX of rows around a center; what stands above the diagonal is of no meaning.
at::Tensor gram(
    const at::Tensor &rows, const at::Tensor &center, const std::optional<at::Tensor> &former) {
  checkCentered(rows, center);
  const int64_t count = rows.size(0), width = rows.size(1);
  constexpr int64_t lanes = laneCount<double>;
  const int64_t panels = (width + lanes - 1) / lanes;
  auto from = rows.contiguous();
  auto middle = center.contiguous();
  if (former.has_value()) {
    TORCH_CHECK(
        former->dim() == 2 && former->size(0) == width && former->size(1) == width &&
            former->scalar_type() == at::kDouble,
        "the former sum is not [columns, columns] in double precision");
  }
  at::Tensor result = former.has_value() ? former->clone(at::MemoryFormat::Contiguous)
                                   : at::zeros({width, width}, at::kDouble);
  double *sum = result.mutable_data_ptr<double>();
  // Rows whose panels stay in the nearer caches.
  const int64_t step = std::clamp<int64_t>((4 << 20) / (8 * std::max<int64_t>(width, 1)), 64, 256);
  std::vector<double> packed(static_cast<size_t>(panels * lanes * std::min(step, std::max<int64_t>(count, 1))));
  for (int64_t start = 0; start < count; start += step) {
    const int64_t height = std::min(step, count - start);
    if (from.scalar_type() == at::kFloat) {
      packColumns(
          from.const_data_ptr<float>() + start * width, middle.const_data_ptr<double>(), height,
          width, width, packed.data());
    } else {
      packColumns(
          from.const_data_ptr<double>() + start * width, middle.const_data_ptr<double>(), height,
          width, width, packed.data());
    }
    // Long panels with short ones, so that threads have equal work.
    at::parallel_for(0, (panels + 1) / 2, 1, [&](int64_t begin, int64_t end) {
      for (int64_t pair = begin; pair < end; pair++) {
        addProductsBest(packed.data(), height, pair, width, sum);
        const int64_t other = panels - 1 - pair;
        if (other != pair) addProductsBest(packed.data(), height, other, width, sum);
      }
    });
  }
  return result;
}

// Sums over rows and columns.

/// Eight numbers in double precision.
typedef double Eight __attribute__((vector_size(64)));

template <typename Source>
__attribute__((always_inline)) inline Eight eight(const Source *values) {
  Eight result;
  if constexpr (std::is_same_v<Source, double>) {
    std::memcpy(&result, values, sizeof result);
  } else {
    typedef float Narrow __attribute__((vector_size(32)));
    Narrow narrow;
    std::memcpy(&narrow, values, sizeof narrow);
    result = __builtin_convertvector(narrow, Eight);
  }
  return result;
}

template <typename Source>
__attribute__((always_inline)) inline double squaredLength(
    const Source *row, const double *center, int64_t width) {
  Eight sums[2] = {};
  int64_t k = 0;
  for (; k + 16 <= width; k += 16) {
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
      Eight x = eight(row + k + 8 * half) - eight(center + k + 8 * half);
      sums[half] += x * x;
    }
  }
  double total = 0;
  for (; k < width; k++) {
    double x = static_cast<double>(row[k]) - center[k];
    total += x * x;
  }
  Eight both = sums[0] + sums[1];
  for (int lane = 0; lane < 8; lane++) total += both[lane];
  return total;
}

/// Adds some rows, around the center, to the sums of their columns.
template <typename Source>
__attribute__((always_inline)) inline void addRows(
    const Source *rows, const double *center, int64_t count, int64_t stride, int64_t width,
    double *sums) {
  for (int64_t row = 0; row < count; row++) {
    const Source *values = rows + row * stride;
    int64_t k = 0;
    for (; k + 8 <= width; k += 8) {
      Eight sum = eight(sums + k) + (eight(values + k) - eight(center + k));
      std::memcpy(sums + k, &sum, sizeof sum);
    }
    for (; k < width; k++) sums[k] += static_cast<double>(values[k]) - center[k];
  }
}

#if defined(__x86_64__)
template <typename Source>
CREDENCE_WIDE double squaredLengthWide(const Source *row, const double *center, int64_t width) {
  return squaredLength(row, center, width);
}

template <typename Source>
CREDENCE_WIDE void addRowsWide(
    const Source *rows, const double *center, int64_t count, int64_t stride, int64_t width,
    double *sums) {
  addRows(rows, center, count, stride, width, sums);
}
#endif

template <typename Source>
void squaredLengths(const at::Tensor &rows, const double *center, double *lengths) {
  const Source *values = rows.const_data_ptr<Source>();
  const int64_t width = rows.size(1);
  at::parallel_for(0, rows.size(0), 64, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
#if defined(__x86_64__)
      if (vectorLevel() == 2) {
        lengths[row] = squaredLengthWide(values + row * width, center, width);
        continue;
      }
#endif
      lengths[row] = squaredLength(values + row * width, center, width);
    }
  });
}

template <typename Source>
void columnSums(const at::Tensor &rows, const double *center, double *sums) {
  const Source *values = rows.const_data_ptr<Source>();
  const int64_t count = rows.size(0), width = rows.size(1), part = 256;
  at::parallel_for(0, (width + part - 1) / part, 1, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; index++) {
      const int64_t start = index * part, length = std::min(part, width - start);
#if defined(__x86_64__)
      if (vectorLevel() == 2) {
        addRowsWide(values + start, center + start, count, width, length, sums + start);
        continue;
      }
#endif
      addRows(values + start, center + start, count, width, length, sums + start);
    }
  });
}

void checkCentered(const at::Tensor &rows, const at::Tensor &center) {
  TORCH_CHECK(
      rows.dim() == 2 && center.dim() == 1 && center.size(0) == rows.size(1) &&
          center.scalar_type() == at::kDouble &&
          (rows.scalar_type() == at::kFloat || rows.scalar_type() == at::kDouble),
      "it takes [rows, columns] in single or double precision and [columns] in double precision");
}

/// The squared length of each row around a center.
at::Tensor rowSquares(const at::Tensor &rows, const at::Tensor &center) {
  checkCentered(rows, center);
  auto from = rows.contiguous();
  auto middle = center.contiguous();
  at::Tensor result = at::empty({rows.size(0)}, at::kDouble);
  if (from.scalar_type() == at::kFloat) {
    squaredLengths<float>(from, middle.const_data_ptr<double>(), result.mutable_data_ptr<double>());
  } else {
    squaredLengths<double>(from, middle.const_data_ptr<double>(), result.mutable_data_ptr<double>());
  }
  return result;
}

/// The sum of all rows around a center.
at::Tensor columnSumsOfAny(const at::Tensor &rows, const at::Tensor &center) {
  checkCentered(rows, center);
  auto from = rows.contiguous();
  auto middle = center.contiguous();
  at::Tensor result = at::zeros({rows.size(1)}, at::kDouble);
  if (from.scalar_type() == at::kFloat) {
    columnSums<float>(from, middle.const_data_ptr<double>(), result.mutable_data_ptr<double>());
  } else {
    columnSums<double>(from, middle.const_data_ptr<double>(), result.mutable_data_ptr<double>());
  }
  return result;
}

// Inverse factors.

/// Some columns of the inverse of a lower triangle, `[rows, lanes]` from their first row on.
template <int Bytes, int Vectors, int Rows>
__attribute__((always_inline)) inline void inverseColumns(
    const Panels<double> &factor, int64_t first, double *columns) {
  using Part = Tile<double, Bytes, Vectors, Rows>;
  constexpr int64_t lanes = laneCount<double>;
  const double zeros[Rows] = {};
  double sums[tileHeight][lanes];
  const int64_t width = factor.width;
  for (int64_t panel = first / tileHeight; panel < factor.count; panel++) {
    const int64_t start = panel * tileHeight, height = std::min(tileHeight, width - start);
    const double *entries = factor.values.data() + factor.start(panel);
    for (int64_t row = 0; row < tileHeight; row += Rows) {
      for (int64_t lane = 0; lane < lanes; lane += Part::width) {
        Part tile;
        tile.fill(zeros);
        tile.add(
            columns + lane, lanes, entries + first * tileHeight + row, tileHeight, start - first);
#pragma GCC unroll 8
        for (int i = 0; i < Rows; i++) {
          std::memcpy(&sums[row + i][lane], &tile.sums[i], sizeof tile.sums[i]);
        }
      }
    }
    const double *corner = entries + start * tileHeight;
    for (int64_t row = 0; row < height; row++) {
      double *target = columns + (start + row - first) * lanes;
      const double scale = 1 / corner[row * tileHeight + row];
      for (int64_t k = 0; k < row; k++) {
        const double entry = corner[k * tileHeight + row];
        const double *known = columns + (start + k - first) * lanes;
        for (int64_t lane = 0; lane < lanes; lane++) sums[row][lane] += entry * known[lane];
      }
      for (int64_t lane = 0; lane < lanes; lane++) {
        const double unit = start + row == first + lane ? 1 : 0;
        target[lane] = (unit - sums[row][lane]) * scale;
      }
    }
  }
}

#if defined(__x86_64__)
CREDENCE_WIDE void inverseColumnsWide(
    const Panels<double> &factor, int64_t first, double *columns) {
  inverseColumns<64, 3, 8>(factor, first, columns);
}

CREDENCE_MEDIUM void inverseColumnsMedium(
    const Panels<double> &factor, int64_t first, double *columns) {
  inverseColumns<32, 3, 4>(factor, first, columns);
}
#endif

void inverseColumnsBest(const Panels<double> &factor, int64_t first, double *columns) {
#if defined(__x86_64__)
  if (vectorLevel() == 2) return inverseColumnsWide(factor, first, columns);
  if (vectorLevel() == 1) return inverseColumnsMedium(factor, first, columns);
#endif
  inverseColumns<16, 3, 4>(factor, first, columns);
}

/// The inverse of a lower triangle, row after row without the zeros.
at::Tensor packedInverse(const at::Tensor &lower) {
  TORCH_CHECK(
      lower.dim() == 2 && lower.size(0) == lower.size(1) && lower.scalar_type() == at::kDouble,
      "packed_inverse takes a square matrix in double precision");
  const int64_t width = lower.size(0), lanes = laneCount<double>;
  auto from = lower.contiguous();
  const double *entries = from.const_data_ptr<double>();
  const Panels<double> factor(width, [&](int64_t row) { return entries + row * width; });
  at::Tensor result = at::empty({width * (width + 1) / 2}, at::kDouble);
  double *target = result.mutable_data_ptr<double>();
  at::parallel_for(0, (width + lanes - 1) / lanes, 1, [&](int64_t begin, int64_t end) {
    std::vector<double> columns(static_cast<size_t>((width - begin * lanes) * lanes));
    for (int64_t part = begin; part < end; part++) {
      const int64_t first = part * lanes;
      inverseColumnsBest(factor, first, columns.data());
      for (int64_t row = first; row < width; row++) {
        const int64_t length = std::min(lanes, row - first + 1);
        std::memcpy(
            target + row * (row + 1) / 2 + first, columns.data() + (row - first) * lanes,
            static_cast<size_t>(length) * sizeof(double));
      }
    }
  });
  return result;
}

}  // namespace

TORCH_LIBRARY(credence, library) {
  library.def("pack_samples(Tensor rows, Tensor center, bool is_single) -> Tensor");
  library.def("whitened_squares(Tensor samples, Tensor triangle, Tensor mean) -> Tensor");
  library.def("gram(Tensor rows, Tensor center, Tensor? former=None) -> Tensor");
  library.def("row_squares(Tensor rows, Tensor center) -> Tensor");
  library.def("column_sums(Tensor rows, Tensor center) -> Tensor");
  library.def("packed_inverse(Tensor lower) -> Tensor");
}

TORCH_LIBRARY_IMPL(credence, CPU, library) {
  library.impl("pack_samples", &packSamples);
  library.impl("whitened_squares", &whitenedSquaresOfAny);
  library.impl("gram", &gram);
  library.impl("row_squares", &rowSquares);
  library.impl("column_sums", &columnSumsOfAny);
  library.impl("packed_inverse", &packedInverse);
}

}  // namespace credence
