import CredenceCalibration
import CredencePredictions
import CredenceTensor
import Foundation

/// A density in the making: what is known of each class so far.
struct DensityFit {
  let counts: [Int]
  let dimension: Int
  let configuration: GaussianDensity.Configuration
  let options: GaussianDensity.FitOptions
  var means: [Double]
  var logDeterminants: [Double]
  var jitters: [Double]
  var shrinkages: [Double]
  var warnings: [String] = []

  init(
    _ counts: [Int], _ dimension: Int, _ configuration: GaussianDensity.Configuration,
    _ options: GaussianDensity.FitOptions
  ) throws {
    guard dimension > 0, counts.contains(where: { $0 > 0 }) else {
      throw PredictionError.noSamples
    }
    guard configuration.rank >= 1 else {
      throw UncertaintyError.badSetting(
        name: "The rank", value: "\(configuration.rank)", allowed: "at least 1")
    }
    self.counts = counts
    self.dimension = dimension
    self.configuration = configuration
    self.options = options
    means = Array(repeating: 0, count: counts.count * dimension)
    logDeterminants = Array(repeating: 0, count: counts.count)
    jitters = logDeterminants
    shrinkages = logDeterminants
    try noteCounts()
  }

  /// Warns of classes of which nothing or little is known; the published code fails on them.
  private mutating func noteCounts() throws {
    func list(_ classes: [Int]) -> String {
      let shown = classes.prefix(8).map(String.init).joined(separator: ", ")
      return (classes.count == 1 ? "Class " : "Classes ") + shown
        + (classes.count > 8 ? ", … (\(classes.count) in all)" : "")
    }
    let classes = counts.indices
    let isPublished = configuration.regularization == .publishedLadder
    if isPublished, let label = classes.first(where: { counts[$0] < 2 }) {
      throw UncertaintyError.degenerate(
        what: "Class \(label)",
        reason: "It has \(counts[label]) training samples; a covariance needs at least 2.")
    }
    let empty = classes.filter { counts[$0] == 0 }
    if !empty.isEmpty {
      warnings.append("\(list(empty)): no samples, so no density; left out.")
    }
    guard configuration.covariance == .perClass || configuration.covariance == .lowRank else {
      return
    }
    let few = classes.filter { counts[$0] > 0 && counts[$0] <= dimension }
    if !few.isEmpty {
      warnings.append(
        "\(list(few)): no more samples than the \(dimension) features, so the covariance is singular "
          + "before it is regularized.")
    }
  }

  mutating func setMean(_ mean: [Double], of label: Int) {
    means.replaceSubrange(label * dimension..<(label + 1) * dimension, with: mean)
  }

  // MARK: Full covariances

  /// Fits each class by itself.
  mutating func perClass(
    meanVariance: () throws -> Double, moments: (Int) throws -> GroupMoments
  ) throws -> FittedDensity {
    if configuration.regularization == .publishedLadder {
      return try jointly(moments)
    }
    var store = try store(rowCount: counts.count)
    do {
      var fallback: Double?
      for label in counts.indices {
        guard counts[label] > 0 else {
          try store.append(emptyTriangle)
          continue
        }
        let group = try moments(label)
        setMean(group.mean, of: label)
        let factor = try factor(
          group, degreesOfFreedom: group.count - 1, what: "Class \(label)"
        ) {
          if fallback == nil { fallback = try meanVariance() }
          return fallback ?? 0
        }
        try note(factor, of: label)
        try store.append(factor.whitening())
      }
    } catch {
      store.discard()
      throw error
    }
    return try finished(.triangles(store.finish()))
  }

  /// Fits all classes with the same jitter, as published.
  private mutating func jointly(_ moments: (Int) throws -> GroupMoments) throws -> FittedDensity {
    let bytes = counts.count * dimension * dimension * 8
    let available = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
    guard bytes <= available else {
      throw UncertaintyError.tooLarge(
        what: "Choosing one jitter for \(counts.count) classes and \(dimension) features",
        bytes: bytes, available: available)
    }
    let covariances = try counts.indices.map { label in
      let group = try moments(label)
      setMean(group.mean, of: label)
      return try group.sum.lowerTriangle(times: 1 / Double(group.count - 1))
    }
    var ladder = CovarianceFactor.publishedLadder[...]
    while let jitter = ladder.first {
      var factors: [CovarianceFactor] = []
      for covariance in covariances {
        guard
          let factor = try CovarianceFactor.first(of: covariance, ladder: CollectionOfOne(jitter))
        else { break }
        factors.append(factor)
      }
      if factors.count == covariances.count {
        var store = try store(rowCount: counts.count)
        for (label, factor) in factors.enumerated() {
          try note(factor, of: label)
          try store.append(factor.whitening())
        }
        return try finished(.triangles(store.finish()))
      }
      ladder = ladder.dropFirst()
    }
    throw UncertaintyError.degenerate(
      what: "This set of classes",
      reason: "No jitter up to 0.1 makes all covariances positive definite.")
  }

