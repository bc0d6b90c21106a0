public import CredenceMetrics

/// Replaces a confidence by the accuracy of its bin.
///
/// - Note: Zadrozny & Elkan, ICML 2001.
public struct HistogramBinning: ConfidenceRescaling {
  /// Bounds of the bins from 0 to 1, strictly rising; a bin holds its upper bound, the first one 0 too.
  public var edges: [Double]
  /// The accuracy in each bin; the center of an empty one.
  public var values: [Double]

  /// Fits the accuracies.
  ///
  /// - Parameters:
  ///   - outcomes: Confidences from 0 to 1, and which predictions are wrong.
  ///   - binCount: Equal-mass binnings have fewer bins where equal confidences fill several.
  ///   - binning: Equal width with the float32 edges of the calibration errors, or equal mass.
  /// - Throws: `CalibrationError.invalidSetting` for less than one bin.
  public init(_ outcomes: ScoredOutcomes, binCount: Int, binning: Binning)
    throws(CalibrationError)
  {
    guard binCount > 0, binCount <= 1_000_000 else {
      throw .invalidSetting(
        name: "bins", value: Double(binCount), allowed: "from 1 to 1000000")
    }
    let edges =
      switch binning {
      case .equalWidth: EqualWidthBins(count: binCount).edges.map { Double($0) }
      case .equalMass: Self.equalMassEdges(outcomes, binCount)
      }
    self.init(outcomes, edges: edges)
  }

  init(_ outcomes: ScoredOutcomes, edges: [Double]) {
    self.edges = edges
    let counts = BinCounts(outcomes, edges: edges)
    values = counts.all.indices.map { bin in
      counts.all[bin] == 0
        ? (edges[bin] + edges[bin + 1]) / 2
        : Double(counts.correct[bin]) / Double(counts.all[bin])
    }
  }

  public var definition: String {
    "the accuracy of the largest probability's bin, \(values.count) bins (lower, upper]; an empty bin "
      + "stands for its center"
  }

  public func validate(classCount: Int) throws(CalibrationError) {
    try CalibrationError.check(
      edges.first == 0 && edges.last == 1 && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "edges", "do not rise from 0 to 1")
    try CalibrationError.check(
      values.count == edges.count - 1 && values.allSatisfy { $0 >= 0 && $0 <= 1 }, "values",
      "are not one number from 0 to 1 per bin")
  }

  public func calibrated(_ confidence: Double) -> Double {
    values[Self.bin(of: confidence, edges: edges)]
  }

  /// The bin of a confidence: the first whose upper edge is not below.
  static func bin(of confidence: Double, edges: [Double]) -> Int {
    var low = 0
    var high = edges.count - 2
    while low < high {
      let middle = (low + high) / 2
      if confidence <= edges[middle + 1] { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Edges half-way between the neighbors at each cut of the sorted confidences.
  static func equalMassEdges(_ outcomes: ScoredOutcomes, _ count: Int) -> [Double] {
    var edges = [0.0]
    var below = 0
    var cut = 1
    let groups = Array(outcomes.thresholds.indices.reversed())
    for (group, next) in zip(groups, groups.dropFirst()) {
      below += Int(outcomes.counts[group])
      guard below * count >= cut * outcomes.count else { continue }
      while below * count >= cut * outcomes.count { cut += 1 }
      let edge = (outcomes.thresholds[group] + outcomes.thresholds[next]) / 2
      if edge > edges[edges.count - 1], edge < 1 { edges.append(edge) }
    }
    return edges + [1]
  }
}

/// How many predictions, and how many correct ones, fall in each bin.
struct BinCounts {
  private(set) var all: [Int]
  private(set) var correct: [Int]

  init(_ outcomes: ScoredOutcomes, edges: [Double]) {
    all = [Int](repeating: 0, count: edges.count - 1)
    correct = all
    for (group, confidence) in outcomes.thresholds.enumerated() {
      let bin = HistogramBinning.bin(of: confidence, edges: edges)
      let count = Int(outcomes.counts[group])
      all[bin] += count
      correct[bin] += count - Int(outcomes.errorCounts[group])
    }
  }
}

extension PolicyKind {
  public static let histogram = Self(
    id: "histogram", title: "Histogram binning",
    purpose: "replaces the largest probability by the accuracy of its bin",
    source: "Zadrozny & Elkan, ICML 2001", keepsDecisions: true,
    settings: { settings in
      ["bins": .number(Double(settings.binCount)), "binning": .text(settings.binning.rawValue)]
    },
    fit: { set, settings in
      let outcomes = try ScoredOutcomes(topLabelsOf: set, purpose: "Histogram binning")
      return PolicyFit(
        parameters: try HistogramBinning(
          outcomes, binCount: settings.binCount, binning: settings.binning),
        fitSize: outcomes.count, guarantee: .none)
    })
}
