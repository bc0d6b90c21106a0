public import ArgumentParser
public import Credence
import Foundation

/// A result value that commands can print and write.
protocol WritableReport {
  static var formats: [ReportFormatDescriptor<Self>] { get }
  /// The files of `--output`: name and format.
  static var files: [(name: String, format: String)] { get }
  var charts: [Chart] { get }
}

extension ScoreReport: WritableReport {
  static var formats: [ReportFormatDescriptor<Self>] { ReportFormatDescriptor<Self>.all }
  static var files: [(name: String, format: String)] {
    [
      ("results.csv", "csv"), ("results.json", "json"), ("curves.csv", "curves"),
      ("classes.csv", "classes"), ("report.html", "html"),
    ]
  }
}

extension ComparisonReport: WritableReport {
  static var formats: [ReportFormatDescriptor<Self>] { ReportFormatDescriptor<Self>.all }
  static var files: [(name: String, format: String)] {
    [
      ("results.csv", "csv"), ("pairs.csv", "pairs"), ("results.json", "json"),
      ("report.html", "html"),
    ]
  }
}

/// Where and how a report is written.
struct OutputOptions<Report: WritableReport>: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the results are printed.",
      valueName: Report.formats.map(\.id).joined(separator: "|")))
  var format = "table"

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp(
      "Also write \(Report.files.map(\.name).joined(separator: ", ")) to this folder.",
      valueName: "dir"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Also draw the charts as files, in charts/ of the --output folder.", valueName: "png|svg|pdf")
  )
  var charts: ChartRenderer.ImageFormat?

  func validate() throws {
    guard Report.formats.contains(where: { $0.id == format }) else {
      throw ValidationError(
        "--format is ‘\(format)’; it must be one of \(Report.formats.map(\.id).joined(separator: ", "))."
      )
    }
    if charts != nil, output == nil {
      throw ValidationError("--charts needs --output: the files go to its folder.")
    }
  }

  /// Fails in the first second where the folder can't be written or charts can't be drawn.
  func check() throws {
    if let output { _ = try AtomicOutput(folder: URL(fileURLWithPath: output)) }
    if charts != nil { _ = try ChartRenderer() }
  }

  /// Prints the report, and writes its files all together.
  func write(_ report: Report) throws {
    if let output {
      var files: [String: Data] = [:]
      for file in Report.files {
        files[file.name] = Data(try text(of: report, format: file.format).utf8)
      }
      if let charts {
        for (name, data) in try ChartRenderer().draw(report.charts, as: charts) {
          files["charts/\(name)"] = data
        }
      }
      try AtomicOutput(folder: URL(fileURLWithPath: output)).write(files)
    }
    try StandardOutput.write(text(of: report, format: format))
    if let output {
      StandardError.writeLine(
        "Report: \(URL(fileURLWithPath: output).appendingPathComponent("report.html").relativePath)"
      )
    }
  }

  private func text(of report: Report, format: String) throws -> String {
    try Report.formats.first { $0.id == format }?.make().text(of: report) ?? ""
  }
}

extension ChartRenderer.ImageFormat: ExpressibleByArgument {}
