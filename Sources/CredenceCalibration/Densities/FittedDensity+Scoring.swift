public import CredencePredictions
import Foundation

extension FittedDensity {
  /// The log density of one sample: log Σ π_c N(z; μ_c, Σ_c), in nats; small for samples unlike the fitted ones.
  ///
  /// - Parameter features: As many as the density has.
  /// - Returns: −∞ where every class has density 0.
  /// - Throws: `CalibrationError.densityMismatch` for another number, `PredictionError.notFinite` naming one that is not finite.
  public func logDensity(of features: [Double]) throws -> Double {
    logDensity(ofClassLogDensities: try classLogDensities(of: features))
  }

  /// The log density from those of the classes: their log-sum-exp, with the prior.
  ///
  /// - Parameter values: ln N(z; μ_c, Σ_c) of each class.
  /// - Returns: −∞ where every class has density 0.
  public func logDensity(ofClassLogDensities values: [Double]) -> Double {
    precondition(values.count == classCount)
    let weighted = zip(values, logPriors).map { $0 + $1 }
    guard let maximum = weighted.max(), maximum > -.infinity else { return -.infinity }
    return maximum + log(weighted.reduce(0) { $0 + exp($1 - maximum) })
  }

  /// ln N(z; μ_c, Σ_c) of each class for one sample, without the prior; −∞ for classes without samples.
  ///
  /// - Parameter features: As many as the density has.
  /// - Returns: One number per class.
  /// - Throws: As `logDensity(of:)`.
  public func classLogDensities(of features: [Double]) throws -> [Double] {
    try classLogDensities(of: Matrix(features, columnCount: features.count))
  }

  /// The same for a small batch, `[samples, classes]`, row after row.
  ///
  /// Large batches are scored faster by the engine.
  ///
  /// - Parameter embeddings: `[samples, features]`.
  /// - Returns: Natural logarithms.
  /// - Throws: As `logDensity(of:)`.
  public func classLogDensities(of embeddings: Matrix) throws -> [Double] {
    guard embeddings.columnCount == dimension else {
      throw CalibrationError.densityMismatch(
        what: "The number of features", expected: "\(dimension)",
        found: "\(embeddings.columnCount)")
    }
    let samples = embeddings.rowCount
    var scratch: [Double] = []
    let values = embeddings.withRows(0..<samples, scratch: &scratch) { Array($0) }
    if let position = values.firstIndex(where: { !$0.isFinite }) {
      throw PredictionError.notFinite(
        role: "embeddings", row: position / dimension, column: position % dimension)
    }
    var result = [Double](repeating: -.infinity, count: samples * classCount)
    var mean: [Double] = []
    var memory = FactorRows()
    let constant = Double(dimension) * log(2 * .pi)
    for label in 0..<classCount where counts[label] > 0 {
      means.withRows(label..<label + 1, scratch: &mean) { mean in
        values.withUnsafeBufferPointer { values in
          memory.withDistances(of: values, from: mean, factors, row: label) { sample, distance in
            result[sample * classCount + label] =
              -0.5 * (constant + logDeterminants[label] + distance)
          }
        }
      }
    }
    return result
  }
}

/// Memory for the factors of one class.
private struct FactorRows {
  private var first: [Double] = []
  private var second: [Double] = []

  /// Hands out the squared Mahalanobis distance of each sample.
  mutating func withDistances(
    of values: UnsafeBufferPointer<Double>, from mean: UnsafeBufferPointer<Double>,
    _ factors: FittedDensity.Factors, row: Int, _ body: (Int, Double) -> Void
  ) {
    let features = mean.count
    var centered = [Double](repeating: 0, count: features)
    func forEachSample(_ distance: (UnsafeMutableBufferPointer<Double>) -> Double) {
      centered.withUnsafeMutableBufferPointer { centered in
        for sample in 0..<values.count / features {
          for index in 0..<features {
            centered[index] = values[sample * features + index] - mean[index]
          }
          body(sample, distance(centered))
        }
      }
    }
    switch factors {
    case .triangles(let matrix):
      let row = matrix.rowCount == 1 ? 0 : row
      matrix.withRows(row..<row + 1, scratch: &first) { triangle in
        forEachSample { x in
          var sum = 0.0
          var start = 0
          for index in 0..<features {
            let y = Self.product(triangle, from: start, x, count: index + 1)
            sum += y * y
            start += index + 1
          }
          return sum
        }
      }
    case .scales(let scales):
      scales.withRows(row..<row + 1, scratch: &first) { scales in
        forEachSample { x in Self.scale(x, by: scales) }
      }
    case .lowRank(let scales, let directions, let rank):
      scales.withRows(row..<row + 1, scratch: &first) { scales in
        directions.withRows(row..<row + 1, scratch: &second) { directions in
          forEachSample { x in
            var sum = Self.scale(x, by: scales)
            for direction in 0..<rank {
              let y = Self.product(directions, from: direction * features, x, count: features)
              sum -= y * y
            }
            return max(sum, 0)
          }
        }
      }
    }
  }

  /// Multiplies entry by entry in place and sums the squares.
  private static func scale(
    _ x: UnsafeMutableBufferPointer<Double>, by scales: UnsafeBufferPointer<Double>
  ) -> Double {
    var sum = 0.0
    for index in x.indices {
      x[index] *= scales[index]
      sum += x[index] * x[index]
    }
    return sum
  }

  /// A scalar product, in four sums so that the processor need not wait for each addition.
  private static func product(
    _ a: UnsafeBufferPointer<Double>, from start: Int, _ b: UnsafeMutableBufferPointer<Double>,
    count: Int
  ) -> Double {
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= count {
      let left = SIMD4(
        a[start + index], a[start + index + 1], a[start + index + 2], a[start + index + 3])
      sums += left * SIMD4(b[index], b[index + 1], b[index + 2], b[index + 3])
      index += 4
    }
    var rest = 0.0
    while index < count {
      rest += a[start + index] * b[index]
      index += 1
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
  }
}
