import CredenceEvaluation
import CredenceMetrics

/// The curves over coverage of several subjects before any rescaling, as the 523-model study draws them: the areas between
/// neighbors are shaded, and the legend has each one's AUROC, AURC and error.
///
/// Up to twelve subjects have a color each. Of more the best, the median and the worst by AURC have, and the others are thin.
///
/// - Note: Galil, Dabbah & El-Yaniv, ICLR 2023, arXiv:2302.11874.
struct ComparedCurves {
  /// The most subjects that can be told apart in one chart.
  static let limit = 12

  private struct Curve {
    let subject: String
    let points: [RiskCoveragePoint]
    /// What the curves are sorted by: AURC, or the mean of the points where it is missing.
    let area: Double
    let numbers: String
    /// The name in the legend.
    var label = ""
  }

  private let value: KeyPath<RiskCoveragePoint, Double>
  /// From the smallest area to the largest.
  private let highlighted: [Curve]
  private let others: [Curve]

  /// How to read the colors and the numbers, in words.
  var reading: String {
    let numbers = "The legend has AUROC × 100, AURC × 1000 and the error of all predictions."
    guard !others.isEmpty else {
      return "The areas between the curves of neighbors by AURC are shaded. \(numbers)"
    }
    let count = highlighted.count + others.count
    return "Of \(count) models the best, the median and the worst by AURC stand out. \(numbers)"
  }

  /// The curves of a report; nil where fewer than two subjects have one.
  init?(_ report: ScoreReport, value: KeyPath<RiskCoveragePoint, Double>) {
    let named = NamedEntries(report)
    var seen = Set<String>()
    var curves: [Curve] = []
    for (subject, entry) in zip(named.subjects, named.entries)
    where !entry.diagnostics.riskCoverage.isEmpty && seen.insert(subject).inserted {
      let points = entry.diagnostics.riskCoverage
      let mean = points.reduce(0) { $0 + $1.risk } / Double(points.count)
      curves.append(
        Curve(
          subject: subject, points: points, area: entry.row.metrics["aurc"] ?? mean,
          numbers: Self.numbers(entry.row)))
    }
    guard curves.count > 1 else { return nil }
    curves.sort { ($0.area, $0.subject) < ($1.area, $1.subject) }
    self.value = value
    guard curves.count > Self.limit else {
      highlighted = curves.map { curve in
        var curve = curve
        curve.label = Self.label(curve.subject, curve.numbers)
        return curve
      }
      others = []
      return
    }
    let places = [("best", 0), ("median", curves.count / 2), ("worst", curves.count - 1)]
    highlighted = places.map { name, place in
      var curve = curves[place]
      curve.label = Self.label("\(name), \(curve.subject)", curve.numbers)
      return curve
    }
    others = curves.indices.filter { index in !places.contains { $0.1 == index } }
      .map { curves[$0] }
  }

  private static func label(_ name: String, _ numbers: String) -> String {
    numbers.isEmpty ? name : "\(name): \(numbers)"
  }

