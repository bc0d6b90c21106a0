/// The metrics of one model × split × confidence function × rescaling: the unit of every table, file and report.
public struct ResultRow: Codable, Hashable, Sendable {
  public var model: String
  /// The predictions' file, as the user named it; empty for a set made in memory.
  public var file: String
  public var dataset: String
  public var split: String
  /// Labeled samples that were scored.
  public var samples: Int
  /// 0 where the file does not say.
  public var classes: Int
  /// The confidence function's id, such as `msp`.
  public var confidence: String
  /// `none`, `temperature`, or the policy that was applied.
  public var rescaling: String
  /// Fitted and chosen numbers, such as `temperature`.
  public var parameters: [String: Double]
  /// Values by metric id; fractions, natural logarithms.
  public var metrics: [String: Double]
  /// `[low, high]` by metric id.
  public var intervals: [String: [Double]]
  /// Why a metric has no value, by metric id.
  public var unavailable: [String: String]
  /// The conventions of each metric, by metric id.
  public var definitions: [String: String]

  public init(
    model: String, file: String = "", dataset: String = "", split: String = "all",
    samples: Int = 0, classes: Int = 0, confidence: String = "msp", rescaling: String = "none",
    parameters: [String: Double] = [:], metrics: [String: Double] = [:],
    intervals: [String: [Double]] = [:], unavailable: [String: String] = [:],
    definitions: [String: String] = [:]
  ) {
    self.model = model
    self.file = file
    self.dataset = dataset
    self.split = split
    self.samples = samples
    self.classes = classes
    self.confidence = confidence
    self.rescaling = rescaling
    self.parameters = parameters
    self.metrics = metrics
    self.intervals = intervals
    self.unavailable = unavailable
    self.definitions = definitions
  }
}
