import CredenceMetrics
import CredencePredictions
import Foundation

/// The negative log-likelihood of softmax(b z) and its derivatives by b, summed per fold in one pass over the logits.
struct TemperatureObjective: Sendable {
  /// How a pass is computed.
  enum Precision: Sendable {
    /// Every 16th row, single precision, first two derivatives.
    case sample
    /// All rows, single precision, first two derivatives.
    case fast
    /// All rows, double precision, five derivatives.
    case exact
  }

  /// The fold number of rows that take no part.
  static let leftOut = UInt8.max

  let foldCount: Int
  /// Labeled rows in each fold.
  let counts: [Int]
  private let matrix: Matrix
  private let isLogits: Bool
  private let labels: [Int32]
  private let foldOfRow: [UInt8]

  /// The objective of a set's labeled rows.
  ///
  /// - Parameters:
  ///   - set: A set with logits or probabilities of all classes, and labels.
  ///   - foldOfRow: The fold of each row, or `leftOut`.
  ///   - foldCount: The number of folds.
  /// - Throws: `CalibrationError.unavailable`.
  init(_ set: PredictionSet, foldOfRow: [UInt8], foldCount: Int) throws(CalibrationError) {
    switch set.output {
    case .logits(let scores): (matrix, isLogits) = (scores, true)
    case .probabilities(let scores): (matrix, isLogits) = (scores, false)
    default: throw .unavailable("a temperature needs logits or probabilities of all classes")
    }
    guard let labels = set.labels else {
      throw .unavailable("a temperature is fitted on labels, and there are none")
    }
    self.labels = labels
    self.foldOfRow = foldOfRow
    self.foldCount = foldCount
    var counts = [Int](repeating: 0, count: foldCount)
    for (row, fold) in foldOfRow.enumerated() where fold != Self.leftOut && labels[row] >= 0 {
      counts[Int(fold)] += 1
    }
    self.counts = counts
  }

  /// The precisions that bring a problem close to its optimum, one after the other.
  var schedule: [Precision] {
    matrix.rowCount * matrix.columnCount < 1 << 22
      ? [.exact] : isLogits ? [.sample, .fast] : [.sample]
  }

  /// Sums over the rows of each fold: the value and five derivatives.
  struct Evaluation {
    let point: Double
    let sums: [[Double]]
    let counts: [Int]

    /// The mean over the union of some folds.
    func expansion(of folds: [Int]) -> TemperatureExpansion {
      let count = Double(folds.reduce(0) { $0 + counts[$1] })
      let means = (0..<6).map { order in folds.reduce(0) { $0 + sums[$1][order] } / count }
      return TemperatureExpansion(
        point: point, value: means[0], derivatives: Array(means.dropFirst()))
    }
  }

  /// One pass over the rows.
  ///
  /// - Parameters:
  ///   - b: 1 / T, greater than 0.
  ///   - precision: Which rows, and how exactly.
  /// - Returns: Sums per fold.
  /// - Throws: `PredictionError.notFinite`.
  func evaluate(_ b: Double, _ precision: Precision) throws -> Evaluation {
    let stride = precision == .sample ? 16 : 1
    let parts = try parallelBlocks(count: matrix.rowCount, blockSize: 1024) { rows in
      matrix.scalarType == .float64
        ? try sums(rows, stride: stride, b, precision, as: Double.self)
        : try sums(rows, stride: stride, b, precision, as: Float.self)
    }
    var total = [Sums](repeating: Sums(), count: foldCount)
    for part in parts {
      for fold in 0..<foldCount { total[fold].add(part[fold]) }
    }
    return Evaluation(point: b, sums: total.map(\.values), counts: total.map(\.count))
  }

  private struct Sums: Sendable {
    var values = [Double](repeating: 0, count: 6)
    var count = 0

    mutating func add(_ other: Self) {
      for order in values.indices { values[order] += other.values[order] }
      count += other.count
    }
  }

  private func sums<Scalar: MatrixScalar>(
    _ rows: Range<Int>, stride step: Int, _ b: Double, _ precision: Precision, as _: Scalar.Type
  ) throws -> [Sums] {
    var sums = [Sums](repeating: Sums(), count: foldCount)
    let classCount = matrix.columnCount
    var scratch: [Scalar] = []
    let exact = LogitMoments(classCount: classCount)
    for chunkStart in stride(from: rows.lowerBound, to: rows.upperBound, by: step == 1 ? 64 : step)
    {
      let chunk = chunkStart..<min(chunkStart + (step == 1 ? 64 : 1), rows.upperBound)
      try matrix.withRows(chunk, scratch: &scratch) { values in
        guard let base = values.baseAddress else { return }
        for row in chunk where foldOfRow[row] != Self.leftOut && labels[row] >= 0 {
          let scores = base + (row - chunk.lowerBound) * classCount
          let label = Int(labels[row])
          let fold = Int(foldOfRow[row])
          let derivatives: Double8
          if precision == .exact || !isLogits || Scalar.self == Double.self {
            derivatives = exact.derivatives(scores, isLogits: isLogits, label: label, b)
          } else {
            derivatives = LogitMoments.fastDerivatives(
              scores, classCount: classCount, label: label, Float(b))
          }
          if let column = exact.invalidColumn, Double(scores[column]).isFinite {
            throw PredictionError.notAProbability(
              role: "probabilities", row: row, column: column, value: Double(scores[column]))
          }
          guard derivatives[1].isFinite else {
            throw PredictionError.notFinite(
              role: isLogits ? "logits" : "probabilities", row: row,
              column: (0..<classCount).first { !Double(scores[$0]).isFinite } ?? 0)
          }
          for order in 0..<6 { sums[fold].values[order] += derivatives[order] }
          sums[fold].count += 1
        }
      }
    }
    return sums
  }
}
