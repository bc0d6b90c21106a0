/// The evaluated images of a data set, and what people say is on them.
///
/// Rows are the annotated images only, in the order of the predictions. On ImageNet 20,000 of 50,000 images are annotated.
public struct AnnotatedSamples: Hashable, Sendable {
  /// The data set's name, such as `imagenet` or `imagenet-a`.
  public let dataset: String
  /// The names of the images, `wnid/file`, unique.
  public let files: [String]
  /// Where each row stands among the predictions.
  public let positions: [Int]
  /// How many predictions there are, annotated or not.
  public let predictionCount: Int
  /// The original label of each row.
  public let targets: [Int32]
  /// The correct labels of each row: the correct ones and then the unclear ones.
  public let labels: LabelLists
  /// Whether people could not agree, or found no class; such rows count in no statistic.
  public let isProblematic: [Bool]
  /// Whether experts call the image untypical of its class.
  public let isNonPrototypical: [Bool]
  /// Whether the image is one of ImageNet-M's hard ones; `nil` where that list is not known.
  public let isImageNetM: [Bool]?

  /// The number of rows.
  public var count: Int { files.count }

  /// Samples whose arrays the caller has checked.
  package init(
    dataset: String, files: [String], positions: [Int], predictionCount: Int, targets: [Int32],
    labels: LabelLists, isProblematic: [Bool], isNonPrototypical: [Bool], isImageNetM: [Bool]?
  ) {
    let lengths = [
      positions.count, targets.count, labels.count, isProblematic.count, isNonPrototypical.count,
      isImageNetM?.count ?? files.count,
    ]
    precondition(lengths.allSatisfy { $0 == files.count })
    self.dataset = dataset
    self.files = files
    self.positions = positions
    self.predictionCount = predictionCount
    self.targets = targets
    self.labels = labels
    self.isProblematic = isProblematic
    self.isNonPrototypical = isNonPrototypical
    self.isImageNetM = isImageNetM
  }
}
