import CredenceErrorAnalysis

extension ErrorFigureCatalog {
  private typealias Title = ErrorFigureTitle

  /// The figures on ImageNet-A, whose images have one label each.
  static let blocksOfImageNetA = [
    Block("accuracy", x: .accuracyOnImageNet, y: "num_group_correct", accuracyRows),
    Block("accuracy", x: .multiLabelAccuracyOnImageNet, y: "num_group_correct", accuracyRows),
    Block(
      "class-overlap", x: .accuracyOnA, y: "num_collapsed_mappings",
      [
        Row(.pair, .groupTop1Errors, 0...2, by: 1, Title.ofGroupErrors),
        Row(.pair, .absolute, 0...25, by: 5, overlaps, hasLegend: false),
        Row(.three, .groupTop1Errors, 0...2, by: 1, Title.ofGroupErrors),
        Row(.three, .absolute, 0...25, by: 5, overlaps, hasLegend: false),
        Row([.organism], .groupTop1Errors, 0...2, by: 1, Title.ofGroupErrors),
        Row([.organism], .absolute, 0...25, by: 5, overlaps, hasLegend: false),
        Row(.everything, .groupTop1Errors, 0...1, by: 0.5, Title.ofAllErrors),
        Row(.everything, .absolute, 0...25, by: 5, overlaps),
      ]),
    Block(
      "fine-grained", x: .accuracyOnA, y: "num_same_superclass",
      [
        Row(
          .pair, .groupTop1Errors, 0...50, by: 10, Title.ofGroupErrors,
          [.organisms(50, 30), .artifacts(50, 6)]),
        Row(
          .pair, .absolute, 0...900, by: 200, "# Fine-Grained Top-1 Errors",
          [.organisms(20, 600), .artifacts(40, 224)], hasLegend: false),
        Row(
          .three, .groupTop1Errors, 0...50, by: 10, Title.ofGroupErrors,
          [.organisms(50, 30), .artifacts(50, 6), .others(55, 23.5)]),
        Row(
          .three, .absolute, 0...900, by: 200, "# Fine-Grained Top-1 Errors",
          [.organisms(20, 600), .artifacts(40, 224), .others(20, 70)], hasLegend: false),
        Row(.everything, .groupMultiLabelErrors, 0...35, by: 10, Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, 0...1100, by: 250, "# Fine-Grained Multi-Label Errors"),
      ]),
    Block(
      "fine-grained-oov", x: .accuracyOnA, y: "num_OOV_clip",
      [
        Row(.pair, .groupTop1Errors, 0...45, by: 10, Title.ofGroupErrors, hasLegend: false),
        Row(
          .pair, .absolute, 0...400, by: 100, "# Fine-Grained OOV Top-1 Errors", hasLegend: false),
        Row(.three, .groupTop1Errors, 0...45, by: 10, Title.ofGroupErrors, hasLegend: false),
        Row(
          .three, .absolute, 0...400, by: 100, "# Fine-Grained OOV Top-1 Errors", hasLegend: false),
        Row(.everything, .groupMultiLabelErrors, 0...25, by: 10, Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, 0...1000, by: 250, "# Fine-Grained OOV Multi-Label Errors"),
      ]),
    Block(
      "spurious-correlation", x: .accuracyOnA, y: "num_common_co_occ",
      [
        Row(.pair, .groupTop1Errors, 0...7, by: 2, Title.ofGroupErrors),
        Row(
          .pair, .absolute, 0...75, by: 25, "# Spurious Correlation Top-1 Errors",
          hasLegend: false),
        Row(.three, .groupTop1Errors, 0...7, by: 2, Title.ofGroupErrors),
        Row(
          .three, .absolute, 0...75, by: 25, "# Spurious Correlation Top-1 Errors",
          hasLegend: false),
        Row(.everything, .groupMultiLabelErrors, 0...3.5, by: 1, Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, 0...100, by: 25, "# Spurious Correlation Multi-Label Errors"),
      ]),
    Block(
      "model-failures", x: .accuracyOnA, y: "num_not_classified",
      [
        Row(.pair, .groupTop1Errors, 0...100, by: 25, Title.ofGroupErrors),
        Row(.pair, .absolute, 0...5000, by: 1000, Title.failures, hasLegend: false),
        Row(.three, .groupTop1Errors, 0...100, by: 25, Title.ofGroupErrors),
        Row(.three, .absolute, 0...5000, by: 1000, Title.failures, hasLegend: false),
        Row(.everything, .groupTop1Errors, 0...90, by: 30, Title.ofAllErrors),
        Row(.everything, .absolute, 0...7000, by: 2000, Title.failures),
      ]),
    Block(
      "failures-of-multi-label-errors", x: .accuracyOnA, y: "num_not_classified",
      [
        Row(
          .pair, .groupMultiLabelErrors, 0...1, by: 0.25, Title.failuresOfGroup,
          [.organisms(82, 0.9), .artifacts(75, 0.7)], isPercent: false),
        Row(
          .pair, .allMultiLabelErrors, 0...0.6, by: 0.2, Title.failuresOfAll, hasLegend: false,
          isPercent: false),
        Row(
          .three, .groupMultiLabelErrors, 0...1, by: 0.25, Title.failuresOfGroup,
          [.organisms(82, 0.9), .artifacts(70, 0.82), .others(80, 0.6)], isPercent: false),
        Row(
          .three, .allMultiLabelErrors, 0...0.6, by: 0.2, Title.failuresOfAll, hasLegend: false,
          isPercent: false),
        Row(
          .everything, .allMultiLabelErrors, 0...1, by: 0.25, "# \(Title.failuresOfAll)",
          isPercent: false),
      ]),
    Block(
      "failures-of-top1-errors", x: .accuracyOnA, y: "num_not_classified",
      [
        Row(
          .pair, .groupTop1Errors, 0...1, by: 0.25,
          "Multi-Label Failures (MLF) / Group's Top-1 Errors", hasLegend: false, isPercent: false),
        Row(
          .pair, .allTop1Errors, 0...0.6, by: 0.2,
          "Multi-Label Failures (MLF) / All Top-1 Errors", hasLegend: false, isPercent: false),
        Row(
          .three, .groupTop1Errors, 0...1, by: 0.25,
          "Multi-Label Failures (MLF) / Group's Top-1 Errors", hasLegend: false, isPercent: false),
        Row(
          .three, .allTop1Errors, 0...0.6, by: 0.2,
          "Multi-Label Failures (MLF) / All Top-1 Errors", hasLegend: false, isPercent: false),
        Row(
          .everything, .allTop1Errors, 0...1, by: 0.25,
          "# Multi-Label Failures (MLF) / All Top-1 Errors", isPercent: false),
      ]),
  ]

  private static let overlaps = "# Correct Class Overlap Top-1 Errors"

  private static let accuracyRows = [
    Row(.pair, .groupSamples, 0...80, by: 20, "Group's ImageNet-A Top-1 Acc [%]"),
    Row(.three, .groupSamples, 0...80, by: 20, "Group's ImageNet-A Top-1 Acc [%]"),
    Row(.everything, .groupSamples, 0...80, by: 20, "ImageNet-A Top-1 Acc [%]"),
  ]
}
