import CredenceEvaluation

extension ChartDescriptor<ScoreReport> {
  /// Accuracy over confidence, with the number of samples below.
  static let reliability = Self(
    id: "reliability", title: "Reliability diagram",
    make: { report in
      let named = NamedEntries(report)
      return named.entries.indices.compactMap { index in
        let bins = named.entries[index].diagnostics.reliability
        guard bins.contains(where: { $0.count > 0 }) else { return nil }
        return Chart(
          id: "reliability-\(index + 1)", title: "Reliability: \(named.names[index])",
          caption:
            "Predictions grouped by confidence: how many of each group are right. On the diagonal, confidence "
            + "and accuracy agree; below it the model is overconfident. The band is the interval of the accuracy, "
            + "the bars count the samples.",
          subject: named.subjects[index], view: view(bins))
      }
    })

  private static func view(_ bins: [ReliabilityBin]) -> VegaLite.View {
    let rows: [[String: VegaLite.Value]] = bins.filter { $0.count > 0 }.map { bin in
      let ends =
        bin.accuracyInterval.count == 2 ? bin.accuracyInterval : [bin.accuracy, bin.accuracy]
      return [
        "lower": .rounded(bin.lower), "upper": .rounded(bin.upper), "count": .count(bin.count),
        "confidence": .rounded(bin.meanConfidence), "accuracy": .rounded(bin.accuracy),
        "low": .rounded(ends[0]), "high": .rounded(ends[1]),
        "gap": .rounded(bin.meanConfidence - bin.accuracy),
      ]
    }
    let tooltip = VegaLite.Encoding.tooltip([
      .number("lower", "Confidence above", ".3f"), .number("upper", "up to", ".3f"),
      .number("count", "Samples", ",d"), .number("confidence", "Mean confidence", ".2%"),
      .number("accuracy", "Accuracy", ".2%"), .number("low", "Interval from", ".2%"),
      .number("high", "to", ".2%"), .number("gap", "Confidence − accuracy", "+.2%"),
    ])
    var axis = VegaLite.Axis.percent
    axis.minExtent = 48
    let accuracy = VegaLite.Encoding.number("accuracy", title: "Accuracy", scale: .unit, axis: axis)
    let confidence = VegaLite.Encoding.number(
      "confidence", title: "Confidence", scale: .unit, axis: .percent)
    let band = VegaLite.View(
      mark: VegaLite.Mark(.area, style: "first").with {
        $0.opacity = 0.22
        $0.strokeWidth = 0
      },
      encoding: [
        .x: confidence, .y: .number("low", title: "Accuracy", scale: .unit, axis: axis),
        .y2: .end("high"),
      ])
    let whiskers = VegaLite.View(
      mark: VegaLite.Mark(.rule, style: "first").with { $0.strokeWidth = 1.5 },
      encoding: [
        .x: confidence, .y: .number("low", title: "Accuracy", scale: .unit, axis: axis),
        .y2: .end("high"),
      ])
    let line = VegaLite.View(
      mark: VegaLite.Mark(.line, style: "first").with { $0.strokeWidth = 2 },
      encoding: [.x: confidence, .y: accuracy])
    let points = VegaLite.View(
      mark: VegaLite.Mark(.point, style: "first").with {
        $0.filled = true
        $0.size = 48
        $0.opacity = 1
      },
      encoding: [.x: confidence, .y: accuracy, .tooltip: tooltip])
    let diagram = VegaLite.View(
      width: 520, height: 280, layer: [.diagonal, band, whiskers, line, points])

    var countAxis = VegaLite.Axis(format: "~s")
    countAxis.tickCount = 3
    countAxis.minExtent = 48
    let counts = VegaLite.View(
      width: 520, height: 70,
      mark: VegaLite.Mark(.bar, style: "first").with { $0.opacity = 0.75 },
      encoding: [
        .x: .binEdge("lower", title: "Confidence", scale: .unit, axis: .percent),
        .x2: .end("upper"),
        .y: .number("count", title: "Samples", axis: countAxis), .tooltip: tooltip,
      ])
    var view = VegaLite.View(data: VegaLite.Data(rows), vconcat: [diagram, counts])
    view.spacing = 12
    return view
  }
}
