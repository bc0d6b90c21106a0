/// What kind of answer a prediction is: right, right under a wider reading of the labels, or one of the kinds of mistakes, from harmless to severe.
///
/// The kinds are those of "Automated Classification of Model Errors on ImageNet" (Peychev et al., NeurIPS 2023, arXiv:2401.02430). Each answer has exactly one.
public enum ErrorType: UInt8, CaseIterable, Codable, Hashable, Sendable {
  /// The prediction is the original label.
  case correct
  /// The prediction's class overlaps with the label's: overlapping classes.
  case correctCollapsedMapping
  /// The prediction is another correct label of the image: missing multi-labels.
  case correctMultiLabel
  /// The prediction shares a superclass with a correct label: fine-grained.
  case sameSuperclass
  /// The original label is not correct, and the prediction shares a superclass with it.
  case similarToTarget
  /// The original label is not correct, and the prediction often occurs with it.
  case commonCoOccurrencesWithTarget
  /// The image shows something related to the prediction for which there is no class: fine-grained, out of vocabulary.
  case outOfVocabulary
  /// The prediction often occurs together with a correct label: spurious correlation.
  case commonCoOccurrences
  /// Experts found the image untypical of its class.
  case nonPrototypical
  /// Nothing explains the mistake: a model failure.
  case notClassified
}

extension ErrorType {
  /// The short published name, which is also its name in the tables that Credence writes.
  public var key: String { row.key }

  /// The published text.
  public var publishedText: String { row.text }

  /// What a reader of a table or figure sees.
  public var title: String { row.title }

  /// The name after `--error-type`; `nil` for answers that are no mistakes, and for those that only occur where the original label is not correct.
  public var listingName: String? { row.listing }

  /// The mistakes of images whose original label is correct, from harmless to severe.
  public static let mistakes: [Self] = [
    .correctCollapsedMapping, .correctMultiLabel, .sameSuperclass, .outOfVocabulary,
    .commonCoOccurrences, .nonPrototypical, .notClassified,
  ]

  private struct Row {
    let key: String
    let text: String
    let title: String
    let listing: String?
  }

  private var row: Row { Self.rows[Int(rawValue)] }

  /// In the order of the cases.
  private static let rows = [
    Row(key: "correct", text: "correct", title: "Correct", listing: nil),
    Row(
      key: "correct_collapsed_mapping", text: "correct (collapsed mapping)",
      title: "Overlapping classes", listing: "overlapping_classes"),
    Row(
      key: "correct_multi_label", text: "correct wrt multi label (ambiguous/multi-object)",
      title: "Other correct label", listing: "multi_label"),
    Row(
      key: "same_superclass", text: "same superclass (fine-grained)", title: "Fine-grained",
      listing: "fg"),
    Row(
      key: "OOV_similar_to_target",
      text: "fine-grained/OOV, same superset as target, but target not in multi-label",
      title: "Similar to a wrong label", listing: nil),
    Row(
      key: "common_co_occurrences_with_target",
      text:
        "common co-occurrences with target (spurious correlations), but target not in multi-label",
      title: "Occurs with a wrong label", listing: nil),
    Row(
      key: "OOV_detected_by_clip", text: "potentially OOV, detected by CLIP",
      title: "Fine-grained, out of vocabulary", listing: "fg-OOV"),
    Row(
      key: "common_co_occurrences", text: "common co-occurrences (spurious correlations)",
      title: "Spurious correlation", listing: "spurious_correlation"),
    Row(
      key: "non_prototypical", text: "non-prototypical (DoughBagel)", title: "Non-prototypical",
      listing: "non-proto"),
    Row(
      key: "not_classified", text: "error not classified", title: "Model failure",
      listing: "model_failure"),
  ]
}

extension ErrorType {
  /// Reads a kind by its key.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let key = try container.decode(String.self)
    guard let type = Self.allCases.first(where: { $0.key == key }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "‘\(key)’ is no kind of answer")
    }
    self = type
  }

  /// Writes the key: numbers would mean nothing to a reader.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(key)
  }
}
