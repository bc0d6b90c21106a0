import ArgumentParser
import Credence
import Foundation

/// Where everything is that decisions about mistakes rest on.
struct ErrorKnowledgeOptions: ParsableArguments {
  @OptionGroup var data: ErrorDataOptions

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
    var inputs = data.inputs
    inputs.collapsedMappings = .init(path: overlappingClasses)
    inputs.real = .init(path: real)
    inputs.originalLabels = .init(path: originalLabels)
    inputs.pairs = .init(path: pairs)
    inputs.mistakes = withoutNonPrototypical ? .none : .init(path: mistakes)
    inputs.imageNetM = .init(path: imageNetM)
    inputs.neighbors = .init(path: neighbors)
    inputs.imageFeatures = .init(path: imageFeatures)
    inputs.textFeatures = .init(path: textFeatures)
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
