public import CredencePredictions

/// What a policy was fitted on.
public enum InputKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Scores before the softmax, of all classes.
  case logits
  /// Probabilities of all classes.
  case probabilities
  /// The decision and its probability alone.
  case topLabel = "top-label"
  /// Numbers of another kind, the largest of which decides; they can be ranked, not calibrated.
  case scores

  /// The kind of a set's output; decisions whose confidence leaves [0, 1] are scores.
  public init(_ output: PredictionSet.Output) {
    switch output {
    case .logits: self = .logits
    case .probabilities: self = .probabilities
    case .scores: self = .scores
    case .topK: self = .topLabel
    case .decisions(let decisions):
      self = decisions.confidences.allSatisfy { $0 >= 0 && $0 <= 1 } ? .topLabel : .scores
    }
  }
}
