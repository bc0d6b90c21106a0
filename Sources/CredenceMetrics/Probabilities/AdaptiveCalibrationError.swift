import CredencePredictions
import Foundation

/// Adaptive calibration error: each class's probabilities are cut into ranges of equal count, and the gaps between mean
/// probability and hit rate are averaged over classes and ranges (ACE); with a threshold, small probabilities are left out first (TACE).
///
/// Probabilities are rounded to single precision; a cut among equal ones spreads their hits evenly.
///
/// - Note: Nixon et al., CVPR workshops 2019, arXiv:1904.01685.
public struct AdaptiveCalibrationError: Metric {
  /// The thresholds that are reported; 0 is ACE.
  public static let thresholds = [0, 1e-3, 1e-2]
  /// More probabilities than this are refused unless asked for: each class needs a pass over the matrix.
  static let largestTable = 1 << 31

  public let threshold: Double
  public let rangeCount: Int

  /// A metric of one threshold.
  ///
  /// - Parameters:
  ///   - threshold: Probabilities below it are left out.
  ///   - rangeCount: Ranges per class, at most 100.
  public init(threshold: Double = 0, rangeCount: Int = 15) {
    self.threshold = threshold
    self.rangeCount = rangeCount
  }

  public func value(for input: ProbabilisticOutcomes) throws(MetricError) -> Double {
    if let known = input.adaptiveErrors?.value(threshold: threshold, rangeCount: rangeCount) {
      return known
    }
    let errors = AdaptiveErrors(input, thresholds: [threshold], rangeCount: rangeCount)
    guard let value = errors.value(threshold: threshold, rangeCount: rangeCount) else {
      throw .unavailable("no value for the threshold \(threshold)")
    }
    return value
  }
}

/// The adaptive calibration errors of several thresholds, computed together.
struct AdaptiveErrors: Sendable {
  private let rangeCount: Int
  private let thresholds: [Double]
  private let values: [Double]

  func value(threshold: Double, rangeCount: Int) -> Double? {
    guard rangeCount == self.rangeCount else { return nil }
    return thresholds.firstIndex(of: threshold).map { values[$0] }
  }

  /// Computes all thresholds in one pass over the columns of the matrix.
  init(_ outcomes: ProbabilisticOutcomes, thresholds: [Double], rangeCount: Int) {
    self.rangeCount = rangeCount
    self.thresholds = thresholds
    let classCount = outcomes.classwise.classCount
    let sampleCount = outcomes.rows.count
    let hits = outcomes.hitsByClass()
    // Two cache lines of 32-bit scores hold 32 columns; fewer where that takes more than 8 MB.
    let width = min(max(8_000_000 / (4 * sampleCount), 1), 32)
    let pass = ColumnPass(
      outcomes: outcomes, thresholds: thresholds, rangeCount: rangeCount, hits: hits)
    let parts =
      (try? parallelBlocks(count: classCount, blockSize: width) { columns in
        outcomes.matrix.scalarType == .float64
          ? pass.run(columns, as: Double.self) : pass.run(columns, as: Float.self)
      }) ?? []
    values = thresholds.indices.map { index in
      parts.reduce(0) { $0 + $1[index] } / Double(classCount)
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

  /// The summed errors of some classes, one sum per threshold.
  func run<Scalar: MatrixScalar>(_ columns: Range<Int>, as _: Scalar.Type) -> [Double] {
    let sampleCount = outcomes.rows.count
    var sums = [Double](repeating: 0, count: thresholds.count)
    var ranges = EqualMassRanges(rangeCount: rangeCount)
    var kept: [Float] = []
    withUnsafeTemporaryAllocation(of: Float.self, capacity: sampleCount * columns.count) { table in
      fill(table, columns: columns, as: Scalar.self)
      for column in columns {
        let start = (column - columns.lowerBound) * sampleCount
        let values = UnsafeBufferPointer(rebasing: table[start..<start + sampleCount])
        let hitValues = hits[column].map { values[Int($0)] }
        for (index, threshold) in thresholds.enumerated() {
          if threshold <= 0 {
            sums[index] += ranges.error(values, hits: hitValues)
          } else {
            let limit = Float(threshold)
            kept.removeAll(keepingCapacity: true)
            for value in values where value >= limit { kept.append(value) }
            sums[index] += kept.withUnsafeBufferPointer {
              ranges.error($0, hits: hitValues.filter { $0 >= limit })
            }
          }
        }
      }
    }
    return sums
  }

  /// Writes the probabilities of some classes, one class after the other.
  private func fill<Scalar: MatrixScalar>(
    _ table: UnsafeMutableBufferPointer<Float>, columns: Range<Int>, as _: Scalar.Type
  ) {
    let sampleCount = outcomes.rows.count
    let width = columns.count
    let transform = Transform(outcomes)
    var tile: [Scalar] = []
    var sample = 0
    while sample < sampleCount {
      // Rows that follow one another closely are fetched together.
      let firstRow = Int(outcomes.rows[sample])
      let chunk = firstRow..<min(firstRow + 64, outcomes.matrix.rowCount)
      let first = sample
      while sample < sampleCount, outcomes.rows[sample] < chunk.upperBound { sample += 1 }
      outcomes.matrix.copyTile(chunk, columns: columns, into: &tile)
      tile.withUnsafeBufferPointer { values in
        outcomes.rows.withUnsafeBufferPointer { rows in
          outcomes.logNormalizers.withUnsafeBufferPointer { offsets in
            for sample in first..<sample {
              let row = Int(rows[sample])
              let start = (row - chunk.lowerBound) * width
              let scale = outcomes.inverseTemperatures[row]
              var column = 0
              while column + 8 <= width {
                let scores = UnsafeRawBufferPointer(values).loadUnaligned(
                  fromByteOffset: (start + column) * MemoryLayout<Scalar>.size,
                  as: SIMD8<Scalar>.self)
                let p = SIMD8<Float>(
                  transform(Double8(scores), scale: scale, offset: offsets[sample]))
                for lane in 0..<8 { table[(column + lane) * sampleCount + sample] = p[lane] }
                column += 8
              }
              if column < width {
                var v = Double8()
                for lane in 0..<width - column { v[lane] = Double(values[start + column + lane]) }
                v = transform(v, scale: scale, offset: offsets[sample])
                for lane in 0..<width - column {
                  table[(column + lane) * sampleCount + sample] = Float(v[lane])
                }
              }
            }
          }
        }
      }
    }
  }

  /// How a stored score becomes a probability.
  private struct Transform {
    private let isLogits: Bool
    private let isStored: Bool

    init(_ outcomes: ProbabilisticOutcomes) {
      isLogits = outcomes.isLogits
      isStored = !outcomes.isLogits && outcomes.inverseTemperatures.isIdentity
    }

    @inline(__always)
    func callAsFunction(_ scores: Double8, scale: Double, offset: Double) -> Double8 {
      if isStored { return scores }
      var z = scores
      if !isLogits {
        z.replace(
          with: SoftmaxRow.smallestProbability, where: z .< SoftmaxRow.smallestProbability)
        z = logarithm(z)
      }
      return exponential(z * scale - offset)
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
}
