public import CredenceFiles
public import CredenceNN
import CredenceTensor

/// A network with weights, ready to run.
public final class ClassifierModel {
  /// What the user or a file calls it, such as `resnet50.a1_in1k`.
  public let name: String
  public let network: any Network
  public let store: ParameterStore
  public let settings: NetworkSettings
  /// The architecture and which of a checkpoint's weights it has.
  public let origin: String

  /// Makes a network and gives it weights from a file.
  ///
  /// The number of classes is the file's unless `classCount` says another, and so is the size of images where it is to be
  /// seen in the weights.
  ///
  /// - Parameters:
  ///   - descriptor: The architecture.
  ///   - weights: Its weights.
  ///   - name: What to call the model; the architecture's name where `nil`.
  ///   - settings: What differs from the architecture's own settings.
  ///   - classCount: The number of classes that the file must have.
  /// - Throws: `ModelError`, `FileError`, `EngineError`.
  public init(
    _ descriptor: ModelDescriptor, weights: TensorArchive, name: String? = nil,
    settings: NetworkSettings? = nil, classCount: Int? = nil
  ) throws {
    self.name = name ?? descriptor.id
    origin = "\(descriptor.id) \(weights.source)"
    var settings = settings ?? descriptor.settings
    if let classCount { settings.classCount = classCount }
    var store = ParameterStore(.awaitingWeights)
    var network = try descriptor.make(store.root, settings)
    if classCount == nil, let found = Self.classCount(of: network, in: weights, store, descriptor),
      found != settings.classCount
    {
      settings.classCount = found
      store = ParameterStore(.awaitingWeights)
      network = try descriptor.make(store.root, settings)
    }
    let adapt = descriptor.adapt.map { adapt in
      { (name: String, tensor: Tensor, shape: [Int]) in try adapt(name, tensor, shape, settings) }
    }
    try store.load(weights, model: descriptor.id, mapping: descriptor.aliases, adapt: adapt)
    self.network = network
    self.store = store
    self.settings = settings
  }

  /// A network that has its weights already.
  ///
  /// - Parameters:
  ///   - name: What to call the model.
  ///   - network: The network.
  ///   - store: Its parameters.
  ///   - settings: What it was made with.
  ///   - origin: The architecture and where the weights come from.
  public init(
    _ name: String, _ network: any Network, _ store: ParameterStore, _ settings: NetworkSettings,
    origin: String
  ) {
    self.name = name
    self.network = network
    self.store = store
    self.settings = settings
    self.origin = origin
  }

  /// How many classes the weights of the last layer tell apart.
  private static func classCount(
    of network: any Network, in weights: TensorArchive, _ store: ParameterStore,
    _ descriptor: ModelDescriptor
  ) -> Int? {
    guard let classifier = network.classifier else { return nil }
    let sources = ParameterStore.names(in: weights, for: store, descriptor.aliases).sources
    guard let name = sources[classifier.weight.name], let shape = weights[name]?.shape,
      shape.count == 2, shape[1] == classifier.weight.shape[1]
    else { return nil }
    return shape[0]
  }
}
