import ArgumentParser
import Credence
import Foundation

/// The command `credence density score`.
struct DensityScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Adds the doubt of a fitted density to predictions.",
    discussion: """
      The written predictions hold uncertainty.density, minus the log density of the features, so that ‘credence score \
      --confidence uncertainty.density’ and other commands can use it.

      Example:
        credence density score --density density.safetensors test.safetensors
      """)

  @Argument(help: "Predictions with features.")
  var predictions: String

  @Option(help: ArgumentHelp("A file made by ‘credence density fit’.", valueName: "file"))
  var density: String

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp(
      "A .safetensors or .npz file; PREDICTIONS.density.safetensors unless told otherwise.",
      valueName: "file"))
  var output: String?

  @Flag(help: "Multiply in float32, which takes half of the time.")
  var float32 = false

  @Flag(help: "Apply it although the predictions name another model.")
  var anyModel = false

  @Option(help: ArgumentHelp("Where to compute: cpu, cuda, cuda:1.", valueName: "device"))
  var device = "cpu"

  @OptionGroup(title: "Reading") var reading: PredictionOptions

  func validate() throws {
    _ = try reading.readOptions()
    guard Device(device) != nil else {
      throw ValidationError("--device is ‘\(device)’; it must be cpu, cuda or cuda:N.")
    }
    if let output, PredictionFileFormat(rawValue: URL(fileURLWithPath: output).pathExtension) == nil
    {
      throw ValidationError("--output must end in .safetensors or .npz; ‘\(output)’ does not.")
    }
  }

  func run() throws {
    let fitted = try FittedDensity(contentsOf: URL(fileURLWithPath: density))
    let chosen = try Device(device)?.checked() ?? .cpu
    let target = try URL(
      fileURLWithPath: output
        ?? "\(PredictionSource(argument: predictions).defaultModelName).density.safetensors")
    try OverwrittenInput.check(target, inputs: [predictions, density])
    let progress = Progress()
    defer { progress.finish() }
    progress.enter("reading \(predictions)")
    var set = try reading.read(predictions)
    if !anyModel { try fitted.check(set.metadata) }
    progress.enter("scoring \(predictions)")
    let scores = try fitted.scores(
      of: set, device: chosen, elementType: float32 ? .float32 : .float64)
    guard scores.logDensities.allSatisfy(\.isFinite) else {
      throw CalibrationError.malformedDensity(
        part: "parts", reason: "give densities that are not finite numbers")
    }
    set.uncertainties["density"] = scores.logDensities.map { -$0 }
    try set.write(
      to: target, format: PredictionFileFormat(rawValue: target.pathExtension) ?? .safetensors)
    progress.finish()
    let mean = scores.logDensities.reduce(0, +) / Double(scores.logDensities.count)
    try StandardOutput.write(
      "\(target.relativePath): \(scores.logDensities.count) samples, mean log density \(mean)\n")
  }
}
