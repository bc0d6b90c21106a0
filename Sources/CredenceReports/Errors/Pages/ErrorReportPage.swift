import CredenceData
import CredenceErrorAnalysis

extension ErrorReport {
  /// One self-contained page.
  ///
  /// - Parameter program: The program and its version, for the footer.
  /// - Returns: HTML.
  /// - Throws: `ErrorFigureError.unsafeImageName`; where a number can't be written.
  public func page(program: String = "Credence \(ProgramVersion.current)") throws -> String {
    let model = try ErrorReportPageModel(self)
    return try HTMLPage(title: model.title, program: program, charts: model.charts, tables: [])
      .text(template: "error-report", model: model)
  }
}

/// What `Resources/error-report.mustache` shows; property names are the template's.
struct ErrorReportPageModel {
  struct Table {
    let title: String
    let note: String
    let corner: String
    let columns: [String]
    let rows: [Row]
  }

  struct Row {
    let name: String
    let cells: [Cell]
  }

  struct Cell {
    let value: String
    let note: String
  }

  struct Gallery {
    let title: String
    let note: String
    let items: [Item]
  }

  struct Item {
    let name: String
    let alt: String
    let source: String?
    let problem: String?
    let lines: [String]
  }

  let title: String
  let facts: String
  let answer: [String]
  let hasWarnings: Bool
  let warnings: [String]
  let hasCharts: Bool
  let charts: [Chart]
  let tables: [Table]
  let galleries: [Gallery]

  init(_ report: ErrorReport) throws {
    let statistics = report.statistics
    let rows = statistics[group: "all"]?.rows ?? []
    title =
      rows.count == 1
      ? "What kind of mistakes does \(rows[0].model) make?"
      : "What kind of mistakes do \(NumberText.count(rows.count, "model")) make?"
    facts = [statistics.dataset, NumberText.count(statistics.sampleCount, "image")]
      .joined(separator: " · ")
    answer = Self.answer(rows)
    warnings = statistics.warnings + report.notes
    hasWarnings = !warnings.isEmpty
    charts = report.charts
    hasCharts = !charts.isEmpty
    tables =
      (rows.count == 1
        ? [Self.table(of: statistics)]
        : statistics.groups.filter { !$0.rows.isEmpty }.map(Self.table))
      + report.confident.map(Self.table)
    galleries = try report.confident.map { try Self.gallery($0, report) }
      .filter { !$0.items.isEmpty }
  }

  /// One model's sentence, or those of the models with the most and the fewest unexplained mistakes.
  private static func answer(_ rows: [MistakeStatistics.Row]) -> [String] {
    guard rows.count > 2 else {
      return rows.isEmpty ? ["No model was analyzed."] : rows.map(sentence)
    }
    let sorted = rows.sorted { $0.mistakes[.notClassified] < $1.mistakes[.notClassified] }
    return ["The fewest and the most unexplained mistakes:"]
      + [sorted[0], sorted[sorted.count - 1]].map(sentence)
  }

  private static func sentence(_ row: MistakeStatistics.Row) -> String {
    let errors = row.groupErrors
    guard errors > 0 else { return "\(row.model) makes no mistake." }
    func share(_ types: [ErrorType]) -> String {
      let count = types.reduce(0) { $0 + row.mistakes[$1] }
      return NumberText.percent(Double(count) / Double(errors))
    }
    return
      "\(row.model): of \(NumberText.count(errors, "mistake")), \(share([.correctCollapsedMapping, .correctMultiLabel])) "
      + "are right under a wider reading of the labels, and \(share([.notClassified])) stay unexplained."
  }

  private static let columns =
    ["Images", "Accuracy", "MLA", "MLA, minor", "MLA, explained", "Mistakes"]
    + ErrorType.mistakes.map(\.title)

  private static let note =
    "Counts of images, and in small print shares of the mistakes. MLA counts every correct label as right, "
    + "averaged over classes; minor: also fine-grained mistakes; explained: also untypical images and spurious correlations."

