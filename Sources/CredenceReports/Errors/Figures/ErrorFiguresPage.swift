import CredenceErrorAnalysis

extension ErrorFigureDrawing {
  /// One self-contained page with all figures, by family.
  ///
  /// - Parameter program: The program and its version, for the footer.
  /// - Returns: HTML.
  /// - Throws: Where a number can't be written.
  public func page(program: String = "Credence \(ProgramVersion.current)") throws -> String {
    let model = ErrorFiguresPageModel(self)
    return try HTMLPage(
      title: model.title, program: program, charts: model.families.flatMap(\.charts), tables: [],
      datasets: [Self.dataName: pageData]
    ).text(template: "error-figures", model: model)
  }
}

extension ErrorFigureDrawing {
  /// The fitted lines as a table of comma-separated values, with their bands at the published abscissas.
  public var fitTable: String {
    let positions = ErrorFigureFit.publishedPositions
    var table = CSVText(
      header: ["figure", "group", "points", "n", "x_mean", "intercept_at_mean"]
        + ["intercept_half_width", "slope", "slope_half_width"]
        + positions.flatMap { ["low_at_\(Int($0))", "high_at_\(Int($0))"] })
    for index in figures.indices {
      for (points, lines) in zip(series[index], fits[index]) {
        for fit in lines {
          let numbers =
            [
              fit.meanX, fit.intercept, fit.interceptHalfWidth, fit.slope, fit.slopeHalfWidth,
            ]
            + positions.flatMap { [fit.band(at: $0).lowerBound, fit.band(at: $0).upperBound] }
          table.append(
            [
              names[index], points.group.rawValue, fit.subject.isEmpty ? "all" : fit.subject,
              "\(fit.count)",
            ] + numbers.map(CSVText.number))
        }
      }
    }
    return table.text
  }
}

/// What `Resources/error-figures.mustache` shows; property names are the template's.
struct ErrorFiguresPageModel {
  struct ColorKey {
    let group: String
    let stops: String
    let low: String
    let high: String
  }

  struct Family {
    let title: String
    let count: String
    let summary: String
    let isOpen: Bool
    let charts: [Chart]
    let hasFits: Bool
    let positions: [String]
    let fits: [Fit]
  }

  struct Fit {
    let figure: String
    let group: String
    let subject: String
    let slope: String
    let cells: [String]
  }

  let title: String
  let facts: String
  let answer: [String]
  let colorKeys: [ColorKey]
  let hasWarnings: Bool
  let warnings: [String]
  let families: [Family]

  init(_ drawing: ErrorFigureDrawing) {
    let statistics = drawing.statistics
    title = "Which mistakes remain as models get better?"
    facts = [
      statistics.dataset, NumberText.count(statistics.models.count, "model"),
      NumberText.count(drawing.figures.count, "figure"),
    ].joined(separator: " · ")
    let isBySize = drawing.settings.color == "training_data_size"
    answer = [
      "Each point is a model. Its color shows the number of \(isBySize ? "training images" : "parameters"), its shape "
        + "\(Self.words[drawing.settings.marker] ?? drawing.settings.marker).",
      "Point at one to see its name and numbers; a click on a family's title opens its figures.",
    ]
    let sizes = ErrorFigureColors(statistics.numbers[.all]?[drawing.settings.color] ?? [])
    // Without a known size all points are gray.
    let used = ClassGroup.allCases.filter { group in
      sizes.isKnown && drawing.figures.contains { $0.groups.contains(group) }
    }
    colorKeys = used.map { group in
      ColorKey(
        group: group.title, stops: ErrorFigureColors.stops(of: group).joined(separator: ","),
        low: Self.size(sizes.lower), high: Self.size(sizes.upper))
    }
    warnings = drawing.warnings
    hasWarnings = !warnings.isEmpty
    let charts = drawing.charts
    var families: [Family] = []
    for family in ErrorFigureFamily.all {
      let members = drawing.figures.indices.filter { drawing.figures[$0].family == family.id }
      guard !members.isEmpty else { continue }
      let fits = members.flatMap { Self.fits(drawing, $0) }
      families.append(
        Family(
          title: family.title, count: NumberText.count(members.count, "figure"),
          summary: family.summary, isOpen: families.isEmpty, charts: members.map { charts[$0] },
          hasFits: !fits.isEmpty,
          positions: ErrorFigureFit.publishedPositions.map { "At \(NumberText.short($0))" },
          fits: fits))
    }
    self.families = families
  }

  private static let words = [
    "arch_family": "the family of its architecture", "arch_group": "the group of its architecture",
    "training_data": "its training data", "training_data_group": "the size of its training data",
    "pretrain_method": "how it was pretrained",
  ]

  private static func fits(_ drawing: ErrorFigureDrawing, _ index: Int) -> [Fit] {
    zip(drawing.series[index], drawing.fits[index]).flatMap { series, lines in
      lines.map { fit in
        Fit(
          figure: drawing.figures[index].yTitle, group: series.group.title,
          subject: fit.subject.isEmpty
            ? "all \(fit.count)" : "\(fit.subject) (\(fit.count))",
          slope: "\(NumberText.short(fit.slope)) ± \(NumberText.short(fit.slopeHalfWidth))",
          cells: ErrorFigureFit.publishedPositions.map { position in
            let band = fit.band(at: position)
            return "\(NumberText.short(band.lowerBound)) to \(NumberText.short(band.upperBound))"
          })
      }
    }
  }

  /// A number of images or parameters in short: `1.2 million`.
  private static func size(_ value: Double) -> String {
    value >= 1e9
      ? "\(NumberText.short(value / 1e9)) billion"
      : value >= 1e6 ? "\(NumberText.short(value / 1e6)) million" : NumberText.short(value)
  }
}
