public import CredenceEvaluation
import CredenceMetrics

extension ChartDescriptor<DetectionReport> {
  /// Every chart of `credence detect`, in the order of the page.
  public static let all: [Self] = [.overview, .roc, .scores]
}

extension DetectionReport {
  /// Every chart that this report has the numbers for.
  public var charts: [Chart] {
    ChartDescriptor<DetectionReport>.all.flatMap { $0.make(self) } + (scores?.report.charts ?? [])
  }

  /// The methods with results, by falling mean AUROC.
  fileprivate var ranked: [(method: DetectedMethod, area: Double)] {
    methods.filter { $0.unavailable.isEmpty }.map { method in
      let areas = entries.filter { $0.row.confidence == method.id }
        .compactMap { $0.row.metrics["auroc"] }
      return (method, areas.reduce(0, +) / Double(max(areas.count, 1)))
    }
    .sorted { $0.area > $1.area }
  }

  fileprivate var setNames: [String] { inputs.filter { $0.role == .outliers }.map(\.name) }
}

extension ChartDescriptor<DetectionReport> {
  /// The methods whose curves and histograms are drawn.
  private static let shownCount = 6

  /// A point per method and outlier set.
  static let overview = Self(
    id: "detection-overview", title: "AUROC of every method",
    make: { report in
      let ranked = report.ranked
      guard !ranked.isEmpty else { return [] }
      let rows = report.entries.map { entry -> [String: VegaLite.Value] in
        let ends = entry.row.intervals["auroc"].flatMap { $0.count == 2 ? $0 : nil }
        return [
          "method": .text(entry.row.confidence), "set": .text(entry.row.dataset),
          "auroc": .rounded(entry.row.metrics["auroc"] ?? .nan),
          "interval": .text(ends.map { MetricStyle(id: "auroc").text($0) } ?? "–"),
        ]
      }
      var axis = VegaLite.Axis()
      axis.grid = true
      axis.labelLimit = 180
      return [
        Chart(
          id: "detection-overview", title: "AUROC by method",
          caption:
            "A mark per outlier set, methods by their mean. Right is best; 50 % is chance.",
          view: VegaLite.View(
            width: 480, height: max(80, 22 * ranked.count), data: VegaLite.Data(rows),
            mark: VegaLite.Mark(.point).with {
              $0.size = 60
              $0.strokeWidth = 1.8
            },
            encoding: [
              .x: .number("auroc", title: "AUROC", scale: .tight, axis: .finePercent),
              .y: .field(
                VegaLite.Field(
                  field: "method", type: .nominal, title: "", axis: axis,
                  sort: .order(ranked.map(\.method.id)))),
              .color: .name("set", order: report.setNames, legend: .below()),
              .shape: .name("set", order: report.setNames, legend: .below()),
              .tooltip: .tooltip([
                .name("method", "Method"), .name("set", "Outliers"),
                .number("auroc", "AUROC", ".2%"), .name("interval", "95 % interval"),
              ]),
            ]))
      ]
    })

  /// The curves of the best methods, one chart per outlier set.
  static let roc = Self(
    id: "detection-roc", title: "ROC of the best methods",
    make: { report in
      let methods = report.ranked.prefix(shownCount).map(\.method.id)
      return report.setNames.enumerated().compactMap { index, name in
        let rows = methods.flatMap { method -> [[String: VegaLite.Value]] in
          let entry = report.entries.first {
            $0.row.dataset == name && $0.row.confidence == method
          }
          return (entry?.roc ?? []).enumerated().map { step, point in
            [
              "step": .count(step), "method": .text(method),
              "fpr": .rounded(point.falsePositiveRate), "tpr": .rounded(point.truePositiveRate),
            ]
          }
        }
        guard !rows.isEmpty else { return nil }
        let curves = VegaLite.View(
          data: VegaLite.Data(rows), mark: VegaLite.Mark(.line).with { $0.strokeWidth = 2 },
          encoding: [
            .x: .number("fpr", title: "Outliers accepted", scale: .unit, axis: .percent),
            .y: .number(
              "tpr", title: "In-distribution samples accepted", scale: .unit, axis: .percent),
            .color: .name("method", order: Array(methods), legend: .below(columns: 3)),
            .order: .number("step"),
            .tooltip: .tooltip([
              .name("method", "Method"), .number("fpr", "Outliers accepted", ".2%"),
              .number("tpr", "In-distribution accepted", ".2%"),
            ]),
          ])
        return Chart(
          id: "detection-roc-\(index + 1)", title: "ROC against \(name)",
          caption:
            "Every threshold accepts a share of the outliers (to the right) and of the in-distribution "
            + "samples (upwards). The diagonal is chance.",
          view: VegaLite.View(width: 520, height: 320, layer: [.diagonal, curves]))
      }
    })

  /// The uncertainties of both kinds, for the best methods on each outlier set.
  static let scores = Self(
    id: "detection-scores", title: "Uncertainties of the best methods",
    make: { report in
      let methods = report.ranked.prefix(shownCount).map(\.method)
      return report.setNames.enumerated().flatMap { set, name in
        methods.enumerated().compactMap { index, method -> Chart? in
          guard
            let entry = report.entries.first(where: {
              $0.row.dataset == name && $0.row.confidence == method.id
            })
          else { return nil }
          return Chart(
            id: "detection-scores-\(set + 1)-\(index + 1)", title: "\(method.title): \(name)",
            caption:
              "The share of the in-distribution samples, and of the outliers, at each uncertainty.",
            view: histogram(entry.histogram))
        }
      }
    })

  private static func histogram(_ bins: [HistogramBin]) -> VegaLite.View {
    let inliers = max(1, bins.reduce(0) { $0 + $1.correct })
    let outliers = max(1, bins.reduce(0) { $0 + $1.wrong })
    let rows = bins.flatMap { bin -> [[String: VegaLite.Value]] in
      [("in-distribution", bin.correct, inliers), ("outliers", bin.wrong, outliers)].map {
        kind, count, total in
        // Confidences are minus the uncertainties.
        [
          "kind": .text(kind), "lower": .rounded(-bin.upper), "upper": .rounded(-bin.lower),
          "count": .count(count), "share": .rounded(Double(count) / Double(total)),
        ]
      }
    }
    return VegaLite.View(
      width: 520, height: 200, data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.bar).with { $0.opacity = 0.6 },
      encoding: [
        .x: .binEdge("lower", title: "Uncertainty", scale: .tight),
        .x2: .end("upper"),
        .y: .number("share", title: "Share of each kind", axis: .finePercent, stack: .null),
        .color: .name("kind", order: ["in-distribution", "outliers"], legend: .below()),
        .tooltip: .tooltip([
          .name("kind", "Samples"), .number("lower", "Uncertainty from", ".4~g"),
          .number("upper", "to", ".4~g"), .number("count", "Samples", ",d"),
          .number("share", "Share of its kind", ".2%"),
        ]),
      ])
  }
}
