public import CredenceEvaluation
import CredenceMetrics

/// Writes a score report as one HTML page with interactive charts.
public struct ScorePage: ReportFormat {
  private let program: String

  /// A page format.
  ///
  /// - Parameter program: The program and its version, for the footer.
  public init(program: String = "Credence \(ProgramVersion.current)") { self.program = program }

  public func text(of report: ScoreReport) throws -> String {
    let model = ScorePageModel(report)
    let page = HTMLPage(
      title: model.title, program: program, charts: report.charts,
      tables: model.subjects.compactMap(\.classTable).map(\.table))
    return try page.text(template: "score", model: model)
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  public static let html = Self(
    id: "html", title: "HTML page with charts, self-contained", fileExtension: "html",
    make: { ScorePage() })
}

/// What `Resources/score.mustache` shows; property names are the template's.
struct ScorePageModel {
  let title: String
  let facts: [String]
  let answer: [String]
  let hasCards: Bool
  let cards: [Card]
  let hasWarnings: Bool
  let warnings: [String]
  let overview: Overview?
  let hasSharedCharts: Bool
  let sharedTitle = "Selective prediction: what to accept"
  let sharedCharts: [Chart]
  let shifts: [Shift]
  let subjects: [Subject]
  let hasInputs: Bool
  let inputs: [Input]

  struct Card {
    let label: String
    let value: String
    let note: String
  }

  struct Overview {
    let columns: [String]
    let rows: [Row]

    struct Row {
      let name: String
      let kind: String
      let cells: [MetricTable.Cell]
    }
  }

  struct Subject {
    /// Nil where it is the only one.
    let name: String?
    /// Its answer in words; empty where the page begins with it.
    let sentences: [String]
    let headings: [Heading]
    let families: [MetricTable.Family]
    let notes: [String]
    let hasCharts: Bool
    let charts: [Chart]
    let classTable: ClassTable?
  }

  struct Heading {
    let title: String
    let note: String?
  }

  struct ClassTable {
    let id: String
    let title: String
    let table: PageTable
  }

  struct Input {
    let model: String
    let file: String
    let dataset: String
    let split: String
    let samples: String
    let classes: String
    let confidence: String
    let rescaling: String
    let parameters: String
  }
}

extension ScorePageModel {
  init(_ report: ScoreReport) {
    let named = NamedEntries(report)
    let names = named.uniqueSubjects
    let isSingle = names.count == 1
    let modelCount = Set(EntryLabels(report.entries.map(\.row)).models).count
    let charts = report.charts
    let headlines = Headline.all(of: report)

    title =
      names.isEmpty && !report.shifts.isEmpty
      ? "How do predictions fare on corrupted images?"
      : isSingle
        ? "How far can the predictions of \(names[0]) be trusted?"
        : "How far can the predictions of \(NumberText.count(modelCount, "model")) be trusted?"
    facts = isSingle ? [Self.facts(report.entries[0].row)] : []
    answer = isSingle ? headlines[0].sentences : Headline.leaders(of: report)
    cards = isSingle ? Self.cards(report.entries.map(\.row)) : []
    hasCards = !cards.isEmpty
    warnings = report.warnings
    hasWarnings = !warnings.isEmpty
    overview = names.count < 2 ? nil : Overview(report, named)
    shifts = report.shifts.indices.map { Shift(report, $0) }
    let shown = Set(shifts.flatMap { $0.charts.map(\.id) })
    sharedCharts = charts.filter { $0.subject.isEmpty && !shown.contains($0.id) }
    hasSharedCharts = !sharedCharts.isEmpty
    subjects = names.enumerated().map { index, name in
      Subject(
        report, named, index: index, name: isSingle ? nil : name,
        sentences: isSingle ? [] : headlines[index].sentences, members: named.members(of: name),
        charts: charts.filter { $0.subject == name })
    }
    inputs = report.entries.map { Input($0.row) }
    hasInputs = !inputs.isEmpty
  }

