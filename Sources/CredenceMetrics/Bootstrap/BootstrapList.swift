/// One way of scoring the samples of a bootstrap: a model, a rescaling, a confidence function.
public struct BootstrapList: Sendable {
  /// *N* confidences in any unit; higher is surer.
  public var confidences: [Double]
  /// The confidences as probabilities, *N* numbers in the same order, where `confidences` are another function of them.
  public var probabilities: [Double]?
  /// Whether each prediction was right, *N* entries.
  public var isCorrect: [Bool]
  /// Numbers per sample, *N* each, whose mean is the metric of that id, such as `nll`.
  public var columns: [String: [Double]]

  public init(
    confidences: [Double], isCorrect: [Bool], probabilities: [Double]? = nil,
    columns: [String: [Double]] = [:]
  ) {
    precondition(probabilities.map { $0.count == confidences.count } ?? true)
    precondition(confidences.count == isCorrect.count)
    precondition(columns.values.allSatisfy { $0.count == confidences.count })
    self.confidences = confidences
    self.isCorrect = isCorrect
    self.probabilities = probabilities
    self.columns = columns
  }

  /// The metrics of the list with each sample taken as often as its weight says.
  ///
  /// - Parameters:
  ///   - weights: *N* counts, such as those of `BootstrapWeights`.
  ///   - settings: Of the metrics.
  /// - Returns: The values by metric id; undefined ones are left out.
  /// - Throws: `MetricError` where the list cannot be scored.
  public func metrics(weights: [UInt8], settings: MetricSettings = MetricSettings())
    throws(MetricError) -> [String: Double]
  {
    precondition(weights.count == confidences.count)
    let harmonics = HarmonicTable(count: weights.reduce(0) { $0 + Int($1) })
    let list = try ResampledList(self, settings: settings, harmonics: harmonics)
    var values: [Double] = []
    var scratch = ResampledList.Scratch()
    weights.withUnsafeBufferPointer {
      list.values(weights: $0, scratch: &scratch, into: &values)
    }
    let defined = zip(list.metricIDs, values).filter { !$0.1.isNaN }
    return Dictionary(defined) { first, _ in first }
  }
}
