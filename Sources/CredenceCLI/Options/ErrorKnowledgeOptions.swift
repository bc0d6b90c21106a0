import ArgumentParser
import Credence
import Foundation

/// Where everything is that decisions about mistakes rest on.
struct ErrorKnowledgeOptions: ParsableArguments {
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

  @Option(
    help: ArgumentHelp("ReaL's labels, to count which classes occur together.", valueName: "file"))
  var real: String?

  @Option(
    help: ArgumentHelp(
      "With --real: the original labels of the same images, one identifier a line.",
      valueName: "file"))
  var originalLabels: String?

  @Option(
    help: ArgumentHelp(
      "Pairs of classes that occur together, in place of --real.", valueName: "file"))
  var pairs: String?

  @Option(
    help: ArgumentHelp(
      "The folder with experts' mistake lists, for untypical images.", valueName: "dir"))
  var mistakes: String?

  @Option(
    name: .customLong("imagenet-m"),
    help: ArgumentHelp("ImageNet-M's file names.", valueName: "file"))
  var imageNetM: String?

  @Option(help: ArgumentHelp("The nearest training images.", valueName: "file"))
  var neighbors: String?

  @Option(help: ArgumentHelp("CLIP's features of the images.", valueName: "file"))
  var imageFeatures: String?

  @Option(help: ArgumentHelp("CLIP's features of the prompts.", valueName: "file"))
  var textFeatures: String?

  @Option(help: ArgumentHelp("The classes of a data set of your own.", valueName: "file"))
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "What your own classes are kinds of: parents by name, or places in WordNet.",
      valueName: "file"))
  var hierarchy: String?

  @Option(
    help: ArgumentHelp(
      "Which of your own classes overlap: predictions that count as right.", valueName: "file"))
  var overlappingClasses: String?

  @Flag(
    help:
      "Leave the out-of-vocabulary stage out, which needs CLIP's features; every output is marked.")
  var withoutOov = false

  @Flag(help: "Leave untypical images out, which need experts' lists; every output is marked.")
  var withoutNonPrototypical = false

  func validate() throws {
    if dataset.isEmpty || dataset.contains("/") || dataset.hasPrefix(".") {
      throw ValidationError("--dataset is ‘\(dataset)’; it must be the name of a folder.")
    }
    if withoutNonPrototypical, mistakes != nil {
      throw ValidationError("--without-non-prototypical leaves out what --mistakes gives.")
    }
    if withoutOov, neighbors != nil || imageFeatures != nil || textFeatures != nil {
      throw ValidationError(
        "--without-oov leaves out what --neighbors, --image-features and --text-features give.")
    }
    if pairs != nil, real != nil || originalLabels != nil {
      throw ValidationError("--pairs stands in place of --real and --original-labels.")
    }
  }

  /// The settings that the options stand for.
  var inputs: ErrorAnalysisInputs {
    var inputs = ErrorAnalysisInputs()
    func choice(_ path: String?) -> ErrorAnalysisInputs.Choice { path.map { .path($0) } ?? .usual }
    inputs.artefacts = artefacts
    inputs.dataset = dataset
    inputs.classes = choice(classes)
    inputs.hierarchy = choice(hierarchy)
    inputs.wordNet = choice(wordNet)
    inputs.superclasses = choice(superclasses)
    inputs.collapsedMappings = choice(overlappingClasses)
    inputs.multiLabels = choice(multiLabels)
    inputs.real = choice(real)
    inputs.originalLabels = choice(originalLabels)
    inputs.pairs = choice(pairs)
    inputs.mistakes = withoutNonPrototypical ? .none : choice(mistakes)
    inputs.imageNetM = choice(imageNetM)
    inputs.neighbors = choice(neighbors)
    inputs.imageFeatures = choice(imageFeatures)
    inputs.textFeatures = choice(textFeatures)
    inputs.usesOutOfVocabulary = !withoutOov
    return inputs
  }

  /// Says on standard error which superclasses are used and what is left out.
  func announce(_ knowledge: ErrorKnowledge) {
    let hash = knowledge.manifest.entries.first { $0.input == KnowledgeInput.superclasses.id }
    StandardError.writeLine(
      "Superclasses: \(knowledge.superclasses.source)"
        + (hash.map { " (sha256 \($0.sha256.prefix(12))…)" } ?? ""))
    for absent in knowledge.absent {
      StandardError.writeLine("\(absent.mark): \(absent.effect)")
    }
  }
}
