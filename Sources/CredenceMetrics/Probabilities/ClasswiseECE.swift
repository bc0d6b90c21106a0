/// Class-wise expected calibration error: the calibration error of each class's probability, averaged over classes.
///
/// - Note: Kull et al., NeurIPS 2019, arXiv:1910.12656.
public struct ClasswiseECE: Metric {
  /// Which probabilities count.
  public enum Entries: Sendable {
    case all
    /// Those at or above the threshold of the table; a class without any counts 0.
    case aboveThreshold
  }

  private let entries: Entries

  public init(entries: Entries = .all) { self.entries = entries }

  public func value(for input: ProbabilisticOutcomes) throws(MetricError) -> Double {
    let errors = try perClass(input.classwise)
    return errors.reduce(0, +) / Double(errors.count)
  }

  /// The calibration error of each class, `[classes]`.
  ///
  /// - Parameter table: The class-wise reliability table.
  /// - Returns: Σ over bins of n_b / n · |mean probability − hit rate|, from 0 to 1.
  /// - Throws: `MetricError.unavailable` where the threshold is above the first bin.
  public func perClass(_ table: ClasswiseBins) throws(MetricError) -> [Double] {
    if case .aboveThreshold = entries, table.threshold > table.edges[0] {
      throw .unavailable("the threshold \(table.threshold) lies above the first bin")
    }
    return (0..<table.classCount).map { index in
      let bins =
        switch entries {
        case .all: table.bins(ofClass: index)
        case .aboveThreshold: table.binsAboveThreshold(ofClass: index)
        }
      let count = bins.reduce(0) { $0 + Int($1.count) }
      guard count > 0 else { return 0 }
      return bins.reduce(0) { $0 + abs($1.sum - Double($1.hits)) } / Double(count)
    }
  }
}

extension MetricDescriptor<ProbabilisticOutcomes> {
  static func classwiseECE(_ settings: MetricSettings) -> Self {
    Self(
      id: "ece_classwise", title: "Class-wise ECE",
      definition:
        "\(settings.binCount) equal-width bins per class, right-closed; mean over classes",
      direction: .lowerIsBetter, source: "Kull et al., arXiv:1910.12656", cost: .costlyInterval,
      make: { ClasswiseECE() })
  }

  static func thresholdedClasswiseECE(_ settings: MetricSettings) -> Self {
    Self(
      id: "ece_classwise_0.01", title: "Class-wise ECE of probabilities ≥ 0.01",
      definition:
        "\(settings.binCount) equal-width bins per class over its entries with p ≥ 0.01; a class without counts 0",
      direction: .lowerIsBetter, source: "Kull et al., arXiv:1910.12656", cost: .costlyInterval,
      make: { ClasswiseECE(entries: .aboveThreshold) })
  }
}
