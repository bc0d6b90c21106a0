/// Figures about the same kind of mistake, drawn together.
public struct ErrorFigureFamily: Identifiable, Hashable, Sendable {
  /// The name after `--figures`.
  public let id: String
  public let title: String
  /// What the family tells, in one sentence.
  public let summary: String

  /// Every family, in the published order.
  public static let all: [Self] = [
    Self(
      id: "accuracy", title: "Accuracy on ImageNet-A",
      summary: "How accuracy on hard images follows accuracy on ordinary ones."),
    Self(
      id: "class-overlap", title: "Class overlap",
      summary:
        "Predictions of a class that covers the label's class: no mistakes, but counted as such."),
    Self(
      id: "multi-label", title: "Missing multi-labels",
      summary: "Predictions of something else that is on the image too."),
    Self(
      id: "fine-grained", title: "Fine-grained mistakes",
      summary: "Predictions of a class that is much like a correct one."),
    Self(
      id: "fine-grained-oov", title: "Fine-grained, out of vocabulary",
      summary: "The image shows something related for which there is no class."),
    Self(
      id: "non-prototypical", title: "Non-prototypical images",
      summary: "Mistakes on images that experts call untypical of their class."),
    Self(
      id: "spurious-correlation", title: "Spurious correlations",
      summary: "Predictions of something that often stands beside the correct class."),
    Self(
      id: "model-failures", title: "Model failures", summary: "Mistakes that nothing explains."),
    Self(
      id: "failures-of-multi-label-errors", title: "Model failures among multi-label errors",
      summary: "The share that stays unexplained of the mistakes that are wrong under every label."),
    Self(
      id: "failures-of-top1-errors", title: "Model failures among top-1 errors",
      summary: "The share that stays unexplained of all mistakes."),
  ]
}
