import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import Foundation

/// Several classifiers of digits, whose agreement tells what is ambiguous from what is unknown.
struct DigitEnsemble {
  private let members: [any Network]
  /// Kept, as networks hold their parameters only through it.
  private let stores: [ParameterStore]

  /// What the ensemble says of images.
  struct Outputs {
    /// The mean probabilities, `[images, classes]`.
    let probabilities: [Float]
    /// The entropy of the mean probabilities, in nats.
    let entropies: [Double]
    /// That entropy less the members' mean entropy, in nats; 0 or more.
    let mutualInformations: [Double]
  }

  /// Reads networks from files.
  ///
  /// - Parameter files: Weights of LeNet, at least two.
  /// - Throws: `ModelError`, `FileError`, `EngineError`; `TrainingError.badSetting` for fewer files.
  init(files: [URL]) throws {
    guard files.count >= 2, let descriptor = ModelCatalog["lenet"] else {
      throw TrainingError.badSetting(
        name: "The number of networks", value: "\(files.count)",
        allowed: "2 or more: one network can't disagree with itself")
    }
    let models = try files.map { file in
      try ClassifierModel(
        descriptor, weights: TensorArchive(contentsOf: file), name: file.lastPathComponent,
        classCount: 10)
    }
    members = models.map(\.network)
    stores = models.map(\.store)
  }

  /// Trains networks that differ in their first weights and in the order of the images.
  ///
  /// - Parameters:
  ///   - settings: How many, and how long.
  ///   - images: What they learn.
  ///   - progress: Told the part of the work that is done, from 0 to 1.
  /// - Throws: `TrainingError`, `ModelError`, `EngineError`.
  init(
    training settings: AmbiguousDigitSettings, on images: DigitImages, progress: (Double) -> Void
  ) throws {
    guard let descriptor = ModelCatalog["lenet"] else {
      throw ModelError.unknownModel(name: "lenet", suggestions: [])
    }
    var members: [any Network] = []
    var stores: [ParameterStore] = []
    let count = Double(settings.classifierCount)
    for member in 0..<settings.classifierCount {
      let seed = SplitMix64.mixed(settings.seed &+ UInt64(member + 1) &* SplitMix64.increment)
      let store = ParameterStore(.random(try Generator(seed: seed)))
      let network = try descriptor.make(store.root, descriptor.settings)
      let learning = DigitLearning(
        batchSize: settings.batchSize, epochs: settings.classifierEpochs,
        learningRate: settings.learningRate, seed: seed)
      _ = try learning.run(
        store, on: images, progress: { progress((Double(member) + $0) / count) },
        network: { try network(images.normalized($0), $1).logits },
        loss: { try $0.crossEntropy($1) })
      members.append(network)
      stores.append(store)
    }
    self.members = members
    self.stores = stores
  }

  var count: Int { members.count }

  /// What the ensemble says of images.
  ///
  /// - Parameter images: Normalized, `[images, 1, rows, columns]`.
  /// - Returns: Probabilities and uncertainties.
  /// - Throws: `EngineError`.
  func outputs(_ images: Tensor) throws -> Outputs {
    let logProbabilities: [[Float]] = try withInference {
      try members.map { try $0(images, .evaluation).logits.logSoftmax().values() }
    }
    let imageCount = images.shape[0]
    let classCount = (logProbabilities.first?.count ?? 0) / max(1, imageCount)
    var probabilities: [Float] = []
    probabilities.reserveCapacity(imageCount * classCount)
    var entropies: [Double] = []
    var mutualInformations: [Double] = []
    for image in 0..<imageCount {
      var (total, expected) = (0.0, 0.0)
      for entry in image * classCount..<(image + 1) * classCount {
        var mean = 0.0
        for member in logProbabilities {
          let logarithm = Double(member[entry])
          let probability = exp(logarithm)
          mean += probability
          if probability > 0 { expected -= probability * logarithm }
        }
        mean /= Double(members.count)
        if mean > 0 { total -= mean * log(mean) }
        probabilities.append(Float(mean))
      }
      entropies.append(total)
      mutualInformations.append(max(0, total - expected / Double(members.count)))
    }
    return Outputs(
      probabilities: probabilities, entropies: entropies, mutualInformations: mutualInformations)
  }
}
