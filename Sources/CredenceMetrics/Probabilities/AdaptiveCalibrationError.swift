import CredencePredictions
import Foundation

/// Adaptive calibration error: each class's probabilities are cut into ranges of equal count, and the gaps between mean
/// probability and hit rate are averaged over classes and ranges (ACE); with a threshold, small probabilities are left out first (TACE).
///
/// From 10,000 samples on, probabilities are computed in single precision. A cut among equal ones spreads their hits evenly.
///
/// - Note: Nixon et al., CVPR workshops 2019, arXiv:1904.01685.
public struct AdaptiveCalibrationError: Metric {
  /// The thresholds that are reported; 0 is ACE.
  public static let thresholds = [0, 1e-3, 1e-2]
  /// More probabilities than this are refused unless asked for: each class needs a pass over the matrix.
  public static let largestTable = 1 << 31

  /// How the gaps of a class's ranges are averaged.
  public enum Weighting: Sendable {
    /// Each range counts the same (ACE, TACE).
    case perRange
    /// Each probability counts the same (class-wise ECE with equal-mass bins).
    case perProbability
  }

  public let threshold: Double
  public let rangeCount: Int
  public let weighting: Weighting

  /// A metric of one threshold.
  ///
  /// - Parameters:
  ///   - threshold: Probabilities below it are left out.
  ///   - rangeCount: Ranges per class, at most 100.
  ///   - weighting: How ranges are averaged.
  public init(threshold: Double = 0, rangeCount: Int = 15, weighting: Weighting = .perRange) {
    self.threshold = threshold
    self.rangeCount = rangeCount
    self.weighting = weighting
  }

  public func value(for input: ProbabilisticOutcomes) throws(MetricError) -> Double {
    let known = input.adaptiveErrors?.gap(threshold: threshold, rangeCount: rangeCount)
    guard known != nil || input.matrix.rowCount * input.matrix.columnCount < Self.largestTable
    else {
      throw .unavailable(
        "a pass over more than 2³¹ probabilities for every few classes takes long; it is made on request only"
      )
    }
    let gap =
      known
      ?? AdaptiveErrors(input, thresholds: [threshold], rangeCount: rangeCount)
      .gap(threshold: threshold, rangeCount: rangeCount) ?? EqualMassGap()
    switch weighting {
    case .perRange: return gap.perRange
    case .perProbability: return gap.perProbability
    }
  }
}

/// The adaptive calibration errors of several thresholds, computed together.
struct AdaptiveErrors: Sendable {
  private let rangeCount: Int
  private let thresholds: [Double]
  private let gaps: [EqualMassGap]

  /// The mean gap over classes.
  func gap(threshold: Double, rangeCount: Int) -> EqualMassGap? {
    guard rangeCount == self.rangeCount else { return nil }
    return thresholds.firstIndex(of: threshold).map { gaps[$0] }
  }

  /// Computes all thresholds in one pass over the columns of the matrix.
  init(_ outcomes: ProbabilisticOutcomes, thresholds: [Double], rangeCount: Int) {
    self.rangeCount = rangeCount
    self.thresholds = thresholds
    let classCount = outcomes.classwise.classCount
    let sampleCount = outcomes.rows.count
    let hits = outcomes.hitsByClass()
    // Two cache lines of 32-bit scores hold 32 columns; fewer where that takes more than 4 MB.
    let width = min(max(4_000_000 / (4 * sampleCount), 1), 32)
    let pass = ColumnPass(
      outcomes: outcomes, thresholds: thresholds, rangeCount: rangeCount, hits: hits)
    // The rounding of single precision vanishes in the means over many samples.
    let isSmall = sampleCount < 10_000
    let parts = parallelMap(count: classCount, blockSize: width) { columns in
      switch (pass.matrix.scalarType == .float64, isSmall) {
      case (true, true): pass.run(columns, from: Double.self, to: Double.self)
      case (true, false): pass.run(columns, from: Double.self, to: Float.self)
      case (false, true): pass.run(columns, from: Float.self, to: Double.self)
      case (false, false): pass.run(columns, from: Float.self, to: Float.self)
      }
    }
    gaps = thresholds.indices.map { index in
      parts.reduce(into: EqualMassGap()) { mean, part in
        mean.perRange += part[index].perRange / Double(classCount)
        mean.perProbability += part[index].perProbability / Double(classCount)
      }
    }
  }
}