  /// Such as `AUROC 88.49, AURC 26.48, error 13.20 %`; without what is missing.
  private static func numbers(_ row: ResultRow) -> String {
    func text(_ metric: String, _ text: (Double) -> String) -> String? {
      row.metrics[metric].flatMap { $0.isFinite ? text($0) : nil }
    }
    let parts = [
      text("auroc") { "AUROC \(NumberText.fixed(100 * $0, 2))" },
      text("aurc") { "AURC \(NumberText.fixed(1000 * $0, 2))" },
      text("accuracy") { "error \(NumberText.percent(1 - $0))" },
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }

  func view(title: String, interpolate: String) -> VegaLite.View {
    let labels = highlighted.map(\.label)
    var layers: [VegaLite.View] = []
    if !others.isEmpty { layers.append(thinLines(title: title)) }
    layers.append(shades(labels, interpolate: interpolate))
    layers.append(lines(labels, title: title, interpolate: interpolate))
    return VegaLite.View(width: 520, height: 340, layer: layers)
  }

  // MARK: - Layers

  private func x() -> VegaLite.Encoding {
    .number("coverage", title: "Coverage (share accepted)", scale: .unit, axis: .percent)
  }

  private func color(_ labels: [String]) -> VegaLite.Encoding {
    .name("label", order: labels, legend: Self.legend)
  }

  private static let legend: VegaLite.Legend = {
    var legend = VegaLite.Legend.below(columns: 1)
    legend.labelLimit = 520
    legend.symbolType = "stroke"
    // Else the symbols are as pale as the shades.
    legend.symbolOpacity = 1
    legend.symbolStrokeWidth = 2
    return legend
  }()

  private func lines(_ labels: [String], title: String, interpolate: String) -> VegaLite.View {
    let rows: [[String: VegaLite.Value]] = highlighted.flatMap { curve in
      curve.points.map { point in
        [
          "label": .text(curve.label), "subject": .text(curve.subject),
          "coverage": .rounded(point.coverage), "value": .rounded(point[keyPath: value]),
          "threshold": .rounded(point.threshold),
        ]
      }
    }
    var view = VegaLite.View(
      data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.line).with {
        $0.interpolate = interpolate
        $0.strokeWidth = 2
        $0.clip = true
      },
      encoding: [
        .x: x(), .y: .number("value", title: title, axis: .finePercent), .color: color(labels),
        .strokeDash: dashes(labels),
        .opacity: .field(
          VegaLite.Field(
            value: .number(0.12), condition: .init(param: "picked", value: .number(1)))),
        .tooltip: .tooltip([
          .name("subject", "Model"), .number("coverage", "Coverage", ".2%"),
          .number("value", title, ".3%"),
          .number("threshold", "Lowest confidence accepted", ".4f"),
        ]),
      ])
    view.params = [
      VegaLite.Parameter(
        name: "picked", select: .init(type: "point", fields: ["label"]), bind: "legend")
    ]
    return view
  }

  /// Solid for the first eight; the colors repeat then, and the lines are broken.
  private func dashes(_ labels: [String]) -> VegaLite.Encoding {
    var scale = VegaLite.Scale()
    scale.domain = labels.map { .text($0) }
    scale.range = .dashes(
      labels.indices.map { $0 < ChartTheme.light.series.count ? [1, 0] : [6, 3] })
    return .field(
      VegaLite.Field(
        field: "label", type: .nominal, scale: scale, legend: Self.legend, sort: .order(labels)))
  }

  /// The area from each curve down to its neighbor with the smaller area, in the color of the upper.
  private func shades(_ labels: [String], interpolate: String) -> VegaLite.View {
    let steps = 100
    var rows: [[String: VegaLite.Value]] = []
    for (lower, upper) in zip(highlighted, highlighted.dropFirst()) {
      let (low, high) = (sampled(lower, steps), sampled(upper, steps))
      rows += low.indices.map { index in
        [
          "label": .text(upper.label), "coverage": .rounded(low[index].coverage),
          "value": .rounded(high[index].value), "lower": .rounded(low[index].value),
        ]
      }
    }
    return VegaLite.View(
      data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.area).with {
        $0.interpolate = interpolate
        $0.opacity = 0.16
        $0.clip = true
      },
      encoding: [
        .x: x(), .y: .number("value", stack: .null), .y2: .end("lower"), .color: color(labels),
      ])
  }

  private func thinLines(title: String) -> VegaLite.View {
    let rows: [[String: VegaLite.Value]] = others.flatMap { curve in
      sampled(curve, 50).map { point in
        [
          "subject": .text(curve.subject), "numbers": .text(curve.numbers),
          "coverage": .rounded(point.coverage), "value": .rounded(point.value),
        ]
      }
    }
    return VegaLite.View(
      data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.line, style: "frame").with {
        $0.strokeWidth = 0.8
        $0.opacity = 0.4
        $0.clip = true
      },
      encoding: [
        .x: x(), .y: .number("value", title: title, axis: .finePercent),
        .detail: .field(VegaLite.Field(field: "subject", type: .nominal)),
        .tooltip: .tooltip([
          .name("subject", "Model"), .name("numbers", "Whole curve"),
          .number("coverage", "Coverage", ".2%"), .number("value", title, ".3%"),
        ]),
      ])
  }

  /// A curve at equally spaced coverages up to 1: at each the first point that accepts as many.
  private func sampled(_ curve: Curve, _ steps: Int) -> [(coverage: Double, value: Double)] {
    var place = 0
    return (1...steps).map { step in
      let coverage = Double(step) / Double(steps)
      while place < curve.points.count - 1, curve.points[place].coverage < coverage - 1e-9 {
        place += 1
      }
      return (coverage, curve.points[place][keyPath: value])
    }
  }
}