  /// Fits one covariance for all classes, normalized by the number of samples.
  mutating func tied(_ moments: ClassMoments, quartic: Double?) throws -> FittedDensity {
    means = moments.means
    let group = GroupMoments(
      count: moments.sampleCount, mean: [], sum: moments.sums[0], quartic: quartic)
    let factor = try factor(
      group, degreesOfFreedom: group.count, what: "The tied covariance"
    ) {
      try ClassMoments.varianceOfMeans(moments)
    }
    for label in counts.indices where counts[label] > 0 { try note(factor, of: label) }
    var store = try store(rowCount: 1)
    try store.append(factor.whitening())
    return try finished(.triangles(store.finish()))
  }

  /// The factor of a covariance, regularized as the configuration says.
  ///
  /// - Parameters:
  ///   - group: At least one sample.
  ///   - degreesOfFreedom: What the sum is divided by where it is not shrunk.
  ///   - what: The group's name in errors.
  ///   - substitute: The variance of a group whose samples are all the same.
  /// - Returns: A factor with what was added.
  /// - Throws: `UncertaintyError.degenerate` where nothing helps.
  private func factor(
    _ group: GroupMoments, degreesOfFreedom: Int, what: String, substitute: () throws -> Double
  ) throws -> CovarianceFactor {
    let trace = try group.sum.diagonal().reduce(0, +)
    guard trace.isFinite else {
      throw UncertaintyError.degenerate(
        what: what, reason: "Its features are too large: their squares overflow.")
    }
    var method = resolved(count: group.count)
    if configuration.regularization == .automatic, method == .jitterLadder {
      if trace > 0, let factor = try unregularized(group, degreesOfFreedom, trace: trace) {
        return factor
      }
      method = shrinkage(count: group.count)
    }
    if method == .jitterLadder || method == .publishedLadder {
      guard degreesOfFreedom > 0, trace > 0 else {
        throw UncertaintyError.degenerate(
          what: what, reason: "Its \(group.count) samples do not differ.")
      }
    }
    switch method {
    case .publishedLadder:
      let covariance = try group.sum.lowerTriangle(times: 1 / Double(degreesOfFreedom))
      if let factor = try CovarianceFactor.first(
        of: covariance, ladder: CovarianceFactor.publishedLadder)
      {
        return factor
      }
    case .jitterLadder, .automatic:
      if let factor = try onLadder(
        group.sum.lowerTriangle(times: 1 / Double(degreesOfFreedom)),
        meanVariance: trace / Double(degreesOfFreedom * dimension))
      {
        return factor
      }
    case .ledoitWolf, .oas:
      var variance = trace / Double(group.count * dimension)
      var weight = 1.0
      if variance > 0 {
        weight = try shrinkage(group, trace: trace, method: method)
      } else {
        variance = try substitute()
        guard variance > 0 else {
          throw UncertaintyError.degenerate(
            what: what, reason: "All samples of the set have the same features.")
        }
      }
      let identity = try Tensor(
        [Double](repeating: weight * variance, count: dimension), shape: [dimension]
      ).to(options.device)
      let covariance =
        try group.sum.lowerTriangle(times: (1 - weight) / Double(group.count))
        + Operator("aten::diag")(.tensor(identity))
      if var factor = try onLadder(covariance, meanVariance: variance) {
        factor.shrinkage = weight
        return factor
      }
    }
    throw UncertaintyError.degenerate(
      what: what,
      reason: "No jitter up to a tenth of the mean variance makes its covariance "
        + "positive definite.")
  }

  /// The factor of a covariance as it is; `nil` where directions have no variance beyond rounding.
  ///
  /// Rounding is that of the sums, and that of features in single precision, which dead or repeated features leave. A ladder
  /// would lift such a direction to whatever factors first, and any sample that leaves it would be infinitely far away.
  private func unregularized(
    _ group: GroupMoments, _ degreesOfFreedom: Int, trace: Double
  ) throws -> CovarianceFactor? {
    let variance = trace / Double(degreesOfFreedom * dimension)
    let meanSquare = group.mean.reduce(0) { $0 + $1 * $1 } / Double(dimension)
    let rounding = max(.ulpOfOne * variance, 0x1p-46 * meanSquare)
    return try CovarianceFactor.first(
      of: group.sum.lowerTriangle(times: 1 / Double(degreesOfFreedom)),
      ladder: CollectionOfOne(0), leastPivot: Double(dimension) * rounding)
  }

  /// What `automatic` means for so many samples: shrinkage where there are too few.
  func resolved(count: Int) -> GaussianDensity.Regularization {
    guard configuration.regularization == .automatic else { return configuration.regularization }
    return count <= dimension ? shrinkage(count: count) : .jitterLadder
  }