extension ProbabilisticOutcomes {
  /// For each class the samples of which it is the true class.
  fileprivate func hitsByClass() -> [[Int32]] {
    var hits = [[Int32]](repeating: [], count: classwise.classCount)
    for (sample, label) in labels.enumerated() { hits[Int(label)].append(Int32(sample)) }
    return hits
  }
}

/// The pass over a few columns.
private struct ColumnPass: Sendable {
  let outcomes: ProbabilisticOutcomes
  let thresholds: [Double]
  let rangeCount: Int
  let hits: [[Int32]]

  var matrix: Matrix { outcomes.matrix }

  /// The summed gaps of some classes, one sum per threshold.
  func run<Scalar: MatrixScalar, Probability: MatrixScalar>(
    _ columns: Range<Int>, from _: Scalar.Type, to _: Probability.Type
  ) -> [EqualMassGap] {
    let sampleCount = outcomes.rows.count
    var sums = [EqualMassGap](repeating: EqualMassGap(), count: thresholds.count)
    var ranges = EqualMassRanges<Probability>(rangeCount: rangeCount)
    withUnsafeTemporaryAllocation(
      of: Probability.self, capacity: sampleCount * (columns.count + 1)
    ) { table in
      let spare = UnsafeMutableBufferPointer(rebasing: table[(sampleCount * columns.count)...])
      fill(table, columns: columns, from: Scalar.self)
      for column in columns {
        let start = (column - columns.lowerBound) * sampleCount
        let values = UnsafeBufferPointer(rebasing: table[start..<start + sampleCount])
        let hitValues = hits[column].map { values[Int($0)] }
        // Thresholds rise, so that each one keeps a part of what the one before kept.
        var kept = values
        for (index, threshold) in thresholds.enumerated() {
          let limit = Probability(threshold)
          if threshold > 0 { kept = Self.filter(kept, atLeast: limit, into: spare) }
          let gap = ranges.gap(kept, hits: hitValues.filter { $0 >= limit })
          sums[index].perRange += gap.perRange
          sums[index].perProbability += gap.perProbability
        }
      }
    }
    return sums
  }

  /// Copies the numbers at or above a limit; the memory may be that of the numbers.
  private static func filter<Probability: MatrixScalar>(
    _ values: UnsafeBufferPointer<Probability>, atLeast limit: Probability,
    into memory: UnsafeMutableBufferPointer<Probability>
  ) -> UnsafeBufferPointer<Probability> {
    var count = 0
    // A store that may be overwritten costs less than a branch that can't be predicted.
    for value in values {
      memory[count] = value
      count &+= value >= limit ? 1 : 0
    }
    return UnsafeBufferPointer(rebasing: memory[0..<count])
  }

  /// Writes the probabilities of some classes, one class after the other.
  private func fill<Scalar: MatrixScalar, Probability: MatrixScalar>(
    _ table: UnsafeMutableBufferPointer<Probability>, columns: Range<Int>, from _: Scalar.Type
  ) {
    let sampleCount = outcomes.rows.count
    let width = columns.count
    // A block of columns takes whole vectors; the last ones of the matrix may overlap those before.
    let starts = stride(from: 0, to: width, by: 16).map { max(min($0, width - 16), 0) }
    var tile: [Scalar] = []
    var sample = 0
    while sample < sampleCount {
      // Rows that follow one another closely are fetched together.
      let firstRow = Int(outcomes.rows[sample])
      let chunk = firstRow..<min(firstRow + 64, outcomes.matrix.rowCount)
      let first = sample
      while sample < sampleCount, outcomes.rows[sample] < chunk.upperBound { sample += 1 }
      outcomes.matrix.copyTile(chunk, columns: columns, into: &tile)
      for sample in first..<sample {
        let row = Int(outcomes.rows[sample])
        let transform = Transform(outcomes, sample: sample)
        for column in starts {
          let start = (row - firstRow) * width + column
          let target = column * sampleCount + sample
          if width >= 16 {
            let scores = tile.withUnsafeBytes {
              $0.loadUnaligned(
                fromByteOffset: start * MemoryLayout<Scalar>.size, as: SIMD16<Scalar>.self)
            }
            let p: SIMD16<Probability> = transform(scores)
            for lane in 0..<16 { table[target + lane * sampleCount] = p[lane] }
          } else {
            var scores = SIMD16<Scalar>()
            for lane in 0..<width { scores[lane] = tile[start + lane] }
            let p: SIMD16<Probability> = transform(scores)
            for lane in 0..<width { table[target + lane * sampleCount] = p[lane] }
          }
        }
      }
    }
  }

