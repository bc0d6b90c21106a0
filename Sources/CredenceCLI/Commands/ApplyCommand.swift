import ArgumentParser
import Credence
import Foundation

/// The command `credence apply`.
struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Applies a fitted policy to other predictions of the same model.",
    discussion: """
      Writes the changed predictions and prints what the policy did: coverage and risk of a threshold, sizes and coverage \
      of prediction sets, the metrics of rescaled probabilities.

      Example:
        credence apply threshold.json test.npz --output accepted.safetensors
      """)

  @Argument(help: "A policy file made by ‘credence fit’.")
  var policy: String

  @Argument(help: "Predictions.")
  var predictions: String

  @Option(
    help: ArgumentHelp(
      "Where the changed predictions go: a .safetensors or .npz file, PREDICTIONS.POLICY.safetensors unless told otherwise.",
      valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "How the rows are printed.",
      valueName: ReportFormatDescriptor<ScoreReport>.all.map(\.id).joined(separator: "|")))
  var format = "table"

  @Flag(help: "Apply it although the predictions name another model.")
  var anyModel = false

  @OptionGroup(title: "Reading") var reading: PredictionOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions

  func validate() throws {
    _ = try reading.readOptions()
    _ = try metrics.settings()
    guard ReportFormatDescriptor<ScoreReport>.all.contains(where: { $0.id == format }) else {
      throw ValidationError(
        "--format is ‘\(format)’; it must be one of \(ReportFormatDescriptor<ScoreReport>.all.map(\.id).joined(separator: ", "))."
      )
    }
    if let output, PredictionFileFormat(rawValue: URL(fileURLWithPath: output).pathExtension) == nil
    {
      throw ValidationError("--output must end in .safetensors or .npz; ‘\(output)’ does not.")
    }
  }

  func run() throws {
    let fitted = try Policy(contentsOf: URL(fileURLWithPath: policy))
    let progress = Progress()
    defer { progress.finish() }
    progress.enter("reading \(predictions)")
    let set = ScoredSet(try reading.read(predictions), file: predictions)
    let target = try URL(
      fileURLWithPath: output
        ?? "\(PredictionSource(argument: predictions).defaultModelName).\(fitted.kind).safetensors"
    )
    try OverwrittenInput.check(target, inputs: [predictions, policy])
    _ = try AtomicOutput(folder: target.deletingLastPathComponent())
    progress.enter("applying \(fitted.kind)")
    let (applied, report) = try PolicyEvaluator(settings: metrics.settings())
      .apply(fitted, to: set, checksModel: !anyModel)
    progress.enter("writing \(target.relativePath)")
    try applied.set.write(
      to: target, format: PredictionFileFormat(rawValue: target.pathExtension) ?? .safetensors)
    progress.finish()
    if format != "table" { for warning in report.warnings { ErrorText.warn(warning) } }
    if let descriptor = ReportFormatDescriptor<ScoreReport>.all.first(where: { $0.id == format }) {
      try StandardOutput.write(descriptor.make().text(of: report))
    }
    StandardError.writeLine("Wrote \(target.relativePath)")
  }
}
