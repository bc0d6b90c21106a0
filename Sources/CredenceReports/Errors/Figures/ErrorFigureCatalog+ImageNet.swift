import CredenceErrorAnalysis

extension ErrorFigureCatalog {
  private typealias Title = ErrorFigureTitle

  /// The figures on ImageNet.
  ///
  /// The published program draws only the first one about missing multi-labels, by a default; the other five stand in its text.
  static let blocks = [
    Block(
      "class-overlap", x: .accuracy, y: "num_collapsed_mappings",
      [
        Row(.pair, .groupTop1Errors, -0.2...10, by: 5, Title.ofGroupErrors),
        Row(
          .pair, .absolute, -2...100, by: 50, Title.errors,
          [.organisms(67, 39), .artifacts(65, 83)], hasLegend: false),
        Row(.three, .groupTop1Errors, -0.2...10, by: 5, Title.ofGroupErrors),
        Row(
          .three, .absolute, -2...100, by: 50, Title.errors,
          [.organisms(67, 39), .artifacts(65, 83), .others(65, 10)], hasLegend: false),
        Row(.everything, .groupTop1Errors, 0...10, by: 5, Title.ofAllErrors),
        Row(.everything, .absolute, 0...150, by: 50, Title.errors, hasLegend: false),
      ]),
    Block(
      "multi-label", x: .accuracy, y: "num_ambiguous",
      [
        Row(
          .pair, .groupTop1Errors, -1.5...85, by: 20, Title.ofGroupErrors,
          [.organisms(80, 18), .artifacts(61, 25)]),
        Row(
          .pair, .absolute, -20...1000, by: 500, Title.errors,
          [.organisms(67, 390), .artifacts(66, 860)], isPublished: false),
        Row(
          .three, .groupTop1Errors, -1.5...85, by: 20, Title.ofGroupErrors,
          [.organisms(80, 18), .artifacts(61, 25), .others(76, 70)], isPublished: false),
        Row(
          .three, .absolute, -20...1000, by: 500, Title.errors,
          [.organisms(67, 390), .artifacts(66, 860), .others(63, 105)], isPublished: false),
        Row(
          .everything, .groupTop1Errors, 0...65, by: 20, Title.ofAllErrors, isPublished: false),
        Row(.everything, .absolute, -20...1150, by: 250, Title.errors, isPublished: false),
      ]),
    Block(
      "fine-grained", x: .multiLabelAccuracy, y: "num_same_superclass",
      [
        Row(
          .pair, .groupMultiLabelErrors, -2...90, by: 30, Title.ofGroupMultiLabelErrors,
          [.organisms(80, 82), .artifacts(90, 25)]),
        Row(
          .pair, .absolute, -20...950, by: 200, Title.multiLabelErrors,
          [.organisms(78, 300), .artifacts(87, 550)]),
        Row(
          .three, .groupMultiLabelErrors, -2...90, by: 30, Title.ofGroupMultiLabelErrors,
          [.organisms(80, 82), .artifacts(90, 25), .others(84, 49)]),
        Row(
          .three, .absolute, -20...950, by: 200, Title.multiLabelErrors,
          [.organisms(78, 300), .artifacts(87, 550), .others(86, 130)]),
        Row(
          .everything, .groupMultiLabelErrors, -1.5...70, by: 20, lastTick: 80,
          Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, -30...1800, by: 500, Title.multiLabelErrors),
      ]),
    Block(
      "fine-grained-oov", x: .multiLabelAccuracy, y: "num_OOV_clip",
      [
        Row(
          .pair, .groupMultiLabelErrors, -1...30, by: 5, Title.ofGroupMultiLabelErrors,
          [.organisms(74, 0), .artifacts(80, 15)]),
        Row(
          .pair, .absolute, -4...240, by: 60, Title.multiLabelErrors,
          [.organisms(82, 50), .artifacts(90.5, 180)]),
        Row(
          .three, .groupMultiLabelErrors, -1...30, by: 5, Title.ofGroupMultiLabelErrors,
          [.organisms(74, 0), ErrorFigure.Note(x: 78, y: 17, text: "artifacts+others")]),
        Row(
          .three, .absolute, -4...240, by: 60, Title.multiLabelErrors,
          [.organisms(82, 50), .artifacts(90.5, 180), .others(75, 5)]),
        Row(
          .everything, .groupMultiLabelErrors, -0.5...15, by: 5, Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, -6...300, by: 50, Title.multiLabelErrors),
      ]),
    Block(
      "non-prototypical", x: .multiLabelAccuracy, y: "num_non_prototypical",
      [
        Row(.pair, .groupMultiLabelErrors, -0.05...2.5, by: 1, Title.ofGroupMultiLabelErrors),
        Row(
          .pair, .absolute, -0.5...15, by: 5, Title.multiLabelErrors,
          [.organisms(62, 1.5), .artifacts(78, 12)], hasLegend: false),
        Row(.three, .groupMultiLabelErrors, -0.05...2.5, by: 1, Title.ofGroupMultiLabelErrors),
        Row(
          .three, .absolute, -0.5...15, by: 5, Title.multiLabelErrors,
          [.organisms(62, 1.5), .artifacts(78, 12), .others(67, 1.5)], hasLegend: false),
        Row(.everything, .groupMultiLabelErrors, -0.04...2, by: 1, Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, -0.4...20, by: 5, Title.multiLabelErrors),
      ]),
    Block(
      "spurious-correlation", x: .multiLabelAccuracy, y: "num_common_co_occ",
      [
        Row(
          .pair, .groupMultiLabelErrors, -0.4...22, by: 5, Title.ofGroupMultiLabelErrors,
          [.organisms(85, 4.1), .artifacts(80, 10.5)]),
        Row(
          .pair, .absolute, -4...200, by: 50, Title.multiLabelErrors,
          [.organisms(67, 8), .artifacts(88, 150)]),
        Row(
          .three, .groupMultiLabelErrors, -0.4...22, by: 5, Title.ofGroupMultiLabelErrors,
          [.organisms(85, 4.1), .artifacts(80, 10.5), .others(85, 17.5)]),
        Row(
          .three, .absolute, -4...200, by: 50, Title.multiLabelErrors,
          [.organisms(67, 8), .artifacts(88, 150), .others(82, 42)]),
        Row(.everything, .groupMultiLabelErrors, -0.2...10, by: 5, Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, -5...250, by: 50, Title.errors),
      ]),
    Block(
      "model-failures", x: .multiLabelAccuracy, y: "num_not_classified",
      [
        Row(
          .pair, .groupMultiLabelErrors, -1.5...75, by: 25, Title.ofGroupMultiLabelErrors,
          [.organisms(83, 5), .artifacts(90.5, 55)]),
        Row(
          .pair, .absolute, -60...3000, by: 1000, Title.failures,
          [.organisms(65, 350), .artifacts(74, 950)]),
        Row(
          .three, .groupMultiLabelErrors, -1.5...75, by: 25, Title.ofGroupMultiLabelErrors,
          [.organisms(83, 5), .artifacts(90.5, 55), .others(98, 15)]),
        Row(
          .three, .absolute, -60...3000, by: 1000, Title.failures,
          [.organisms(65, 350), .artifacts(74, 950), .others(65, 400)]),
        Row(.everything, .groupMultiLabelErrors, -1.5...70, by: 20, Title.ofAllMultiLabelErrors),
        Row(.everything, .absolute, -90...4500, by: 2000, Title.failures),
      ]),
    Block(
      "failures-of-multi-label-errors", x: .multiLabelAccuracy, y: "num_not_classified",
      [
        Row(
          .pair, .groupMultiLabelErrors, -0.01...75, by: 25, Title.failuresOfGroup,
          [.organisms(72, 25), .artifacts(91, 54)], hasLegend: false),
        Row(
          .pair, .allMultiLabelErrors, -1...50, by: 25, Title.failuresOfAll,
          [.organisms(75, 16.5), .artifacts(90, 37)], hasLegend: false),
        Row(
          .three, .groupMultiLabelErrors, -0.01...75, by: 25, Title.failuresOfGroup,
          [.organisms(72, 25), .artifacts(91, 54), .others(98, 15)], hasLegend: false),
        Row(
          .three, .allMultiLabelErrors, -1...50, by: 25, Title.failuresOfAll,
          [.organisms(75, 16.5), .artifacts(90, 37), .others(68, 7.5)], hasLegend: false),
        Row(
          .everything, .allMultiLabelErrors, -1...75, by: 25, "# \(Title.failuresOfAll)",
          hasLegend: false),
      ]),
    Block(
      "failures-of-top1-errors", x: .accuracy, y: "num_not_classified",
      [
        Row(
          .pair, .groupTop1Errors, 1.5...75, by: 25, "Portion of Group's Top-1 Errors",
          [.organisms(58, 25), .artifacts(80, 35)], hasLegend: false),
        Row(
          .pair, .allTop1Errors, 0...50, by: 25, "Portion of Group's Top-1 Errors",
          [.organisms(68, 14), .artifacts(76, 28)], hasLegend: false),
        Row(
          .three, .groupTop1Errors, 1.5...75, by: 25, "Portion of Group's Top-1 Errors",
          [.organisms(50.75, 54), .artifacts(80, 35), .others(71, 15)], hasLegend: false),
        Row(
          .three, .allTop1Errors, 0...50, by: 25, "Portion of Group's Top-1 Errors",
          [.organisms(68, 14), .artifacts(76, 28), .others(60, 6)], hasLegend: false),
        Row(
          .everything, .allTop1Errors, 0...0.75, by: 0.25,
          "# Multi-Label Failures (MLF) / All Top-1 Errors", hasLegend: false, isPercent: false),
      ]),
  ]
}
