import CredenceMetrics
import Foundation

extension Diagnostics {
  /// The curves and tables of one list.
  init(
    _ outcomes: ScoredOutcomes, ranked: ScoredOutcomes, list: ScoredList, binCount: Int,
    classNames: [String]
  ) throws(MetricError) {
    self.init()
    if list.isProbability {
      reliability = try EqualWidthBins(count: binCount).filled(with: outcomes).map { bin in
        ReliabilityBin(
          lower: bin.lower, upper: bin.upper, count: Int(bin.count),
          meanConfidence: bin.count > 0 ? bin.meanConfidence : 0,
          accuracy: bin.count > 0 ? bin.accuracy : 0, accuracyInterval: [])
      }
    }
    riskCoverage = RiskCoverageCurve(ranked, pointLimit: Self.pointLimit).points
    if list.rankingScores != list.confidences, list.isProbability {
      // Log-odds rank, but users set thresholds on probabilities.
      for index in riskCoverage.indices {
        riskCoverage[index].threshold = 1 / (1 + exp(-riskCoverage[index].threshold))
      }
    }
    oracle = RiskCoverageCurve.oracle(ranked, pointLimit: Self.pointLimit).points
    // Undefined where all predictions are right, or all wrong.
    roc = (try? ROCCurve(ranked, pointLimit: Self.pointLimit).points) ?? []
    histogram = ConfidenceHistogram(outcomes, binCount: 40).bins
    classes = Self.classRows(list, names: classNames)
  }

  /// What a chart can show.
  private static let pointLimit = 400

  private static func classRows(_ list: ScoredList, names: [String]) -> [ClassRow] {
    let classCount = Int(list.labels.max() ?? -1) + 1
    var counts = [Int](repeating: 0, count: classCount)
    var correct = [Int](repeating: 0, count: classCount)
    var sums = [Double](repeating: 0, count: classCount)
    for (index, label) in list.labels.enumerated() {
      counts[Int(label)] += 1
      if list.isCorrect[index] { correct[Int(label)] += 1 }
      sums[Int(label)] += list.confidences[index]
    }
    return (0..<classCount).filter { counts[$0] > 0 }.map { index in
      let count = Double(counts[index])
      let accuracy = Double(correct[index]) / count
      return ClassRow(
        index: index, name: index < names.count ? names[index] : String(index),
        samples: counts[index], accuracy: accuracy, meanConfidence: sums[index] / count,
        gap: sums[index] / count - accuracy)
    }
  }
}
