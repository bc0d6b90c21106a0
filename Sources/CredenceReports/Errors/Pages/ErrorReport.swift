public import CredenceErrorAnalysis
import CredenceMetrics

/// What the mistakes of one or more models are made of: the values behind the page of `credence errors report`.
public struct ErrorReport: Sendable {
  /// The counts by model and group of classes.
  public let statistics: MistakeStatistics
  /// The mistakes that models were sure of, for models whose confidences are known.
  public let confident: [ConfidentMistakes]
  /// The classes' names.
  public let classes: ClassList
  /// Where the images are; nil where the page shows none.
  public var images: ImageFolder?
  /// How many of the surest unexplained mistakes are shown with their images.
  public var imageCount = 12
  /// What a reader should know, such as steps that were left out.
  public var notes: [String] = []

  public init(
    statistics: MistakeStatistics, confident: [ConfidentMistakes] = [], classes: ClassList
  ) {
    self.statistics = statistics
    self.confident = confident
    self.classes = classes
  }

  /// Every chart that the report has numbers for.
  public var charts: [Chart] {
    var charts = [budget(group: "all", id: "error-budget", isShare: false)]
    let groups = statistics.groups.map(\.name)
    if groups.count > 1 {
      charts +=
        statistics.groups.first.map { $0.rows.count == 1 } == true
        ? [budgetByGroup]
        : groups.filter { $0 != "all" }.map {
          budget(group: $0, id: "error-budget-\($0)", isShare: true)
        }
    }
    return charts.compactMap { $0 } + confident.enumerated().map(risks)
  }
}

extension ErrorReport {
  /// The colors of the kinds, from harmless to severe.
  private static let colors = [
    "#7fb8a4", "#2f8f6f", "#1f6fc5", "#8a5cf6", "#d99a1c", "#c27ba8", "#c8321f",
  ]

  private static func color(legend: VegaLite.Legend) -> VegaLite.Encoding {
    var scale = VegaLite.Scale()
    scale.domain = ErrorType.mistakes.map { .text($0.title) }
    scale.range = .names(colors)
    return .field(
      VegaLite.Field(
        field: "type", type: .nominal, scale: scale, legend: legend,
        sort: .order(ErrorType.mistakes.map(\.title))))
  }

  /// The mistakes of every model in a group, stacked by kind.
  private func budget(group name: String, id: String, isShare: Bool) -> Chart? {
    guard let group = statistics[group: name], group.rows.contains(where: { $0.groupErrors > 0 })
    else { return nil }
    let rows = group.rows.flatMap { row in self.rows(row, bar: row.model) }
    let title = ClassGroup(rawValue: name)?.title ?? name
    return Chart(
      id: id, title: "Error budget: \(title)",
      caption: isShare
        ? "The mistakes on images of \(title), by kind; all of a model are one whole. From harmless on the left to unexplained on the right."
        : "All top-1 mistakes of each model, by kind, from harmless on the left to unexplained on the right.",
      isWide: group.rows.count > 12,
      view: Self.bars(rows, bars: group.rows.map(\.model), isShare: isShare))
  }

  /// The mistakes of one model, a bar for each group.
  private var budgetByGroup: Chart? {
    var rows: [[String: VegaLite.Value]] = []
    var bars: [String] = []
    for group in statistics.groups {
      guard let row = group.rows.first, row.groupErrors > 0 else { continue }
      let title = ClassGroup(rawValue: group.name)?.title ?? group.name
      bars.append(title)
      rows += self.rows(row, bar: title)
    }
    guard !bars.isEmpty else { return nil }
    return Chart(
      id: "error-budget-groups", title: "Error budget by group of classes",
      caption:
        "The mistakes of each group by kind; all of a group are one whole. An image with labels of several groups counts in each.",
      view: Self.bars(rows, bars: bars, isShare: true))
  }

  private func rows(_ row: MistakeStatistics.Row, bar: String) -> [[String: VegaLite.Value]] {
    ErrorType.mistakes.enumerated().map { order, type in
      [
        "bar": .text(bar), "type": .text(type.title), "order": .count(order),
        "count": .count(row.mistakes[type]),
        "share": row.groupErrors == 0
          ? .null : .rounded(Double(row.mistakes[type]) / Double(row.groupErrors)),
      ]
    }
  }

  private static func bars(
    _ rows: [[String: VegaLite.Value]], bars: [String], isShare: Bool
  ) -> VegaLite.View {
    var names = VegaLite.Axis()
    names.labelLimit = 240
    names.ticks = false
    return VegaLite.View(
      width: 520, height: max(60, min(bars.count * 26, 2600)), data: VegaLite.Data(rows),
      mark: VegaLite.Mark(.bar),
      encoding: [
        .x: .number(
          isShare ? "share" : "count",
          title: isShare ? "Share of the mistakes" : "Mistakes", scale: isShare ? .unit : nil,
          axis: isShare ? .percent : nil, stack: .text("zero")),
        .y: .field(
          VegaLite.Field(
            field: "bar", type: .nominal, title: "", axis: names, sort: .order(bars))),
        .color: color(legend: .below(columns: 2)),
        .order: .field(VegaLite.Field(field: "order", type: .quantitative)),
        .tooltip: .tooltip([
          .name("bar", "Model or group"), .name("type", "Kind"), .number("count", "Mistakes", ",d"),
          .number("share", "Share", ".1%"),
        ]),
      ])
  }

  /// What each kind adds to the error rate at every coverage.
  private func risks(_ index: Int, _ mistakes: ConfidentMistakes) -> Chart {
    let rows = mistakes.curves.flatMap { curve in
      curve.curve.points.map { point -> [String: VegaLite.Value] in
        [
          "type": .text(curve.type.title), "coverage": .rounded(point.coverage),
          "risk": .rounded(point.risk), "threshold": .rounded(point.threshold),
          "order": .count(ErrorType.mistakes.firstIndex(of: curve.type) ?? 0),
        ]
      }
    }
    return Chart(
      id: "risk-by-type-\(index + 1)", title: "Risk and coverage by kind: \(mistakes.model)",
      caption:
        "The error rate among the answers that are accepted (risk) when only the most confident share (coverage) is, "
        + "split by kind of mistake. What stays at low coverage are mistakes that the model is sure of.",
      isWide: true,
      view: VegaLite.View(
        width: 520, height: 300, data: VegaLite.Data(rows),
        mark: VegaLite.Mark(.area).with {
          $0.interpolate = "step-before"
          $0.opacity = 0.85
        },
        encoding: [
          .x: .number("coverage", title: "Coverage", scale: .unit, axis: .percent),
          .y: .number(
            "risk", title: "Risk (mistakes among the accepted)", axis: .finePercent,
            stack: .text("zero")),
          .color: Self.color(legend: .below(columns: 2)),
          .order: .field(VegaLite.Field(field: "order", type: .quantitative)),
          .tooltip: .tooltip([
            .name("type", "Kind"), .number("coverage", "Coverage", ".1%"),
            .number("risk", "Risk", ".2%"), .number("threshold", "Least confidence", ".4f"),
          ]),
        ]))
  }
}
