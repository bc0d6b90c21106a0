/// What a user says about files that do not say it themselves.
public struct ReadOptions: Hashable, Sendable {
  /// The kind of the output matrix; `nil` leaves it to the names in the file.
  public var kind: OutputKind?
  /// Roles by name of an array or column: `["arr_0": "logits", "junk": "ignore"]`.
  public var map: [String: String]
  /// Where the labels come from; `nil` for the file itself.
  public var labels: LabelSource?

  public init(
    kind: OutputKind? = nil, map: [String: String] = [:], labels: LabelSource? = nil
  ) {
    self.kind = kind
    self.map = map
    self.labels = labels
  }
}

/// A set of predictions, and what was noticed while reading it.
public struct ReadResult: Sendable {
  public var set: PredictionSet
  /// Sentences for the user on what was left out or replaced.
  public var warnings: [String]

  public init(set: PredictionSet, warnings: [String] = []) {
    self.set = set
    self.warnings = warnings
  }
}
