extension PredictionSet {
  /// Checks that the parts fit together, and every entry except those of the `[samples, …]` matrices.
  ///
  /// - Throws: `PredictionError` naming the part, the row and the allowed range.
  func checkParts() throws(PredictionError) {
    let samples = sampleCount
    guard samples > 0 else { throw .noSamples }
    func check(_ what: String, _ count: Int) throws(PredictionError) {
      try Self.check(what, count, "samples", samples)
    }
    try checkOutput()
    try checkClasses()
    if let labels {
      try check("labels", labels.count)
      try checkRange(of: labels, role: "labels", lowest: -1)
    }
    if let embeddings { try check("embeddings", embeddings.rowCount) }
    if let softLabels { try check("soft labels", softLabels.rowCount) }
    if let multiLabels {
      try check("multi-labels", multiLabels.count)
      try checkMultiLabels(multiLabels)
    }
    if let sampleIDs { try check("sample names", sampleIDs.count) }
    for (name, values) in uncertainties.sorted(by: { $0.key < $1.key }) {
      try check("uncertainties ‘\(name)’", values.count)
      if let row = values.firstIndex(where: \.isNaN) {
        throw .notFinite(role: "uncertainty.\(name)", row: row, column: 0)
      }
    }
    for (index, member) in memberLogits.enumerated() {
      try check("logits of member \(index)", member.rowCount)
      try Self.check(
        "columns of member \(index)", member.columnCount, "columns of member 0",
        memberLogits[0].columnCount)
    }
  }

  private static func check(
    _ what: String, _ count: Int, _ other: String, _ otherCount: Int
  ) throws(PredictionError) {
    guard count == otherCount else {
      throw .countMismatch(what: what, count: count, other: other, otherCount: otherCount)
    }
  }

  private func checkOutput() throws(PredictionError) {
    switch output {
    case .logits(let matrix), .probabilities(let matrix), .scores(let matrix):
      if matrix.columnCount == 0 {
        throw .missing(what: "classes", reason: "The matrix has no columns.")
      }
    case .topK(let top): try checkTopK(top)
    case .decisions(let decisions):
      try Self.check(
        "confidences", decisions.confidences.count, "samples", decisions.predictions.count)
      try checkRange(of: decisions.predictions, role: "predictions", lowest: 0)
      if let row = decisions.confidences.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(role: "confidences", row: row, column: 0)
      }
    }
  }

  /// The classes of a sample are all different, and their probabilities sum to 1 at most.
  private func checkTopK(_ top: TopK) throws(PredictionError) {
    let count = top.count
    try Self.check(
      "top-k indices", top.indices.count, "top-k values", top.values.rowCount * count)
    guard count > 0 else {
      throw .missing(what: "classes", reason: "The top-k values have no columns.")
    }
    let classes = Int32(clamping: classCount ?? Int(Int32.max))
    let tolerance = top.values.scalarType.probabilitySumTolerance
    var scratch: [Double] = []
    var seen: [Int32] = []
    for row in 0..<top.values.rowCount {
      let values = top.values.withRows(row..<row + 1, scratch: &scratch) { Array($0) }
      for (column, value) in values.enumerated() {
        guard value.isFinite else {
          throw .notFinite(role: "top_k.values", row: row, column: column)
        }
        guard value >= 0, value <= 1 + tolerance else {
          throw .notAProbability(role: "top_k.values", row: row, column: column, value: value)
        }
      }
      let sum = values.reduce(0, +)
      guard sum <= 1 + tolerance else {
        throw .probabilitySum(row: row, sum: sum, tolerance: tolerance)
      }
      seen = top.indices[row * count..<(row + 1) * count].sorted()
      if let label = seen.first(where: { $0 < 0 || $0 >= classes }) {
        throw .labelOutOfRange(
          role: "top_k.indices", row: row, label: Int(label), classes: Int(classes))
      }
      for (first, second) in zip(seen, seen.dropFirst()) where first == second {
        throw .duplicateClass(role: "top_k.indices", row: row, label: Int(first))
      }
    }
  }

  /// Every part that counts classes counts the same ones.
  private func checkClasses() throws(PredictionError) {
    if let head {
      try Self.check("head biases", head.bias.count, "rows of the head", head.weight.rowCount)
      if let embeddings {
        try Self.check(
          "columns of the head", head.weight.columnCount, "features of the embeddings",
          embeddings.columnCount)
      }
    }
    guard let classes = classCount else { return }
    if let head { try Self.check("rows of the head", head.weight.rowCount, "classes", classes) }
    if !metadata.classNames.isEmpty {
      try Self.check("class names", metadata.classNames.count, "classes", classes)
    }
    if let softLabels {
      try Self.check("columns of soft labels", softLabels.columnCount, "classes", classes)
    }
    for (index, member) in memberLogits.enumerated() {
      try Self.check("columns of member \(index)", member.columnCount, "classes", classes)
    }
  }

  private func checkRange(
    of labels: [Int32], role: String, lowest: Int32
  ) throws(PredictionError) {
    let classes = Int32(clamping: classCount ?? Int(Int32.max))
    if let row = labels.firstIndex(where: { $0 < lowest || $0 >= classes }) {
      throw .labelOutOfRange(
        role: role, row: row, label: Int(labels[row]), classes: Int(classes))
    }
  }

  private func checkMultiLabels(_ labels: RaggedLabels) throws(PredictionError) {
    let classes = Int32(clamping: classCount ?? Int(Int32.max))
    for row in 0..<labels.count {
      for label in labels[row] where label < 0 || label >= classes {
        throw .labelOutOfRange(
          role: "multi_labels", row: row, label: Int(label), classes: Int(classes))
      }
    }
  }
}
