import ArgumentParser
import Credence
import Foundation

/// The command `credence datasets make ambiguous-mnist`.
struct MakeAmbiguousMNISTCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ambiguous-mnist",
    abstract: "Makes digits between classes, after the recipe of Ambiguous-MNIST.",
    discussion: """
      An autoencoder learns MNIST; codes of two to four digits of different classes are mixed and decoded; an ensemble \
      of LeNets keeps what its members agree to be ambiguous, and draws ten labels for each image. The result is found \
      as the data set ambiguous_mnist where it lies in ambiguous-mnist of the folder of all data sets, and dirty_mnist \
      is MNIST with it.

      Examples:
        credence datasets make ambiguous-mnist --data-dir data --output data/ambiguous-mnist
        credence datasets make ambiguous-mnist --ensemble lenet-*.safetensors --seed 7 --output out
      """)

  @OptionGroup var place: DatasetFolderOptions

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("The folder of the digits.", valueName: "dir"))
  var output: String

  @Option(
    help: ArgumentHelp("Images for training, and as many for testing.", valueName: "n"))
  var count = AmbiguousDigitSettings().imageCount

  @Option(help: ArgumentHelp("Passes of the autoencoder over MNIST.", valueName: "n"))
  var epochs = AmbiguousDigitSettings().epochs

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Weights of LeNets, two or more; without them five are trained.", valueName: "file"))
  var ensemble: [String] = []

  @Option(
    name: .customLong("ensemble-epochs"),
    help: ArgumentHelp("Passes of each LeNet that is trained.", valueName: "n"))
  var ensembleEpochs = AmbiguousDigitSettings().classifierEpochs

  @Option(help: ArgumentHelp("Labels drawn for each image.", valueName: "n"))
  var labels = AmbiguousDigitSettings().labelsPerImage

  @Option(help: ArgumentHelp("Another seed, other digits.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Threads of one operation.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Replace what is in the folder.")
  var overwrite = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must be from 1 to 1024.")
    }
    do {
      _ = try AmbiguousDigitMaker(settings)
    } catch let error as TrainingError {
      throw ValidationError(ErrorText.sentences(error))
    }
  }

  private var settings: AmbiguousDigitSettings {
    var settings = AmbiguousDigitSettings()
    settings.imageCount = count
    settings.epochs = epochs
    settings.classifierEpochs = ensembleEpochs
    settings.labelsPerImage = labels
    settings.seed = seed
    return settings
  }

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    let record = folder.appendingPathComponent(AmbiguousDigits.recordName)
    if !overwrite, FileManager.default.fileExists(atPath: record.path) {
      throw ValidationError("‘\(output)’ holds digits already; replace them by --overwrite.")
    }
    if let threads { try Engine.setThreadCount(threads) }
    let mnist = try DatasetRegistry.named("mnist")
    let training = try mnist.open(part: .train, in: place.folder)
    let test = try mnist.open(part: .test, in: place.folder)
    var maker = try AmbiguousDigitMaker(settings)
    let progress = Progress()
    defer { progress.finish() }
    maker.progress = { stage, part in
      progress.enter(stage, detail: "\(Int(100 * part)) %")
    }
    let digits = try maker.make(
      from: training, test: test,
      ensemble: ensemble.isEmpty ? .trained : .files(ensemble.map { URL(fileURLWithPath: $0) }))
    for file in try digits.write(to: folder) {
      try StandardOutput.write("\(output)/\(file.lastPathComponent)\n")
    }
    let found = digits.record
    progress.finish()
    StandardError.writeLine(
      String(
        format: "%d images of %d mixtures; mean entropy %.3f nats; ensemble %.2f %% right on MNIST",
        found.imageCount, found.candidateCount, found.meanEntropy, 100 * found.ensembleAccuracy))
  }
}
