import CredencePredictions
import Foundation

/// A seeded source of features for tests.
struct RandomFeatures {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

  mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// Correlated features around a mean per class, in random order.
  mutating func classes(
    counts: [Int], dimension: Int, offset: Double = 0
  ) throws -> (embeddings: Matrix, labels: [Int32]) {
    let mixing = (0..<dimension * dimension).map { _ in normal() / Double(dimension).squareRoot() }
    let means = counts.map { _ in (0..<dimension).map { _ in 2 * normal() + offset } }
    var labels = counts.enumerated().flatMap { label, count in
      [Int32](repeating: Int32(label), count: count)
    }
    labels.shuffle(using: &generator)
    var values: [Double] = []
    for label in labels {
      let noise = (0..<dimension).map { _ in normal() }
      for row in 0..<dimension {
        var x = means[Int(label)][row] + 0.3 * noise[row]
        for column in 0..<dimension { x += mixing[row * dimension + column] * noise[column] }
        values.append(x)
      }
    }
    return (try Matrix(values, columnCount: dimension), labels)
  }
}

/// Gaussians computed in the slowest, most obvious way.
enum ObviousGaussian {
  /// The mean and the covariance, normalized by `count - freedom`, of rows.
  static func moments(_ rows: [[Double]], freedom: Int = 1) -> (
    mean: [Double], covariance: [[Double]]
  ) {
    let size = rows[0].count
    let mean = (0..<size).map { index in rows.reduce(0) { $0 + $1[index] } / Double(rows.count) }
    var covariance = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    for row in rows {
      for i in 0..<size {
        for j in 0..<size { covariance[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) }
      }
    }
    let count = Double(rows.count - freedom)
    for i in 0..<size { for j in 0..<size { covariance[i][j] /= count } }
    return (mean, covariance)
  }

  /// ln N(z; mean, covariance), by elimination.
  static func logDensity(_ z: [Double], mean: [Double], covariance: [[Double]]) -> Double {
    let size = z.count
    var matrix = covariance
    var x = zip(z, mean).map { $0 - $1 }
    let difference = x
    var logDeterminant = 0.0
    for column in 0..<size {
      logDeterminant += log(matrix[column][column])
      for row in column + 1..<max(size, column + 1) {
        let factor = matrix[row][column] / matrix[column][column]
        for k in column..<size { matrix[row][k] -= factor * matrix[column][k] }
        x[row] -= factor * x[column]
      }
    }
    for row in (0..<size).reversed() {
      for k in row + 1..<max(size, row + 1) { x[row] -= matrix[row][k] * x[k] }
      x[row] /= matrix[row][row]
    }
    var distance = 0.0
    for index in 0..<size { distance += x[index] * difference[index] }
    let constant: Double = Double(size) * log(2 * Double.pi)
    return -0.5 * (constant + logDeterminant + distance)
  }
}

extension Matrix {
  /// All rows, each by itself.
  var allRows: [[Double]] { (0..<rowCount).map { row($0) } }
}
