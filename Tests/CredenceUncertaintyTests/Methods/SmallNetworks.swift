import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import CredenceUncertainty
import FileSupport
import Foundation
import Testing

/// Random networks, in memory and in files.
enum SmallNetworks {
  static func model(
    _ id: String = "lenet", seed: UInt64 = 3, _ change: (inout NetworkSettings) -> Void = { _ in }
  ) throws -> ClassifierModel {
    let descriptor = try #require(ModelCatalog[id])
    var settings = descriptor.settings
    settings.classCount = 4
    change(&settings)
    let store = ParameterStore(.random(try Generator(seed: seed)))
    let network = try descriptor.make(store.root, settings)
    return ClassifierModel(id, network, store, settings, origin: id)
  }

  static func size(_ model: ClassifierModel) -> [Int] {
    [model.settings.channelCount] + model.settings.imageSize
  }

  static func compiled(_ model: ClassifierModel) throws -> CompiledClassifier {
    try CompiledClassifier(model, inputSize: size(model), settings: InferenceSettings())
  }

  static func images(_ count: Int, _ model: ClassifierModel, seed: UInt64 = 9) throws -> Tensor {
    try .normal([count] + size(model), using: Generator(seed: seed))
  }

  /// Writes a network and what it is.
  static func checkpoint(_ model: ClassifierModel, to url: URL) throws -> NetworkCheckpoint {
    try model.store.write(
      to: url,
      metadata: [
        NetworkDescription.metadataKey:
          NetworkDescription(model: model.name, settings: model.settings).json()
      ])
    return try NetworkCheckpoint(contentsOf: url)
  }
}

/// The largest difference of two tensors' entries.
func difference(_ a: Tensor, _ b: Tensor) throws -> Double {
  let (a, b): ([Double], [Double]) = (try a.values(), try b.values())
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// The mean of the members' probabilities, without the library.
func meanProbabilities(_ members: [Tensor]) throws -> [Double] {
  let classes = members[0].shape[1]
  var mean = [Double](repeating: 0, count: members[0].count)
  for member in members {
    let values: [Double] = try member.values()
    for row in 0..<values.count / classes {
      let logits = values[row * classes..<(row + 1) * classes]
      let greatest = logits.max() ?? 0
      let exponentials = logits.map { exp($0 - greatest) }
      let total = exponentials.reduce(0, +)
      for (column, value) in exponentials.enumerated() {
        mean[row * classes + column] += value / total / Double(members.count)
      }
    }
  }
  return mean
}
