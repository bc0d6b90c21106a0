import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import CredenceTraining
import Foundation

/// Two blobs of points that a small network with batch normalization and dropout learns at once.
struct Blobs {
  let source: ResidentSource
  let inputs: Tensor

  init(count: Int = 60, seed: UInt64 = 7) throws {
    let generator = try Generator(seed: seed)
    let labels = (0..<count).map { Int64($0 % 2) }
    let centers = try Tensor(
      labels.flatMap { label -> [Float] in label == 0 ? [-1, 0, 1] : [1, 0.5, -1] },
      shape: [count, 3])
    inputs = try centers + .normal([count, 3], deviation: 0.5, using: generator)
    source = ResidentSource(inputs: inputs, labels: try Tensor(labels, shape: [count]))
  }

  /// A fresh network, always with the same first weights.
  static func network(seed: UInt64 = 3) throws -> TrainableNetwork<Tensor> {
    let store = ParameterStore(.random(try Generator(seed: seed)))
    let hidden = try Linear(store.root / "hidden", from: 3, to: 8)
    let norm = try BatchNorm2d(store.root / "norm", 8)
    let dropout = Dropout(0.2)
    let head = try Linear(store.root / "head", from: 8, to: 2)
    return TrainableNetwork(store) { input, phase in
      let features = try norm(hidden(input, phase).reshaped([-1, 8, 1, 1]), phase).flattened(
        from: 1)
      return try head(dropout(features.relu(), phase), phase)
    }
  }

  static var objective: Objective<Tensor> {
    Objective(loss: { try $0.to(.float32).crossEntropy($1) }, logits: { $0 })
  }

  static var configuration: TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.epochCount = 3
    configuration.batchSize = 8
    configuration.optimizer.learningRate = 0.02
    return configuration
  }

  func trainer(
    _ configuration: TrainingConfiguration = configuration, validates: Bool = true,
    network: TrainableNetwork<Tensor>? = nil
  ) throws -> Trainer<Tensor> {
    let indices = Array(0..<source.count)
    return try Trainer(
      network ?? Self.network(), Self.objective,
      learning: SampleSet(source, indices: validates ? Array(indices.dropFirst(10)) : indices),
      validation: validates ? SampleSet(source, indices: Array(indices.prefix(10))) : nil,
      configuration: configuration)
  }
}

extension ParameterStore {
  /// All numbers of all parameters, as bytes.
  func allBytes() throws -> [Data] { try parameters.map { try $0.value.bytes() } }
}
