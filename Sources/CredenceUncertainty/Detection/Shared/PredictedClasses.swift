import CredenceMetrics
import CredencePredictions

/// The mean probabilities of the samples that a classifier puts into each class.
struct PredictedClasses: Sendable {
  let classCount: Int
  /// The classes that are predicted at all.
  let present: [Int]
  /// The mean probabilities over the samples of each present class, `[present, classes]`.
  let means: [Double]

  init(_ source: DetectionSource) throws {
    let classes = source.classCount
    var sums = [Double](repeating: 0, count: classes * classes)
    var counts = [Int](repeating: 0, count: classes)
    for rows in source.blocks {
      let (predictions, probabilities) = try source.probabilities(rows)
      sums.withUnsafeMutableBufferPointer { sums in
        probabilities.values.withUnsafeBufferPointer { values in
          for (row, label) in predictions.enumerated() {
            counts[label] += 1
            for k in 0..<classes { sums[label * classes + k] += Double(values[row * classes + k]) }
          }
        }
      }
    }
    classCount = classes
    present = counts.indices.filter { counts[$0] > 0 }
    means = present.flatMap { row in
      (0..<classes).map { sums[row * classes + $0] / Double(counts[row]) }
    }
  }
}

extension DetectionSource {
  /// Predicted classes and probabilities of some rows.
  func probabilities(_ rows: Range<Int>) throws -> (predictions: [Int], values: FloatRows) {
    var predictions: [Int] = []
    let classes = classCount
    let values = try [Float](unsafeUninitializedCapacity: rows.count * classes) { buffer, count in
      // Each row has its own part of the buffer.
      nonisolated(unsafe) let target = buffer
      predictions = try softmaxRows(rows) { index, row in
        let start = (index - rows.lowerBound) * classes
        for k in 0..<classes { target[start + k] = Float(row.probabilities[k]) }
        return row.prediction
      }
      count = rows.count * classes
    }
    return (predictions, FloatRows(values, columnCount: classes))
  }
}

extension DetectionTraining {
  func predictedClasses() throws -> PredictedClasses {
    try shared("predicted classes") {
      let source = try heldOut()
      guard source.classCount > 0 else {
        throw DetectionError.unavailable("‘\(source.file)’ has no logits or probabilities")
      }
      return try PredictedClasses(source)
    }
  }
}
