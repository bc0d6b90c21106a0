public import CredenceData
import CredenceFiles
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
public import CredenceUncertainty
public import Foundation

/// A method that predicts with several members, its settings and what it is fitted to.
public struct MethodChoice {
  public var descriptor: MethodDescriptor
  public var settings = MethodSettings()
  /// A file of predictions of the training data, with embeddings.
  public var trainingPredictions: URL?
  /// Training images.
  public var trainingImages: (any ImageDataset)?
  /// How training images are read.
  public var loading = LoaderSettings()

  public init(_ descriptor: MethodDescriptor) { self.descriptor = descriptor }

  /// How many batches of training images a method sees, over which running moments are averaged.
  static let trainingBatchCount = 100

  /// What predictions of some models are called: `resnet18_mc-dropout`, `resnet18_ensemble5`.
  func name(of models: [String]) -> String {
    let first = models.first ?? ""
    return "\(first)_\(descriptor.id)\(models.count > 1 ? String(models.count) : "")"
  }
}

extension ModelResolver {
  /// Makes a method of some networks.
  ///
  /// - Parameters:
  ///   - located: The networks' files.
  ///   - method: The method.
  /// - Returns: A model with members.
  /// - Throws: `MethodError`; `ModelError`, `FileError`, `EngineError`, `DatasetError`.
  public func prepare(_ located: [Located], method: MethodChoice) throws -> PredictionModel {
    let checkpoints = try located.map { try checkpoint($0) }
    let preprocessing = located[0].preprocessing
    try preprocessing.validate()
    _ = try inference.device.checked()
    for (other, checkpoint) in zip(located, checkpoints).dropFirst() {
      guard other.preprocessing == preprocessing else {
        throw MethodError.differentModels(
          first: located[0].reference.name, other: other.reference.name,
          difference: "how images become their input")
      }
      guard
        checkpoint.descriptor.id == checkpoints[0].descriptor.id
          || method.descriptor.id == "ensemble"
      else {
        throw MethodError.differentModels(
          first: located[0].reference.name, other: other.reference.name,
          difference: "their architecture")
      }
    }
    var inputs = MethodInputs(
      checkpoints, networks: located.indices.map { settings(checkpoints[$0], located[$0]) },
      inputSize: preprocessing.inputSize, inference: inference, settings: method.settings)
    inputs.classCount = classCount
    var fitted = ""
    if let file = method.trainingPredictions {
      inputs.trainingPredictions = try PredictionReader.read(PredictionSource(file)).set
      fitted = try WeightFingerprint([file]).hexadecimal()
    }
    if let images = method.trainingImages {
      fitted += images.path
      inputs.trainingImages = { body in
        try Self.batches(images, preprocessing, method.loading, inference.device, body)
      }
    }
    let made = try method.descriptor.make(inputs)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(method.settings), as: UTF8.self)
    return PredictionModel(
      made, name: method.name(of: located.map(\.reference.name)),
      computation: "\(method.descriptor.id) \(text) \(fitted) of "
        + checkpoints.map { "\($0.descriptor.id) \($0.weights.source)" }.joined(separator: ", "),
      files: located.map(\.file), preprocessing: preprocessing, settings: inference)
  }

  /// Hands over batches of images from all parts of a data set.
  private static func batches(
    _ images: any ImageDataset, _ preprocessing: Preprocessing, _ loading: LoaderSettings,
    _ device: Device, _ body: (Tensor) throws -> Void
  ) throws {
    var loading = loading
    loading.shard = .whole
    let normalizer = BatchNormalizer(preprocessing, device)
    loading.format = normalizer.format
    let spread = SpreadImages(
      images, count: min(images.count, loading.batchSize * MethodChoice.trainingBatchCount))
    let loader = try Loader(spread, preprocessing, loading)
    defer { loader.cancel() }
    while let batch = try loader.next() {
      // A single image has no variance.
      if batch.shape[0] > 1 { try body(normalizer.tensor(batch)) }
    }
  }
}

/// Images from all parts of a data set, which may be sorted by class: steps of the golden ratio visit it evenly.
private struct SpreadImages: ImageDataset {
  private let images: any ImageDataset
  let count: Int

  init(_ images: any ImageDataset, count: Int) {
    self.images = images
    self.count = count
  }

  var path: String { images.path }
  var classNames: [String] { images.classNames }

  private func source(_ index: Int) -> Int {
    let step = 0.618_033_988_749_894_9
    let place = (Double(index) * step).truncatingRemainder(dividingBy: 1)
    return min(Int(place * Double(images.count)), images.count - 1)
  }

  func id(at index: Int) -> String { "\(index) \(images.id(at: source(index)))" }
  func label(at index: Int) -> Int? { images.label(at: source(index)) }
  func content(at index: Int) throws(DatasetError) -> ImageContent {
    try images.content(at: source(index))
  }
}
