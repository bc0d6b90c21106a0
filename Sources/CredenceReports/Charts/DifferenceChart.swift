import CredenceEvaluation

extension ChartDescriptor<ComparisonReport> {
  /// The difference of every pair with its interval: a forest plot per metric.
  static let differences = Self(
    id: "differences", title: "Differences",
    make: { report in report.models.count == 2 ? ofOnePair(report) : ofEachMetric(report) })

  /// A chart per metric, a row per pair.
  private static func ofEachMetric(_ report: ComparisonReport) -> [Chart] {
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
        view: view(
          rows: pairs.map { pair in
            let verdict = report.isSignificant(pair) ? "differs" : "may be noise"
            return Row(name: "\(pair.first) − \(pair.second)", pair: pair, verdict: verdict)
          }, verdicts: ["differs", "may be noise"], title: "Difference in \(style.shortTitle)",
          isFraction: style.isFraction))
    }
  }

  /// Two models: a row per metric, fractions apart from other numbers.
  private static func ofOnePair(_ report: ComparisonReport) -> [Chart] {
    let (first, second) = (report.models[0].model, report.models[1].model)
    let verdicts = ["\(first) is better", "\(second) is better", "may be noise"]
    return [true, false].compactMap { isFraction in
      let pairs = report.pairs.filter { pair in
        MetricStyle(id: pair.metric).isFraction == isFraction && pair.difference.isFinite
      }
      guard !pairs.isEmpty else { return nil }
      let rows = pairs.map { pair in
        let isLower = report.lowerIsBetter(pair.metric)
        let winner = (pair.difference < 0) == isLower ? pair.first : pair.second
        return Row(
          name: MetricStyle(id: pair.metric).shortTitle, pair: pair,
          verdict: report.isSignificant(pair) ? "\(winner) is better" : verdicts[2])
      }
      return Chart(
        id: isFraction ? "differences" : "differences-other",
        title: isFraction ? "Differences" : "Differences of other numbers",
        caption:
          "\(first) minus \(second), with 95 % intervals. An interval that crosses zero may be noise.",
        view: view(
          rows: rows, verdicts: verdicts,
          title: isFraction ? "Difference (percentage points as %)" : "Difference",
          isFraction: isFraction))
    }
  }

  /// One line of a forest plot.
  private struct Row {
    let name: String
    let pair: PairwiseComparison
    let verdict: String
  }

  private static func view(
    rows lines: [Row], verdicts: [String], title: String, isFraction: Bool
  ) -> VegaLite.View {
    let names = lines.map(\.name)
    let rows: [[String: VegaLite.Value]] = lines.map { line in
      let pair = line.pair
      let ends = pair.interval.count == 2 ? pair.interval : [pair.difference, pair.difference]
      return [
        "pair": .text(line.name), "difference": .rounded(pair.difference), "low": .rounded(ends[0]),
        "high": .rounded(ends[1]), "test": .text(pair.testTitle),
        "p": .rounded(pair.adjustedPValue), "verdict": .text(line.verdict),
      ]
    }
    let format = isFraction ? "+.2%" : "+.4f"
    let axis = VegaLite.Axis(format: isFraction ? "+~%" : "+~g")
    var nameAxis = VegaLite.Axis()
    nameAxis.labelLimit = 260
    let pair = VegaLite.Encoding.name(
      "pair", title: "", order: names, axis: nameAxis, scaleType: "point")
    let verdict = VegaLite.Encoding.name(
      "verdict", order: verdicts, legend: .below(columns: 1))
    let tooltip = VegaLite.Encoding.tooltip([
      .name("pair", "What"), .number("difference", "Difference", format),
      .number("low", "Interval from", format), .number("high", "to", format),
      .name("test", "Test"), .number("p", "p after correction", ".4f"),
    ])
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
      width: 520, height: 40 + 26 * lines.count, data: VegaLite.Data(rows),
      layer: [zero, intervals, dots])
  }
}
