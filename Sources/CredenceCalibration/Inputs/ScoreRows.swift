import CredencePredictions
import Foundation

/// The rows of a prediction set as scores before the softmax, in `Double`.
///
/// Probabilities stand for their logarithms, taken of at least the smallest normal `Float`, so the softmax of a row gives
/// them back.
struct ScoreRows: Sendable {
  let matrix: Matrix
  let holdsProbabilities: Bool
  private let takesLogarithms: Bool

  /// The scores of a set that has a full matrix.
  ///
  /// - Parameters:
  ///   - set: Logits or probabilities.
  ///   - purpose: What needs them, for the error.
  ///   - takesLogarithms: Whether probabilities are turned into scores; otherwise they are handed out as they are.
  /// - Throws: `CalibrationError.unavailable` for top-k sets, decisions, and scores of another kind.
  init(_ set: PredictionSet, purpose: String, takesLogarithms: Bool = true)
    throws(CalibrationError)
  {
    self.takesLogarithms = takesLogarithms
    switch set.output {
    case .logits(let matrix):
      self.matrix = matrix
      holdsProbabilities = false
    case .probabilities(let matrix):
      self.matrix = matrix
      holdsProbabilities = true
    case .scores:
      throw .unavailable(
        "\(purpose) needs logits or probabilities; these are scores of another kind.")
    case .topK, .decisions:
      throw .unavailable(
        "\(purpose) needs the logits or probabilities of all classes; "
          + "only those of the first are there.")
    }
  }

  var classCount: Int { matrix.columnCount }

  /// How many rows a parallel block holds: about 2 MB, by the number of classes alone.
  var blockSize: Int { max(1, 262_144 / classCount) }

  /// Works on blocks of rows on all cores and returns the results in order.
  ///
  /// The closure receives where the block lies in `rows`, and its scores, row after row.
  func parallelMap<Result: Sendable>(
    _ rows: [Int], _ body: @Sendable (Range<Int>, UnsafeBufferPointer<Double>) throws -> Result
  ) throws -> [Result] {
    try parallelBlocks(count: rows.count, blockSize: blockSize) { block in
      let scores = try self.scores(of: rows[block])
      return try scores.withUnsafeBufferPointer { try body(block, $0) }
    }
  }

  /// The checked scores of some rows, row after row.
  func scores(of rows: ArraySlice<Int>) throws -> [Double] {
    var result = [Double](repeating: 0, count: rows.count * classCount)
    let runs = rows.consecutiveRuns
    if runs.count == 1, matrix.scalarType != .float64 {
      // Numbers that are converted go straight to the result.
      matrix.withRows(runs[0], scratch: &result) { _ in }
    } else {
      copy(runs, into: &result)
    }
    try result.withUnsafeMutableBufferPointer { output in
      for (index, row) in rows.enumerated() {
        let values = UnsafeMutableBufferPointer(
          rebasing: output[index * classCount..<(index + 1) * classCount])
        if holdsProbabilities {
          try Self.checkProbabilities(values, row)
          if takesLogarithms {
            for column in values.indices {
              values[column] = Self.logarithm(ofProbability: values[column])
            }
          }
        } else {
          try Self.check(values, row)
        }
      }
    }
    return result
  }

  private func copy(_ runs: [Range<Int>], into result: inout [Double]) {
    // Made here, where the compiler knows the type; the matrix would fill it element by element.
    var scratch = [Double](repeating: 0, count: result.count)
    result.withUnsafeMutableBufferPointer { output in
      var start = 0
      for run in runs {
        matrix.withRows(run, scratch: &scratch) { values in
          guard let target = output.baseAddress, let source = values.baseAddress else { return }
          (target + start).update(from: source, count: values.count)
        }
        start += run.count * classCount
      }
    }
  }

  /// The logarithm of a probability as every part of Credence takes it.
  static func logarithm(ofProbability probability: Double) -> Double {
    log(max(probability, Double(Float.leastNormalMagnitude)))
  }

  private static func check(_ values: UnsafeMutableBufferPointer<Double>, _ row: Int) throws {
    // A finite number minus itself is 0, anything else is NaN.
    var sum = 0.0
    for value in values { sum += value - value }
    guard sum != 0 else { return }
    let column = values.firstIndex { !$0.isFinite } ?? 0
    throw PredictionError.notFinite(role: "logits", row: row, column: column)
  }

  private static func checkProbabilities(
    _ values: UnsafeMutableBufferPointer<Double>, _ row: Int
  ) throws {
    for (column, value) in values.enumerated() {
      guard value.isFinite else {
        throw PredictionError.notFinite(role: "probabilities", row: row, column: column)
      }
      guard value >= 0, value <= 1 + 1e-6 else {
        throw PredictionError.notAProbability(
          role: "probabilities", row: row, column: column, value: value)
      }
    }
  }
}

extension ArraySlice<Int> {
  /// The maximal ranges of entries that each exceed the one before by 1.
  var consecutiveRuns: [Range<Int>] {
    var runs: [Range<Int>] = []
    for value in self {
      if let last = runs.last, last.upperBound == value {
        runs[runs.count - 1] = last.lowerBound..<value + 1
      } else {
        runs.append(value..<value + 1)
      }
    }
    return runs
  }
}
