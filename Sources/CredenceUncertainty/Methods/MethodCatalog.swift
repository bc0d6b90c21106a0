import CredenceFiles
public import CredenceModels
public import CredenceNN
public import CredencePredictions
public import CredenceTensor
import Foundation

/// What methods may be told.
public struct MethodSettings: Codable, Hashable, Sendable {
  public var dropout = MCDropout.Configuration()
  public var augmentation = TestTimeAugmentation.Configuration()
  /// Last layers of a shallow ensemble; 0 takes the checkpoint's word.
  public var heads = 0
  public var laplace = LastLayerLaplace.Configuration()
  public var swag = SWAG.Configuration()

  public init() {}

  /// Sets how many draws there are, for every method that draws.
  public mutating func setSamples(_ count: Int) {
    dropout.samples = count
    laplace.samples = count
    swag.samples = count
  }

  /// Sets the seed of every method that draws.
  public mutating func setSeed(_ seed: UInt64) {
    dropout.seed = seed
    laplace.seed = seed
    swag.seed = seed
  }
}

/// What a method is made from.
public struct MethodInputs {
  /// Networks with weights, at least one; a method of `MethodDescriptor.Models.one` gets one.
  public var checkpoints: [NetworkCheckpoint]
  /// The settings of each of them.
  public var networks: [NetworkSettings]
  /// Channels, height and width of images.
  public var inputSize: [Int]
  public var inference: InferenceSettings
  public var settings: MethodSettings
  /// The number of classes that weights must have; `nil` takes the file's word.
  public var classCount: Int?
  /// Predictions of the training data, with embeddings.
  public var trainingPredictions: PredictionSet?
  /// Calls its argument with normalized batches of training images.
  public var trainingImages: (((Tensor) throws -> Void) throws -> Void)?

  public init(
    _ checkpoints: [NetworkCheckpoint], networks: [NetworkSettings], inputSize: [Int],
    inference: InferenceSettings, settings: MethodSettings = MethodSettings()
  ) {
    precondition(!checkpoints.isEmpty && checkpoints.count == networks.count)
    self.checkpoints = checkpoints
    self.networks = networks
    self.inputSize = inputSize
    self.inference = inference
    self.settings = settings
  }

  /// The networks, each with so many last layers.
  ///
  /// - Throws: `MethodError.severalHeads` for a checkpoint that says another number; `ModelError`, `FileError`, `EngineError`.
  func models(heads: Int = 1) throws -> [ClassifierModel] {
    try zip(checkpoints, networks).map { checkpoint, settings in
      let name = checkpoint.file.lastPathComponent
      try checkpoint.requireSingleNetwork(name, heads: heads)
      return try checkpoint.model(
        name: name, settings: settings, classCount: classCount.map { $0 * heads })
    }
  }

  func compiled(_ model: ClassifierModel) throws -> CompiledClassifier {
    try CompiledClassifier(model, inputSize: inputSize, settings: inference)
  }
}

extension NetworkCheckpoint {
  /// Makes sure that the file holds one network with so many last layers.
  ///
  /// - Parameters:
  ///   - name: What errors call it.
  ///   - heads: The last layers that its user expects.
  /// - Throws: `MethodError.severalHeads` or `collectedWeights`, which name the method that takes it.
  public func requireSingleNetwork(_ name: String, heads: Int = 1) throws(MethodError) {
    guard !SWAGPosterior.isCollection(weights) else { throw .collectedWeights(model: name) }
    guard description.heads == 1 || description.heads == heads else {
      throw .severalHeads(model: name, heads: description.heads, expected: heads)
    }
  }
}

/// What the rest of the system needs to know of a method.
public struct MethodDescriptor: Identifiable, Sendable {
  /// How many models one prediction takes.
  public enum Models: Sendable {
    case one
    case several
  }

  /// The name on the command line and in names of files.
  public let id: String
  public let title: String
  /// The paper.
  public let source: String
  public let models: Models
  /// The options of the command line that it heeds.
  public let options: [String]
  public let make: @Sendable (MethodInputs) throws -> any UncertaintyMethod
}

/// Every method that predicts with several members.
public enum MethodCatalog {
  public static let all: [MethodDescriptor] = [
    .mcDropout, .testTimeAugmentation, .deepEnsemble, .shallowEnsemble, .lastLayerLaplace, .swag,
  ]

  /// The method of a name.
  public static subscript(id: String) -> MethodDescriptor? { all.first { $0.id == id } }
}

extension MethodDescriptor {
  static let mcDropout = Self(
    id: "mc-dropout", title: "Dropout left on", source: "arXiv:1506.02142", models: .one,
    options: ["--samples", "--seed", "--dropout-rate"]
  ) { inputs in
    try MCDropout(
      inputs.models()[0], inputSize: inputs.inputSize, inputs.settings.dropout,
      inference: inputs.inference)
  }

  static let testTimeAugmentation = Self(
    id: "tta", title: "Several views of each image", source: "arXiv:1807.07356", models: .one,
    options: ["--tta-flips", "--tta-shift"]
  ) { inputs in
    try TestTimeAugmentation(
      inputs.compiled(inputs.models()[0]), inputSize: inputs.inputSize,
      inputs.settings.augmentation)
  }

  static let deepEnsemble = Self(
    id: "ensemble", title: "Networks trained independently", source: "arXiv:1612.01474",
    models: .several, options: []
  ) { inputs in
    let members = try inputs.models().map { try (name: $0.name, network: inputs.compiled($0)) }
    if let other = members.first(where: { $0.network.classCount != members[0].network.classCount })
    {
      throw MethodError.differentModels(
        first: members[0].name, other: other.name, difference: "the number of classes")
    }
    return try DeepEnsemble(
      members.map { member in { try member.network($0).logits } },
      classCount: members[0].network.classCount)
  }

