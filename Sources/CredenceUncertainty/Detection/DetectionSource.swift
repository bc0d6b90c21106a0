import CredenceFiles
public import CredencePredictions

/// Predictions on one data set, in blocks that detectors can score.
public struct DetectionSource: Sendable {
  public let set: PredictionSet
  /// The file, for messages.
  public let file: String

  public init(_ set: PredictionSet, file: String) {
    self.set = set
    self.file = file
  }

  public var sampleCount: Int { self.set.sampleCount }

  /// The number of features of each embedding; 0 without embeddings.
  public var embeddingWidth: Int { self.set.embeddings?.columnCount ?? 0 }

  /// The number of classes that logits or probabilities cover; 0 without them.
  public var classCount: Int {
    switch self.set.output {
    case .logits(let matrix), .probabilities(let matrix): matrix.columnCount
    case .scores, .topK, .decisions: 0
    }
  }

  var hasLogits: Bool {
    if case .logits = self.set.output { true } else { false }
  }

  /// Consecutive ranges of rows whose embeddings, or logits, take about 32 MB.
  var blocks: [Range<Int>] { blocks(maximum: 8192) }

  func blocks(maximum: Int) -> [Range<Int>] {
    let width = max(embeddingWidth, classCount, 1)
    let size = max(64, min(maximum, (1 << 23) / width))
    return stride(from: 0, to: sampleCount, by: size).map {
      $0..<min($0 + size, sampleCount)
    }
  }

  /// The embeddings of some rows, checked.
  ///
  /// - Throws: `PredictionFileError.invalid` naming the first row that holds NaN or an infinity.
  func embeddings(_ rows: Range<Int>) throws -> FloatRows {
    guard let matrix = self.set.embeddings else {
      throw DetectionError.unavailable("no embeddings")
    }
    return try floats(of: matrix, rows, role: "embeddings")
  }

  /// The logits of some rows, checked.
  func logits(_ rows: Range<Int>) throws -> FloatRows {
    guard case .logits(let matrix) = self.set.output else {
      throw DetectionError.unavailable("no logits")
    }
    return try floats(of: matrix, rows, role: "logits")
  }

  private func floats(
    of matrix: Matrix, _ rows: Range<Int>, role: String
  ) throws -> FloatRows {
    let width = matrix.columnCount
    let size = max(1, (1 << 18) / max(1, width))
    let values = try [Float](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
      // Each block of rows writes its own part of the buffer.
      nonisolated(unsafe) let target = buffer
      _ = try parallelBlocks(count: rows.count, blockSize: size) { part in
        var scratch: [Float] = []
        let first = rows.lowerBound + part.lowerBound
        try matrix.withRows(first..<first + part.count, scratch: &scratch) { source in
          guard let from = source.baseAddress, let to = target.baseAddress else { return }
          let start = to + part.lowerBound * width
          start.update(from: from, count: source.count)
          if !allFinite(UnsafeBufferPointer(start: start, count: source.count)) {
            let index = source.firstIndex { !$0.isFinite } ?? 0
            throw PredictionFileError.invalid(
              file: file,
              error: .notFinite(role: role, row: first + index / width, column: index % width))
          }
        }
      }
      count = rows.count * width
    }
    return FloatRows(values, columnCount: width)
  }
}
