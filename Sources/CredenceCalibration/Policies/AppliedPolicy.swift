public import CredencePredictions

/// What a policy made of a set of predictions.
public struct AppliedPolicy: Sendable {
  /// The set with new logits or confidences, or with the uncertainties that the policy acts on.
  public var set: PredictionSet
  /// Which predictions are accepted, `[samples]`; `nil` for a policy that rejects none.
  public var accepted: [Bool]?
  /// The classes that can't be ruled out, for conformal policies.
  public var predictionSets: RaggedLabels?
  /// How well the prediction sets keep their promise, where the labels are known.
  public var conformal: ConformalReport?
  /// Named results such as `coverage`, `selective_risk` or `mean_set_size`; fractions.
  public var summary: [String: Double]

  public init(
    set: PredictionSet, accepted: [Bool]? = nil, predictionSets: RaggedLabels? = nil,
    conformal: ConformalReport? = nil, summary: [String: Double] = [:]
  ) {
    self.set = set
    self.accepted = accepted
    self.predictionSets = predictionSets
    self.conformal = conformal
    self.summary = summary
  }
}

/// What a policy says about one sample.
public struct Decision: Codable, Hashable, Sendable {
  /// The most likely class.
  public var label: Int
  /// Its probability, after the policy's rescaling.
  public var confidence: Double
  /// Whether the prediction may be used without asking somebody; `nil` for a policy that rejects none.
  public var isAccepted: Bool?
  /// The classes that can't be ruled out, by falling probability; `nil` for a policy that makes no sets.
  public var predictionSet: [Int]?
}
