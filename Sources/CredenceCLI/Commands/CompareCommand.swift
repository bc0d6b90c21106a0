import ArgumentParser
import Credence
import Foundation

/// The command `credence compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Tells which of several models is better, and whether that is more than noise.",
    discussion: """
      Models are compared on the same samples: matched by sample name where all files have names, else by row, and then \
      their labels must be equal. Differences come with a paired bootstrap interval and a test: McNemar for accuracy, \
      DeLong for AUROC, the bootstrap for the rest, with Holm's correction over all pairs of models.

      Example:
        credence compare resnet34.csv efficientnet_b1.csv --output comparison
      """)

  @Argument(help: ArgumentHelp("Predictions, one file per model.", valueName: "files"))
  var files: [String]

  @OptionGroup(title: "Reading") var reading: PredictionOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions

  @Option(
    help: ArgumentHelp("Metrics whose differences are tested.", valueName: "list"))
  var metricsToTest: String?

  @Flag(help: "Compare after a cross-fitted temperature.")
  var temperature = false

  @Option(help: "Below this adjusted p-value two models count as different.")
  var significance = 0.05

  @Option(help: "Samples of confident disagreement listed per pair of models.")
  var disagreements = 20

  @OptionGroup(title: "Output") var output: OutputOptions<ComparisonReport>

  func validate() throws {
    _ = try reading.readOptions()
    _ = try settings()
    guard files.count >= 2 else {
      throw ValidationError("A comparison needs the files of two models or more.")
    }
  }

  private func settings() throws -> ComparisonSettings {
    var settings = ComparisonSettings()
    settings.score = try metrics.settings()
    guard settings.score.confidences.count == 1 else {
      throw ValidationError("--confidence takes one function here.")
    }
    guard settings.score.bootstrap.replicates >= 100 else {
      throw ValidationError(
        "--bootstrap is \(metrics.bootstrap); a comparison needs at least 100 resamples.")
    }
    guard significance > 0, significance < 1 else {
      throw ValidationError("--significance is \(significance); it must be between 0 and 1.")
    }
    guard disagreements >= 0 else {
      throw ValidationError("--disagreements is \(disagreements); it must be 0 or more.")
    }
    settings.usesTemperature = temperature
    settings.significance = significance
    settings.disagreementCount = disagreements
    if let metricsToTest {
      settings.metrics = metricsToTest.split(separator: ",").map(String.init)
    } else {
      let known = Set(Scorer(settings: settings.score).columns.map(\.id))
      settings.metrics = settings.metrics.filter { known.contains($0) }
    }
    return settings
  }

  func run() throws {
    try output.check()
    let progress = Progress()
    defer { progress.finish() }
    let sets = try files.enumerated().map { index, file in
      progress.enter("\(index + 1) of \(files.count): reading \(file)")
      return ScoredSet(try reading.read(file), file: file)
    }
    progress.enter("comparing \(files.count) models")
    let report = try Comparer(settings: settings()).compare(sets)
    progress.finish()
    if output.format != "table" { for warning in report.warnings { ErrorText.warn(warning) } }
    try output.write(report)
  }
}
