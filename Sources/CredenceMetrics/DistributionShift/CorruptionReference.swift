/// The error rates against which corruption errors are measured.
public struct CorruptionReference: Codable, Hashable, Sendable {
  public let name: String
  /// Where the error rates come from.
  public let source: String
  /// The error rate without corruption, a fraction.
  public let cleanError: Double
  /// How many severities the means are taken over.
  public let severityCount: Int
  private let meanErrors: [String: Double]

  /// A reference of published means.
  ///
  /// - Parameters:
  ///   - name: Of the model.
  ///   - source: Where the error rates come from.
  ///   - cleanError: The error rate without corruption, a fraction.
  ///   - severityCount: How many severities the means are taken over.
  ///   - meanErrors: The error rate of each corruption, averaged over severities; fractions.
  /// - Throws: `MetricError.noSamples` without corruptions, `invalidSetting` for a rate outside 0...1 or no severities.
  public init(
    name: String, source: String, cleanError: Double, severityCount: Int,
    meanErrors: [String: Double]
  ) throws(MetricError) {
    if meanErrors.isEmpty { throw .noSamples }
    if severityCount < 1 {
      throw .invalidSetting(
        name: "severities", value: Double(severityCount), allowed: "at least 1")
    }
    try checkErrorRate(cleanError, name: "the clean error rate")
    for (corruption, rate) in meanErrors.sorted(by: { $0.key < $1.key }) {
      try checkErrorRate(rate, name: "the error rate under \(corruption)")
    }
    self.init(
      checked: name, source: source, cleanError: cleanError, severityCount: severityCount,
      meanErrors: meanErrors)
  }

  /// Any model as the reference.
  ///
  /// - Parameters:
  ///   - errors: Error rates of at least one corruption, each with the same number of severities.
  ///   - name: Of the model.
  ///   - source: Where the error rates come from.
  /// - Throws: `MetricError.unavailable` where numbers of severities differ, and what the other initializer throws.
  public init(_ errors: CorruptionErrors, name: String, source: String) throws(MetricError) {
    let counts = Set(errors.corrupted.values.map(\.count))
    if counts.count > 1 {
      throw .unavailable("the corruptions of \(name) have different numbers of severities")
    }
    var means: [String: Double] = [:]
    for corruption in errors.corrupted.keys.sorted() {
      means[corruption] = try errors.meanError(of: corruption)
    }
    try self.init(
      name: name, source: source, cleanError: errors.clean, severityCount: counts.first ?? 1,
      meanErrors: means)
  }

  private init(
    checked name: String, source: String, cleanError: Double, severityCount: Int,
    meanErrors: [String: Double]
  ) {
    self.name = name
    self.source = source
    self.cleanError = cleanError
    self.severityCount = severityCount
    self.meanErrors = meanErrors
  }

  /// The names of the corruptions, sorted.
  public var corruptions: [String] { meanErrors.keys.sorted() }

  /// The mean error rate of a corruption over its severities, a fraction.
  ///
  /// - Throws: `MetricError.unavailable` without that corruption.
  public func meanError(of corruption: String) throws(MetricError) -> Double {
    guard let rate = meanErrors[corruption] else {
      throw .unavailable("the reference \(name) has no error rate under \(corruption)")
    }
    return rate
  }
}

extension CorruptionReference {
  /// AlexNet on ImageNet-C, the reference of published mean corruption errors.
  ///
  /// - Note: Means over five severities of the 15 standard corruptions as published with the benchmark; the clean error is
  ///   that of the same torchvision weights, top-1 accuracy 56.522 %.
  public static let alexNet = Self(
    checked: "AlexNet", source: "arXiv:1903.12261", cleanError: 0.43478, severityCount: 5,
    meanErrors: [
      "gaussian_noise": 0.886428, "shot_noise": 0.894468, "impulse_noise": 0.92264,
      "defocus_blur": 0.81988, "glass_blur": 0.826268, "motion_blur": 0.785948,
      "zoom_blur": 0.79836, "snow": 0.866816, "frost": 0.826572, "fog": 0.819324,
      "brightness": 0.564592, "contrast": 0.853204, "elastic_transform": 0.646056,
      "pixelate": 0.71784, "jpeg_compression": 0.6065,
    ])
}
