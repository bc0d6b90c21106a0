import CredenceEvaluation

extension ChartDescriptor<ScoreReport> {
  /// Accuracy and mean confidence of each class.
  static let classScatter = Self(
    id: "classes", title: "Classes",
    make: { report in
      let named = NamedEntries(report)
      return named.entries.indices.compactMap { index in
        let classes = named.entries[index].diagnostics.classes
        guard classes.count > 1 else { return nil }
        return Chart(
          id: "classes-\(index + 1)",
          title: "Accuracy and confidence per class: \(named.names[index])",
          caption:
            "Each point is a true class, its size the number of samples. Above the diagonal, the model is more "
            + "confident on the class than it is right.",
          subject: named.subjects[index], view: view(classes))
      }
    })

  private static func view(_ classes: [ClassRow]) -> VegaLite.View {
    let rows: [[String: VegaLite.Value]] = classes.map { row in
      [
        "name": .text(row.name), "index": .count(row.index), "samples": .count(row.samples),
        "accuracy": .rounded(row.accuracy), "confidence": .rounded(row.meanConfidence),
        "gap": .rounded(row.gap),
      ]
    }
    let values = classes.flatMap { [$0.accuracy, $0.meanConfidence] }
    let isProbability = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    // Both axes show the same range, so that the diagonal means something.
    let lower = max(0, ((values.min() ?? 0) * 10 - 0.2).rounded(.down) / 10)
    let upper = min(1, ((values.max() ?? 1) * 10 + 0.2).rounded(.up) / 10)
    let scale = VegaLite.Scale(lower, upper)
    var points = VegaLite.View(
      data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.point, style: "first").with {
        $0.filled = true
        $0.opacity = 0.55
      },
      encoding: [
        .x: .number(
          "accuracy", title: "Accuracy", scale: isProbability ? scale : .unit, axis: .percent),
        .y: .number(
          "confidence", title: "Mean confidence", scale: isProbability ? scale : .tight,
          axis: isProbability ? .percent : nil),
        .tooltip: .tooltip([
          .name("name", "Class"), .number("index", "Index", "d"),
          .number("samples", "Samples", ",d"), .number("accuracy", "Accuracy", ".2%"),
          .number("confidence", "Mean confidence", isProbability ? ".2%" : ".4f"),
          .number("gap", "Confidence − accuracy", isProbability ? "+.2%" : "+.4f"),
        ]),
      ])
    let counts = classes.map(\.samples)
    if let smallest = counts.min(), let largest = counts.max(), smallest < largest {
      var legend = VegaLite.Legend.below(title: "Samples", columns: 3)
      legend.values = Set([smallest, (smallest + largest) / 2, largest]).sorted().map(Double.init)
      var size = VegaLite.Scale()
      size.range = .sizes([12, 160])
      points.encoding?[.size] = .field(
        VegaLite.Field(field: "samples", type: .quantitative, scale: size, legend: legend))
    }
    return VegaLite.View(
      width: 520, height: 320,
      layer: isProbability ? [.diagonal(in: scale, from: lower, to: upper), points] : [points])
  }
}
