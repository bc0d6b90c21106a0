import CredenceFiles
import CredenceMetrics
import CredencePredictions
import Foundation

/// What one pass over a sample's logits tells.
///
/// For stored probabilities the logits are their logarithms.
struct LogitStatistics: Sendable {
  /// The class of the largest logit; the first one of several.
  var prediction: Int
  var maximum: Double
  /// The second largest logit; −∞ with one class.
  var second: Double
  /// ln Σ exp(z).
  var logSumExp: Double
  /// The entropy of the softmax in nats.
  var entropy: Double
  /// One minus the largest probability, accurate however small.
  var missing: Double
  /// Σ |p − 1 / C|.
  var distanceFromUniform: Double

  /// The statistics of some rows, computed on all cores.
  ///
  /// - Throws: `PredictionFileError.invalid` for NaN, infinities, or what is no probability.
  static func all(of source: DetectionSource, _ rows: Range<Int>) throws -> [Self] {
    try source.softmaxRows(rows) { _, row in Self(row) }
  }

  init(_ row: SoftmaxRow) {
    let (logits, probabilities) = (row.logits, row.probabilities)
    prediction = row.prediction
    maximum = row.maximum
    logSumExp = row.logSumExp
    var second = -Double.infinity
    var (entropy, distance, rest) = (0.0, 0.0, 0.0)
    let uniform = 1 / Double(row.classCount)
    for index in logits.indices {
      let (z, p) = (logits[index], probabilities[index])
      // Every term is positive, so nothing cancels.
      entropy += p * ((row.maximum - z) + row.logTotal)
      distance += abs(p - uniform)
      if index != row.prediction {
        rest += p
        second = max(second, z)
      }
    }
    self.second = second
    self.entropy = entropy
    distanceFromUniform = distance
    missing = rest
  }
}

extension DetectionSource {
  /// One result per row from its softmax, computed on all cores.
  func softmaxRows<Result: Sendable>(
    _ rows: Range<Int>, _ body: @Sendable (Int, SoftmaxRow) throws -> Result
  ) throws -> [Result] {
    let matrix: Matrix
    let areLogits: Bool
    switch self.set.output {
    case .logits(let stored): (matrix, areLogits) = (stored, true)
    case .probabilities(let stored): (matrix, areLogits) = (stored, false)
    case .scores, .topK, .decisions: throw DetectionError.unavailable("no probabilities")
    }
    func work<Scalar: MatrixScalar>(_: Scalar.Type) throws -> [Result] {
      let size = max(8, (1 << 15) / max(1, matrix.columnCount))
      return try parallelBlocks(count: rows.count, blockSize: size) { part -> [Result] in
        let softmax = SoftmaxRow(classCount: matrix.columnCount)
        var scratch: [Scalar] = []
        let first = rows.lowerBound + part.lowerBound
        return try matrix.withRows(first..<first + part.count, scratch: &scratch) { values in
          guard let base = values.baseAddress else { return [] }
          return try (0..<part.count).map { index in
            let scores = base + index * matrix.columnCount
            do throws(PredictionError) {
              if areLogits {
                try softmax.setLogits(scores, inverseTemperature: 1, row: first + index)
              } else {
                try softmax.setProbabilities(
                  scores, inverseTemperature: 1, row: first + index,
                  tolerance: matrix.scalarType.probabilitySumTolerance)
              }
            } catch {
              throw PredictionFileError.invalid(file: file, error: error)
            }
            return try body(first + index, softmax)
          }
        }
      }.flatMap { $0 }
    }
    return try matrix.scalarType == .float64 ? work(Double.self) : work(Float.self)
  }
}

extension DetectionSource {
  /// The class of each sample's largest score; the first one of several.
  ///
  /// - Throws: `PredictionFileError.invalid` for NaN, infinities, or what is no probability.
  public func predictions() throws -> [Int] {
    try softmaxRows(0..<sampleCount) { _, row in row.prediction }
  }
}
