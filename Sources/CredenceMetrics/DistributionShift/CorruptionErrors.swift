/// A classifier's top-1 error rates on clean images and on the same images corrupted.
///
/// ```swift
/// let errors = CorruptionErrors(clean: 0.239, corrupted: ["fog": [0.38, 0.44, 0.52, 0.57, 0.7], …])
/// let mCE = try errors.meanCorruptionError(against: .alexNet)
/// ```
///
/// - Note: Hendrycks & Dietterich, ICLR 2019, arXiv:1903.12261, section 4.2.
public struct CorruptionErrors: Codable, Hashable, Sendable {
  /// The error rate without corruption, a fraction.
  public var clean: Double
  /// The error rates of each corruption by severity, weakest first, fractions.
  public var corrupted: [String: [Double]]

  public init(clean: Double, corrupted: [String: [Double]]) {
    self.clean = clean
    self.corrupted = corrupted
  }

  /// The mean error rate of a corruption over its severities.
  ///
  /// - Throws: `MetricError.unavailable` without that corruption, `invalidSetting` for a rate outside 0...1.
  public func meanError(of corruption: String) throws(MetricError) -> Double {
    guard let rates = corrupted[corruption], !rates.isEmpty else {
      throw .unavailable("there is no error rate under \(corruption)")
    }
    for rate in rates { try checkErrorRate(rate, name: "an error rate under \(corruption)") }
    return rates.reduce(0, +) / Double(rates.count)
  }

  /// The corruption error (CE): the error rate over severities as a multiple of the reference's.
  ///
  /// - Returns: 0 for no errors, 1 for the reference's robustness; not limited above. The paper states it in per cent.
  /// - Throws: `MetricError.unavailable` where the model or the reference lacks the corruption, has other severities, or
  ///   where the reference makes no errors; `invalidSetting` for a rate outside 0...1.
  public func corruptionError(
    _ corruption: String, against reference: CorruptionReference
  ) throws(MetricError) -> Double {
    let own = try comparableError(corruption, reference)
    let other = try reference.meanError(of: corruption)
    if other == 0 {
      throw .unavailable("\(reference.name) makes no errors under \(corruption)")
    }
    return own / other
  }

  /// The relative corruption error: how much corruption raises the error rate, as a multiple of what it does to the reference.
  ///
  /// - Returns: 1 where both lose as much; below 0 where the model is better on corrupted images.
  /// - Throws: As `corruptionError` does, and `MetricError.unavailable` where corruption does not raise the reference's error
  ///   rate.
  public func relativeCorruptionError(
    _ corruption: String, against reference: CorruptionReference
  ) throws(MetricError) -> Double {
    let own = try comparableError(corruption, reference)
    try checkErrorRate(clean, name: "the clean error rate")
    let rise = try reference.meanError(of: corruption) - reference.cleanError
    if rise <= 0 {
      throw .unavailable("\(corruption) does not raise the error rate of \(reference.name)")
    }
    return (own - clean) / rise
  }

  /// The mean corruption error (mCE): corruption errors averaged over all corruptions of the reference.
  ///
  /// - Throws: As `corruptionError` does; the corruptions that the model lacks are named.
  public func meanCorruptionError(
    against reference: CorruptionReference
  ) throws(MetricError) -> Double {
    try checkComplete(reference)
    var sum = 0.0
    for corruption in reference.corruptions {
      sum += try corruptionError(corruption, against: reference)
    }
    return sum / Double(reference.corruptions.count)
  }

  /// The relative mean corruption error: relative corruption errors averaged over all corruptions of the reference.
  ///
  /// - Throws: As `relativeCorruptionError` does; the corruptions that the model lacks are named.
  public func relativeMeanCorruptionError(
    against reference: CorruptionReference
  ) throws(MetricError) -> Double {
    try checkComplete(reference)
    var sum = 0.0
    for corruption in reference.corruptions {
      sum += try relativeCorruptionError(corruption, against: reference)
    }
    return sum / Double(reference.corruptions.count)
  }

  /// The mean error rate of a corruption, after checking that the reference has as many severities.
  private func comparableError(
    _ corruption: String, _ reference: CorruptionReference
  ) throws(MetricError) -> Double {
    let mean = try meanError(of: corruption)
    let count = corrupted[corruption]?.count ?? 0
    if count != reference.severityCount {
      throw .unavailable(
        "there are \(count) severities of \(corruption), but \(reference.severityCount) of "
          + reference.name)
    }
    return mean
  }

  private func checkComplete(_ reference: CorruptionReference) throws(MetricError) {
    if reference.corruptions.isEmpty { throw .noSamples }
    let missing = reference.corruptions.filter { corrupted[$0] == nil }
    if !missing.isEmpty {
      throw .unavailable("there are no error rates under \(missing.joined(separator: ", "))")
    }
  }
}

/// Throws `invalidSetting` unless a rate is a fraction.
func checkErrorRate(_ rate: Double, name: String) throws(MetricError) {
  if !(0...1).contains(rate) {
    throw .invalidSetting(name: name, value: rate, allowed: "from 0 to 1")
  }
}
