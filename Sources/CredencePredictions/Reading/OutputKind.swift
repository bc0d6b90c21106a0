/// What the numbers of a classifier's output are.
public enum OutputKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Scores before the softmax.
  case logits
  /// Probabilities, each row summing to 1.
  case probabilities
  /// Numbers of another kind, the largest one decides.
  case scores
}
