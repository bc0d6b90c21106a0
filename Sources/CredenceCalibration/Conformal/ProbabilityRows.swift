import CredencePredictions
import Foundation

/// The probabilities of all classes, at a temperature, in `Double`.
struct ProbabilityRows: Sendable {
  private let scores: ScoreRows
  private let inverseTemperature: Double
  /// Whether the stored probabilities are used as they are.
  private let isDirect: Bool

  init(_ set: PredictionSet, temperature: Double) throws(CalibrationError) {
    guard temperature > 0, temperature.isFinite else {
      throw .invalidSetting(
        name: "temperature", value: temperature, allowed: "a finite number above 0")
    }
    scores = try ScoreRows(
      set, purpose: "A prediction set", takesLogarithms: temperature != 1)
    inverseTemperature = 1 / temperature
    isDirect = scores.holdsProbabilities && temperature == 1
  }

  var classCount: Int { scores.classCount }

  /// Works on blocks of rows on all cores and returns the results in order.
  ///
  /// The closure receives where the block lies in `rows`, its probabilities row after row, and the number of classes.
  func parallelMap<Result: Sendable>(
    _ rows: [Int], _ body: @Sendable (Range<Int>, UnsafeBufferPointer<Double>, Int) throws -> Result
  ) throws -> [Result] {
    let count = classCount
    return try parallelBlocks(count: rows.count, blockSize: scores.blockSize) { block in
      var values = try scores.scores(of: rows[block])
      if !isDirect {
        values.withUnsafeMutableBufferPointer { buffer in
          for start in stride(from: 0, to: buffer.count, by: count) {
            let row = UnsafeMutableBufferPointer(rebasing: buffer[start..<start + count])
            Softmax.probabilities(
              UnsafeBufferPointer(row), inverseTemperature: inverseTemperature, into: row)
          }
        }
      }
      return try values.withUnsafeBufferPointer { try body(block, $0, count) }
    }
  }
}
