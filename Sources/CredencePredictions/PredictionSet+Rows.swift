import Foundation

extension PredictionSet {
  /// Some samples of the set, in the order that is given; the head and the metadata stay.
  ///
  /// - Parameter rows: Rows from 0; none twice where the samples have names.
  /// - Returns: A set of `rows.count` samples; its matrices are copied.
  /// - Throws: `PredictionError`, such as for a name that stands twice.
  public func selecting(rows: [Int]) throws(PredictionError) -> PredictionSet {
    precondition(rows.allSatisfy { $0 >= 0 && $0 < sampleCount })
    func part<Element>(_ values: [Element], width: Int = 1) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(rows.count * width)
      for row in rows { result += values[row * width..<(row + 1) * width] }
      return result
    }
    let output: Output
    switch self.output {
    case .logits(let matrix): output = .logits(try matrix.selecting(rows: rows))
    case .probabilities(let matrix): output = .probabilities(try matrix.selecting(rows: rows))
    case .scores(let matrix): output = .scores(try matrix.selecting(rows: rows))
    case .topK(let top):
      output = .topK(
        TopK(
          indices: part(top.indices, width: top.count), values: try top.values.selecting(rows: rows)
        ))
    case .decisions(let decisions):
      output = .decisions(
        Decisions(
          predictions: part(decisions.predictions), confidences: part(decisions.confidences)))
    }
    var members: [Matrix] = []
    for member in memberLogits { members.append(try member.selecting(rows: rows)) }
    return try PredictionSet(
      output, labels: labels.map { part($0) }, embeddings: embeddings?.selecting(rows: rows),
      head: head, uncertainties: uncertainties.mapValues { part($0) }, memberLogits: members,
      softLabels: softLabels?.selecting(rows: rows),
      multiLabels: multiLabels?.selecting(rows: rows),
      sampleIDs: sampleIDs?.selecting(rows: rows), metadata: metadata)
  }
}

extension Matrix {
  /// Some rows, in the order that is given, as 64-bit numbers where they are stored so and else as 32-bit ones.
  func selecting(rows: [Int]) throws(PredictionError) -> Matrix {
    scalarType == .float64
      ? try selecting(rows, as: Double.self) : try selecting(rows, as: Float.self)
  }

  private func selecting<Scalar: MatrixScalar>(
    _ rows: [Int], as type: Scalar.Type
  ) throws(PredictionError) -> Matrix {
    var bytes = Data(capacity: rows.count * columnCount * MemoryLayout<Scalar>.size)
    var scratch: [Scalar] = []
    for row in rows {
      withRows(row..<row + 1, scratch: &scratch) { (values: UnsafeBufferPointer<Scalar>) in
        bytes.append(contentsOf: UnsafeRawBufferPointer(values))
      }
    }
    return try Matrix(
      bytes: bytes, rowCount: rows.count, columnCount: columnCount, scalarType: Scalar.scalarType)
  }
}

extension RaggedLabels {
  fileprivate func selecting(rows: [Int]) throws(PredictionError) -> RaggedLabels {
    var values: [Int32] = []
    var offsets = [0]
    for row in rows {
      values += self[row]
      offsets.append(values.count)
    }
    return try RaggedLabels(values: values, offsets: offsets)
  }
}

extension SampleIDs {
  fileprivate func selecting(rows: [Int]) throws(PredictionError) -> SampleIDs {
    try SampleIDs(rows.map { self[$0] })
  }
}
