import Credence
import Foundation

/// The files that a benchmark leaves, and what it prints.
enum BenchmarkOutput {
  /// A table of another program in the place of ours.
  struct ForeignTable: LocalizedError {
    let path: String

    var errorDescription: String? { "‘\(path)’ is another table, which would be lost." }
    var failureReason: String? { "It does not begin with the columns that a benchmark writes." }
    var recoverySuggestion: String? { "Move it, or choose another folder by --output." }
  }

  /// Refuses to write over a table that no benchmark wrote.
  ///
  /// - Throws: `ForeignTable`.
  static func checkTable(in folder: URL) throws {
    let url = folder.appending(path: "results.csv")
    guard let text = try? String(contentsOf: url, encoding: .utf8), !text.isEmpty else { return }
    guard text.hasPrefix("Architecture,Accuracy,"), text.contains(",dataset,") else {
      throw ForeignTable(path: url.relativePath)
    }
  }

  /// Writes the files and prints the results.
  static func write(
    _ report: ScoreReport, format: String, charts: ChartRenderer.ImageFormat?, to folder: URL
  ) throws {
    func text(_ id: String) throws -> String {
      try ScoreReport.formats.first { $0.id == id }?.make().text(of: report) ?? ""
    }
    var files: [String: Data] = [
      "results.csv": Data(try text("benchmark").utf8),
      "results.json": Data(try text("json").utf8),
      "curves.csv": Data(try text("curves").utf8),
      "report.html": Data(try text("html").utf8),
    ]
    if !report.shifts.isEmpty {
      files["shift.csv"] = Data(ShiftCSV().text(of: report).utf8)
      files["mce.csv"] = Data(CorruptionErrorsCSV().text(of: report).utf8)
    }
    if let charts {
      for (name, data) in try ChartRenderer().draw(report.charts, as: charts) {
        files["charts/\(name)"] = data
      }
    }
    try AtomicOutput(folder: folder).write(files)
    try StandardOutput.write(text(format))
    StandardError.writeLine("Table: \(folder.appending(path: "results.csv").relativePath)")
    StandardError.writeLine("Report: \(folder.appending(path: "report.html").relativePath)")
  }
}
