import CredenceEvaluation

extension ChartDescriptor<ScoreReport> {
  /// Severity curves of the metrics that tell most, one below the other, and error rates by corruption.
  static let shift = Self(
    id: "shift", title: "Distribution shift",
    make: { report in report.shifts.indices.flatMap { shiftCharts(of: report, $0) } })

  /// The charts of one corruption tree.
  static func shiftCharts(of report: ScoreReport, _ index: Int) -> [Chart] {
    let suffix = report.shifts.count > 1 ? "-\(index + 1)" : ""
    let curves = ShiftCurves(report.shifts[index])
    return [
      curves.severityChart(id: "shift-severity\(suffix)"),
      curves.corruptionChart(id: "shift-corruptions\(suffix)"),
    ].compactMap { $0 }
  }
}

/// The models of a shift report as charts show them, before any rescaling.
private struct ShiftCurves {
  private let report: ShiftReport
  private let series: [ShiftReport.Series]
  private let names: [String]
  /// The models that have a color each; the others are thin.
  private let highlighted: [String]

  init(_ report: ShiftReport) {
    self.report = report
    let labels = ShiftNames(report).series
    let firsts = report.series.indices.filter {
      ["none", ""].contains(report.series[$0].rescaling)
    }
    let shown = firsts.isEmpty ? Array(report.series.indices) : firsts
    let names = shown.map { labels[$0] }
    series = shown.map { report.series[$0] }
    self.names = names
    guard names.count > ComparedCurves.limit else {
      highlighted = names
      return
    }
    // The best, the median and the worst by their errors.
    let errors = Dictionary(
      report.errors.map { ($0.model, $0.meanError.value ?? 1) }, uniquingKeysWith: { a, _ in a })
    let ranks = shown.map { errors[report.series[$0].model] ?? 1 }
    let order = names.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    highlighted = [0, order.count / 2, order.count - 1].map { names[order[$0]] }
  }

  func severityChart(id: String) -> Chart? {
    let metrics = ShiftTable.metrics.filter(report.metricIDs.contains)
    let views = metrics.enumerated().compactMap { index, metric in
      view(of: metric, isLast: index == metrics.count - 1)
    }
    guard !views.isEmpty else { return nil }
    var stack = VegaLite.View(vconcat: views)
    stack.spacing = 14
    let others =
      highlighted.count < names.count
      ? " Of \(names.count) models the best, the median and the worst by their errors stand out."
      : ""
    return Chart(
      id: id, title: "Severity curves on \(report.dataset)",
      caption:
        "Each metric averaged over \(NumberText.count(report.corruptions.count, "corruption")), by the severity of the "
        + "corruption; 0 is without any.\(others)",
      view: stack)
  }

  private func view(of metric: String, isLast: Bool) -> VegaLite.View? {
    let style = MetricStyle(id: metric)
    var rows: [[String: VegaLite.Value]] = []
    var thin: [[String: VegaLite.Value]] = []
    for (series, name) in zip(series, names) {
      let isThin = !highlighted.contains(name)
      let values =
        [(0, series.cleanValue(of: metric))]
        + report.severities.map { ($0, report.mean(of: metric, series, severity: $0)) }
      for (severity, value) in values {
        guard let value = value.value else { continue }
        let row: [String: VegaLite.Value] = [
          "model": .text(name), "severity": .count(severity), "value": .rounded(value),
        ]
        if isThin { thin.append(row) } else { rows.append(row) }
      }
    }
    guard !rows.isEmpty else { return nil }
    var axis = VegaLite.Axis(format: "d")
    axis.tickMinStep = 1
    axis.values = ([0] + report.severities).map(Double.init)
    axis.labels = isLast
    let format = style.isFraction ? ".2%" : ".4f"
    let encoding: [VegaLite.Channel: VegaLite.Encoding] = [
      .x: .number(
        "severity", title: isLast ? "Severity" : "",
        scale: VegaLite.Scale(0, Double(report.severities.last ?? 1)), axis: axis),
      .y: .number(
        "value", title: style.shortTitle, scale: .tight,
        axis: style.isFraction ? .finePercent : nil),
      .tooltip: .tooltip([
        .name("model", "Model"), .number("severity", "Severity", "d"),
        .number("value", style.shortTitle, format),
      ]),
    ]
    var layers: [VegaLite.View] = []
    if !thin.isEmpty {
      var encoding = encoding
      encoding[.detail] = .field(VegaLite.Field(field: "model", type: .nominal))
      layers.append(
        VegaLite.View(
          data: VegaLite.Data(thin),
          mark: VegaLite.Mark(.line, style: "frame").with {
            $0.strokeWidth = 0.8
            $0.opacity = 0.4
          }, encoding: encoding))
    }
    var colored = encoding
    colored[.color] = .name("model", order: highlighted, legend: .below())
    colored[.strokeDash] = .dashes("model", order: highlighted, legend: .below())
    layers.append(
      VegaLite.View(
        data: VegaLite.Data(rows),
        mark: VegaLite.Mark(.line).with {
          $0.strokeWidth = 2
          $0.point = true
        }, encoding: colored))
    return VegaLite.View(width: 460, height: 130, layer: layers)
  }

  /// One row per corruption, one point per model; nil for more models than colors can tell apart.
  func corruptionChart(id: String) -> Chart? {
    let errors = report.errors
    guard errors.count <= ComparedCurves.limit, report.corruptions.count > 1 else { return nil }
    var rows: [[String: VegaLite.Value]] = []
    for model in errors {
      for corruption in model.corruptions {
        guard let error = corruption.error.value else { continue }
        let ce = corruption.corruptionError.value.map(NumberText.percent)
        rows.append([
          "model": .text(model.model), "corruption": .text(corruption.name),
          "error": .rounded(error), "ce": .text(ce ?? "–"),
        ])
      }
    }
    guard !rows.isEmpty else { return nil }
    let models = errors.map(\.model)
    var axis = VegaLite.Axis()
    axis.grid = true
    axis.labelLimit = 180
    return Chart(
      id: id, title: "Error rates by corruption on \(report.dataset)",
      caption:
        "The top-1 error rate under each corruption, averaged over severities. Left is best.",
      view: VegaLite.View(
        width: 400, height: max(80, 22 * report.corruptions.count), data: VegaLite.Data(rows),
        mark: VegaLite.Mark(.point).with {
          $0.size = 60
          $0.strokeWidth = 1.8
        },
        encoding: [
          .x: .number("error", title: "Top-1 error", scale: .tight, axis: .finePercent),
          .y: .field(
            VegaLite.Field(
              field: "corruption", type: .nominal, title: "", axis: axis,
              sort: .order(report.corruptions))),
          .color: .name("model", order: models, legend: .below()),
          .shape: .name("model", order: models, legend: .below()),
          .tooltip: .tooltip([
            .name("model", "Model"), .name("corruption", "Corruption"),
            .number("error", "Top-1 error", ".2%"), .name("ce", "CE"),
          ]),
        ]))
  }
}
