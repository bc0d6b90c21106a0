public import CredenceData
public import CredenceModels
public import CredenceNN
import CredencePredictions
public import CredenceTensor
public import CredenceUncertainty
public import Foundation

/// A classifier that runs batches of images: a network with weights, a program that another tool exported, or a method with several members.
///
/// Used by one task at a time.
public final class PredictionModel {
  public let name: String
  /// What is computed: the architecture and which of a checkpoint's weights, or the kind of program.
  let computation: String
  /// How images become its input.
  public let preprocessing: Preprocessing
  public let settings: InferenceSettings
  /// The number of logits.
  public let classCount: Int
  /// The width of its embeddings; 0 where it gives none.
  public let embeddingWidth: Int
  /// How many members give their own logits; 0 for a single network.
  public let memberCount: Int
  /// How many numbers the network has learned; `nil` where it is not known, as of an exported program.
  public let parameterCount: Int?
  /// The last linear layer, where logits are a linear function of the embeddings.
  let head: LinearHead?
  private let weights: WeightFingerprint
  private let run: (Tensor) throws -> BatchOutput

  /// What the model says of a batch.
  struct BatchOutput {
    /// `[batch, classes]`: logits, or of a method with members their probabilities together.
    var prediction: Tensor
    /// `[batch, width]`, where the model gives them.
    var embeddings: Tensor?
    /// Each member's logits, `[batch, classes]`.
    var members: [Tensor] = []
  }

  /// Prepares a network.
  ///
  /// - Parameters:
  ///   - model: The network and its weights.
  ///   - file: The file of its weights, whose fingerprint goes into the predictions.
  ///   - preprocessing: How images become its input.
  ///   - settings: How it runs.
  /// - Throws: `EngineError`; `ModelError.unusableOutput` for a network without a classifier.
  public init(
    _ model: ClassifierModel, file: URL, preprocessing: Preprocessing,
    settings: InferenceSettings
  ) throws {
    name = model.name
    computation = model.origin
    parameterCount = model.store.learnedCount
    self.preprocessing = preprocessing
    self.settings = settings
    weights = WeightFingerprint([file])
    let network = try CompiledClassifier(
      model, inputSize: preprocessing.inputSize, settings: settings)
    classCount = network.classCount
    embeddingWidth = network.embeddingWidth
    memberCount = 0
    let hasEmbeddings = embeddingWidth > 0
    run = { images in
      let output = try network(images)
      return BatchOutput(
        prediction: output.logits, embeddings: hasEmbeddings ? output.embeddings : nil)
    }
    head = try model.network.classifier.map { try LinearHead($0) }
  }

  /// Prepares a method with several members.
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - name: What to call it.
  ///   - computation: Everything that its numbers depend on beside weights and images.
  ///   - files: The files of its weights.
  ///   - preprocessing: How images become its input.
  ///   - settings: How it runs.
  public init(
    _ method: any UncertaintyMethod, name: String, computation: String, files: [URL],
    preprocessing: Preprocessing, settings: InferenceSettings
  ) {
    self.name = name
    self.computation = computation
    parameterCount = nil
    self.preprocessing = preprocessing
    self.settings = settings
    weights = WeightFingerprint(files)
    classCount = method.classCount
    embeddingWidth = method.embeddingWidth
    memberCount = method.memberCount
    head = nil
    run = { images in
      let output = try method(images)
      return BatchOutput(
        prediction: output.probabilities, embeddings: output.embeddings, members: output.logits)
    }
  }

  /// Prepares an exported program.
  ///
  /// - Parameters:
  ///   - program: Takes `[batch, channels, height, width]`; its first result are the logits, a second one the embeddings.
  ///   - name: What to call it.
  ///   - preprocessing: How images become its input.
  ///   - settings: How it runs.
  /// - Throws: `EngineError`; `ModelError.unusableOutput` for another output.
  public init(
    _ program: ExportedProgram, name: String, preprocessing: Preprocessing,
    settings: InferenceSettings
  ) throws {
    self.name = name
    computation = program.kind.rawValue
    parameterCount = nil
    self.preprocessing = preprocessing
    self.settings = settings
    weights = WeightFingerprint([program.file])
    memberCount = 0
    if program.kind == .aotInductor, settings.elementType != .float32 {
      throw EvaluationError.invalidSetting(
        name: "--precision", value: settings.elementType.rawValue,
        allowed: "float32 for an AOTInductor package, which is compiled already")
    }
    try program.prepare(settings.elementType)
    let type = program.kind == .torchScript ? settings.elementType : .float32
    let forward = { (images: Tensor) in
      try withInference { try program(images.to(type)).map { try $0.to(.float32) } }
    }
    let example = try Tensor.zeros([2] + preprocessing.inputSize, device: settings.device)
    let results = try forward(example)
    let shape = results.first?.shape ?? []
    guard shape.count == 2, shape[0] == 2, shape[1] > 1 else {
      throw ModelError.unusableOutput(
        model: name, found: shape, expected: "[2, classes] for two images")
    }
    classCount = shape[1]
    let second = results.dropFirst().first?.shape ?? []
    embeddingWidth = second.count == 2 && second[0] == 2 ? second[1] : 0
    let (classes, hasEmbeddings) = (classCount, embeddingWidth > 0)
    run = { images in
      let results = try forward(images)
      guard let logits = results.first, !hasEmbeddings || results.count > 1 else {
        throw ModelError.unusableOutput(
          model: name, found: results.first?.shape ?? [],
          expected: "[\(images.shape[0]), \(classes)], and embeddings as before")
      }
      return BatchOutput(prediction: logits, embeddings: hasEmbeddings ? results[1] : nil)
    }
    head = nil
  }

  /// SHA-256 of the weights' file, in hexadecimal digits; computed beside the first batches, so it may have to be waited for.
  ///
  /// - Throws: What reading the file throws.
  func weightsSHA256() throws -> String { try weights.hexadecimal() }

  /// The prediction, embeddings and members' logits of normalized images.
  ///
  /// - Parameter images: `[batch, channels, height, width]`, on the model's device.
  /// - Returns: As many rows.
  /// - Throws: `ModelError.unusableOutput` for an output that changes its form, `EngineError`.
  func outputs(_ images: Tensor) throws -> BatchOutput {
    let output = try run(images)
    let count = images.shape[0]
    for logits in [output.prediction] + output.members where logits.shape != [count, classCount] {
      throw ModelError.unusableOutput(
        model: name, found: logits.shape, expected: "[\(count), \(classCount)]")
    }
    if embeddingWidth > 0, output.embeddings?.shape != [count, embeddingWidth] {
      throw ModelError.unusableOutput(
        model: name, found: output.embeddings?.shape ?? [],
        expected: "embeddings of [\(count), \(embeddingWidth)]")
    }
    return output
  }
}