  /// Ledoit and Wolf's shrinkage, or the other one where their weight is always 0 or unknown.
  private func shrinkage(count: Int) -> GaussianDensity.Regularization {
    count > 2 && configuration.covariance != .tied ? .ledoitWolf : .oas
  }

  func shrinkage(
    _ group: GroupMoments, trace: Double, method: GaussianDensity.Regularization
  ) throws -> Double {
    let n = Double(group.count)
    let sumOfSquares = try group.sum.sumOfSquares() / (n * n)
    if method == .oas {
      return ShrinkageWeight.oas(
        count: group.count, trace: trace / n, sumOfSquares: sumOfSquares, dimension: dimension)
    }
    guard let quartic = group.quartic else {
      throw UncertaintyError.badSetting(
        name: "The regularization", value: "ledoit-wolf",
        allowed:
          "oas or jitter for a tied covariance from moments; Ledoit–Wolf needs stored embeddings")
    }
    return ShrinkageWeight.ledoitWolf(
      count: group.count, trace: trace / n, sumOfSquares: sumOfSquares, quartic: quartic,
      dimension: dimension)
  }

  /// The first step of the relative ladder whose factor is more than rounding errors.
  private func onLadder(_ covariance: Tensor, meanVariance: Double) throws -> CovarianceFactor? {
    let noise = Double(dimension) * Double.ulpOfOne * meanVariance
    var factor = try CovarianceFactor.first(
      of: covariance, ladder: CovarianceFactor.relativeLadder(meanVariance: meanVariance),
      leastPivot: noise)
    if factor == nil, meanVariance > 0 {
      factor = try CovarianceFactor.first(
        of: covariance, ladder: CollectionOfOne(meanVariance))
    }
    return factor
  }

  private mutating func note(_ factor: CovarianceFactor, of label: Int) throws {
    logDeterminants[label] = try factor.logDeterminant()
    jitters[label] = factor.jitter
    shrinkages[label] = factor.shrinkage
  }

  // MARK: Variances

  /// Fits a variance for each class and feature.
  mutating func diagonal(_ moments: ClassMoments) throws -> FittedDensity {
    means = moments.means
    let fallback = try moments.meanVariance()
    var scales = [Double](repeating: 0, count: means.count)
    for label in counts.indices where counts[label] > 0 {
      let range = label * dimension..<(label + 1) * dimension
      let freedom = Double(max(counts[label] - 1, 1))
      let variances = moments.squares[range].map { $0 / freedom }
      let own = variances.reduce(0, +) / Double(dimension)
      let mean = own > 0 ? own : fallback
      guard mean > 0, mean.isFinite else {
        throw UncertaintyError.degenerate(
          what: "Class \(label)", reason: "All samples of the set have the same features.")
      }
      let least = variances.min() ?? 0
      let jitter =
        CovarianceFactor.relativeLadder(meanVariance: mean).first {
          least + $0 > Double(dimension) * .ulpOfOne * mean
        } ?? mean
      jitters[label] = own > 0 ? jitter : mean
      for (index, variance) in zip(range, variances) {
        let sum = variance + jitters[label]
        scales[index] = 1 / sum.squareRoot()
        logDeterminants[label] += log(sum)
      }
    }
    return try finished(.scales(Matrix(scales, columnCount: dimension)))
  }

  // MARK: Results

  private var emptyTriangle: [Double] {
    [Double](repeating: 0, count: Triangle.count(dimension))
  }

  private func store(rowCount: Int) throws -> FactorStore {
    try FactorStore(
      rowCount: rowCount, columnCount: Triangle.count(dimension), scalarType: options.storage)
  }

  /// The density of what was collected.
  func finished(_ factors: FittedDensity.Factors) throws -> FittedDensity {
    let total = Double(counts.reduce(0, +))
    let priors = counts.map {
      configuration.prior == .empirical && $0 > 0 ? log(Double($0) / total) : 0
    }
    return try FittedDensity(
      configuration: configuration, counts: counts,
      means: Matrix(means, columnCount: dimension), factors: factors,
      logDeterminants: logDeterminants, jitters: jitters, shrinkages: shrinkages,
      logPriors: priors, warnings: warnings)
  }
}

extension ClassMoments {
  /// The mean over the features of the variance of the classes' means.
  static func varianceOfMeans(_ moments: ClassMoments) throws -> Double {
    let present = moments.counts.indices.filter { moments.counts[$0] > 0 }
    var between = try ClassMoments(
      classCount: 1, dimension: moments.dimension, scatter: .diagonal, device: moments.device)
    for label in present {
      try moments.mean(of: label).withUnsafeBufferPointer { try between.add($0, labels: [0]) }
    }
    return try between.meanVariance()
  }
}
