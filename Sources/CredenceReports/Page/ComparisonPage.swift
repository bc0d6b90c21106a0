public import CredenceEvaluation

/// Writes a comparison as one HTML page with interactive charts.
public struct ComparisonPage: ReportFormat {
  private let program: String

  /// A page format.
  ///
  /// - Parameter program: The program and its version, for the footer.
  public init(program: String = "Credence \(ProgramVersion.current)") { self.program = program }

  public func text(of report: ComparisonReport) throws -> String {
    let model = ComparisonPageModel(report)
    let page = HTMLPage(
      title: model.title, program: program, charts: model.sections.flatMap(\.charts),
      tables: model.sections.flatMap(\.tables))
    return try page.text(template: "comparison", model: model)
  }
}

extension ReportFormatDescriptor<ComparisonReport> {
  public static let html = Self(
    id: "html", title: "HTML page with charts, self-contained", fileExtension: "html",
    make: { ComparisonPage() })
}

/// What `Resources/comparison.mustache` shows; property names are the template's.
struct ComparisonPageModel {
  let title: String
  let facts: String
  let answer: [String]
  let hasWarnings: Bool
  let warnings: [String]
  let models: [String]
  let families: [MetricTable.Family]
  let notes: [String]
  let sections: [Section]
  let inputs: [Input]

  /// Charts of one kind, and the tables behind them.
  struct Section {
    let title: String
    let charts: [Chart]
    let tables: [PageTable]
  }

  struct Input {
    let model: String
    let file: String
  }
}

extension ComparisonPageModel {
  init(_ report: ComparisonReport) {
    title =
      report.models.count == 2
      ? "Is \(report.models[0].model) better than \(report.models[1].model)?"
      : "Which of \(NumberText.count(report.models.count, "model")) is better?"
    facts = report.subjectText
    answer = report.answer
    warnings = report.warnings
    hasWarnings = !warnings.isEmpty
    models = report.models.map(\.model)
    families = MetricTable.families(
      report.metricIDs, columns: report.columns, definitions: [], columnCount: report.models.count
    ) { id in
      report.models.map { model in
        let rank = model.ranks[id].map { "rank \(NumberText.short($0))" } ?? ""
        return MetricTable.Cell(
          id, values: model.metrics, intervals: model.intervals, note: rank)
      }
    }
    notes = report.unavailabilityLines
    let tables = [
      "differences": [PageTable(pairsOf: report)], "class-wins": [PageTable(classesOf: report)],
    ]
    let drawn = ChartDescriptor<ComparisonReport>.all.map { descriptor in
      Section(
        title: descriptor.title, charts: descriptor.make(report),
        tables: (tables[descriptor.id] ?? []).filter { !$0.rows.isEmpty })
    }
    let disagreements = PageTable(disagreementsOf: report)
    let listed = Section(
      title: "Confident disagreements", charts: [],
      tables: disagreements.rows.isEmpty ? [] : [disagreements])
    sections = (drawn + [listed]).filter { !$0.charts.isEmpty || !$0.tables.isEmpty }
    inputs = report.models.map { Input(model: $0.model, file: $0.file) }
  }
}

extension PageTable {
  fileprivate init(pairsOf report: ComparisonReport) {
    id = "pairs"
    summary = "All \(NumberText.count(report.pairs.count, "difference")) in a table"
    columns = [
      Column(title: "Metric", format: .text), Column(title: "First", format: .text),
      Column(title: "Second", format: .text), Column(title: "First − second", format: .decimal),
      Column(title: "From", format: .decimal), Column(title: "To", format: .decimal),
      Column(title: "Test", format: .text), Column(title: "p", format: .decimal),
      Column(title: "p (Holm)", format: .decimal),
    ]
    rows = report.pairs.map { pair in
      let ends = pair.interval.count == 2 ? pair.interval : [.nan, .nan]
      return [
        .text(MetricStyle(id: pair.metric).shortTitle), .text(pair.first), .text(pair.second),
        .rounded(pair.difference), .rounded(ends[0]), .rounded(ends[1]), .text(pair.testTitle),
        .rounded(pair.pValue), .rounded(pair.adjustedPValue),
      ]
    }
  }

  fileprivate init(classesOf report: ComparisonReport) {
    id = "class-wins"
    summary = "Wins and losses of every class in a table"
    columns = [
      Column(title: "Class", format: .text), Column(title: "First", format: .text),
      Column(title: "Second", format: .text), Column(title: "Samples", format: .count),
      Column(title: "Only first right", format: .count),
      Column(title: "Only second right", format: .count),
    ]
    rows = report.classes.map { row in
      [
        .text(row.name), .text(row.first), .text(row.second), .count(row.samples),
        .count(row.wins), .count(row.losses),
      ]
    }
  }

  fileprivate init(disagreementsOf report: ComparisonReport) {
    let names = Dictionary(
      report.classes.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
    func name(_ index: Int) -> VegaLite.Value { .text(names[index] ?? String(index)) }
    id = "disagreements"
    summary =
      "\(NumberText.count(report.disagreements.count, "sample")) on which models confidently "
      + "say different things"
    columns = [
      Column(title: "Sample", format: .text), Column(title: "Row", format: .count),
      Column(title: "Label", format: .text), Column(title: "First", format: .text),
      Column(title: "says", format: .text), Column(title: "with confidence", format: .percent),
      Column(title: "Second", format: .text), Column(title: "says", format: .text),
      Column(title: "with confidence", format: .percent),
    ]
    rows = report.disagreements.map { row in
      [
        .text(row.sampleID), .count(row.row), name(row.label), .text(row.first),
        name(row.firstPrediction), .rounded(row.firstConfidence), .text(row.second),
        name(row.secondPrediction), .rounded(row.secondConfidence),
      ]
    }
  }
}
