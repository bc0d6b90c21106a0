public import CredenceErrorAnalysis

/// How figures are drawn: what shapes and colors show, fits, and the ends of the axes.
public struct ErrorFigureSettings: Hashable, Sendable {
  /// The column that shapes tell apart; the published figures use the architecture's family.
  public var marker = "arch_family"
  /// `training_data_size` or `num_params`.
  public var color = "training_data_size"
  /// Other groups than the published ones; empty for those.
  public var groups: [ClassGroup] = []
  /// Lines through the points; `nil` for none, as published.
  public var fit: ErrorFigure.FitSplit?
  /// Whether the figures of ImageNet-A show the accuracy on ImageNet at their horizontal axes.
  public var isBasedOnImageNet = false
  /// Whether the axes end where the points do, not where the published ones do.
  public var fitsAxesToData = false

  public init() {}

  /// The columns that shapes can show.
  public static let markers = MarkerColumn.all.map(\.id)
  /// The columns that colors can show.
  public static let colors = ErrorFigureColors.columns
}

/// Published figures of one data set, with the points of its models.
public struct ErrorFigureDrawing: Sendable {
  public let statistics: ErrorStatistics
  public let settings: ErrorFigureSettings
  public let figures: [ErrorFigure]
  /// File names without their ending, one for each figure.
  public let names: [String]
  /// The points of each figure.
  public let series: [[ErrorFigure.Series]]
  /// The lines of each figure, by series; those that could not be fitted are absent.
  public let fits: [[[ErrorFigureFit]]]
  /// What a reader should know, such as values without a published shape.
  public let warnings: [String]

  /// Computes the points of figures.
  ///
  /// - Parameters:
  ///   - statistics: The counts, after filters.
  ///   - families: The families to draw; all where empty.
  ///   - settings: How.
  /// - Throws: `ErrorFigureError` for unknown names, and for columns or groups that the statistics lack.
  public init(
    _ statistics: ErrorStatistics, families: [String] = [],
    settings: ErrorFigureSettings = ErrorFigureSettings()
  ) throws(ErrorFigureError) {
    try Self.check(settings.marker, in: ErrorFigureSettings.markers, option: "--marker")
    try Self.check(settings.color, in: ErrorFigureSettings.colors, option: "--color")
    let all = ErrorFigureCatalog.figures(of: statistics.dataset)
    let known = ErrorFigureFamily.all.map(\.id).filter { id in all.contains { $0.family == id } }
    for family in families { try Self.check(family, in: known, option: "--figures") }
    var figures = all.filter { families.isEmpty || families.contains($0.family) }
      .map { $0.with(settings) }
    if !settings.groups.isEmpty {
      // Figures that differed in their groups only are the same now.
      var seen = Set<String>()
      figures = figures.filter {
        seen.insert("\($0.family) \($0.x.column) \($0.name) \($0.isPercent)").inserted
      }
    }
    let count = figures.count
    let absent = figures.flatMap(\.groups).first { !statistics.groups.contains($0) }
    figures.removeAll { figure in !figure.groups.allSatisfy(statistics.groups.contains) }
    if figures.isEmpty, let absent { throw .missingGroup(absent.rawValue) }
    var series: [[ErrorFigure.Series]] = []
    var fits: [[[ErrorFigureFit]]] = []
    for index in figures.indices {
      let points = try figures[index].series(statistics)
      if settings.fitsAxesToData { figures[index].fitAxes(to: points) }
      series.append(points)
      guard let split = settings.fit else {
        fits.append(points.map { _ in [] })
        continue
      }
      var lines: [[ErrorFigureFit]] = []
      for group in points {
        do {
          lines.append(try figures[index].fits(group, statistics, split: split))
        } catch {
          guard case .unfittable = error else { throw error }
          lines.append([])
        }
      }
      fits.append(lines)
    }
    self.statistics = statistics
    self.settings = settings
    self.figures = figures
    self.series = series
    self.fits = fits
    let marks = statistics.marks.map { "_\($0)" }.joined()
    names = ErrorFigureCatalog.names(of: figures).map { $0 + marks.replacing("/", with: "-") }
    let left = count - figures.count
    warnings =
      try Self.warnings(statistics, settings)
      + (left == 0
        ? []
        : ["\(NumberText.count(left, "figure")) left out: there are no tables of their groups."])
  }

