/// SHE: the inner product with the mean training embedding of the predicted class, over correctly classified samples.
struct SHE: DetectionMethod {
  func fitted(to training: DetectionTraining) throws -> any Detector {
    let source = try training.requiredTraining()
    let labels = try training.requiredLabels()
    let (width, classes) = (source.embeddingWidth, try training.classCount())
    var sums = [Double](repeating: 0, count: classes * width)
    var counts = [Int](repeating: 0, count: classes)
    for rows in source.blocks {
      let predictions = try LogitStatistics.all(of: source, rows).map(\.prediction)
      let embeddings = try source.embeddings(rows)
      sums.withUnsafeMutableBufferPointer { sums in
        embeddings.values.withUnsafeBufferPointer { values in
          for (index, row) in rows.enumerated() where Int(labels[row]) == predictions[index] {
            let label = predictions[index]
            counts[label] += 1
            for k in 0..<width { sums[label * width + k] += Double(values[index * width + k]) }
          }
        }
      }
    }
    let patterns = sums.indices.map { Float(sums[$0] / Double(max(counts[$0 / width], 1))) }
    return Fitted(patterns: patterns, counts: counts)
  }

  struct Fitted: Detector {
    /// `[classes, features]`.
    let patterns: [Float]
    let counts: [Int]

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let predictions = try block.logitStatistics().map(\.prediction)
      if let missing = predictions.first(where: { counts[$0] == 0 }) {
        throw DetectionError.unavailable(
          "class \(missing) has no correctly classified training sample")
      }
      return try block.embeddings().mapped { row, x in
        patterns.withUnsafeBufferPointer { patterns in
          guard let x = x.baseAddress, let base = patterns.baseAddress else { return 0 }
          let width = patterns.count / counts.count
          return -innerProduct(x, base + predictions[row] * width, count: width)
        }
      }
    }
  }
}

extension DetectionDescriptor {
  /// Simplified Hopfield energy, with the inner product.
  public static let she = Self(
    id: "she", title: "Simplified Hopfield energy (SHE)", source: "Zhang et al., ICLR 2023",
    requirements: [
      .probabilities, .embeddings, .trainProbabilities, .trainEmbeddings, .trainLabels,
    ]
  ) { _ in SHE() }
}
