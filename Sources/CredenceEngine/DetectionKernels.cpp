// Operators of outlier detection: the largest entries of rows, and products with rows of which few entries count.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

#include "Tile.h"

namespace credence {
namespace {

typedef float Sixteen __attribute__((vector_size(64)));
typedef int32_t SixteenKeys __attribute__((vector_size(64)));
typedef double Eight __attribute__((vector_size(64)));
typedef int64_t EightLong __attribute__((vector_size(64)));
typedef float EightNarrow __attribute__((vector_size(32)));
typedef int32_t EightKeys __attribute__((vector_size(32)));

// The largest entries.

/// A whole number that orders as the float does.
__attribute__((always_inline)) inline SixteenKeys ordered(SixteenKeys bits) {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/// What of a row is at or above the `kept`-th largest entry.
struct Largest {
  float threshold;
  int64_t ties;
  double sum, keptSum;
};

__attribute__((always_inline)) inline Largest largest(
    const float *row, int64_t width, int64_t kept, std::vector<int32_t> &memory) {
  const int64_t vectors = (width + 15) / 16;
  int32_t *keys = memory.data();
  for (int64_t v = 0; v < vectors; v++) {
    int32_t bits[16];
    const int64_t present = std::min<int64_t>(16, width - v * 16);
    std::memcpy(bits, row + v * 16, static_cast<size_t>(present) * 4);
    SixteenKeys both;
    std::memcpy(&both, bits, sizeof both);
    // −0 and 0 are equal.
    both = both & ~(both == INT32_MIN);
    both = ordered(both);
    std::memcpy(keys + v * 16, &both, sizeof both);
    for (int64_t k = present; k < 16; k++) keys[v * 16 + k] = INT32_MIN;
  }
  // The largest key that at least `kept` entries reach, bit by bit.
  int64_t low = INT32_MIN, high = INT32_MAX;
  while (low < high) {
    const int64_t middle = low + (high - low + 1) / 2;
    const SixteenKeys limit = SixteenKeys{} + static_cast<int32_t>(middle);
    SixteenKeys found[2] = {};
    int64_t v = 0;
    for (; v + 2 <= vectors; v += 2) {
      SixteenKeys part[2];
      std::memcpy(part, keys + v * 16, sizeof part);
      found[0] -= part[0] >= limit;
      found[1] -= part[1] >= limit;
    }
    if (v < vectors) {
      SixteenKeys part;
      std::memcpy(&part, keys + v * 16, sizeof part);
      found[0] -= part >= limit;
    }
    int64_t count = 0;
    const SixteenKeys both = found[0] + found[1];
    for (int lane = 0; lane < 16; lane++) count += both[lane];
    if (count >= kept) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  Largest result = {};
  const int32_t key = static_cast<int32_t>(low);
  const int32_t bits = key ^ ((key >> 31) & 0x7fffffff);
  std::memcpy(&result.threshold, &bits, sizeof bits);
  int64_t above = 0;
  Eight sums = {}, keptSums = {};
  EightKeys counts = {};
  int64_t k = 0;
  for (; k + 8 <= width; k += 8) {
    EightNarrow narrow;
    EightKeys part;
    std::memcpy(&narrow, row + k, sizeof narrow);
    std::memcpy(&part, keys + k, sizeof part);
    const EightKeys isAbove = part > key;
    const Eight values = __builtin_convertvector(narrow, Eight);
    sums += values;
    keptSums += __builtin_convertvector(isAbove, EightLong) ? values : Eight{};
    counts -= isAbove;
  }
  for (; k < width; k++) {
    result.sum += row[k];
    if (keys[k] > key) {
      result.keptSum += row[k];
      above++;
    }
  }
  for (int lane = 0; lane < 8; lane++) {
    result.sum += sums[lane];
    result.keptSum += keptSums[lane];
    above += counts[lane];
  }
  result.ties = kept - above;
  result.keptSum += static_cast<double>(result.ties) * static_cast<double>(result.threshold);
  return result;
}

#if defined(__x86_64__)
CREDENCE_WIDE Largest largestWide(
    const float *row, int64_t width, int64_t kept, std::vector<int32_t> &memory) {
  return largest(row, width, kept, memory);
}

CREDENCE_MEDIUM Largest largestMedium(
    const float *row, int64_t width, int64_t kept, std::vector<int32_t> &memory) {
  return largest(row, width, kept, memory);
}
#endif

Largest largestBest(
    const float *row, int64_t width, int64_t kept, std::vector<int32_t> &memory) {
#if defined(__x86_64__)
  if (vectorLevel() == 2) return largestWide(row, width, kept, memory);
  if (vectorLevel() == 1) return largestMedium(row, width, kept, memory);
#endif
  return largest(row, width, kept, memory);
}

/// Of each row: its `kept`-th largest entry, how many entries equal to it are among the `kept` largest, the sum of all entries, and
/// that of the `kept` largest; `[rows, 4]`.
at::Tensor largestEntries(const at::Tensor &rows, int64_t kept) {
  TORCH_CHECK(
      rows.dim() == 2 && rows.scalar_type() == at::kFloat && kept >= 1 && kept <= rows.size(1),
      "largest_entries takes [rows, columns] in single precision and a number of columns");
  auto from = rows.contiguous();
  const float *values = from.const_data_ptr<float>();
  const int64_t width = from.size(1);
  at::Tensor result = at::empty({from.size(0), 4}, at::kDouble);
  double *target = result.mutable_data_ptr<double>();
  at::parallel_for(0, from.size(0), 32, [&](int64_t begin, int64_t end) {
    std::vector<int32_t> memory(static_cast<size_t>((width + 15) / 16 * 16));
    for (int64_t row = begin; row < end; row++) {
      const Largest found = largestBest(values + row * width, width, kept, memory);
      double *entry = target + row * 4;
      entry[0] = found.threshold;
      entry[1] = static_cast<double>(found.ties);
      entry[2] = found.sum;
      entry[3] = found.keptSum;
    }
  });
  return result;
}

// Products with few entries.

/// How many panels of 16 classes are summed at a time.
constexpr int64_t groupSize = 4;

__attribute__((always_inline)) inline void sparseProducts(
    const float *panels, int64_t panelCount, int64_t width, const int32_t *features,
    const float *values, const int64_t *ends, int64_t rows, int64_t classes, float *target) {
  for (int64_t group = 0; group < panelCount; group += groupSize) {
    const float *weights[groupSize];
    for (int64_t p = 0; p < groupSize; p++) {
      weights[p] = panels + std::min(group + p, panelCount - 1) * width * 16;
    }
    int64_t start = 0;
    for (int64_t row = 0; row < rows; row++) {
      Sixteen sums[groupSize] = {};
      for (int64_t k = start; k < ends[row]; k++) {
        const int64_t offset = int64_t(features[k]) * 16;
#pragma GCC unroll 4
        for (int64_t p = 0; p < groupSize; p++) {
          Sixteen part;
          std::memcpy(&part, weights[p] + offset, sizeof part);
          sums[p] += part * values[k];
        }
      }
      start = ends[row];
#pragma GCC unroll 4
      for (int64_t p = 0; p < groupSize; p++) {
        const int64_t first = (group + p) * 16;
        if (first >= classes) continue;
        const int64_t present = std::min<int64_t>(16, classes - first);
        std::memcpy(target + row * classes + first, &sums[p], static_cast<size_t>(present) * 4);
      }
    }
  }
}

#if defined(__x86_64__)
CREDENCE_WIDE void sparseProductsWide(
    const float *panels, int64_t panelCount, int64_t width, const int32_t *features,
    const float *values, const int64_t *ends, int64_t rows, int64_t classes, float *target) {
  sparseProducts(panels, panelCount, width, features, values, ends, rows, classes, target);
}

CREDENCE_MEDIUM void sparseProductsMedium(
    const float *panels, int64_t panelCount, int64_t width, const int32_t *features,
    const float *values, const int64_t *ends, int64_t rows, int64_t classes, float *target) {
  sparseProducts(panels, panelCount, width, features, values, ends, rows, classes, target);
}
#endif

/// The products of a layer's weights with rows of which only some entries count, `[rows, classes]`.
///
/// The weights stand in panels of 16 classes, `[panels, columns, 16]`; the entries of row i are those before `ends[i]`.
at::Tensor sparseProductsOfAny(
    const at::Tensor &panels, const at::Tensor &features, const at::Tensor &values,
    const at::Tensor &ends, int64_t classes) {
  TORCH_CHECK(
      panels.dim() == 3 && panels.size(2) == 16 && panels.is_contiguous() &&
          panels.scalar_type() == at::kFloat && features.scalar_type() == at::kInt &&
          values.scalar_type() == at::kFloat && ends.scalar_type() == at::kLong &&
          features.is_contiguous() && values.is_contiguous() && ends.is_contiguous() &&
          features.numel() == values.numel() && classes > 0 &&
          (classes + 15) / 16 == panels.size(0),
      "sparse_products takes panels of 16 classes and the columns, values and ends of entries");
  const int64_t rows = ends.numel(), width = panels.size(1), count = features.numel();
  const int64_t *limits = ends.const_data_ptr<int64_t>();
  const int32_t *columns = features.const_data_ptr<int32_t>();
  int64_t former = 0;
  for (int64_t row = 0; row < rows; row++) {
    TORCH_CHECK(former <= limits[row] && limits[row] <= count, "the ends do not rise");
    former = limits[row];
  }
  for (int64_t k = 0; k < count; k++) {
    TORCH_CHECK(columns[k] >= 0 && columns[k] < width, "there is no column ", columns[k]);
  }
  at::Tensor result = at::empty({rows, classes}, at::kFloat);
  const float *weights = panels.const_data_ptr<float>();
  const float *entries = values.const_data_ptr<float>();
  float *target = result.mutable_data_ptr<float>();
#if defined(__x86_64__)
  if (vectorLevel() > 0) {
    (vectorLevel() == 2 ? sparseProductsWide : sparseProductsMedium)(
        weights, panels.size(0), width, columns, entries, limits, rows, classes, target);
    return result;
  }
#endif
  sparseProducts(weights, panels.size(0), width, columns, entries, limits, rows, classes, target);
  return result;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(credence, library) {
  library.def("largest_entries(Tensor rows, int kept) -> Tensor");
  library.def(
      "sparse_products(Tensor panels, Tensor features, Tensor values, Tensor ends, int classes) "
      "-> Tensor");
}

TORCH_LIBRARY_IMPL(credence, CPU, library) {
  library.impl("largest_entries", &largestEntries);
  library.impl("sparse_products", &sparseProductsOfAny);
}

}  // namespace credence
