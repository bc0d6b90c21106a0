import CredenceUncertainty

/// A method whose uncertainties were computed elsewhere, such as with the network and images.
public struct ExternalDetection: Sendable {
  public var method: DetectedMethod
  /// The uncertainties by file.
  public var uncertainties: [String: [Double]]

  public init(method: DetectedMethod, uncertainties: [String: [Double]]) {
    self.method = method
    self.uncertainties = uncertainties
  }

  func scores(inliers: [DetectionMember], outliers: [DetectionMember]) -> MethodScores {
    var scores = MethodScores()
    for member in inliers + outliers {
      scores.add(result(of: member), isInlier: member.role != .outliers)
    }
    return scores
  }

  private func result(of member: DetectionMember) -> Result<[Double], DetectionError> {
    let file = member.source.file
    guard method.unavailable.isEmpty else { return .failure(.unavailable(method.unavailable)) }
    guard let values = uncertainties[file] else {
      return .failure(.unavailable("the images of ‘\(file)’ are not given"))
    }
    guard values.count == member.source.sampleCount else {
      return .failure(
        .unavailable(
          "‘\(file)’ has \(member.source.sampleCount) samples, but \(values.count) were scored"))
    }
    return .success(values)
  }
}
