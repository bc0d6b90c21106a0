import CredenceMetrics

extension Diagnostics {
  /// The curves and tables of one list.
  init(_ outcomes: ScoredOutcomes, list: ScoredList, binCount: Int, classNames: [String])
    throws(MetricError)
  {
    self.init()
    if list.isProbability {
      reliability = try EqualWidthBins(count: binCount).filled(with: outcomes).map { bin in
        ReliabilityBin(
          lower: bin.lower, upper: bin.upper, count: Int(bin.count),
          meanConfidence: bin.count > 0 ? bin.meanConfidence : 0,
          accuracy: bin.count > 0 ? bin.accuracy : 0, accuracyInterval: [])
      }
    }
    histogram = Self.histogram(outcomes, isProbability: list.isProbability)
    classes = Self.classRows(list, names: classNames)
  }

  private static let histogramBinCount = 40

  /// Bins over [0, 1] for probabilities, over the range of the scores otherwise.
  private static func histogram(_ outcomes: ScoredOutcomes, isProbability: Bool) -> [HistogramBin] {
    let low = isProbability ? 0 : outcomes.thresholds.last ?? 0
    let high = isProbability ? 1 : outcomes.thresholds.first ?? 1
    let width = max(high - low, .leastNormalMagnitude) / Double(histogramBinCount)
    var bins = (0..<histogramBinCount).map {
      HistogramBin(
        lower: low + Double($0) * width, upper: low + Double($0 + 1) * width, correct: 0, wrong: 0)
    }
    for (index, threshold) in outcomes.thresholds.enumerated() {
      let bin = min(max(Int((threshold - low) / width), 0), histogramBinCount - 1)
      bins[bin].wrong += Int(outcomes.errorCounts[index])
      bins[bin].correct += Int(outcomes.counts[index] - outcomes.errorCounts[index])
    }
    return bins
  }

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
