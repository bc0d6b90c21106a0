public import CredenceEvaluation

/// Writes a score report as the table of a benchmark: one CSV record per model, data set and confidence function.
///
/// The published study's columns come first, under its names and in its order, but as fractions with all digits. Then what was
/// scored, the temperature, and every metric, before (`<id>`) and after temperature scaling (`<id>_TS`). `ECE_15` is empty where
/// the calibration error has another number of bins. A cell without a value is empty; the reason is in the JSON form. Rows with
/// any other rescaling are left out.
///
/// - Note: Columns of Galil, Dabbah & El-Yaniv, ICLR 2023, arXiv:2302.11874.
public struct BenchmarkCSV: ReportFormat {
  public init() {}

  /// The published columns after `Architecture`, and the metrics they show.
  private static let published: [(name: String, metric: String)] = [
    ("Accuracy", "accuracy"), ("AUROC", "auroc"), ("AUROC_TS", "auroc"), ("ECE_15", "ece"),
    ("ECE_15_TS", "ece"), ("Coverage_for_Accuracy_99", "sac_0.99"),
    ("Coverage_for_Accuracy_99_TS", "sac_0.99"), ("AURC", "aurc"), ("AURC_TS", "aurc"),
  ]

  private static let identity = [
    "dataset", "split", "samples", "classes", "confidence", "temperature",
  ]

  public func text(of report: ScoreReport) -> String {
    let metrics = report.metricIDs
    var csv = CSVText(
      header: ["Architecture"] + Self.published.map(\.name) + Self.identity
        + metrics.flatMap { [$0, $0 + "_TS"] })
    for line in Self.lines(of: report) {
      var fields = [line.architecture]
      for column in Self.published {
        let row = column.name.hasSuffix("_TS") ? line.after : line.before
        let isShown = column.metric != "ece" || Self.hasFifteenBins(row, report)
        fields.append(isShown ? Self.cell(row, column.metric) : "")
      }
      let facts = line.before ?? line.after
      fields += [
        facts?.dataset ?? "", facts?.split ?? "", facts.map { String($0.samples) } ?? "",
        facts.map { String($0.classes) } ?? "", facts?.confidence ?? "",
        line.after?.parameters["temperature"].map(CSVText.number) ?? "",
      ]
      fields += metrics.flatMap { [Self.cell(line.before, $0), Self.cell(line.after, $0)] }
      csv.append(fields)
    }
    return csv.text
  }

  private static func cell(_ row: ResultRow?, _ metric: String) -> String {
    row?.metrics[metric].map(CSVText.number) ?? ""
  }

  /// Whether the row's calibration error is that of 15 bins; its definition says so.
  private static func hasFifteenBins(_ row: ResultRow?, _ report: ScoreReport) -> Bool {
    let definition = row?.definitions["ece"] ?? report.columns.byID["ece"]?.definition ?? ""
    return definition.hasPrefix("15 equal-width bins")
      || definition.contains(" 15 equal-width bins")
  }

  private struct Line {
    let architecture: String
    var before: ResultRow?
    var after: ResultRow?
  }

  /// The rows of each model, data set and confidence function together, in the order in which they first appear.
  private static func lines(of report: ScoreReport) -> [Line] {
    struct Key: Hashable {
      let parts: [String]
    }
    let rows = report.entries.map(\.row)
    let models = EntryLabels(rows).models
    var lines: [Line] = []
    var places: [Key: Int] = [:]
    for (row, label) in zip(rows, models) where ["none", "", "temperature"].contains(row.rescaling)
    {
      let key = Key(parts: [row.model, row.file, row.dataset, row.split, row.confidence])
      let place = places[key] ?? lines.count
      if place == lines.count {
        places[key] = place
        lines.append(Line(architecture: row.model.isEmpty ? label : row.model))
      }
      if row.rescaling == "temperature" {
        lines[place].after = row
      } else {
        lines[place].before = row
      }
    }
    return lines
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  public static let benchmark = Self(
    id: "benchmark", title: "CSV, one record per model with the published study's columns",
    fileExtension: "csv", make: { BenchmarkCSV() })
}
