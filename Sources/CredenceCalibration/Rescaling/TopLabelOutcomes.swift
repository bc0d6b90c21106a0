import CredenceMetrics
import CredencePredictions

extension ScoredOutcomes {
  /// The outcomes of the decisions of labeled samples, with confidences that are probabilities.
  ///
  /// - Throws: `CalibrationError.unavailable` for scores of another kind or a set without labels.
  init(topLabelsOf set: PredictionSet, purpose: String) throws {
    let labeled = try LabeledRows(set, purpose: purpose)
    let top = try TopLabels(set)
    guard top.kind != .scores else {
      throw CalibrationError.unavailable(
        "\(purpose) needs probabilities; these are scores of another kind.")
    }
    try self.init(
      confidences: labeled.rows.map { min(max(top.confidences[$0], 0), 1) },
      isCorrect: zip(labeled.rows, labeled.labels).map { top.labels[$0] == $1 })
  }
}