  /// How the stored scores of a sample become probabilities.
  private struct Transform {
    private let isLogits: Bool
    private let isStored: Bool
    private let scale: Double
    private let largest: Double
    private let top: Double

    @inline(__always)
    init(_ outcomes: ProbabilisticOutcomes, sample: Int) {
      isLogits = outcomes.isLogits
      isStored = !outcomes.isLogits && outcomes.inverseTemperatures.isIdentity
      scale = outcomes.inverseTemperatures[Int(outcomes.rows[sample])]
      largest = outcomes.largestLogits[sample]
      top = outcomes.topProbabilities[sample]
    }

    @inline(__always)
    func callAsFunction<Scalar: MatrixScalar, Probability: MatrixScalar>(
      _ scores: SIMD16<Scalar>
    ) -> SIMD16<Probability> {
      if isStored { return SIMD16<Probability>(scores) }
      if isLogits, Scalar.self == Float.self, Probability.self == Float.self {
        let z = unsafeBitCast(scores, to: SIMD16<Float>.self)
        let p = exponential((z - Float(largest)) * Float(scale)) * Float(top)
        return unsafeBitCast(p, to: SIMD16<Probability>.self)
      }
      return SIMD16<Probability>(
        lowHalf: SIMD8<Probability>(probabilities(Double8(scores.lowHalf))),
        highHalf: SIMD8<Probability>(probabilities(Double8(scores.highHalf))))
    }

    @inline(__always)
    private func probabilities(_ scores: Double8) -> Double8 {
      var z = scores
      if !isLogits {
        z.replace(with: SoftmaxRow.smallestProbability, where: z .< SoftmaxRow.smallestProbability)
        z = logarithm(z)
      }
      return exponential((z - largest) * scale) * top
    }
  }
}

extension MetricDescriptor<ProbabilisticOutcomes> {
  static func adaptive(threshold: Double, _ settings: MetricSettings) -> Self {
    let kept = threshold > 0 ? " of the probabilities ≥ \(threshold)" : ""
    return Self(
      id: threshold > 0 ? "tace_\(threshold)" : "ace",
      title: threshold > 0
        ? "Thresholded adaptive calibration error (\(threshold))" : "Adaptive calibration error",
      definition:
        "\(settings.binCount) equal-mass ranges per class\(kept), mean over classes and ranges; ties spread evenly",
      direction: .lowerIsBetter, source: "Nixon et al., arXiv:1904.01685", cost: .costlyInterval,
      make: { AdaptiveCalibrationError(threshold: threshold, rangeCount: settings.binCount) })
  }

  static func equalMassClasswiseECE(_ settings: MetricSettings) -> Self {
    Self(
      id: "ece_classwise_equal_mass", title: "Class-wise ECE, equal-mass bins",
      definition:
        "\(settings.binCount) equal-mass bins per class, mean over classes; ties spread evenly",
      direction: .lowerIsBetter, source: "Kull et al., arXiv:1910.12656", cost: .costlyInterval,
      make: {
        AdaptiveCalibrationError(rangeCount: settings.binCount, weighting: .perProbability)
      })
  }
}
