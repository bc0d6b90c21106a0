import CredenceEvaluation
import CredenceMetrics

extension ChartDescriptor<ScoreReport> {
  /// Whether more accurate models are also the more trustworthy ones; one chart per metric, from two models on.
  ///
  /// Many models share the color and shape of their family, and are shown before rescaling only.
  static let accuracyAndMetrics = Self(
    id: "accuracy-and-metrics", title: "Accuracy and the other metrics",
    make: { report in
      let named = NamedEntries(report)
      let subjects = named.uniqueSubjects
      guard subjects.count > 1 else { return [] }
      let isLarge = subjects.count > ComparedCurves.limit
      let families = isLarge ? ModelFamilies(report.entries.map(\.row.model)) : nil
      return MetricStyle.key.filter { $0 != "accuracy" }.compactMap { metric in
        view(of: metric, named, subjects: subjects, families).map { view in
          let style = MetricStyle(id: metric)
          let isLower = report.columns.first { $0.id == metric }?.direction == .lowerIsBetter
          let points =
            isLarge
            ? "Each point is a model before rescaling, its color and shape that of its family."
            : "Each point is a model."
          return Chart(
            id: "accuracy-\(metric.replacing("_", with: "-"))",
            title: "Accuracy and \(style.shortTitle)",
            caption: "\(points) \(isLower ? "Lower right" : "Upper right") is best.", view: view)
        }
      }
    })

  private static func view(
    of metric: String, _ named: NamedEntries, subjects: [String], _ families: ModelFamilies?
  ) -> VegaLite.View? {
    let style = MetricStyle(id: metric)
    var seen = Set<String>()
    let rows: [[String: VegaLite.Value]] = named.entries.indices.compactMap { index in
      let row = named.entries[index].row
      guard families == nil || seen.insert(named.subjects[index]).inserted,
        let accuracy = row.metrics["accuracy"], let value = row.metrics[metric]
      else { return nil }
      return [
        "subject": .text(named.subjects[index]), "kind": .text(named.rescalings[index]),
        "family": .text(families?.name(of: row.model) ?? ""), "accuracy": .rounded(accuracy),
        "value": .rounded(value),
      ]
    }
    guard rows.count > 1 else { return nil }
    let kinds = named.rescalings.enumerated()
      .filter { named.rescalings.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    let format = style.isFraction ? ".2%" : ".4f"
    var view = VegaLite.View(
      width: 520, height: families == nil ? 260 : 340, data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.point).with {
        $0.size = families == nil ? 90 : 45
        $0.strokeWidth = families == nil ? 2 : 1.4
      },
      encoding: [
        .x: .number("accuracy", title: "Accuracy", scale: .tight, axis: .finePercent),
        .y: .number(
          "value", title: style.shortTitle, scale: .tight,
          axis: style.isFraction ? .finePercent : nil),
        .color: .name("subject", order: subjects, legend: .below()),
        .shape: .name("kind", order: kinds, legend: .below()),
        .tooltip: .tooltip([
          .name("subject", "Subject"), .name("kind", "Confidences"),
          .number("accuracy", "Accuracy", ".2%"), .number("value", style.shortTitle, format),
        ]),
      ])
    if let families {
      let legend = VegaLite.Legend.below(columns: 4)
      view.encoding?[.color] = .name("family", order: families.names, legend: legend)
      view.encoding?[.shape] = .name("family", order: families.names, legend: legend)
      view.encoding?[.opacity] = .field(
        VegaLite.Field(value: .number(0.1), condition: .init(param: "picked", value: .number(0.9))))
      view.params = [
        VegaLite.Parameter(
          name: "picked", select: .init(type: "point", fields: ["family"]), bind: "legend")
      ]
    }
    return view
  }
}
