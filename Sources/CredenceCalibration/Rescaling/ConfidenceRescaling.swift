public import CredencePredictions

/// A policy that replaces the confidence of each decision and leaves the decision as it is.
///
/// The set that results holds decisions alone: the probabilities of the other classes would no longer fit.
public protocol ConfidenceRescaling: FittedPolicy {
  /// The calibrated confidence, from 0 to 1.
  ///
  /// - Parameter confidence: The largest probability, from 0 to 1.
  /// - Returns: The share of correct predictions among those of this confidence.
  func calibrated(_ confidence: Double) -> Double
}

extension ConfidenceRescaling {
  public static var dependsOnKind: Bool { false }

  public func applied(to set: PredictionSet, name: String, uniforms: [Double]?) throws
    -> AppliedPolicy
  {
    let top = try TopLabels(set)
    guard top.kind != .scores else {
      throw CalibrationError.unavailable(
        "The policy ‘\(name)’ needs probabilities; these are scores of another kind.")
    }
    var result = AppliedPolicy(set: set)
    let confidences = top.confidences.map { calibrated(min(max($0, 0), 1)) }
    result.set.output = .decisions(
      Decisions(predictions: top.labels, confidences: confidences))
    result.summary["mean_confidence_before"] = top.confidences.mean
    result.summary["mean_confidence"] = confidences.mean
    try result.compareAccuracy(with: set)
    return result
  }
}

extension [Double] {
  /// The mean of at least one number.
  fileprivate var mean: Double { reduce(0, +) / Double(count) }
}
