public import CredenceData
public import CredenceModels
public import CredenceNN
import CredencePredictions
public import CredenceTensor
public import Foundation

/// A classifier that runs batches of images: a network with weights, or a program that another tool exported.
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
  /// The last linear layer, where logits are a linear function of the embeddings.
  let head: LinearHead?
  private let weights: WeightFingerprint
  private let run: (Tensor) throws -> [Tensor]

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
    self.preprocessing = preprocessing
    self.settings = settings
    weights = WeightFingerprint(file)
    let network = model.network
    let example = try Tensor.zeros([1] + preprocessing.inputSize)
    var shapes: [[Int]] = []
    let program = try InferenceProgram(recording: example, settings) { images in
      let output = try network(images, .evaluation)
      shapes = [output.logits.shape, output.embeddings.shape]
      return [output.logits, output.embeddings]
    }
    guard shapes[0].count == 2, shapes[0][1] > 1 else {
      throw ModelError.unusableOutput(
        model: model.name, found: shapes[0], expected: "[1, classes] with two classes or more")
    }
    classCount = shapes[0][1]
    embeddingWidth = shapes[1].count == 2 ? shapes[1][1] : 0
    run = { try program($0) }
    head = try network.classifier.map { layer in
      let weight: [Float] = try layer.weight.value.values()
      let bias: [Double] = try layer.bias?.value.values() ?? []
      return LinearHead(
        weight: try Matrix(weight, columnCount: layer.weight.shape[1]),
        bias: bias.isEmpty ? [Double](repeating: 0, count: layer.weight.shape[0]) : bias)
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
    self.preprocessing = preprocessing
    self.settings = settings
    weights = WeightFingerprint(program.file)
    if program.kind == .aotInductor, settings.elementType != .float32 {
      throw EvaluationError.invalidSetting(
        name: "--precision", value: settings.elementType.rawValue,
        allowed: "float32 for an AOTInductor package, which is compiled already")
    }
    try program.prepare(settings.elementType)
    let type = program.kind == .torchScript ? settings.elementType : .float32
    run = { images in
      try withInference { try program(images.to(type)).map { try $0.to(.float32) } }
    }
    let example = try Tensor.zeros([2] + preprocessing.inputSize, device: settings.device)
    let results = try run(example)
    let shape = results.first?.shape ?? []
    guard shape.count == 2, shape[0] == 2, shape[1] > 1 else {
      throw ModelError.unusableOutput(
        model: name, found: shape, expected: "[2, classes] for two images")
    }
    classCount = shape[1]
    let second = results.dropFirst().first?.shape ?? []
    embeddingWidth = second.count == 2 && second[0] == 2 ? second[1] : 0
    head = nil
  }

  /// SHA-256 of the weights' file, in hexadecimal digits; computed beside the first batches, so it may have to be waited for.
  ///
  /// - Throws: What reading the file throws.
  func weightsSHA256() throws -> String { try weights.hexadecimal() }

  /// Logits and embeddings of normalized images.
  ///
  /// - Parameter images: `[batch, channels, height, width]`, on the model's device.
  /// - Returns: Logits `[batch, classes]`, and embeddings `[batch, width]` where the model gives them.
  /// - Throws: `EngineError`.
  func outputs(_ images: Tensor) throws -> (logits: Tensor, embeddings: Tensor?) {
    let results = try run(images)
    let count = images.shape[0]
    guard let logits = results.first, logits.shape == [count, classCount] else {
      throw ModelError.unusableOutput(
        model: name, found: results.first?.shape ?? [], expected: "[\(count), \(classCount)]")
    }
    guard embeddingWidth > 0 else { return (logits, nil) }
    guard results.count > 1, results[1].shape == [count, embeddingWidth] else {
      throw ModelError.unusableOutput(
        model: name, found: results.dropFirst().first?.shape ?? [],
        expected: "embeddings of [\(count), \(embeddingWidth)]")
    }
    return (logits, results[1])
  }
}
