import CredenceUncertainty

/// The uncertainties of one method.
struct MethodScores {
  var inliers: Result<[Double], DetectionError> = .success([])
  /// One list per outlier set.
  var outliers: [Result<[Double], DetectionError>] = []

  mutating func add(_ result: Result<[Double], DetectionError>, isInlier: Bool) {
    guard isInlier else { return outliers.append(result) }
    inliers = inliers.flatMap { known in result.map { known + $0 } }
  }

  /// Why the method has no results; `nil` where it has.
  var reason: String? {
    for result in [inliers] + outliers {
      if case .failure(let error) = result { return error.errorDescription ?? "" }
    }
    return nil
  }
}
