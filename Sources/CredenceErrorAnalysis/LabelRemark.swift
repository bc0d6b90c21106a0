/// What is to be said of an image's labels before the kind of answer: only problematic images have such a remark.
public enum LabelRemark: UInt8, CaseIterable, Codable, Hashable, Sendable {
  case none
  /// The prediction is the original label, but that is wrong or unclear.
  case correctButWrongLabel
  /// The image has no correct label; the prediction is the original one.
  case emptyCorrect
  /// The image has no correct label; the prediction's class overlaps with the original one.
  case emptyCorrectCollapsedMapping
  /// The image has no correct label, and the prediction is another than the original one.
  case emptyWrong
}

extension LabelRemark {
  /// The short published name; `nil` for `none`.
  public var key: String? { Self.rows[Int(rawValue)]?.key }

  /// The published text; `nil` for `none`.
  public var publishedText: String? { Self.rows[Int(rawValue)]?.text }

  /// In the order of the cases.
  ///
  /// The last text has no hyphen, as published.
  private static let rows: [(key: String, text: String)?] = [
    nil,
    ("correct_but_wrong_label", "correct (top-1=target) but target is wrong/unclear"),
    ("empty_multi_label_correct", "empty (problematic) multi-label, correct (top-1=target)"),
    (
      "empty_multi_label_correct_collapsed_mapping",
      "empty (problematic) multi-label, correct wrt collapsed mappings"
    ),
    ("empty_multi_label_wrong", "empty (problematic) multi label, wrong (top-1 != target)"),
  ]
}