  /// The values of the marker column that occur, in the legend's order.
  public var legend: [String] {
    MarkerColumn.order(
      of: Set(statistics.texts[settings.marker] ?? []), column: settings.marker)
  }

  /// How many points of a figure lie outside of its axes or are not defined.
  func hiddenCount(_ index: Int) -> (outside: Int, undefined: Int) {
    let figure = figures[index]
    var counts = (outside: 0, undefined: 0)
    for group in series[index] {
      for (x, y) in zip(group.x, group.y) {
        if !x.isFinite || !y.isFinite {
          counts.undefined += 1
        } else if !figure.x.limits.contains(x) || !figure.y.limits.contains(y) {
          counts.outside += 1
        }
      }
    }
    return counts
  }

  private static func check(
    _ name: String, in known: [String], option: String
  ) throws(ErrorFigureError) {
    guard known.contains(name) else {
      throw .unknownName(name, option: option, known: known)
    }
  }

  private static func warnings(
    _ statistics: ErrorStatistics, _ settings: ErrorFigureSettings
  ) throws(ErrorFigureError) -> [String] {
    var warnings = statistics.marks.map { mark in
      "\(mark): a part of the analysis was left out, so that other kinds of mistakes, or the undecided ones, are more."
    }
    let values = Set(try statistics.texts(settings.marker))
    let published = Set(MarkerColumn.named(settings.marker)?.markers.map(\.value) ?? [])
    let others = values.subtracting(published).sorted()
    if !others.isEmpty {
      warnings.append(
        "\(settings.marker) has values without a published shape: \(others.map { $0.isEmpty ? "‘’" : $0 }.joined(separator: ", "))."
      )
    }
    let sizes = try statistics.numbers(settings.color, of: .all)
    let unknown = sizes.filter { !($0 > 0) }.count
    if unknown > 0 {
      warnings.append(
        "\(NumberText.count(unknown, "model")) without \(settings.color == "num_params" ? "a number of parameters" : "a known size of the training data"): drawn in gray."
      )
    }
    return warnings
  }
}

extension ErrorFigure {
  /// The figure with other shapes, colors, groups and horizontal axis.
  func with(_ settings: ErrorFigureSettings) -> Self {
    var figure = self
    figure.marker = settings.marker
    figure.color = settings.color
    if !settings.groups.isEmpty {
      figure.groups = settings.groups
      let names = settings.groups.map(\.title)
      figure.notes = notes.filter { note in names.contains { note.text.contains($0) } }
    }
    if settings.isBasedOnImageNet, x.column == "imagenet_a_top1_val_acc" {
      // As on ImageNet: shares of all mistakes against the accuracy, the rest against the multi-label accuracy.
      let isAboutAll = family == "class-overlap" || family == "failures-of-top1-errors"
      figure.x = isAboutAll ? .accuracyOnImageNet : .multiLabelAccuracyOnImageNet
      figure.notes = []
    }
    return figure
  }

  /// Moves the axes' ends and ticks to where the points are.
  mutating func fitAxes(to series: [Series]) {
    let points = series.flatMap { zip($0.x, $0.y) }.filter { $0.isFinite && $1.isFinite }
    x = x.fitted(to: points.map(\.0), startsAtZero: false)
    y = y.fitted(to: points.map(\.1), startsAtZero: true)
    notes = []
  }
}

extension ErrorFigure.Axis {
  /// The axis around values, with ticks at round numbers.
  package func fitted(to values: [Double], startsAtZero: Bool) -> Self {
    let least = startsAtZero ? 0 : values.min() ?? 0
    let greatest = max(values.max() ?? 1, least)
    let span = greatest > least ? greatest - least : max(abs(greatest), 1)
    let raw = span / 4
    var power = 1.0
    while power * 10 <= raw { power *= 10 }
    while power > raw { power /= 10 }
    let step = power * (raw / power < 2 ? 2 : raw / power < 5 ? 5 : 10)
    let first = (least / step).rounded(.down) * step
    let last = (greatest / step).rounded(.up) * step
    var axis = self
    axis.lower = first
    axis.upper = max(last, first + step)
    axis.firstTick = first
    axis.step = step
    axis.lastTick = axis.upper
    return axis
  }
}
