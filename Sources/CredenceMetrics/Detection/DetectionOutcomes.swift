/// How far uncertainties tell samples of a known distribution from outliers.
///
/// Every detection metric is a ranking metric: confidence is minus the uncertainty, “correct” means in-distribution.
extension ScoredOutcomes {
  /// Sorts and groups the uncertainties of two sets of samples.
  ///
  /// - Parameters:
  ///   - inliers: Uncertainties of in-distribution samples, in any unit; they grow with doubt.
  ///   - outliers: Uncertainties of out-of-distribution samples, in the same unit.
  /// - Throws: `MetricError.unavailable` where either list is empty, `notFinite` with the row; rows of outliers follow
  ///   those of inliers.
  /// - Complexity: O(*N*).
  public init(inliers: [Double], outliers: [Double]) throws(MetricError) {
    if inliers.isEmpty { throw .unavailable("there are no in-distribution samples") }
    if outliers.isEmpty { throw .unavailable("there are no out-of-distribution samples") }
    let list = BootstrapList(inliers: inliers, outliers: outliers)
    try self.init(confidences: list.confidences, isCorrect: list.isCorrect)
  }
}

extension BootstrapList {
  /// The uncertainties of inliers and then of outliers as a list to be resampled.
  ///
  /// - Parameters:
  ///   - inliers: Uncertainties of in-distribution samples; they grow with doubt.
  ///   - outliers: Uncertainties of out-of-distribution samples.
  public init(inliers: [Double], outliers: [Double]) {
    var confidences: [Double] = []
    confidences.reserveCapacity(inliers.count + outliers.count)
    for uncertainty in inliers { confidences.append(-uncertainty) }
    for uncertainty in outliers { confidences.append(-uncertainty) }
    let isCorrect =
      [Bool](repeating: true, count: inliers.count)
      + [Bool](repeating: false, count: outliers.count)
    self.init(confidences: confidences, isCorrect: isCorrect)
  }
}
