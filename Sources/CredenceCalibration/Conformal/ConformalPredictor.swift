public import CredencePredictions

/// Turns the probabilities of a sample into the set of classes that cannot be ruled out.
public struct ConformalPredictor: Codable, Hashable, Sendable {
  public var method: ConformalMethod
  /// The share of samples whose true class may be missed.
  public var alpha: Double
  /// Whether each class has a quantile of its own.
  public var isClassConditional: Bool
  /// Whether a set may be empty; if not, it holds at least the first class.
  public var allowsEmpty: Bool
  /// What logits are divided by.
  public var temperature: Double
  /// The largest score of a class in the set: one, or one per class; infinite where nothing can be ruled out.
  public var quantiles: [Double]
  /// For the uniform numbers of randomized methods.
  public var seed: Int

  /// The classes of one sample that cannot be ruled out, by falling probability.
  func classes(_ probabilities: UnsafeBufferPointer<Double>, uniform: Double) -> [Int32] {
    let largestQuantile = quantiles.max() ?? .infinity
    var classes: [Int32] = []
    var ranked = RankedClasses(probabilities)
    ranked.walk { label, rank, probability, cumulative, largest in
      let score = method.value(
        probability: probability, rank: rank, cumulative: cumulative, largest: largest,
        uniform: uniform)
      let quantile = isClassConditional ? quantiles[label] : largestQuantile
      if score <= quantile || (rank == 1 && !allowsEmpty) { classes.append(Int32(label)) }
      // Scores never fall with the rank.
      return score <= largestQuantile
    }
    return classes
  }

  /// The prediction sets of all samples, each by falling probability.
  ///
  /// - Parameters:
  ///   - set: Logits or probabilities of all classes.
  ///   - rows: Which samples; all without it.
  ///   - uniforms: One number in [0, 1) per sample of the set, for randomized methods; drawn from the seed without them.
  /// - Returns: One list of classes per asked row.
  /// - Throws: `CalibrationError.unavailable` where the set has no full matrix.
  public func predictionSets(
    for set: PredictionSet, rows: [Int]? = nil, uniforms: [Double]? = nil
  ) throws -> RaggedLabels {
    let probabilities = try ProbabilityRows(set, temperature: temperature)
    let uniform = SampleUniforms(uniforms, seed: seed, stream: .application)
    let rows = rows ?? Array(0..<set.sampleCount)
    let blocks = try probabilities.parallelMap(rows) { block, values, count in
      var classes: [Int32] = []
      var ends: [Int] = []
      for (index, sample) in block.enumerated() {
        classes += self.classes(
          UnsafeBufferPointer(rebasing: values[index * count..<(index + 1) * count]),
          uniform: uniform.value(rows[sample], method))
        ends.append(classes.count)
      }
      return (classes, ends)
    }
    var classes: [Int32] = []
    var offsets = [0]
    for block in blocks {
      let start = classes.count
      classes += block.0
      offsets += block.1.map { start + $0 }
    }
    return try RaggedLabels(values: classes, offsets: offsets)
  }
}
