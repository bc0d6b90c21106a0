import CredenceFiles
import CredencePredictions
import CredenceTensor

/// Sums, means and covariances of the training embeddings, from one pass in double precision.
final class EmbeddingMoments {
  let count: Int
  let width: Int
  /// `[features]`.
  let mean: [Double]
  /// The covariance about the mean, divided by *n*; `[features, features]`.
  let covariance: Tensor
  /// The samples of each class; empty without labels.
  let classCounts: [Int]
  /// The mean of each class, `[classes, features]`; 0 for classes without samples.
  let classMeans: [Double]

  /// The moments of a set.
  ///
  /// - Parameters:
  ///   - source: Samples with embeddings.
  ///   - labels: Their classes, all known; `nil` for the moments of all together.
  ///   - classCount: How many classes there are.
  /// - Throws: `PredictionFileError`, `EngineError`.
  init(_ source: DetectionSource, labels: [Int32]?, classCount: Int) throws {
    let width = source.embeddingWidth
    count = source.sampleCount
    self.width = width
    var shift: Tensor?
    var shiftValues: [Double] = []
    var scatter = SymmetricSum(dimension: width, device: .cpu)
    var sums = [Double](repeating: 0, count: width)
    var classSums = [Double](repeating: 0, count: labels == nil ? 0 : classCount * width)
    var counts = [Int](repeating: 0, count: labels == nil ? 0 : classCount)
    for rows in source.blocks {
      let block = try source.embeddings(rows)
      let values = try block.tensor()
      if shift == nil {
        // Deviations from the first samples' mean keep large means from hiding small variances.
        let zeros = try Tensor.zeros([width], elementType: .float64)
        let mean = try Operator.columnSums(.tensor(values), .tensor(zeros)) / Double(rows.count)
        shiftValues = try mean.values()
        shift = mean
      }
      guard let shift else { continue }
      try scatter.add(values, around: shift)
      let part: [Double] = try Operator.columnSums(.tensor(values), .tensor(shift)).values()
      for k in 0..<width { sums[k] += part[k] }
      guard let labels else { continue }
      for (index, row) in rows.enumerated() {
        let label = Int(labels[row])
        counts[label] += 1
        classSums.withUnsafeMutableBufferPointer { target in
          block.values.withUnsafeBufferPointer { values in
            for k in 0..<width { target[label * width + k] += Double(values[index * width + k]) }
          }
        }
      }
    }
    let n = Double(count)
    let offsets = sums.map { $0 / n }
    mean = zip(shiftValues, offsets).map(+)
    let column = try Tensor(offsets, shape: [width, 1])
    let lower = try scatter.lowerTriangle(times: 1 / n)
    covariance =
      try lower.lowerPart() + lower.lowerPart(below: 1).transposed()
      - column.matrixProduct(column.transposed())
    for row in counts.indices where counts[row] > 0 {
      for k in 0..<width { classSums[row * width + k] /= Double(counts[row]) }
    }
    classMeans = classSums
    classCounts = counts
  }

  /// The mean over the features of their variances.
  func meanVariance() throws -> Double {
    try Operator.diagonal(.tensor(covariance)).sum().item() / Double(width)
  }

  /// The mean of the squared deviations from another point, `[features, features]`.
  func secondMoment(about point: [Double]) throws -> Tensor {
    let column = try Tensor(zip(mean, point).map(-), shape: [width, 1])
    return try covariance + column.matrixProduct(column.transposed())
  }
}

extension Operator {
  fileprivate static let lowerPart = Operator("aten::tril")
  fileprivate static let diagonal = Operator("aten::diagonal")
}

extension Tensor {
  /// The entries on and below a diagonal; 0 above it.
  fileprivate func lowerPart(below diagonal: Int = 0) throws -> Tensor {
    try Operator.lowerPart(.tensor(self), .int(-diagonal))
  }
}

extension DetectionTraining {
  /// The training embeddings' moments, by class where labels are known.
  func moments() throws -> EmbeddingMoments {
    try shared("moments") {
      let source = try requiredTraining()
      let labels = source.set.labels.flatMap { $0.contains { $0 < 0 } ? nil : $0 }
      return try EmbeddingMoments(source, labels: labels, classCount: classCount())
    }
  }
}