  private static func facts(_ row: ResultRow) -> String {
    let parts = [
      row.dataset, row.split == "all" ? "" : row.split, NumberText.count(row.samples, "sample"),
      row.classes > 0 ? NumberText.count(row.classes, "class") : "",
      row.confidence.isEmpty ? "" : "confidence \(row.confidence)",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// The four numbers that say most.
  private static func cards(_ rows: [ResultRow]) -> [Card] {
    guard let first = rows.first else { return [] }
    let labels = [
      ("accuracy", "Accuracy"), ("sac_0.99", "Accepted at 99 % accuracy"),
      ("auroc", "AUROC, right against wrong"), ("ece", "Calibration error (ECE)"),
    ]
    return labels.compactMap { id, label in
      guard let value = first.metrics[id] else { return nil }
      let style = MetricStyle(id: id)
      let interval = style.text(first.intervals[id] ?? [])
      let changes = rows.dropFirst().compactMap { row in
        row.metrics[id].map { "\(style.text($0)) \(row.rescalingText)" }
      }
      let notes = [interval.isEmpty ? "" : "\(interval) (95 %)"] + (id == "ece" ? changes : [])
      return Card(
        label: label, value: style.text(value),
        note: notes.filter { !$0.isEmpty }.joined(separator: "; "))
    }
  }
}

extension ScorePageModel.Overview {
  init(_ report: ScoreReport, _ named: NamedEntries) {
    let metrics = report.metricIDs.filter(MetricStyle.key.contains)
    columns = metrics.map { MetricStyle(id: $0).shortTitle }
    rows = EntryLabels(report.entries.map(\.row)).grouped.map { index in
      Row(
        name: named.subjects[index], kind: named.rescalings[index],
        cells: metrics.map { MetricTable.Cell(report.entries[index].row, $0) })
    }
  }
}

extension ScorePageModel.Subject {
  init(
    _ report: ScoreReport, _ named: NamedEntries, index: Int, name: String?, sentences: [String],
    members: [Int],
    charts: [Chart]
  ) {
    let entries = members.map { report.entries[$0] }
    let rows = entries.map(\.row)
    let part = ScoreReport(entries: entries, columns: report.columns)
    self.name = name
    self.sentences = sentences
    headings = rows.map { row in
      ScorePageModel.Heading(
        title: row.rescalingText, note: row.parameters.isEmpty ? nil : row.mainParameterText)
    }
    families = MetricTable.families(
      part.metricIDs, columns: report.columns, definitions: rows.map(\.definitions),
      columnCount: rows.count
    ) { id in rows.map { MetricTable.Cell($0, id) } }
    notes = Unavailability.lines(of: part, labels: EntryLabels(rows))
    self.charts = charts
    hasCharts = !charts.isEmpty
    classTable = ScorePageModel.ClassTable(id: "classes-\(index + 1)", entries: entries)
  }
}

extension ScorePageModel.ClassTable {
  /// Nil where no row has classes.
  init?(id: String, entries: [ScoreEntry]) {
    guard let first = entries.first?.diagnostics.classes, !first.isEmpty else { return nil }
    let values = entries.flatMap { $0.diagnostics.classes.map(\.meanConfidence) }
    let isProbability = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    var columns: [PageTable.Column] = [
      .init(title: "Class", format: .text), .init(title: "Samples", format: .count),
      .init(title: "Accuracy", format: .percent),
    ]
    for entry in entries {
      let suffix = entries.count > 1 ? ", \(entry.row.rescalingText)" : ""
      columns.append(
        .init(title: "Mean confidence\(suffix)", format: isProbability ? .percent : .decimal))
      if isProbability {
        columns.append(.init(title: "Confidence − accuracy\(suffix)", format: .signed))
      }
    }
    let byIndex = entries.map { entry in
      Dictionary(entry.diagnostics.classes.map { ($0.index, $0) }, uniquingKeysWith: { a, _ in a })
    }
    let rows = first.map { row in
      var cells: [VegaLite.Value] = [
        .text(row.name), .count(row.samples), .rounded(row.accuracy),
      ]
      for classes in byIndex {
        let found = classes[row.index]
        cells.append(found.map { .rounded($0.meanConfidence) } ?? .null)
        if isProbability { cells.append(found.map { .rounded($0.gap) } ?? .null) }
      }
      return cells
    }
    self.id = id
    title = "All \(NumberText.count(first.count, "class")) in a table"
    table = PageTable(id: id, summary: title, columns: columns, rows: rows)
  }
}

extension ScorePageModel.Input {
  init(_ row: ResultRow) {
    model = row.model
    file = row.file
    dataset = row.dataset
    split = row.split
    samples = NumberText.count(row.samples)
    classes = row.classes > 0 ? NumberText.count(row.classes) : "–"
    confidence = row.confidence
    rescaling = row.rescaling
    parameters = row.parameterText
  }
}
