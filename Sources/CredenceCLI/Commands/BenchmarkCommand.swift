import ArgumentParser
import Credence
import Foundation

/// The command `credence benchmark`.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Runs networks over images and tells how far each can be trusted.",
    discussion: """
      As ‘predict’ and then ‘score’: every network runs once, its predictions are kept, and one row per model goes to \
      results.csv, with the published benchmark's columns first. The table is that of this run: name all models to have \
      them in one. A model that fails is named and the others go on. Run \
      again, only what is missing is computed.

      Corruption trees (corruption/severity/class/image, or CIFAR-C arrays) give severity curves and the mean \
      corruption error.

      Examples:
        credence benchmark --models resnet18 resnet34 --data-dir imagenet/val -b 128
        credence benchmark --models 'vit_*' resnet50=mine.pth --data imagenet/val --output study
        credence benchmark --models resnet50 --data imagenet-c --shift-reference alexnet
        credence benchmark --models resnet18 --data-dir imagenet/val --compat galil2023
      """)

  @Option(
    name: [.customLong("models"), .customLong("model")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Models, as ‘credence predict’ takes them, with blanks or commas between them.",
      valueName: "name"))
  var models: [String]

  @OptionGroup(title: "Images") var images: ImageOptions

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp(
      "The folder of results.csv, results.json, curves.csv, report.html and predictions/.",
      valueName: "dir"))
  var output = "."

  @Option(
    help: ArgumentHelp(
      "How the results are printed.",
      valueName: ScoreReport.formats.map(\.id).joined(separator: "|")))
  var format = "table"

  @Option(
    help: ArgumentHelp("Also draw the charts as files, in charts/.", valueName: "png|svg|pdf"))
  var charts: ChartRenderer.ImageFormat?

  @Flag(help: "Also store embeddings, and the last layer where it is linear.")
  var embeddings = false

  @Flag(help: "Replace predictions of other runs.")
  var overwrite = false

  @Option(
    help: ArgumentHelp(
      "ReaL labels (real.json): a prediction is right if it is any of the image's labels.",
      valueName: "file"))
  var realLabels: String?

  @Option(
    name: [.customLong("valid-labels"), .customLong("valid_labels")],
    help: ArgumentHelp(
      "Classes that the data has, one number or name a line: others are not to be predicted.",
      valueName: "file"))
  var validLabels: String?

  @Option(
    help: ArgumentHelp(
      "What corruption errors are measured by: alexnet, or a model of this run.",
      valueName: "name"))
  var shiftReference = "alexnet"

  @OptionGroup(title: "Models") var options: ModelOptions
  @OptionGroup(title: "Metrics") var metrics: MetricOptions
  @OptionGroup(title: "Temperature") var temperature: TemperatureOptions
  @OptionGroup(title: "Compatibility") var compatibility: CompatibilityOptions

  func validate() throws {
    guard ScoreReport.formats.contains(where: { $0.id == format }) else {
      throw ValidationError(
        "--format is ‘\(format)’; it must be one of \(ScoreReport.formats.map(\.id).joined(separator: ", "))."
      )
    }
    if realLabels != nil, validLabels != nil {
      throw ValidationError("Give one of --real-labels and --valid-labels.")
    }
    _ = try settings()
    if compatibility.compat != nil {
      let output = try OutputOptions<ScoreReport>.parse([])
      _ = try compatibility.benchmark(temperature, metrics, output)
    }
  }

  private func settings() throws -> ScoreSettings {
    var settings = try metrics.settings()
    settings.temperature = try temperature.temperatureProtocol()
    return settings
  }

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    _ = try AtomicOutput(folder: folder)
    if compatibility.compat == nil { try BenchmarkOutput.checkTable(in: folder) }
    if charts != nil { _ = try ChartRenderer() }
    let reassessed = try realLabels.map {
      try ReassessedLabels(contentsOf: URL(fileURLWithPath: $0))
    }
    if let validLabels, !FileManager.default.isReadableFile(atPath: validLabels) {
      throw ValidationError("--valid-labels ‘\(validLabels)’ can't be read. Check the path.")
    }
    let references = try options.models(models)
    guard
      shiftReference == "alexnet"
        || references.contains(where: { $0.reference.name == shiftReference })
    else {
      throw ValidationError(
        "--shift-reference is ‘\(shiftReference)’; it must be alexnet or one of the models: \(references.map(\.reference.name).joined(separator: ", "))."
      )
    }
    let datasets = try images.datasets()
    var prediction = PredictionSettings()
    prediction.loading = images.settings()
    prediction.keepsEmbeddings = embeddings
    prediction.overwrites = overwrite
    var resolver = try options.resolver()
    resolver.dataset = try images.firstPublished()
    var run = BenchmarkRun(resolver, prediction)
    let progress = Progress()
    run.reporter = RunReporting.reporter(progress)
    let (outcomes, failures) = run.run(
      references, over: datasets, to: folder.appending(path: "predictions"))
    guard !outcomes.isEmpty else {
      progress.finish()
      throw ExitCode(1)
    }
    if compatibility.compat != nil {
      progress.finish()
      let output = try OutputOptions<ScoreReport>.parse([
        "--output", folder.path, "--format", "csv",
      ])
      try compatibility.run(
        outcomes.map(\.result.file.relativePath), reading: PredictionOptions.parse([]),
        temperature: temperature, metrics: metrics, output: output)
    } else {
      try score(outcomes, reassessed, progress, to: folder)
    }
    if !failures.isEmpty { throw ExitCode(2) }
  }

  private func score(
    _ outcomes: [BenchmarkRun.Outcome], _ reassessed: ReassessedLabels?, _ progress: Progress,
    to folder: URL
  ) throws {
    var scoring = BenchmarkScoring(try settings())
    scoring.reassessed = reassessed
    scoring.shiftReference = shiftReference == "alexnet" ? "" : shiftReference
    scoring.validClasses = validLabels.map { URL(fileURLWithPath: $0) }
    scoring.reporter.stage = { progress.enter($0) }
    scoring.reporter.failure = { file, error in
      progress.interrupt { ErrorText.write(error, about: file) }
    }
    let (report, failureCount) = try scoring.report(outcomes)
    progress.finish()
    guard !report.entries.isEmpty || !report.shifts.isEmpty else { throw ExitCode(1) }
    try BenchmarkOutput.write(
      report, format: format, charts: charts, to: folder)
    if failureCount > 0 { throw ExitCode(2) }
  }
}
