import CredenceData
import CredenceFiles
public import CredenceModels
public import CredenceNN
import CredenceTensor
import Foundation

/// An image–text network prepared to encode batches.
///
/// Images are encoded in the precision of the settings, texts always in float32: they cost little. Used by one task at a time.
public final class ImageTextEncoder {
  public let checkpoint: ImageTextCheckpoint
  /// The network's name and its weights' SHA-256, in hexadecimal digits.
  public let weightsSHA256: String
  public let settings: InferenceSettings
  /// The width of features.
  public var width: Int { checkpoint.configuration.featureWidth }
  private let images: InferenceProgram
  private let network: ImageTextNetwork
  private let normalizer: BatchNormalizer

  /// Reads the weights and prepares the network.
  ///
  /// - Throws: `ModelError`, `FileError`, `EngineError`.
  public init(_ checkpoint: ImageTextCheckpoint, _ settings: InferenceSettings) throws {
    self.checkpoint = checkpoint
    self.settings = settings
    let fingerprint = WeightFingerprint([checkpoint.weights])
    let (network, store) = try checkpoint.network()
    images = try InferenceProgram(
      recording: .zeros([1] + checkpoint.preprocessing.inputSize), settings
    ) { [try network.imageFeatures($0)] }
    // The program has its own copy of the image tower's weights.
    for parameter in store.parameters {
      try parameter.replace(
        with: parameter.name.hasPrefix("visual.")
          ? .empty(parameter.shape, device: .meta) : parameter.value.to(settings.device))
    }
    self.network = network
    normalizer = BatchNormalizer(checkpoint.preprocessing, settings.device)
    weightsSHA256 = try fingerprint.hexadecimal()
  }

  /// The form in which a loader must give images.
  var format: PixelFormat { normalizer.format }

  /// The features of a batch.
  ///
  /// - Returns: `images × width` numbers in single precision, little-endian.
  /// - Throws: `EngineError`; `PredictionRunError.outOfMemory`, `PredictionRunError.notFinite`.
  func features(_ batch: ImageBatch) throws -> Data {
    let features = try features(normalizer.tensor(batch))
    try checkFinite(features, names: batch.ids)
    return features
  }

  /// Halves a batch for which memory does not suffice.
  private func features(_ batch: Tensor) throws -> Data {
    let count = batch.shape[0]
    do {
      guard let features = try images(batch).first else { return Data() }
      return try features.to(.float32).bytes()
    } catch EngineError.outOfMemory(_, _, let reason) {
      guard count > 1 else { throw PredictionRunError.outOfMemory(reason: reason) }
      try Engine.releaseCachedMemory()
      let half = count / 2
      return try features(batch.slice(0, to: half)) + features(batch.slice(0, from: half))
    }
  }

  /// The features of prompts.
  ///
  /// - Parameter prompts: Texts of at most the tower's length.
  /// - Returns: `prompts × width` numbers in single precision, little-endian.
  /// - Throws: `TokenizerError.tooLong`, `EngineError`.
  func features(of prompts: [String]) throws -> Data {
    let tokenizer = checkpoint.tokenizer
    var texts: [[Int32]] = []
    for prompt in prompts { texts.append(try tokenizer.tokens(of: prompt)) }
    // What follows a text's end is not seen, unless the tower was trained with padding.
    let places =
      tokenizer.padding == nil ? texts.map(\.count).max() ?? 0 : tokenizer.contextLength
    let padding = tokenizer.padding ?? texts.first?.last ?? 0
    let ends = texts.map { tokenizer.padding == nil ? $0.count - 1 : places - 1 }
    let ids = texts.flatMap { $0 + Array(repeating: padding, count: places - $0.count) }
    let features = try withInference {
      try network.textFeatures(
        Tensor(ids.map(Int64.init), shape: [texts.count, places]).to(settings.device), ends: ends
      ).to(.float32).bytes()
    }
    try checkFinite(features, names: prompts)
    return features
  }

  private func checkFinite(_ features: Data, names: [String]) throws {
    let bad = features.withUnsafeBytes { bytes in
      bytes.bindMemory(to: Float.self).firstIndex { !$0.isFinite }
    }
    if let bad {
      throw PredictionRunError.notFinite(model: checkpoint.name, sample: names[bad / width])
    }
  }
}
