import ArgumentParser
import Credence
import Foundation

/// The command `credence density audit`.
struct DensityAuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Measures whether a network's bounds on norms hold, layer by layer.",
    discussion: """
      Training knows norms by one power iteration a step; here many are made for each layer. A checkpoint that \
      Credence wrote needs no more than its path, and so does one with a published name; others need their \
      architecture: wrn28_10=FILE+sn=3.0.

      Exits with 2 where a bound is broken.

      Examples:
        credence density audit resnet18_sn_3.0_mod_1_350.model
        credence density audit wrn28_10=weights.model+sn=3.0 --format csv
      """,
    aliases: ["sn-audit"])

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table
    case csv
    case json
  }

  @Argument(help: ArgumentHelp("The checkpoint.", valueName: "file"))
  var checkpoint: String

  @Option(help: ArgumentHelp("Power iterations for each layer.", valueName: "n"))
  var iterations = 100

  @Option(
    help: ArgumentHelp(
      "By what part of the bound a norm may exceed it.", valueName: "fraction"))
  var tolerance = 0.01

  @Option(
    help: ArgumentHelp(
      "How the result is printed.",
      valueName: Format.allCases.map(\.rawValue).joined(separator: "|")))
  var format = Format.table

  func validate() throws {
    guard (1...1_000_000).contains(iterations) else {
      throw ValidationError("--iterations is \(iterations); it must be from 1 to 1000000.")
    }
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance is \(tolerance); it must be 0 or more.")
    }
  }

  func run() throws {
    let opened = try ModelResolver.checkpoint(named: checkpoint)
    opened.notices.forEach(ErrorText.warn)
    let audit = try SpectralNormAudit(opened, iterations: iterations, tolerance: tolerance)
    switch format {
    case .table: try StandardOutput.write(audit.table())
    case .csv: try StandardOutput.write(audit.csv())
    case .json: try StandardOutput.write(audit.json())
    }
    if audit.brokenCount > 0 { throw ExitCode(2) }
  }
}
