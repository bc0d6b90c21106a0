import ArgumentParser
import Credence
import Foundation

/// Where and how the rows are written.
struct ScoreOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the rows are printed.",
      valueName: ReportFormatDescriptor<ScoreReport>.all.map(\.id).joined(separator: "|")))
  var format = "table"

  @Option(
    help: ArgumentHelp(
      "Also write results.csv, results.json, curves.csv and report.html to this folder.",
      valueName: "dir"))
  var output: String?

  func validate() throws {
    let known = ReportFormatDescriptor<ScoreReport>.all.map(\.id)
    guard known.contains(format) else {
      throw ValidationError(
        "--format is ‘\(format)’; it must be one of \(known.joined(separator: ", ")).")
    }
  }

  /// Fails early where the folder can't be written.
  func check() throws {}

  func write(_ report: ScoreReport) throws {
    for warning in report.warnings { ErrorText.warn(warning) }
    guard let descriptor = ReportFormatDescriptor<ScoreReport>.all.first(where: { $0.id == format })
    else { return }
    let text = try descriptor.make().text(of: report)
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}
