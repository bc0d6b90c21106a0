import CredenceFiles
public import Foundation

/// Why statistics of mistakes can't be made, or are not to be trusted.
public enum MistakeStatisticsError: LocalizedError, Hashable, Sendable {
  /// The original label of an image that is not problematic is none of its correct labels.
  case targetMissing(sample: String, target: Int, labels: [Int])
  /// An image without correct labels that is not marked as problematic.
  case noLabels(sample: String)
  /// An answer on an image that is not problematic has a kind that only problematic images can have.
  case impossibleOutcome(model: String, sample: String, key: String)
  /// An answer counts as right though it is another class than the label, or as a mistake though it is that class.
  case contradiction(model: String, sample: String, prediction: Int, target: Int, key: String)
  /// A model's table has another length than the list of samples.
  case rowCount(model: String, expected: Int, found: Int)
  /// A predicted class that does not exist.
  case predictionRange(model: String, sample: String, prediction: Int, classes: Int)
  /// A file of predictions whose answer is another than the one that was analyzed.
  case otherPrediction(file: String, sample: String, found: Int, expected: Int)
  /// A file of predictions without one of the samples.
  case missingSample(file: String, sample: String)
  /// Two tables of the same model.
  case duplicateModel(String)
  /// A data set without tables.
  case nothingToCount(dataset: String)
  /// A data set without models.
  case noModels(dataset: String)

  public var errorDescription: String? { printable(what) }

  private var what: String {
    switch self {
    case .targetMissing(let sample, let target, let labels):
      "The label \(target) of ‘\(sample)’ is none of its correct labels (\(labels.map(String.init).joined(separator: ", ")))."
    case .noLabels(let sample):
      "‘\(sample)’ has no correct label, but is not marked as problematic."
    case .impossibleOutcome(let model, let sample, let key):
      "The answer of ‘\(model)’ on ‘\(sample)’ is \(key)."
    case .contradiction(let model, let sample, let prediction, let target, let key):
      "The answer of ‘\(model)’ on ‘\(sample)’, \(prediction) where the label is \(target), is counted as \(key)."
    case .rowCount(let model, let expected, let found):
      "The table of ‘\(model)’ has \(found) rows; there are \(expected) samples."
    case .predictionRange(let model, let sample, let prediction, let classes):
      "The answer of ‘\(model)’ on ‘\(sample)’ is class \(prediction); there are \(classes) classes, from 0."
    case .otherPrediction(let file, let sample, let found, let expected):
      "‘\(file)’ predicts class \(found) for ‘\(sample)’, but the analysis is of class \(expected)."
    case .missingSample(let file, let sample): "‘\(file)’ has no prediction for ‘\(sample)’."
    case .duplicateModel(let model): "The model ‘\(model)’ is there twice."
    case .nothingToCount(let dataset):
      "No model of ‘\(dataset)’ has been analyzed."
    case .noModels(let dataset): "There are no models in the folder of ‘\(dataset)’."
    }
  }

  public var failureReason: String? {
    switch self {
    case .targetMissing: "Only problematic images may have a label that is not correct."
    case .noLabels: "Only problematic images may have no correct label."
    case .impossibleOutcome:
      "Only an image whose label is not correct can have this kind of answer."
    case .contradiction: "The table was made from other labels."
    case .rowCount, .predictionRange: "It was made from other samples."
    case .otherPrediction: "The predictions changed after the analysis, or are another model's."
    case .missingSample: "Every annotated image needs a prediction."
    case .duplicateModel: "Each model counts once."
    case .nothingToCount: nil
    case .noModels: "Each model has a folder there, with its predictions and metadata.json."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .targetMissing, .noLabels: "Check the file of multi-labels."
    case .impossibleOutcome, .contradiction, .rowCount, .predictionRange, .otherPrediction:
      "Analyze the model again with ‘credence errors analyze’."
    case .missingSample: "Make predictions for the same images again."
    case .duplicateModel: "Leave one of them out."
    case .noModels: "Check --artefacts and --dataset, or run ‘credence errors collect’."
    case .nothingToCount: "Run ‘credence errors analyze’ first."
    }
  }
}
