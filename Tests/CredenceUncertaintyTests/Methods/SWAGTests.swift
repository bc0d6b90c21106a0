import CredenceFiles
import CredenceModels
import CredenceNN
import CredenceTensor
import CredenceUncertainty
import FileSupport
import Foundation
import Testing

@Suite struct SWAGTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Collected weights of random networks.
  private func posterior(_ count: Int, rank: Int = 20, id: String = "lenet") throws -> (
    SWAGPosterior, [ClassifierModel]
  ) {
    let models = try (0..<count).map { try SmallNetworks.model(id, seed: UInt64($0)) }
    var posterior = SWAGPosterior(rank: rank)
    for model in models { try posterior.collect(model.store) }
    return (posterior, models)
  }

  private func values(_ store: ParameterStore, _ name: String) throws -> [Double] {
    try #require(store[name]).value.values()
  }

  @Test func `without variance a draw is the mean of the weights`() throws {
    let (posterior, models) = try self.posterior(4)
    #expect(posterior.count == 4)
    let target = try SmallNetworks.model(seed: 99)
    try posterior.draw(into: target.store, scale: 0, using: Generator(seed: 1))
    for parameter in target.store.parameters {
      let found: [Double] = try parameter.value.values()
      let all = try models.map { try values($0.store, parameter.name) }
      for index in found.indices {
        let mean = all.reduce(0) { $0 + $1[index] } / 4
        #expect(abs(found[index] - mean) < 1e-6)
      }
    }
  }

  @Test func `draws scatter as the weights did`() throws {
    let (posterior, models) = try self.posterior(5)
    let target = try SmallNetworks.model(seed: 99)
    let name = "fc3.weight"
    let draws = try (0..<400).map { seed in
      try posterior.draw(into: target.store, scale: 1, using: Generator(seed: UInt64(seed)))
      return try values(target.store, name)
    }
    let all = try models.map { try values($0.store, name) }
    // Running means: the deviation of each collected set is from the mean up to it.
    var running = [Double](repeating: 0, count: all[0].count)
    var expected = [Double](repeating: 0, count: all[0].count)
    for (step, weights) in all.enumerated() {
      for index in running.indices {
        running[index] += (weights[index] - running[index]) / Double(step + 1)
        let deviation = weights[index] - running[index]
        expected[index] += deviation * deviation / 4
      }
    }
    for index in running.indices {
      let square = all.reduce(0) { $0 + $1[index] * $1[index] } / 5
      expected[index] += square - running[index] * running[index]
    }
    var found = 0.0
    for index in running.indices {
      found +=
        draws.reduce(0) { $0 + ($1[index] - running[index]) * ($1[index] - running[index]) } / 400
    }
    let total = expected.reduce(0, +)
    #expect(abs(found - total) < 0.1 * total)
  }

  @Test func `only the newest deviations are kept, and a file keeps all`() throws {
    let (posterior, models) = try self.posterior(6, rank: 3)
    let url = folder.url.appending(path: "swag.safetensors")
    try posterior.write(
      to: url, description: .init(model: "lenet", settings: models[0].settings))
    let weights = try TensorArchive(contentsOf: url)
    #expect(SWAGPosterior.isCollection(weights))
    #expect(!weights.entries.contains { $0.name.hasPrefix("deviation.3") })
    let read = try SWAGPosterior(weights)
    #expect(read.count == 6)
    let (a, b) = (try SmallNetworks.model(seed: 7), try SmallNetworks.model(seed: 8))
    try posterior.draw(into: a.store, using: Generator(seed: 5))
    try read.draw(into: b.store, using: Generator(seed: 5))
    for parameter in a.store.parameters {
      #expect(
        try parameter.value.values(as: Float.self)
          == b.store[parameter.name]?.value.values(as: Float.self))
    }
  }

  @Test func `checkpoints of a run make a posterior, and draws of it members`() throws {
    let (posterior, models) = try self.posterior(3)
    let checkpoints = try models.enumerated().map {
      try SmallNetworks.checkpoint(
        $0.element, to: folder.url.appending(path: "\($0.offset).safetensors"))
    }
    let fromFiles = try SWAGPosterior(checkpoints)
    #expect(fromFiles.count == posterior.count)
    func method(_ posterior: SWAGPosterior) throws -> SWAG {
      try SWAG(
        posterior, checkpoints[0].descriptor, models[0].settings, inputSize: [1, 28, 28],
        .init(samples: 2, seed: 4), inference: InferenceSettings(), trainingImages: nil)
    }
    let images = try SmallNetworks.images(3, models[0])
    let (a, b) = (try method(posterior)(images), try method(fromFiles)(images))
    #expect(a.logits.count == 2)
    #expect(try difference(a.logits[0], b.logits[0]) == 0)
    #expect(try difference(a.logits[0], a.logits[1]) > 1e-4)
  }

  @Test func `running moments of batch normalization are renewed by training images`() throws {
    let (posterior, models) = try self.posterior(2, id: "wrn10_1")
    let descriptor = try #require(ModelCatalog["wrn10_1"])
    func method(_ images: (((Tensor) throws -> Void) throws -> Void)?) throws -> SWAG {
      try SWAG(
        posterior, descriptor, models[0].settings, inputSize: [3, 32, 32],
        .init(samples: 1), inference: InferenceSettings(), trainingImages: images)
    }
    #expect(
      throws: MethodError.missing(
        method: "swag", what: "training images, for it renews batch normalization",
        advice: "Name them by --train-data.")
    ) { try method(nil) }
    #expect(
      throws: MethodError.unusableData(
        what: "The training images", reason: "They make no batch of two images or more.")
    ) { try method { _ in } }
    let images = try SmallNetworks.images(8, models[0])
    let narrow = try method { body in try body(images) }
    let wide = try method { body in for _ in 0..<3 { try body(images * 5) } }
    #expect(try difference(narrow(images).logits[0], wide(images).logits[0]) > 1e-4)
  }

  @Test func `renewal leaves nothing of earlier running moments`() throws {
    let descriptor = try #require(ModelCatalog["wrn10_1"])
    let probe = try SmallNetworks.model("wrn10_1")
    let images = try SmallNetworks.images(8, probe)
    func logits(shift: Double) throws -> Tensor {
      let models = try (0..<2).map { try SmallNetworks.model("wrn10_1", seed: UInt64($0)) }
      var posterior = SWAGPosterior()
      for model in models {
        for parameter in model.store.parameters where parameter.name.contains(".running_") {
          try parameter.replace(with: parameter.value + shift)
        }
        try posterior.collect(model.store)
      }
      return try SWAG(
        posterior, descriptor, models[0].settings, inputSize: [3, 32, 32], .init(samples: 1),
        inference: InferenceSettings(), trainingImages: { body in try body(images) }
      )(images).logits[0]
    }
    #expect(try difference(logits(shift: 0), logits(shift: 50)) < 1e-5)
  }

  @Test func `renewed moments are the batches', weighted by their size`() throws {
    let store = ParameterStore(.random(try Generator(seed: 1)))
    let layer = try BatchNorm2d(store.root, 3, momentum: 0.01)
    try layer.runningMean.replace(with: .full(70, shape: [3]))
    try layer.runningVariance.replace(with: .full(900, shape: [3]))
    let noise = try Generator(seed: 2)
    let batches = [
      try Tensor.normal([6, 3, 4, 4], using: noise) * 2 + 5,
      try Tensor.normal([2, 3, 4, 4], using: noise) * 3 - 1,
    ]
    var renewal = try MomentRenewal(store, noise: noise)
    try withoutGradients {
      for batch in batches {
        let phase = renewal.phase(for: batch)
        _ = try layer(batch, phase)
      }
    }
    #expect(renewal.count == 8)
    let means = try batches.map { try $0.mean(over: [0, 2, 3]) }
    let variances = try batches.map { try $0.variance(over: [0, 2, 3]) }
    let mean = try means[0] * 0.75 + means[1] * 0.25
    let variance = try variances[0] * 0.75 + variances[1] * 0.25
    #expect(try difference(layer.runningMean.value, mean) < 1e-4)
    #expect(try difference(layer.runningVariance.value, variance) < 1e-4)
  }

  @Test func `weights of different networks make no posterior`() throws {
    let a = try SmallNetworks.model(seed: 1)
    let b = try SmallNetworks.model(seed: 1) { $0.classCount = 5 }
    let first = try SmallNetworks.checkpoint(a, to: folder.url.appending(path: "a.safetensors"))
    let other = try SmallNetworks.checkpoint(b, to: folder.url.appending(path: "b.safetensors"))
    #expect(throws: MethodError.tooFewModels(method: "swag", found: 1, needed: 2)) {
      try SWAGPosterior([first])
    }
    #expect(
      throws: MethodError.differentModels(
        first: "a.safetensors", other: "b.safetensors",
        difference: "their architecture or its settings")
    ) { try SWAGPosterior([first, other]) }
    #expect(throws: MethodError.self) { try SWAGPosterior(first.weights) }
  }
}
