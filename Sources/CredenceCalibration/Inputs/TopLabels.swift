public import CredencePredictions

/// The decision for each sample of a set, and its confidence.
public struct TopLabels: Sendable {
  /// The class with the largest score; the lowest index of equals.
  public let labels: [Int32]
  /// The probability of that class, or its score where the set holds scores of another kind.
  public let confidences: [Double]
  public let kind: InputKind

  /// The decisions of a set.
  ///
  /// - Parameters:
  ///   - set: Any set.
  ///   - temperature: What logits are divided by; anything but 1 needs logits or probabilities of all classes.
  /// - Throws: `CalibrationError.unavailable` for a temperature that can't be applied, `PredictionError.notFinite`.
  public init(_ set: PredictionSet, temperature: Double = 1) throws {
    kind = InputKind(set.output)
    switch set.output {
    case .decisions(let decisions) where temperature == 1:
      if let row = decisions.confidences.firstIndex(where: { !$0.isFinite }) {
        throw PredictionError.notFinite(role: "confidences", row: row, column: 0)
      }
      (labels, confidences) = (decisions.predictions, decisions.confidences)
    case .topK(let top) where temperature == 1:
      (labels, confidences) = try Self.largest(of: top.values, classes: top.indices)
    case .scores(let matrix) where temperature == 1:
      (labels, confidences) = try Self.largest(of: matrix, classes: nil)
    case .probabilities(let matrix) where temperature == 1:
      (labels, confidences) = try Self.largest(of: matrix, classes: nil)
    default:
      let rows = try ScoreRows(set, purpose: "A temperature")
      let count = rows.classCount
      let blocks = try rows.parallelMap(Array(0..<set.sampleCount)) { block, scores in
        var labels: [Int32] = []
        var confidences: [Double] = []
        var scratch = [Double](repeating: 0, count: count)
        for index in 0..<block.count {
          let row = UnsafeBufferPointer(rebasing: scores[index * count..<(index + 1) * count])
          let top = scratch.withUnsafeMutableBufferPointer {
            Softmax.topLabel(row, inverseTemperature: 1 / temperature, scratch: $0)
          }
          labels.append(Int32(top.label))
          confidences.append(top.confidence)
        }
        return (labels, confidences)
      }
      labels = blocks.flatMap(\.0)
      confidences = blocks.flatMap(\.1)
    }
  }

  /// The first largest entry of each row, and the class it stands for.
  private static func largest(of matrix: Matrix, classes: [Int32]?) throws
    -> (labels: [Int32], confidences: [Double])
  {
    let count = matrix.columnCount
    let blocks = try parallelBlocks(
      count: matrix.rowCount, blockSize: max(1, 262_144 / max(1, count))
    ) { block in
      var labels: [Int32] = []
      var confidences: [Double] = []
      var scratch = [Double](repeating: 0, count: block.count * count)
      try matrix.withRows(block, scratch: &scratch) { values in
        for (index, row) in block.enumerated() {
          let entries = UnsafeBufferPointer(
            rebasing: values[index * count..<(index + 1) * count])
          if let column = entries.firstIndex(where: { !$0.isFinite }) {
            throw PredictionError.notFinite(role: "scores", row: row, column: column)
          }
          let best = Softmax.indexOfMaximum(entries)
          labels.append(classes.map { $0[row * count + best] } ?? Int32(best))
          confidences.append(entries[best])
        }
      }
      return (labels, confidences)
    }
    return (blocks.flatMap(\.0), blocks.flatMap(\.1))
  }
}

/// The samples of a set whose true class is known.
struct LabeledRows: Sendable {
  /// Their rows, ascending.
  let rows: [Int]
  /// The true class of each, `[rows]`.
  let labels: [Int32]

  /// The labeled ones among some rows, or among all.
  ///
  /// - Throws: `CalibrationError.unavailable` where a set has no labels, `tooFewSamples` where no row is labeled.
  init(_ set: PredictionSet, among rows: [Int]? = nil, purpose: String) throws(CalibrationError) {
    guard let labels = set.labels else {
      throw .unavailable("\(purpose) needs labels; the predictions have none.")
    }
    self.rows = (rows ?? Array(labels.indices)).filter { labels[$0] >= 0 }
    self.labels = self.rows.map { labels[$0] }
    if self.rows.isEmpty { throw .tooFewSamples(needed: 1, found: 0, purpose: purpose) }
  }
}
