public import CredenceData
import CredenceFiles
public import CredenceModels
import CredenceNN
public import CredencePredictions
public import CredenceTensor
public import CredenceUncertainty

/// Detection methods that run the network over images.
public final class NetworkDetection {
  private let model: ClassifierModel
  private let preprocessing: Preprocessing
  private let device: Device
  public var loading = LoaderSettings()
  /// Told how many images of how many are done.
  public var progress: (Int, Int) -> Void = { _, _ in }

  /// A network on a device.
  ///
  /// - Throws: `EngineError`, `DatasetError` for preprocessing that can't be.
  public init(_ model: ClassifierModel, preprocessing: Preprocessing, device: Device) throws {
    try preprocessing.validate()
    self.model = model
    self.preprocessing = preprocessing
    self.device = try device.checked()
  }

  /// The network's last linear layer, where logits are a linear function of the embeddings.
  public func head() throws -> LinearHead? {
    try model.network.classifier.map { layer in
      let weight: [Float] = try layer.weight.value.values()
      let bias: [Double] = try layer.bias?.value.values() ?? []
      return LinearHead(
        weight: try Matrix(weight, columnCount: layer.weight.shape[1]),
        bias: bias.isEmpty ? [Double](repeating: 0, count: layer.weight.shape[0]) : bias)
    }
  }

  /// ODIN's uncertainties of every image.
  ///
  /// - Throws: `DatasetError`, `EngineError`.
  public func odin(_ odin: ODIN, over dataset: any ImageDataset) throws -> [Double] {
    try self.odin([odin], over: dataset)[0]
  }

  /// ODIN's uncertainties of every image under several settings.
  ///
  /// - Returns: For each setting one number per image.
  /// - Throws: `DatasetError`, `EngineError`.
  public func odin(_ choices: [ODIN], over dataset: any ImageDataset) throws -> [[Double]] {
    let normalizer = BatchNormalizer(preprocessing, device)
    var loading = loading
    loading.format = normalizer.format
    loading.unreadableImages = .fail
    let loader = try Loader(dataset, preprocessing, loading, rows: 0..<dataset.count)
    defer { loader.cancel() }
    var values = choices.map { _ in [Double]() }
    var count = 0
    while let batch = try loader.next() {
      // The batch's memory is used again, so its numbers are copied.
      let images = try normalizer.tensor(batch).contiguous()
      let results = try ODIN.uncertainties(
        choices, of: images, deviations: preprocessing.std
      ) { try model.network($0, .evaluation).logits }
      for index in choices.indices { values[index] += results[index] }
      count += results.first?.count ?? 0
      progress(count, dataset.count)
    }
    return values
  }
}

extension ModelResolver {
  /// The network of a reference, with its weights, for methods that need its gradients.
  ///
  /// - Throws: `HubError`, `FileError`; `ModelError`, also for an exported program.
  public func networkDetection(_ reference: ModelReference) throws -> NetworkDetection {
    let located = try waiting { try await locate(reference) }
    return try NetworkDetection(
      network(located), preprocessing: located.preprocessing, device: inference.device)
  }
}
