import ArgumentParser
import Credence
import Foundation

/// The command `credence errors report`.
struct ErrorsReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes a page about the mistakes of one or more models.",
    discussion: """
      The page shows what the mistakes are made of, overall and by group of classes, and models side by side. With \
      --predictions it also shows which mistakes a model is sure of.

      Examples:
        credence errors report --models timm/resnet50.a1_in1k timm/vit_base_patch16_224.augreg_in21k_ft_in1k --output report
        credence errors report --models timm/resnet50.a1_in1k --predictions timm/resnet50.a1_in1k=resnet50.safetensors \
      --images imagenet/val --output report
      """)

  @OptionGroup var tables: ErrorTableOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Predictions with the confidences of a model; the model's name may be left out where there is one.",
      valueName: "[model=]file"))
  var predictions: [String] = []

  @OptionGroup var reading: PredictionOptions

  @Option(
    help: ArgumentHelp(
      "Which answers are right: those that are the label, or also other correct labels and overlapping classes.",
      valueName: "label|multi-label"))
  var right = ConfidentMistakes.Reading.label.rawValue

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("The folder of report.html.", valueName: "dir"))
  var output: String

  func validate() throws {
    guard ConfidentMistakes.Reading(rawValue: right) != nil else {
      throw ValidationError("--right is ‘\(right)’; it must be label or multi-label.")
    }
  }

  func run() throws {
    let url = URL(fileURLWithPath: output)
    let folder = try AtomicOutput(folder: url)
    let progress = Progress()
    defer { progress.finish() }
    let images = try tables.imageFolder()
    let (knowledge, models, isComplete) = try tables.open(progress)
    let sources = try predictions.map { try source($0, models) }
    progress.enter("counting")
    let statistics = try MistakeCounter(
      samples: knowledge.samples, groups: knowledge.groups, classCount: knowledge.classes.count
    ).statistics(of: models)
    let confident = try sources.map { table, file in
      progress.enter("reading \(file)")
      return try confidences(table, file, knowledge)
    }
    var report = ErrorReport(
      statistics: statistics, confident: confident, classes: knowledge.classes)
    report.images = images
    report.notes = knowledge.absent.map(\.effect)
    progress.enter("writing the page")
    try folder.write(["report.html": Data(try report.page().utf8)])
    progress.finish()
    try StandardOutput.write(url.appendingPathComponent("report.html").relativePath + "\n")
    if !isComplete { throw ExitCode(2) }
  }

  private func confidences(
    _ table: ErrorTable, _ file: String, _ knowledge: ErrorKnowledge
  ) throws -> ConfidentMistakes {
    var settings = ConfidentMistakes.Settings()
    settings.reading = ConfidentMistakes.Reading(rawValue: right) ?? .label
    settings.listLength = 12
    return try ConfidentMistakes(
      table,
      confidences: RowConfidences(
        of: reading.read(file), file: file, table: table, samples: knowledge.samples),
      samples: knowledge.samples, settings: settings)
  }

  /// The model of a file, and the file.
  private func source(
    _ text: String, _ models: [ErrorTable]
  ) throws -> (table: ErrorTable, file: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let name = parts.first?.replacing("/", with: "--")
    if parts.count == 2, let table = models.first(where: { $0.model.folder == name }) {
      return (table, parts[1])
    }
    guard models.count == 1 else {
      throw ValidationError(
        "--predictions must say which model ‘\(text)’ is of: MODEL=FILE, with a model that was analyzed."
      )
    }
    return (models[0], text)
  }
}