  /// One model, a row for each group of classes.
  private static func table(of statistics: MistakeStatistics) -> Table {
    Table(
      title: "By group of classes", note: note, corner: "Classes", columns: columns,
      rows: statistics.groups.compactMap { group in
        group.rows.first.map { row in
          Row(name: title(of: group), cells: cells(row, isAll: group.name == "all"))
        }
      })
  }

  private static func table(_ group: MistakeStatistics.Group) -> Table {
    Table(
      title: "Models side by side: \(title(of: group))", note: note, corner: "Model",
      columns: columns,
      rows: group.rows.map {
        Row(name: $0.model, cells: cells($0, isAll: group.name == "all"))
      })
  }

  private static func title(of group: MistakeStatistics.Group) -> String {
    ClassGroup(rawValue: group.name)?.title ?? group.name
  }

  private static func cells(_ row: MistakeStatistics.Row, isAll: Bool) -> [Cell] {
    let accuracy = isAll ? row.mlaAll : row.mlaGroup
    let texts = [
      NumberText.count(row.groupSamples),
      row.groupSamples == 0
        ? "–" : NumberText.percent(Double(row.groupCorrect) / Double(row.groupSamples)),
      percent(accuracy?.noError), percent(accuracy?.minorError),
      percent(accuracy?.explainableError), NumberText.count(row.groupErrors),
    ]
    return texts.map { Cell(value: $0, note: "") }
      + ErrorType.mistakes.map { type in
        let count = row.mistakes[type]
        return Cell(
          value: NumberText.count(count),
          note: row.groupErrors == 0
            ? "" : NumberText.percent(Double(count) / Double(row.groupErrors)))
      }
  }

  /// A number in per cent as published.
  private static func percent(_ value: Double?) -> String {
    value.map { NumberText.percent($0 / 100) } ?? "–"
  }

  private static func table(_ mistakes: ConfidentMistakes) -> Table {
    Table(
      title: "Mistakes that \(mistakes.model) is sure of",
      note:
        "Only the answers above a threshold are accepted, so that a wanted share of them is right. "
        + "What the mistakes among the accepted are, and in small print each kind's share of all mistakes.",
      corner: "Accuracy of the accepted",
      columns: ["Accepted", "Least confidence", "Mistakes"]
        + mistakes.settings.reading.mistakes.map(\.title),
      rows: mistakes.levels.map { level in
        Row(
          name: NumberText.shortPercent(level.accuracy),
          cells: [
            Cell(value: NumberText.percent(level.coverage), note: ""),
            Cell(value: level.threshold.map { NumberText.fixed($0, 4) } ?? "–", note: ""),
            Cell(value: NumberText.count(level.acceptedMistakes), note: ""),
          ]
            + level.shares.map { share in
              Cell(
                value: "\(NumberText.count(share.accepted))"
                  + (share.shareOfAccepted.map { " · \(NumberText.percent($0))" } ?? ""),
                note: share.shareOfAll.map { "of all \(NumberText.percent($0))" } ?? "")
            })
      })
  }

  private static func gallery(
    _ mistakes: ConfidentMistakes, _ report: ErrorReport
  ) throws -> Gallery {
    let surest = mistakes.mistakes.filter { $0.type == .notClassified }.prefix(report.imageCount)
    func name(_ index: Int) -> String {
      report.classes.ids.indices.contains(index)
        ? report.classes.firstName(of: Int32(index)) : "class \(index)"
    }
    return Gallery(
      title: "The surest unexplained mistakes of \(mistakes.model)",
      note:
        "Nothing explains these, and the model is surer of them than of any other such mistake.",
      items: try surest.map { mistake in
        _ = try ImageFolder.parts(of: mistake.file)
        var (source, problem): (String?, String?)
        if let folder = report.images {
          do {
            source = try folder.dataURI(mistake.file, side: 240)
          } catch let error as DatasetError {
            problem = error.errorDescription
          }
        }
        return Item(
          name: mistake.file, alt: "Image \(mistake.file)", source: source, problem: problem,
          lines: [
            "Label: \(name(mistake.target))", "Predicted: \(name(mistake.prediction))",
            "Confidence: \(NumberText.fixed(mistake.confidence, 4))",
          ])
      })
  }
}
