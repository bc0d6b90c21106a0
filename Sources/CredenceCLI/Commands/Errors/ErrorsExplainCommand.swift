import ArgumentParser
import Credence
import Foundation

/// The command `credence errors explain`.
struct ErrorsExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains what kind of mistake one answer is, step by step.",
    discussion: """
      Every rule that was asked and why it applies or does not; the ten training images that look most like the image; \
      the proposals by the reason for them, and the best ones; the decision.

      The image is named as in samples_info.npz, with or without its folder; the model by its name or by a file of its \
      predictions. With --prediction a class stands in for a model.

      Examples:
        credence errors explain n02114712/ILSVRC2012_val_00010883.JPEG timm/resnet50.a1_in1k
        credence errors explain ILSVRC2012_val_00010883.JPEG --prediction n02114855 --without-oov
      """)

  @Argument(help: ArgumentHelp("The image.", valueName: "image"))
  var image: String

  @Argument(help: ArgumentHelp("The model.", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Explain this answer instead of a model's: a class by its identifier or number.",
      valueName: "class"))
  var prediction: String?

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (model == nil) != (prediction == nil) else {
      throw ValidationError("Give a model, or a class by --prediction.")
    }
  }

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let inputs = knowledge.inputs
    progress.enter("opening the inputs of \(inputs.dataset)")
    let opened = try ErrorKnowledge(opening: inputs)
    let explanation = try ErrorExplanation(
      image: image, answer: prediction.map { .someClass($0) } ?? .model(model ?? ""),
      knowledge: opened, inputs: inputs)
    progress.finish()
    knowledge.announce(opened)
    try StandardOutput.write(json ? explanation.json() : explanation.text())
  }
}
