extension ModelRecord {
  /// The top-1 accuracies in per cent by their published keys, that among all classes first.
  public var top1Accuracies: [Accuracy] { accuracies.filter { $0.key.hasPrefix(Self.accuracyPrefix) } }

  /// The share of all images whose most probable class is the label, in per cent; `nil` where not measured.
  public var top1Percent: Double? { accuracies.first { $0.key == Self.accuracyPrefix }?.percent }

  /// A multi-label accuracy in per cent that came with the model; published programs read it, but none writes it.
  ///
  /// `nil` where it has to be computed.
  public var multiLabelPercent: Double? {
    accuracies.first { $0.key == "multi_label_val_acc" }?.percent
  }

  /// The published key of the accuracy among all classes; keys of accuracies among fewer classes start with it.
  static let accuracyPrefix = "top1_val_acc"
}
