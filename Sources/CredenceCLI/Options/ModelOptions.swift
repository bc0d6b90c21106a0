import ArgumentParser
import Credence
import Foundation

/// How networks are made and run.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Take the weights of the only model from this file.", valueName: "file"))
  var checkpoint: String?

  @Option(
    name: [.customLong("num-classes"), .customLong("num_classes")],
    help: ArgumentHelp("The number of classes that weights must have.", valueName: "n"))
  var classCount: Int?

  @Flag(
    name: .customLong("no-ema"),
    help: "Of a checkpoint with both take the trained weights, not their running average.")
  var noEMA = false

  @Option(help: ArgumentHelp("Where to compute: cpu, cuda, cuda:1, mps.", valueName: "device"))
  var device: String?

  @Option(
    help: ArgumentHelp(
      "What to compute in; logits are stored in float32.", valueName: "float32|bfloat16|float16"))
  var precision = "float32"

  @Option(help: ArgumentHelp("Threads of one operation on the CPU.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Use what is on this machine; never ask the model hub.")
  var offline = false

  @Option(
    name: [.customLong("img-size"), .customLong("input-size")],
    help: ArgumentHelp("Rows and columns of the network's input.", valueName: "n|HxW"))
  var imageSize: String?

  @Option(
    name: .customLong("crop-pct"),
    help: ArgumentHelp("The part of the resized image's side that is kept.", valueName: "fraction"))
  var cropFraction: String?

  @Option(
    name: .customLong("crop-mode"),
    help: ArgumentHelp("How images fill the input.", valueName: "center|squash|border|fit|none"))
  var cropMode: String?

  @Option(
    help: ArgumentHelp(
      "How images are resized.", valueName: "bicubic|bilinear|lanczos|nearest|box|hamming"))
  var interpolation: String?

  @Option(
    name: [.customLong("normalize-as"), .customLong("normalize_as")],
    help: ArgumentHelp(
      "Prepare images as for this data set: its mean, deviation and size; other sizes are fitted in.",
      valueName: "data set"))
  var normalizedAs: String?

  @Option(help: ArgumentHelp("What becomes 0, per channel, from 0 to 1.", valueName: "r,g,b"))
  var mean: String?

  @Option(help: ArgumentHelp("A step of 1 on that scale, per channel.", valueName: "r,g,b"))
  var std: String?

  func validate() throws {
    _ = try overrides()
    _ = try elementType()
    if let device, Device(device) == nil {
      throw ValidationError("--device is ‘\(device)’; it must be cpu, cuda, cuda:N or mps.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must be from 1 to 1024.")
    }
    if let classCount, !(2...10_000_000).contains(classCount) {
      throw ValidationError("--num-classes is \(classCount); it must be 2 or more.")
    }
  }

  private func overrides() throws -> PreprocessingOverrides {
    var overrides = PreprocessingOverrides()
    if let normalizedAs {
      do {
        overrides = PreprocessingOverrides(try DatasetRegistry.named(normalizedAs).preprocessing)
      } catch {
        throw ValidationError(ErrorText.sentences(error))
      }
    }
    let choices = [
      ("img-size", imageSize), ("crop-pct", cropFraction), ("crop-mode", cropMode),
      ("interpolation", interpolation), ("mean", mean), ("std", std),
    ]
    for (key, text) in choices {
      guard let text else { continue }
      do {
        try overrides.set(key, text)
      } catch {
        throw ValidationError(ErrorText.sentences(error))
      }
    }
    return overrides
  }

  private func elementType() throws -> ElementType {
    guard let type = ElementType(rawValue: precision),
      [.float32, .bfloat16, .float16].contains(type)
    else {
      throw ValidationError(
        "--precision is ‘\(precision)’; it must be float32, bfloat16 or float16.")
    }
    return type
  }

  /// What makes models ready to run.
  func resolver() throws -> ModelResolver {
    if let threads { try Engine.setThreadCount(threads) }
    var inference = InferenceSettings()
    inference.elementType = try elementType()
    inference.device = try device.flatMap { Device($0) }?.checked() ?? Device.available()[0]
    var hub = try HubSettings()
    if offline { hub.isOffline = true }
    return ModelResolver(
      hub: HubClient(hub), inference: inference, overrides: try overrides(),
      classCount: classCount, weights: noEMA ? .trained : .averaged)
  }

  /// What the names of models stand for.
  ///
  /// - Parameters:
  ///   - names: As the user wrote them, several with commas between them.
  ///   - mayShareNames: Whether several may be called the same, as those of one prediction may.
  /// - Returns: Each with what differs in its images, in the order given.
  /// - Throws: `ModelError`, `EvaluationError`.
  func models(_ names: [String], mayShareNames: Bool = false) throws -> [(
    reference: ModelReference, overrides: PreprocessingOverrides
  )] {
    let texts = Self.split(names)
    if let checkpoint {
      guard texts.count == 1 else {
        throw ValidationError(
          "--checkpoint goes with one model; give several as NAME=FILE NAME=FILE.")
      }
      let (name, overrides) = try ModelReference.parts(texts[0])
      return try ModelReference.references("\(name)=\(checkpoint)").map { ($0, overrides) }
    }
    var models: [(reference: ModelReference, overrides: PreprocessingOverrides)] = []
    for text in texts {
      let (name, overrides) = try ModelReference.parts(text)
      models += try ModelReference.references(name).map { ($0, overrides) }
    }
    let names = Dictionary(grouping: models, by: { $0.reference.name })
    if !mayShareNames, let twice = names.first(where: { $0.value.count > 1 })?.key {
      throw ValidationError(
        "Two models are called ‘\(twice)’, and their predictions would get one name.")
    }
    return models
  }

  /// The names of single models in what the user wrote, several with commas between them.
  static func split(_ names: [String]) -> [String] { names.flatMap { split($0) } }

  /// Parts between commas that begin a new model; numbers after a comma belong to `+mean=` and `+std=`.
  private static func split(_ text: String) -> [String] {
    var parts: [String] = []
    for part in text.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      if !parts.isEmpty, Double(part.prefix { $0 != "+" }) != nil {
        parts[parts.count - 1] += "," + part
      } else if !part.isEmpty {
        parts.append(part)
      }
    }
    return parts
  }
}
