public import CredenceMetrics

/// The settings of `credence score`; the defaults are the command's.
public struct ScoreSettings: Codable, Hashable, Sendable {
  /// Ids of confidence functions, or `uncertainty.<name>` for a stored uncertainty.
  public var confidences = ["msp"]
  public var metrics = MetricSettings()
  /// Ids of metrics that are computed on request only.
  public var requestedMetrics: [String] = []
  public var temperature = TemperatureProtocol.crossFitted(folds: 5)
  public var seed: UInt64 = 1
  public var bootstrap = BootstrapSettings()

  public init() {}
}

/// On which samples temperatures are fitted, and on which they are judged.
public enum TemperatureProtocol: Codable, Hashable, Sendable {
  /// Each fold is scored with the temperature fitted on all others, so that every sample is scored.
  case crossFitted(folds: Int)
  /// A random part is held out for the fit; rows before and after are those of the rest.
  case heldOut(count: Int)
  /// The first rows are held out for the fit.
  case first(count: Int)
  /// No temperature.
  case off
}

/// How intervals are computed.
public struct BootstrapSettings: Codable, Hashable, Sendable {
  /// Resamples; 0 for no intervals.
  public var replicates = 1000
  /// The share of resampled values within an interval.
  public var level = 0.95
  /// Whether costly metrics get an interval, too.
  public var includesCostlyMetrics = false

  public init() {}
}
