import CredenceEvaluation
import CredenceMetrics

extension ChartDescriptor<ScoreReport> {
  /// Whether more accurate models are also the more trustworthy ones; one chart per metric, from two models on.
  static let accuracyAndMetrics = Self(
    id: "accuracy-and-metrics", title: "Accuracy and the other metrics",
    make: { report in
      let named = NamedEntries(report)
      guard named.uniqueSubjects.count > 1 else { return [] }
      return MetricStyle.key.filter { $0 != "accuracy" }.compactMap { metric in
        view(of: metric, named).map { view in
          let style = MetricStyle(id: metric)
          let isLower = report.columns.first { $0.id == metric }?.direction == .lowerIsBetter
          return Chart(
            id: "accuracy-\(metric.replacing("_", with: "-"))",
            title: "Accuracy and \(style.shortTitle)",
            caption: "Each point is a model. \(isLower ? "Lower right" : "Upper right") is best.",
            view: view)
        }
      }
    })

  private static func view(of metric: String, _ named: NamedEntries) -> VegaLite.View? {
    let style = MetricStyle(id: metric)
    let rows: [[String: VegaLite.Value]] = named.entries.indices.compactMap { index in
      let row = named.entries[index].row
      guard let accuracy = row.metrics["accuracy"], let value = row.metrics[metric] else {
        return nil
      }
      return [
        "subject": .text(named.subjects[index]), "kind": .text(named.rescalings[index]),
        "accuracy": .rounded(accuracy), "value": .rounded(value),
      ]
    }
    guard rows.count > 1 else { return nil }
    let kinds = named.rescalings.enumerated()
      .filter { named.rescalings.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    let format = style.isFraction ? ".2%" : ".4f"
    return VegaLite.View(
      width: 520, height: 260, data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.point).with {
        $0.size = 90
        $0.strokeWidth = 2
      },
      encoding: [
        .x: .number("accuracy", title: "Accuracy", scale: .tight, axis: .finePercent),
        .y: .number(
          "value", title: style.shortTitle, scale: .tight,
          axis: style.isFraction ? .finePercent : nil),
        .color: .name("subject", order: named.uniqueSubjects, legend: .below()),
        .shape: .name("kind", order: kinds, legend: .below()),
        .tooltip: .tooltip([
          .name("subject", "Subject"), .name("kind", "Confidences"),
          .number("accuracy", "Accuracy", ".2%"), .number("value", style.shortTitle, format),
        ]),
      ])
  }
}
