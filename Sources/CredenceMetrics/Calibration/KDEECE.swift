import Foundation

/// The calibration error of the top label by kernel density estimation with Beta kernels.
///
/// The accuracy at confidence cⱼ is estimated from all other samples, weighted by
/// k(cⱼ; cᵢ) = Beta(cⱼ; cᵢ/h + 1, (1 − cᵢ)/h + 1), and the error is the mean of |estimate − cⱼ|. Unless given, the bandwidth h maximizes
/// the leave-one-out likelihood over 15 values from 10⁻⁵ to 10⁻¹, evenly spaced in the logarithm, and 0.2, 0.4 … 1, taken at no more than 5,000 of the distinct confidences.
/// Confidences are cut to [10⁻⁹, 1 − 10⁻⁹]. Above 20,000 samples, 20,000 evenly spaced ones of the ordered list are used.
///
/// - Complexity: O(*N*²) at large bandwidths, less at small ones, where far samples have no weight.
/// - Note: Popordanoska, Sayer & Blaschko, NeurIPS 2022, arXiv:2210.07810.
public struct KDEECE: Metric {
  /// Where the kernels' width comes from.
  public enum Bandwidth: Codable, Hashable, Sendable {
    /// The leave-one-out likelihood decides.
    case maximumLikelihood
    /// A number above 0.
    case fixed(Double)
  }

  /// The error at one bandwidth.
  public struct Estimate: Codable, Hashable, Sendable {
    public var error: Double
    /// Σ ln of the leave-one-out density at each sample.
    public var logLikelihood: Double
  }

  public var bandwidth: Bandwidth

  public init(bandwidth: Bandwidth = .maximumLikelihood) { self.bandwidth = bandwidth }

  /// The bandwidths among which the likelihood chooses.
  public static let candidates: [Double] =
    (0..<15).map { pow(10, -5 + 4 * Double($0) / 14) } + [0.2, 0.4, 0.6, 0.8, 1]

  /// The likelihood is taken at no more than so many of the distinct confidences, evenly spaced, against all samples.
  public static let pointLimit = 5000

  /// More samples are thinned to this many.
  public static let sampleLimit = 20_000

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    switch bandwidth {
    case .fixed(let bandwidth):
      return try Self.estimate(for: outcomes, bandwidth: bandwidth).error
    case .maximumLikelihood:
      let samples = try BetaKernelField(outcomes)
      let likelihoods = Self.candidates.map {
        samples.estimate(bandwidth: $0, pointLimit: Self.pointLimit).logLikelihood
      }
      let best = zip(Self.candidates, likelihoods).max { $0.1 < $1.1 }?.0 ?? 1
      return samples.estimate(bandwidth: best).error
    }
  }

  /// The error and the likelihood at a given bandwidth.
  ///
  /// - Parameters:
  ///   - outcomes: At least two samples.
  ///   - bandwidth: Above 0.
  /// - Returns: The estimate.
  /// - Throws: `MetricError.invalidSetting`, `notProbabilities`, or `tooFewSamples` for a single sample.
  public static func estimate(for outcomes: ScoredOutcomes, bandwidth: Double) throws(MetricError)
    -> Estimate
  {
    guard bandwidth > 0, bandwidth.isFinite else {
      throw .invalidSetting(name: "bandwidth", value: bandwidth, allowed: "above 0")
    }
    return try BetaKernelField(outcomes).estimate(bandwidth: bandwidth)
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let kdeECE = Self(
    id: "kde_ece", title: "KDE-ECE",
    definition:
      "mean gap by Beta kernels, leave-one-out; bandwidth by likelihood; at most 20,000 samples; top label",
    direction: .lowerIsBetter,
    source: "Popordanoska, Sayer & Blaschko, NeurIPS 2022, arXiv:2210.07810",
    cost: .onRequest, make: { KDEECE() })
}
