public import CredencePredictions
import Foundation

extension ConfidenceFunction {
  /// The confidences of samples, labeled or not, by several functions in one pass.
  public struct Rows: Sendable {
    /// By function, `[samples]` each; higher is surer.
    public fileprivate(set) var confidences: [[Double]]
    /// The class of the greatest score; of several the first.
    public fileprivate(set) var predictions: [Int32] = []
  }

  /// Computes confidences from logits.
  ///
  /// - Parameters:
  ///   - functions: Any but those of members.
  ///   - logits: `[samples, classes]`.
  ///   - temperature: What divides the logits, above 0.
  /// - Returns: One list per function, rounded so that sums of the same numbers in another order are equal.
  /// - Throws: `MetricError.unavailable` for a function of members, `PredictionError.notFinite` naming a row.
  public static func rows(
    _ functions: [Self], of logits: Matrix, temperature: Double = 1
  ) throws -> Rows {
    if let function = functions.first(where: { $0.requirement == .members }) {
      throw MetricError.unavailable("‘\(function.id)’ needs the logits of several members")
    }
    let parts = try parallelBlocks(count: logits.rowCount, blockSize: 1024) { block in
      logits.scalarType == .float64
        ? try part(functions, logits, block, 1 / temperature, as: Double.self)
        : try part(functions, logits, block, 1 / temperature, as: Float.self)
    }
    var rows = Rows(confidences: functions.map { _ in [] })
    for part in parts {
      for index in functions.indices { rows.confidences[index] += part.confidences[index] }
      rows.predictions += part.predictions
    }
    return rows
  }

  private static func part<Scalar: MatrixScalar>(
    _ functions: [Self], _ logits: Matrix, _ block: Range<Int>, _ inverseTemperature: Double,
    as _: Scalar.Type
  ) throws -> Rows {
    var part = Rows(confidences: functions.map { _ in [] })
    let softmax = SoftmaxRow(classCount: logits.columnCount)
    var scratch: [Scalar] = []
    try logits.withRows(block, scratch: &scratch) { values in
      guard let base = values.baseAddress else { return }
      for row in 0..<block.count {
        try softmax.setLogits(
          base + row * logits.columnCount, inverseTemperature: inverseTemperature,
          row: block.lowerBound + row)
        part.predictions.append(Int32(softmax.prediction))
        let scores = ClassScores(
          logits: softmax.logits, probabilities: softmax.probabilities,
          maximum: softmax.maximum, logSumExp: softmax.logSumExp)
        for (index, function) in functions.enumerated() {
          part.confidences[index].append(rankingScore(function.evaluate(scores)))
        }
      }
    }
    return part
  }
}
