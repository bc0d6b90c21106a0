/// Products of small dense matrices, stored row after row.
enum MatrixProduct {
  /// How many rows of the second factor stay in the cache.
  private static let tile = 64

  /// Adds A·B to a matrix.
  ///
  /// The order of the sums depends on the shapes alone.
  static func accumulate(
    _ a: UnsafeBufferPointer<Double>, rows: Int, inner: Int, times b: UnsafeBufferPointer<Double>,
    columns: Int, into output: UnsafeMutableBufferPointer<Double>
  ) {
    for start in stride(from: 0, to: inner, by: tile) {
      let end = min(start + tile, inner)
      for row in 0..<rows {
        let target = UnsafeMutableBufferPointer(
          rebasing: output[row * columns..<(row + 1) * columns])
        var k = start
        while k + 4 <= end {
          add(
            (
              a[row * inner + k], a[row * inner + k + 1], a[row * inner + k + 2],
              a[row * inner + k + 3]
            ), times: b, firstRow: k, to: target)
          k += 4
        }
        while k < end {
          let factor = a[row * inner + k]
          for column in 0..<columns { target[column] += factor * b[k * columns + column] }
          k += 1
        }
      }
    }
  }

  /// Adds Aᵀ·B for some columns of A to a matrix of as many rows.
  static func accumulateTransposed(
    _ a: UnsafeBufferPointer<Double>, stride width: Int, selecting selected: Range<Int>,
    times b: UnsafeBufferPointer<Double>, rows: Int, columns: Int,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    var row = 0
    while row < rows {
      let isWhole = row + 4 <= rows
      for (index, column) in selected.enumerated() {
        let target = UnsafeMutableBufferPointer(
          rebasing: output[index * columns..<(index + 1) * columns])
        if isWhole {
          add(
            (
              a[row * width + column], a[(row + 1) * width + column],
              a[(row + 2) * width + column], a[(row + 3) * width + column]
            ), times: b,
            firstRow: row, to: target)
        } else {
          let factor = a[row * width + column]
          for position in 0..<columns {
            target[position] += factor * b[row * columns + position]
          }
        }
      }
      row += isWhole ? 4 : 1
    }
  }

  /// Adds four rows of a matrix, each times a factor.
  @inline(__always)
  private static func add(
    _ factors: (Double, Double, Double, Double), times b: UnsafeBufferPointer<Double>,
    firstRow: Int, to target: UnsafeMutableBufferPointer<Double>
  ) {
    let columns = target.count
    guard let first = b.baseAddress.map({ $0 + firstRow * columns }),
      let output = target.baseAddress
    else { return }
    let (second, third, fourth) = (first + columns, first + 2 * columns, first + 3 * columns)
    for column in 0..<columns {
      output[column] +=
        (factors.0 * first[column] + factors.1 * second[column])
        + (factors.2 * third[column] + factors.3 * fourth[column])
    }
  }
}
