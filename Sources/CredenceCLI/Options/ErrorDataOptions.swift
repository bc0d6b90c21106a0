import ArgumentParser
import Credence

/// Which data set mistakes are about, and what its classes and labels are.
struct ErrorDataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The data set: imagenet, imagenet-a, or a folder of your own below the artefacts.",
      valueName: "name"))
  var dataset = "imagenet"

  @Option(
    help: ArgumentHelp("Where samples, predictions and results are.", valueName: "dir"))
  var artefacts = "artefacts"

  @Option(
    help: ArgumentHelp(
      "The correct labels: human_accuracy_v3.0.0.json, the CSV form, or TFRecord files of imagenet2012_multilabel.",
      valueName: "file"))
  var multiLabels: String?

  @Option(
    help: ArgumentHelp(
      "Superclasses in the published form; without it those that come with Credence.",
      valueName: "file"))
  var superclasses: String?

  @Option(
    name: .customLong("wordnet"),
    help: ArgumentHelp("WordNet 3.0's folder or its data.noun.", valueName: "path"))
  var wordNet: String?

  @Option(help: ArgumentHelp("The classes of a data set of your own.", valueName: "file"))
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "What your own classes are kinds of: parents by name, or places in WordNet.",
      valueName: "file"))
  var hierarchy: String?

  func validate() throws {
    if dataset.isEmpty || dataset.contains("/") || dataset.hasPrefix(".") {
      throw ValidationError("--dataset is ‘\(dataset)’; it must be the name of a folder.")
    }
  }

  /// The settings that the options stand for.
  var inputs: ErrorAnalysisInputs {
    var inputs = ErrorAnalysisInputs()
    inputs.artefacts = artefacts
    inputs.dataset = dataset
    inputs.classes = .init(path: classes)
    inputs.hierarchy = .init(path: hierarchy)
    inputs.wordNet = .init(path: wordNet)
    inputs.superclasses = .init(path: superclasses)
    inputs.multiLabels = .init(path: multiLabels)
    return inputs
  }
}
