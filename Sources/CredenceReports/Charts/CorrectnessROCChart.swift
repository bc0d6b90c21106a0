import CredenceEvaluation
import CredenceMetrics

extension ChartDescriptor<ScoreReport> {
  /// How well confidence separates right from wrong predictions.
  static let roc = Self(
    id: "roc", title: "ROC of correctness",
    make: { report in
      let named = NamedEntries(report)
      var rows: [[String: VegaLite.Value]] = []
      for (index, entry) in named.entries.enumerated() {
        rows += entry.diagnostics.roc.enumerated().map { step, point in
          [
            "step": .count(step),
            "subject": .text(named.subjects[index]), "kind": .text(named.rescalings[index]),
            "fpr": .rounded(point.falsePositiveRate), "tpr": .rounded(point.truePositiveRate),
          ]
        }
      }
      guard !rows.isEmpty else { return [] }
      let hasSeveral = named.uniqueSubjects.count > 1
      let kinds = named.rescalings.enumerated()
        .filter { named.rescalings.firstIndex(of: $0.element) == $0.offset }.map(\.element)
      let curves = VegaLite.View(
        data: VegaLite.Data(rows),
        mark: VegaLite.Mark(.line).with { $0.strokeWidth = 2 },
        encoding: [
          .x: .number("fpr", title: "Wrong predictions accepted", scale: .unit, axis: .percent),
          .y: .number("tpr", title: "Right predictions accepted", scale: .unit, axis: .percent),
          .color: hasSeveral
            ? .name("subject", order: named.uniqueSubjects, legend: .below())
            : .name("kind", order: kinds, legend: .below(columns: 3)),
          .strokeDash: .dashes("kind", order: kinds, legend: .below(columns: 3)),
          // Points on a vertical stretch share their x.
          .order: .number("step"),
          .tooltip: .tooltip([
            .name("subject", "Subject"), .name("kind", "Confidences"),
            .number("fpr", "Wrong predictions accepted", ".2%"),
            .number("tpr", "Right predictions accepted", ".2%"),
          ]),
        ])
      return [
        Chart(
          id: "roc", title: "ROC of correctness",
          caption:
            "Every confidence threshold accepts a share of the wrong predictions (to the right) and of "
            + "the right ones (upwards). The area under the curve is AUROC; the diagonal is chance.",
          view: VegaLite.View(
            width: 520, height: 320, layer: [.diagonal, curves]))
      ]
    })
}

extension VegaLite.View {
  /// The line from (0, 0) to (1, 1), for reference.
  static let diagonal = diagonal(in: .unit, from: 0, to: 1)

  /// The line of equal values between two ends.
  static func diagonal(in scale: VegaLite.Scale, from lower: Double, to upper: Double) -> Self {
    Self(
      data: VegaLite.Data([lower, upper].map { ["a": .number($0), "b": .number($0)] }),
      mark: VegaLite.Mark(.line, style: "reference"),
      encoding: [
        .x: .number("a", scale: scale), .y: .number("b", scale: scale), .tooltip: .value(.null),
      ])
  }
}
