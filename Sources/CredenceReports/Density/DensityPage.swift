public import CredenceEvaluation

/// Writes an evaluation as one HTML page with interactive charts.
public struct DensityPage: ReportFormat {
  private let program: String

  /// A page format.
  ///
  /// - Parameter program: The program and its version, for the footer.
  public init(program: String = "Credence \(ProgramVersion.current)") { self.program = program }

  public func text(of report: DensityReport) throws -> String {
    let model = DensityPageModel(report)
    return try HTMLPage(title: model.title, program: program, charts: model.charts, tables: [])
      .text(template: "density", model: model)
  }
}

extension ReportFormatDescriptor<DensityReport> {
  public static let html = Self(
    id: "html", title: "HTML page with charts, self-contained", fileExtension: "html",
    make: { DensityPage() })
}

/// What `Resources/density.mustache` shows; property names are the template's.
struct DensityPageModel {
  struct Table {
    struct Row {
      let name: String
      let cells: [String]
    }

    let title: String
    let note: String
    let corner: String
    let columns: [String]
    let rows: [Row]
  }

  let title: String
  let facts: String
  let answer: [String]
  let hasWarnings: Bool
  let warnings: [String]
  let tables: [Table]
  let hasCharts: Bool
  let chartTitle: String
  let charts: [Chart]

  init(_ report: DensityReport) {
    let text = DensityMetricText(report.modelType)
    let scores = text.scores(report)
    title = "Does \(report.name) know what it does not know?"
    facts = [
      report.modelType.rawValue, report.dataset,
      NumberText.count(report.runs.count { $0.failure.isEmpty }, "run"),
    ].joined(separator: " · ")
    answer = report.outlierNames.compactMap { name in
      let summaries = report.summaries(of: name)
      let best = scores.compactMap { score in
        summaries["\(score.prefix)_auroc"].map { (score.title, $0) }
      }.max { $0.1.mean < $1.1.mean }
      return best.map { title, value in
        "Against \(name), \(title) tells most: AUROC \(value.percent) %."
      }
    }
    warnings = report.warnings
    hasWarnings = !warnings.isEmpty
    let detection = report.outlierNames.map { name in
      let summaries = report.summaries(of: name)
      return Table(
        title: "Against \(name)",
        note:
          "In per cent, ± one standard error over the runs. AUPR-in counts known images as positive, AUPR-out the "
          + "foreign ones; FPR@95 is the share of foreign images accepted where 95 % of the known ones are.",
        corner: "Score", columns: DensityMetricText.metrics.map(\.0),
        rows: scores.map { score in
          Table.Row(
            name: score.title,
            cells: DensityMetricText.metrics.map {
              summaries["\(score.prefix)_\($0.1)"]?.percent ?? "–"
            })
        })
    }
    let quality = Table(
      title: "Predictions", note: "Fractions in per cent.", corner: "Run",
      columns: ["Accuracy", "ECE", "ECE at T", "T"],
      rows: report.runs.filter { $0.failure.isEmpty }.map { run in
        let values = run.outliers.first?.values ?? [:]
        return Table.Row(
          name: "\(run.number)",
          cells: ["accuracy", "ece", "t_ece"].map {
            values[$0].map(NumberText.hundredths) ?? "–"
          } + [run.temperatures.map { NumberText.short($0) }.joined(separator: ", ")])
      })
    tables = detection + (quality.rows.isEmpty ? [] : [quality])
    charts = report.charts
    hasCharts = !charts.isEmpty
    chartTitle = "Scores of known and of foreign images, first run"
  }
}
