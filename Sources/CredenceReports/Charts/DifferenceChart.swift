import CredenceEvaluation

extension ChartDescriptor<ComparisonReport> {
  /// The difference of every pair with its interval: a forest plot per metric.
  static let differences = Self(
    id: "differences", title: "Differences",
    make: { report in
      report.metricIDs.compactMap { metric in
        let pairs = report.pairs.filter { $0.metric == metric && $0.difference.isFinite }
        guard !pairs.isEmpty else { return nil }
        let style = MetricStyle(id: metric)
        let better = report.lowerIsBetter(metric) ? "Left" : "Right"
        return Chart(
          id: "differences-\(metric.replacing("_", with: "-"))",
          title: "Differences in \(style.shortTitle)",
          caption:
            "First model minus second, with its 95 % interval. \(better) of zero the first is better. "
            + "The tests are corrected for their number (Holm).",
          view: view(pairs, report, style))
      }
    })

  private static func view(
    _ pairs: [PairwiseComparison], _ report: ComparisonReport, _ style: MetricStyle
  ) -> VegaLite.View {
    let names = pairs.map { "\($0.first) − \($0.second)" }
    let rows: [[String: VegaLite.Value]] = zip(names, pairs).map { name, pair in
      let ends =
        pair.interval.count == 2 ? pair.interval : [pair.difference, pair.difference]
      return [
        "pair": .text(name), "difference": .rounded(pair.difference), "low": .rounded(ends[0]),
        "high": .rounded(ends[1]), "test": .text(pair.testTitle),
        "p": .rounded(pair.adjustedPValue),
        "verdict": .text(report.isSignificant(pair) ? "differs" : "may be noise"),
      ]
    }
    let format = style.isFraction ? "+.2%" : "+.4f"
    let axis = VegaLite.Axis(format: style.isFraction ? "+~%" : "+~g")
    var nameAxis = VegaLite.Axis()
    nameAxis.labelLimit = 260
    let pair = VegaLite.Encoding.name(
      "pair", title: "", order: names, axis: nameAxis, scaleType: "point")
    let verdict = VegaLite.Encoding.name(
      "verdict", order: ["differs", "may be noise"], legend: .below())
    let tooltip = VegaLite.Encoding.tooltip([
      .name("pair", "Pair"), .number("difference", "Difference", format),
      .number("low", "Interval from", format), .number("high", "to", format),
      .name("test", "Test"), .number("p", "p after correction", ".4f"),
    ])
    let title = "Difference in \(style.shortTitle)"
    let zero = VegaLite.View(
      data: VegaLite.Data([[:]]), mark: VegaLite.Mark(.rule, style: "reference"),
      encoding: [.x: .datum(.number(0))])
    let intervals = VegaLite.View(
      mark: VegaLite.Mark(.rule).with { $0.strokeWidth = 3 },
      encoding: [
        .x: .number("low", title: title, axis: axis), .x2: .end("high"), .y: pair,
        .color: verdict, .tooltip: tooltip,
      ])
    let dots = VegaLite.View(
      mark: VegaLite.Mark(.point).with {
        $0.filled = true
        $0.size = 90
        $0.opacity = 1
      },
      encoding: [
        .x: .number("difference", title: title, axis: axis), .y: pair, .color: verdict,
        .shape: verdict, .tooltip: tooltip,
      ])
    return VegaLite.View(
      width: 520, height: 40 + 26 * pairs.count, data: VegaLite.Data(rows),
      layer: [zero, intervals, dots])
  }
}
