import ArgumentParser
import Credence
import Foundation

/// The command `credence density fit`.
struct DensityFitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits a density to the features of training samples.",
    discussion: """
      The predictions must hold features (‘credence predict --embeddings’) and labels. The density is one safetensors \
      file, which ‘credence density score’ and the pure-Swift library load.

      Example:
        credence density fit train.safetensors --output density.safetensors
      """)

  @Argument(help: "Labeled predictions with features, of the training samples.")
  var predictions: String

  @Option(
    name: [.long, .customShort("o")], help: ArgumentHelp("The density's file.", valueName: "file"))
  var output = "density.safetensors"

  @OptionGroup(title: "Density") var density: DensityFitOptions

  @Flag(help: "Keep the factors in float32, half of the file.")
  var float32 = false

  @Option(help: ArgumentHelp("Where to compute: cpu, cuda, cuda:1.", valueName: "device"))
  var device = "cpu"

  @OptionGroup(title: "Reading") var reading: PredictionOptions

  func validate() throws {
    _ = try reading.readOptions()
    guard Device(device) != nil else {
      throw ValidationError("--device is ‘\(device)’; it must be cpu, cuda or cuda:N.")
    }
    guard output.hasSuffix(".safetensors") else {
      throw ValidationError("--output must end in .safetensors; ‘\(output)’ does not.")
    }
  }

  func run() throws {
    let target = URL(fileURLWithPath: output)
    try OverwrittenInput.check(target, inputs: [predictions])
    _ = try AtomicOutput(folder: target.deletingLastPathComponent())
    let chosen = try Device(device)?.checked() ?? .cpu
    let progress = Progress()
    defer { progress.finish() }
    progress.enter("reading \(predictions)")
    let set = try reading.read(predictions)
    progress.enter("fitting a density")
    let fitted = try FittedDensity.fit(
      set, configuration: density.configuration,
      options: GaussianDensity.FitOptions(device: chosen, storage: float32 ? .float32 : .float64))
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try fitted.write(to: target)
    progress.finish()
    for warning in fitted.warnings { ErrorText.warn(warning) }
    let counts = fitted.counts.filter { $0 > 0 }
    try StandardOutput.write(
      """
      \(target.relativePath): \(fitted.configuration.covariance.rawValue) Gaussians of \(counts.count) classes and \
      \(fitted.dimension) features, fitted on \(counts.reduce(0, +)) samples
      Added to the diagonals: at most \(fitted.jitters.max() ?? 0); greatest weight of the identity: \
      \(fitted.shrinkages.max() ?? 0)

      """)
  }
}