  static let shallowEnsemble = Self(
    id: "shallow-ensemble", title: "Several last layers on one body", source: "arXiv:2402.16621",
    models: .one, options: ["--heads"]
  ) { inputs in
    let described = inputs.checkpoints[0].description.heads
    let heads = inputs.settings.heads > 0 ? inputs.settings.heads : described
    guard heads > 1 || inputs.settings.heads > 0 else {
      throw MethodError.missing(
        method: "shallow-ensemble", what: "the number of heads", advice: "Say it by --heads.")
    }
    let model = try inputs.models(heads: heads)[0]
    return try ShallowEnsemble(inputs.compiled(model), heads: heads, name: model.name)
  }

  static let lastLayerLaplace = Self(
    id: "laplace", title: "A Gaussian posterior of the last layer", source: "arXiv:2106.14806",
    models: .one,
    options: [
      "--train", "--hessian", "--prior-precision", "--predictive", "--samples", "--seed",
    ]
  ) { inputs in
    let model = try inputs.models()[0]
    guard let layer = model.network.classifier else {
      throw MethodError.noLinearHead(model: model.name)
    }
    guard let predictions = inputs.trainingPredictions, let embeddings = predictions.embeddings
    else {
      throw MethodError.missing(
        method: "laplace", what: "embeddings of the training data",
        advice: "Make them by ‘credence predict --embeddings’ and name the file by --train.")
    }
    let head = try LinearHead(layer)
    try predictions.checkOrigin(model: model.name, weights: inputs.checkpoints[0].file, head)
    let posterior = try LastLayerLaplace(
      embeddings: embeddings, head: head, inputs.settings.laplace)
    return try LaplacePredictor(
      inputs.compiled(model), posterior, device: inputs.inference.device)
  }

  static let swag = Self(
    id: "swag", title: "Draws around the mean of weights", source: "arXiv:1902.02476",
    models: .several, options: ["--samples", "--seed", "--swag-scale", "--train-data"]
  ) { inputs in
    let first = inputs.checkpoints[0]
    let isCollection = inputs.checkpoints.count == 1 && SWAGPosterior.isCollection(first.weights)
    let posterior =
      try isCollection ? SWAGPosterior(first.weights) : SWAGPosterior(inputs.checkpoints)
    return try SWAG(
      posterior, first.descriptor,
      isCollection ? inputs.networks[0] : inputs.models()[0].settings,
      inputSize: inputs.inputSize, inputs.settings.swag, inference: inputs.inference,
      trainingImages: inputs.trainingImages)
  }
}

extension PredictionSet {
  /// Makes sure that a network made the embeddings: by the SHA-256 of its weights, or, where the set has none, by the logits.
  ///
  /// - Throws: `MethodError.unusableData`; what reading the file of weights throws.
  fileprivate func checkOrigin(model: String, weights: URL, _ head: LinearHead) throws {
    let other = metadata.model.isEmpty ? "another network" : "‘\(metadata.model)’"
    func mismatch(_ details: String) -> MethodError {
      .unusableData(
        what: "The training embeddings",
        reason: "They are those of \(other), not of ‘\(model)’: \(details).")
    }
    if !metadata.weightsSHA256.isEmpty {
      let found = try SHA256.hexadecimal(of: weights)
      guard found != metadata.weightsSHA256 else { return }
      throw mismatch(
        "the SHA-256 of the weights is \(metadata.weightsSHA256) there and \(found) here")
    }
    // Other sizes are the fit's to refuse.
    guard case .logits(let logits) = output, let embeddings,
      embeddings.columnCount == head.weight.columnCount
    else { return }
    guard logits.columnCount == head.weight.rowCount else {
      throw mismatch("there are \(logits.columnCount) logits, not \(head.weight.rowCount)")
    }
    for row in 0..<min(8, sampleCount) {
      let (vector, stored) = (embeddings.row(row), logits.row(row))
      for (k, logit) in stored.enumerated() {
        let terms = zip(head.weight.row(k), vector).map { $0 * $1 }
        let expected = terms.reduce(head.bias[k], +)
        let size = terms.reduce(abs(head.bias[k])) { $0 + abs($1) }
        guard abs(logit - expected) > Self.originTolerance * max(size, abs(logit)) else {
          continue
        }
        throw mismatch("the logit of class \(k) in row \(row) is \(logit), not \(expected)")
      }
    }
  }

  /// How far a logit may be from its sum, as a part of the terms' size; bfloat16 keeps 8 bits.
  private static let originTolerance = 4e-3
}

extension SHA256 {
  /// The SHA-256 of a file, in hexadecimal digits.
  fileprivate static func hexadecimal(of file: URL) throws -> String {
    var hash = SHA256()
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    while let piece = try handle.read(upToCount: 1 << 22), !piece.isEmpty { hash.update(piece) }
    return hash.hexadecimal()
  }
}

extension LinearHead {
  /// The weights and biases of a network's last layer.
  ///
  /// - Throws: `EngineError`.
  public init(_ layer: Linear) throws {
    let weight: [Float] = try layer.weight.value.values()
    let bias: [Double] = try layer.bias?.value.values() ?? []
    self.init(
      weight: try Matrix(weight, columnCount: layer.weight.shape[1]),
      bias: bias.isEmpty ? [Double](repeating: 0, count: layer.weight.shape[0]) : bias)
  }
}
