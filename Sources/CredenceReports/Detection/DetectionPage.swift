public import CredenceEvaluation
import CredenceMetrics

/// Writes a detection report as one HTML page with interactive charts.
public struct DetectionPage: ReportFormat {
  private let program: String

  /// A page format.
  ///
  /// - Parameter program: The program and its version, for the footer.
  public init(program: String = "Credence \(ProgramVersion.current)") { self.program = program }

  public func text(of report: DetectionReport) throws -> String {
    let model = DetectionPageModel(report)
    let page = HTMLPage(
      title: model.title, program: program,
      charts: model.sections.flatMap(\.charts) + (model.scores?.charts ?? []),
      tables: model.scores?.subjects.compactMap(\.classTable).map(\.table) ?? [])
    return try page.text(template: "detection", model: model)
  }
}

extension ReportFormatDescriptor<DetectionReport> {
  public static let html = Self(
    id: "html", title: "HTML page with charts, self-contained", fileExtension: "html",
    make: { DetectionPage() })
}

/// What `Resources/detection.mustache` shows; property names are the template's.
struct DetectionPageModel {
  let title: String
  let facts: String
  let answer: String
  let hasWarnings: Bool
  let warnings: [String]
  let columns: [String]
  /// One family per metric, one row per method.
  let families: [MetricTable.Family]
  let notes: [String]
  let sections: [Section]
  /// Nil where the in-distribution sets were not scored.
  let scores: Scores?
  let inputs: [Input]

  /// What the page of `credence score` shows of the in-distribution sets.
  struct Scores {
    let title = "The predictions on known classes"
    let answer: [String]
    let hasCards: Bool
    let cards: [ScorePageModel.Card]
    let warnings: [String]
    let sharedCharts: [Chart]
    let subjects: [ScorePageModel.Subject]
    let charts: [Chart]
  }

  struct Section {
    let title: String
    let charts: [Chart]
  }

  struct Input {
    let role: String
    let name: String
    let group: String
    let file: String
    let samples: String
    let accuracy: String
  }
}

extension DetectionPageModel {
  init(_ report: DetectionReport) {
    let words = DetectionText(report)
    let names = report.inputs.filter { $0.role == .inDistribution }.map(\.name)
    title = "What tells \(names.joined(separator: " and ")) from outliers?"
    facts = words.heading
    answer = words.answer
    warnings = report.warnings
    hasWarnings = !warnings.isEmpty
    let sets = report.setColumns
    let groups = report.groupColumns == sets ? [] : report.groupColumns
    let columns = groups + sets
    self.columns = columns.map(\.name)
    let methods = report.methods.filter { $0.unavailable.isEmpty }
    families = report.columns.map { metric in
      MetricTable.Family(
        title: metric.title + (metric.direction == .higherIsBetter ? " ↑" : " ↓"),
        question: metric.definition, span: columns.count + 1,
        metrics: methods.map { method in
          MetricTable.Metric(method, metric.id, columns)
        })
    }
    notes = words.chosen + words.unavailable
    sections = ChartDescriptor<DetectionReport>.all.map { descriptor in
      Section(title: descriptor.title, charts: descriptor.make(report))
    }.filter { !$0.charts.isEmpty }
    scores = report.scores.map { Scores($0.report) }
    inputs = report.inputs.map { Input($0) }
  }
}

extension DetectionPageModel.Scores {
  init(_ report: ScoreReport) {
    let page = ScorePageModel(report)
    answer = page.answer
    cards = page.cards
    hasCards = page.hasCards
    warnings = page.warnings
    sharedCharts = page.sharedCharts
    subjects = page.subjects
    charts = report.charts
  }
}

extension MetricTable.Metric {
  /// A method's row of one metric.
  fileprivate init(_ method: DetectedMethod, _ metric: String, _ columns: [DetectionColumn]) {
    let values = method.parameters.sorted { $0.key < $1.key }
      .map { "\($0.key) \(NumberText.short($0.value))" }.joined(separator: ", ")
    self.init(
      id: method.id, shortTitle: method.title, longTitle: nil, arrow: "", directionText: "",
      definition: values.isEmpty ? nil : "Parameters: \(values)", source: method.source,
      cells: columns.map { column in
        let row = column.row(of: method.id)
        return MetricTable.Cell(
          metric, values: row?.metrics ?? [:], intervals: row?.intervals ?? [:], note: "")
      })
  }
}

extension DetectionPageModel.Input {
  fileprivate init(_ input: DetectionInput) {
    role = input.role.rawValue.replacing("-", with: " ")
    name = input.name
    group = input.group
    file = input.file
    samples = NumberText.count(input.samples)
    accuracy = input.accuracy.map(NumberText.percent) ?? "–"
  }
}
