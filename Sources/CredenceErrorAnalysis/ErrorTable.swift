/// One model's predictions on the annotated samples, and what kind of answer each is.
public struct ErrorTable: Hashable, Sendable {
  /// What is known of the model.
  public let model: ModelRecord
  /// The predicted class of each row of the samples.
  public let predictions: [Int32]
  /// What each prediction was found to be; one for each row.
  public let outcomes: [ErrorOutcome]

  package init(model: ModelRecord, predictions: [Int32], outcomes: [ErrorOutcome]) {
    precondition(predictions.count == outcomes.count)
    self.model = model
    self.predictions = predictions
    self.outcomes = outcomes
  }
}
