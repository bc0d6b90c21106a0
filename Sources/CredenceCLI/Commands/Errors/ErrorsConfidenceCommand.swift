public import ArgumentParser
public import Credence
import Foundation

/// The command `credence errors confidence`.
struct ErrorsConfidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confidence",
    abstract: "Tells which kinds of mistakes models make although they are sure.",
    discussion: """
      Accepts the answers above the threshold that reaches an accuracy (SAC), and counts the mistakes among them by \
      kind; also the risk that each kind adds over all coverages, and the surest mistakes. The models' predictions must \
      hold probabilities or logits.

      Examples:
        credence errors confidence timm/resnet50.a1_in1k
        credence errors confidence --accuracies 0.9,0.95,0.99 --right multi-label --format csv
      """)

  @Argument(
    help: ArgumentHelp("Analyzed models; all where none is named.", valueName: "model"))
  var models: [String] = []

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Option(
    help: ArgumentHelp("The accuracies that accepted answers must reach.", valueName: "list"))
  var accuracies = "0.95,0.99"

  @Option(
    help: ArgumentHelp(
      "Which answers are right: the original label, or any correct one.",
      valueName: ConfidentMistakes.Reading.allCases.map(\.rawValue).joined(separator: "|")))
  var right = ConfidentMistakes.Reading.label

  @Option(
    help: ArgumentHelp(
      "The confidence function.",
      valueName: ConfidenceFunction.all.filter { $0.requirement != .members }.map(\.id)
        .joined(separator: "|")))
  var confidence = ConfidenceFunction.msp.id

  @Option(help: ArgumentHelp("Surest mistakes of each kind.", valueName: "n"))
  var list = 5

  @Option(
    help: ArgumentHelp(
      "How the results are printed; JSON has the curves.", valueName: ErrorListFormat.valueName))
  var format = ErrorListFormat.table

  func validate() throws {
    _ = try settings()
    _ = try function()
  }

  private func settings() throws -> ConfidentMistakes.Settings {
    var settings = ConfidentMistakes.Settings()
    settings.reading = right
    settings.accuracies = try accuracies.split(separator: ",").map { text in
      guard let value = Double(text.trimmingCharacters(in: .whitespaces)), value > 0, value <= 1
      else {
        throw ValidationError(
          "--accuracies has ‘\(text)’; an accuracy is a fraction above 0, at most 1, such as 0.95.")
      }
      return value
    }
    guard !settings.accuracies.isEmpty else { throw ValidationError("--accuracies is empty.") }
    guard (0...100_000).contains(list) else {
      throw ValidationError("--list is \(list); it must be from 0 to 100000.")
    }
    settings.listLength = list
    return settings
  }

  private func function() throws -> ConfidenceFunction {
    guard let function = ConfidenceFunction.named(confidence), function.requirement != .members
    else {
      throw ValidationError(
        "--confidence is ‘\(confidence)’, which is no confidence function here.")
    }
    return function
  }

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let analyzed = try AnalyzedModels(knowledge, models: models, progress)
    analyzed.nameRefused()
    var results: [ConfidentMistakes] = []
    var hasFailed = false
    for (index, table) in analyzed.tables.enumerated() {
      progress.enter("reading confidences", detail: "\(index + 1) of \(analyzed.tables.count)")
      do {
        results.append(
          try ConfidentMistakes(
            table, in: ErrorTableFolder(knowledge.inputs), samples: analyzed.knowledge.samples,
            function: function(), settings: settings()))
      } catch {
        hasFailed = true
        progress.interrupt { ErrorText.write(error, about: table.model.folder) }
      }
    }
    progress.finish()
    guard !results.isEmpty else { throw ExitCode(1) }
    switch format {
    case .table:
      try StandardOutput.write(results.map { $0.table() }.joined(separator: "\n"))
    case .csv: try StandardOutput.write(ConfidentMistakes.csv(results))
    case .json: try StandardOutput.write(ConfidentMistakes.json(results))
    }
    if hasFailed { throw ExitCode(2) }
    try analyzed.exit()
  }
}

extension ConfidentMistakes.Reading: ExpressibleByArgument {}
