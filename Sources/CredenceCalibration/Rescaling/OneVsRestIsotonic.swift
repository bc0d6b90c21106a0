import CredenceMetrics
import CredencePredictions
import Foundation

/// An isotonic regression of each class's probability, normalized so that all sum to 1.
///
/// Where every class gets 0, all become equally likely. The new logits are the logarithms of the new probabilities.
///
/// - Note: Zadrozny & Elkan, KDD 2002.
public struct OneVsRestIsotonic: ScoreRescaling {
  /// The curve of each class.
  public var classes: [IsotonicRegression]

  public static var dependsOnKind: Bool { false }
  public static var usesLogProbabilities: Bool { true }

  /// Fits a curve for each class on the labeled samples of a set.
  init(_ set: PredictionSet) throws {
    let rows = try ScoreRows(set, purpose: "Isotonic regression of each class")
    let labeled = try LabeledRows(set, purpose: "Isotonic regression of each class")
    let count = rows.classCount
    let blocks = try rows.parallelMap(labeled.rows) { _, values in
      var probabilities = [Double](repeating: 0, count: values.count)
      probabilities.withUnsafeMutableBufferPointer { output in
        for start in stride(from: 0, to: values.count, by: count) {
          Softmax.probabilities(
            UnsafeBufferPointer(rebasing: values[start..<start + count]), inverseTemperature: 1,
            into: UnsafeMutableBufferPointer(rebasing: output[start..<start + count]))
        }
      }
      return probabilities
    }
    let probabilities = Array(blocks.joined())
    classes = try parallelBlocks(count: count, blockSize: 1) { block in
      let label = block.lowerBound
      return IsotonicRegression(
        try ScoredOutcomes(
          confidences: labeled.rows.indices.map { probabilities[$0 * count + label] },
          isCorrect: labeled.labels.map { Int($0) == label }))
    }
  }

  public var definition: String {
    "isotonic regression of each class's probability, normalized to a sum of 1"
  }

  public func validate(classCount: Int) throws(CalibrationError) {
    try CalibrationError.checkClassCount(classCount)
    try CalibrationError.check(
      classes.count == classCount, "classes", "are \(classes.count), not \(classCount)")
    for curve in classes { try curve.validate(classCount: classCount) }
  }

  public func rescale(
    _ scores: UnsafeBufferPointer<Double>, classCount: Int,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    for start in stride(from: 0, to: scores.count, by: classCount) {
      var sum = 0.0
      for (label, curve) in classes.enumerated() {
        let value = curve.calibrated(exp(scores[start + label]))
        output[start + label] = value
        sum += value
      }
      for label in 0..<classCount {
        let share = sum > 0 ? output[start + label] / sum : 1 / Double(classCount)
        output[start + label] = ScoreRows.logarithm(ofProbability: share)
      }
    }
  }
}

extension PolicyKind {
  public static let oneVsRestIsotonic = Self(
    id: "isotonic-one-vs-rest", title: "One-vs-rest isotonic regression",
    purpose: "maps the probability of each class by a rising curve",
    source: "Zadrozny & Elkan, KDD 2002", keepsDecisions: false,
    fit: { set, _ in
      let size = try LabeledRows(set, purpose: "Isotonic regression of each class").rows.count
      return PolicyFit(
        parameters: try OneVsRestIsotonic(set), fitSize: size, guarantee: .none)
    })
}
